// Lists from spreadsheets and other programs into records.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/text.hpp"
#include "exchange/workbook.hpp"
#include "services/records/exchange_list.hpp"
#include "services/records/kept_mapping.hpp"
#include "services/records/list_cells.hpp"
#include "services/records/list_head.hpp"
#include "services/records/records.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;
using model::Record;

constexpr std::size_t kMostRows = 20'000;
constexpr std::size_t kSpareRows = 20;  // titles, heads and tags
constexpr std::size_t kPreviewRows = 5;
const std::string kTitleSuffix = ":title";

struct Table {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> numbers;  // in the file
};

// What a row of either kind of file says. `columns` names the file's column of each field, for problems.
struct ListRow {
  std::size_t number = 0;
  std::string id;
  std::string state;
  std::optional<std::int64_t> version;
  std::optional<std::string> title;
  Json fields = Json::object();  // null empties
};

class Importer {
 public:
  Importer(store::Workspace& workspace, const ListImport& request, const KindDefinition& kind)
      : workspace_(workspace), request_(request), kind_(kind), known_(known_names(kind)), given_(request.mapping) {}

  Result<ListOutcome> run(const store::Author& author, const Control& control);

 private:
  Status read_json();
  Status read_table();
  void map_columns(const ListHead& head);
  Status read_records(Table& table, const ListHead& head);
  void make_title(ListRow& row, const std::vector<std::string>& cells) const;
  void note(Error error, std::size_t row, const std::string& column = {});
  MappedColumn map_column(const std::string& column) const;
  void read_row(const std::vector<std::string>& cells, const std::vector<std::string>& head, std::size_t number);
  void read_cell(const std::string& cell, const MappedColumn& column, ListRow& row);
  std::optional<std::string> find_reference(const std::string& kind, const std::string& text);
  Status plan(const ListRow& row);
  void order_new_records();
  void problem(Error error, std::size_t row, const std::string& column = {});

  store::Workspace& workspace_;
  const ListImport& request_;
  const KindDefinition& kind_;
  KnownNames known_;
  std::map<std::string, std::string> given_;  // mapping asked for, or kept for the sender
  ListOutcome out_;
  std::vector<ListRow> rows_;
  std::vector<Operation> operations_;
  std::vector<std::size_t> operation_rows_;
  std::set<std::string> own_ids_;                                           // that this file brings
  std::map<std::string, std::map<std::string, std::string>> ids_by_title_;  // by kind; "" where several have it
};

void Importer::problem(Error error, std::size_t row, const std::string& column) {
  error.where.row = row;
  error.where.column_name = column;
  out_.problems.push_back({Severity::kError, std::move(error)});
}

void Importer::note(Error error, std::size_t row, const std::string& column) {
  error.where.row = row;
  error.where.column_name = column;
  out_.notes.push_back({Severity::kInfo, std::move(error)});
}

// "names:tg" and plain names; what differs only in case, blanks and underscores is meant, what is near is proposed.
MappedColumn Importer::map_column(const std::string& column) const {
  if (const auto given = given_.find(column); given != given_.end()) return {column, given->second, true};
  const auto plain = [](const std::string& name) { return text::fold(text::replace_all(name, "-", " ")); };
  const std::size_t colon = column.rfind(':');
  const std::string folded = plain(column);
  std::vector<std::string> names = {"id", "version", "title", "state"};
  for (const FieldDefinition& field : kind_.fields) {
    names.push_back(field.name);
    if (field.type == FieldType::kTranslated && colon != std::string::npos &&
        plain(column.substr(0, colon)) == plain(field.name))
      return {column, field.name + ":" + text::trim(column.substr(colon + 1)), true};
    if (!field.refers_to.empty() && column == field.name + kTitleSuffix) return {column, "", true};
  }
  std::vector<std::string> folded_names;
  for (const std::string& name : names) {
    if (plain(name) == folded) return {column, name, true};
    folded_names.push_back(plain(name));
  }
  // "Period / From": the whole, else what names the single column, else what spans it.
  for (const std::string& part : parts_of(column))
    if (const auto label = known_.labels.find(part); label != known_.labels.end()) return {column, label->second, true};
  for (const std::string& part : parts_of(column))
    if (const auto other = known_.others.find(part); other != known_.others.end())
      return {column, other->second, false};
  const auto near = text::nearest(folded, folded_names, 1);
  if (near.empty()) return {column, name_within(folded_head(column), known_.others), false};
  const auto place = std::find(folded_names.begin(), folded_names.end(), near.front()) - folded_names.begin();
  return {column, names[static_cast<std::size_t>(place)], false};
}

void Importer::map_columns(const ListHead& head) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < head.names.size(); ++i) {
    const std::string& name = head.names[i];
    MappedColumn column = map_column(name);
    if (!column.sure && i < head.tags.size() && !head.tags[i].empty())
      for (const FieldDefinition& field : kind_.fields)
        if (!field.hxl.empty() && text::replace_all(text::fold(head.tags[i]), " ", "") == field.hxl)
          column = {name, field.name, true};
    if (text::trim(name).empty() && column.field.empty()) column.sure = true;  // an empty head: passed over
    const std::string base = column.field.substr(0, column.field.find(':'));
    const bool known = base.empty() || base == "id" || base == "version" || base == "title" || base == "state" ||
                       kind_.find(base) != nullptr;
    if (!known || (column.sure && !column.field.empty() && !taken.insert(column.field).second)) {
      problem(Error("records.import.mapping",
                    known ? "Two columns go to {field}." : "There is no field {field} in this kind of record.",
                    {{"field", column.field}}),
              1, name);
      column.field.clear();
    }
    out_.mapping.push_back(std::move(column));
  }
  for (MappedColumn& column : out_.mapping)  // guesses give way to what is sure and to earlier ones
    if (!column.sure && !column.field.empty() && !taken.insert(column.field).second) column.field.clear();
}

// By id, else by title where only one record has it.
std::optional<std::string> Importer::find_reference(const std::string& kind, const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto known = ids_by_title_.find(kind);
  if (known == ids_by_title_.end()) {
    known = ids_by_title_.emplace(kind, std::map<std::string, std::string>()).first;
    if (const auto records = workspace_.list(kind))
      for (const Record& record : *records) {
        known->second[record.id] = record.id;
        const auto [place, is_new] = known->second.emplace(text::fold(record.title), record.id);
        if (!is_new && place->second != record.id) place->second.clear();
      }
  }
  for (const std::string& key : {text, text::fold(text)})
    if (const auto found = known->second.find(key); found != known->second.end() && !found->second.empty())
      return found->second;
  if (kind == kind_.name && own_ids_.contains(text)) return text;
  // In the bin: what refers to it already may go on doing so.
  if (const auto titles = workspace_.titles(kind, {text}); titles && titles->size() == 1) return text;
  return std::nullopt;
}

void Importer::read_cell(const std::string& cell, const MappedColumn& column, ListRow& row) {
  const std::size_t colon = column.field.find(':');
  const std::string name = column.field.substr(0, colon);
  if (name == "id") {
    row.id = text::trim(cell);
  } else if (name == "state") {
    row.state = text::trim(cell);
  } else if (name == "title") {
    row.title = cell;
  } else if (name == "version") {
    row.version = text::parse_integer(cell);
    if (!row.version && !cell.empty())
      problem(Error("records.import.cell", "The column {field} takes {expected}.",
                    {{"field", name}, {"expected", "a whole number"}}),
              row.number, column.column);
  } else if (colon != std::string::npos) {
    if (!row.fields.contains(name) || row.fields[name].is_null())
      row.fields[name] = cell.empty() ? Json() : Json::object();
    if (!cell.empty()) row.fields[name][column.field.substr(colon + 1)] = cell;
  } else if (cell.empty()) {
    row.fields[name] = nullptr;
  } else {
    const FieldDefinition& field = *kind_.find(name);
    // A plain text in a translated field without a language is English, the language of lists kept elsewhere.
    if (field.type == FieldType::kTranslated && cell.front() != '{') {
      row.fields[name] = {{"en", cell}};
      return;
    }
    auto value = cell_to_value(
        cell, field, [this](const std::string& kind, const std::string& text) { return find_reference(kind, text); });
    if (value) {
      row.fields[name] = std::move(*value);
    } else if (auto loose = loose_value(cell, kind_, field)) {
      if (field.type != FieldType::kChoice)
        note(Error("records.import.read_as", "Read as {value}.", {{"value", value_to_cell(*loose)}}), row.number,
             column.column);
      row.fields[name] = std::move(*loose);
    } else if (request_.leave_out) {
      note(Error("records.import.left_out", "This cell means nothing for {field} and was left out.", {{"field", name}}),
           row.number, column.column);
    } else {
      problem(value.error(), row.number, column.column);
    }
  }
}

void Importer::read_row(const std::vector<std::string>& cells, const std::vector<std::string>& head,
                        std::size_t number) {
  ListRow row;
  row.number = number;
  for (std::size_t i = 0; i < head.size(); ++i)
    if (!out_.mapping[i].field.empty()) read_cell(i < cells.size() ? cells[i] : std::string(), out_.mapping[i], row);
  if (!row.title && row.id.empty()) make_title(row, cells);
  rows_.push_back(std::move(row));
}

Status Importer::read_table() {
  HAMDIL_TRY(exchange::Workbook book, exchange::open_workbook_bytes(request_.bytes, request_.name));
  const bool is_csv =
      book.format() != exchange::WorkbookFormat::kXlsx && book.format() != exchange::WorkbookFormat::kXls;
  std::size_t sheet = 0;
  while (sheet + 1 < book.sheets().size() && book.sheets()[sheet].is_hidden) ++sheet;
  Table table;
  Diagnostics diagnostics;
  HAMDIL_CHECK(book.stream(sheet,
                           [&](const exchange::RowView& row) {
                             std::vector<std::string> cells;
                             for (const std::string_view cell : row.cells)
                               cells.push_back(is_csv ? unguarded_cell(std::string(cell)) : std::string(cell));
                             table.rows.push_back(std::move(cells));
                             table.numbers.push_back(row.number);
                             return table.rows.size() <= kMostRows + kSpareRows;
                           },
                           diagnostics, {.rows = 1'000'000, .columns = 2000, .cell_bytes = 1u << 20}));
  if (table.rows.empty()) return Error("records.import.empty", "There is nothing in this file.");
  const ListHead head = find_head(table.rows, [this](const std::string& name) {
    const MappedColumn column = map_column(name);
    return column.field.empty() ? 0 : column.sure ? 3 : 1;
  });
  if (given_.empty() && !request_.sender.empty()) {
    HAMDIL_TRY(given_, kept_mapping(workspace_, kind_.name, request_.sender, head.names));
    out_.known_sender = !given_.empty();
  }
  map_columns(head);
  return read_records(table, head);
}

Status Importer::read_records(Table& table, const ListHead& head) {
  for (std::size_t column = 0; column < out_.mapping.size(); ++column)
    if (out_.mapping[column].field == "id")
      for (std::size_t i = head.data; i < table.rows.size(); ++i)
        if (column < table.rows[i].size()) own_ids_.insert(text::trim(table.rows[i][column]));
  if (table.rows.size() - head.data > kMostRows)
    return Error("records.import.too_many", "A list may have {count} rows.", {{"count", std::to_string(kMostRows)}})
        .advise("Import it in parts.");
  // A list that came from here has neither totals nor merged cells.
  const bool is_own =
      std::any_of(out_.mapping.begin(), out_.mapping.end(), [](const auto& c) { return c.field == "id"; });
  if (!is_own)
    for (const std::size_t column : fill_down(table.rows, head))
      note(Error("records.import.filled_down", "Empty cells of this column were filled with what stands above them."),
           table.numbers[head.data], head.names[column]);
  for (std::size_t i = head.data; i < table.rows.size(); ++i) {
    const std::string why = is_own ? "" : why_no_record(table.rows[i], head);
    if (why.empty()) {
      ++out_.rows;
      if (out_.preview.size() < kPreviewRows) out_.preview.push_back(table.rows[i]);
      read_row(table.rows[i], head.names, table.numbers[i]);
    } else {
      note(Error("records.import.no_record", why == "total"     ? "This row adds up others and was left out."
                                             : why == "heading" ? "This row is a heading and was left out."
                                                                : "The head stands here again."),
           table.numbers[i]);
    }
  }
  for (const MappedColumn& column : out_.mapping) {
    if (column.sure) continue;
    if (request_.leave_out) {
      if (column.field.empty())
        note(Error("records.import.column_out", "This column was left out."), table.numbers[head.first], column.column);
      continue;
    }
    problem(Error("records.import.column",
                  column.field.empty() ? "It is not known what the column {column} is."
                                       : "The column {column} may be {field}.",
                  {{"column", column.column}, {"field", column.field}})
                .advise("Say which field it is, or that it is to be passed over."),
            table.numbers[head.first + head.count - 1], column.column);
  }
  return Done{};
}

// Lists kept elsewhere have no title: the first words of the row stand in its place.
void Importer::make_title(ListRow& row, const std::vector<std::string>& cells) const {
  constexpr std::size_t kParts = 3;
  constexpr std::size_t kLongest = 200;
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < out_.mapping.size() && parts.size() < kParts; ++i) {
    const FieldDefinition* field = kind_.find(out_.mapping[i].field.substr(0, out_.mapping[i].field.find(':')));
    if (field == nullptr || field->personal != model::PersonalClass::kNone || i >= cells.size()) continue;
    if (const std::string cell = text::trim(cells[i]); !cell.empty() && cell.size() <= kLongest) parts.push_back(cell);
  }
  if (!parts.empty()) row.title = text::join(parts, " · ");
}

Status Importer::read_json() {
  HAMDIL_TRY(Json given, parse_json(request_.bytes, request_.name));
  if (given.is_object() && given.contains("records")) given = Json(given["records"]);
  if (!given.is_array()) return Error("records.import.shape", "The file must be a list of records.");
  if (given.size() > kMostRows)
    return Error("records.import.too_many", "A list may have {count} rows.", {{"count", std::to_string(kMostRows)}})
        .advise("Import it in parts.");
  for (const Json& one : given) {
    ListRow row;
    row.number = ++out_.rows;
    const auto bad = [&](const std::string& member) {
      problem(Error("records.import.shape", "A record is an object with title and fields, as a list gives it."),
              row.number, member);
    };
    if (!one.is_object()) {
      bad("");
      continue;
    }
    for (const auto& [name, value] : one.items()) {
      if (name == "title" && value.is_string())
        row.title = value.get<std::string>();
      else if (name == "id" && value.is_string())
        row.id = value.get<std::string>();
      else if (name == "state" && value.is_string())
        row.state = value.get<std::string>();
      else if (name == "version" && value.is_number_integer())
        row.version = value.get<std::int64_t>();
      else if (name == "fields" && value.is_object())
        row.fields = value;
      else if (name != "kind" && name != "deleted" && name != "references" && !name.starts_with("created_") &&
               !name.starts_with("changed_"))
        bad(name);
    }
    // What a list gives is whole: a field that is not there is empty.
    for (const FieldDefinition& field : kind_.fields)
      if (one.contains("fields") && !row.fields.contains(field.name)) row.fields[field.name] = nullptr;
    rows_.push_back(std::move(row));
  }
  return Done{};
}

bool is_id(const std::string& id) {
  return id.size() == 16 &&
         std::all_of(id.begin(), id.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// What a row asks for: a new record, a change, or nothing.
Status Importer::plan(const ListRow& row) {
  Json body = Json::object();
  if (row.title) body["title"] = *row.title;
  body["fields"] = row.fields;
  std::optional<Record> before;
  if (!row.id.empty()) {
    HAMDIL_TRY(before, workspace_.find(kind_.name, row.id));
    if (!before && !is_id(row.id)) {
      problem(Error("records.import.id", "This is not an id that a list gave.")
                  .advise("Leave the id empty for a new record."),
              row.number, "id");
      return Done{};
    }
  }
  if (before && before->deleted) {
    problem(
        Error("records.import.in_bin", "This record is in the bin.").advise("Restore it first, or leave the row out."),
        row.number, "id");
    return Done{};
  }
  Operation operation{Operation::Do::kCreate, kind_.name, row.id, {}, nullptr, row.state};
  if (before) {
    if (!row.state.empty() && row.state != before->state) {
      problem(Error("records.import.state", "A list does not move a record to another state.")
                  .advise("Use the step of its workflow."),
              row.number, "state");
      return Done{};
    }
    Json now = before->fields();
    for (const auto& [name, value] : row.fields.items()) {
      if (value.is_null())
        now.erase(name);
      else
        now[name] = value;
    }
    // As sets of members: the order of fields says nothing.
    const bool same = (!row.title || text::trim(*row.title) == before->title) &&
                      nlohmann::json::parse(now.dump()) == nlohmann::json::parse(before->fields().dump());
    if (same) return Done{};
    operation.what = Operation::Do::kChange;
    operation.state.clear();
    operation.version = row.version;
    ++out_.changed;
  } else {
    ++out_.created;
  }
  operation.body = std::make_shared<const Json>(std::move(body));
  operations_.push_back(std::move(operation));
  operation_rows_.push_back(row.number);
  return Done{};
}

// New records that others of the same file refer to (a region and its villages) come before those; where they refer to
// each other in a circle, the order of the file stays and the circle is refused with its row.
void Importer::order_new_records() {
  std::map<std::string, std::size_t> place_of;
  for (std::size_t i = 0; i < operations_.size(); ++i)
    if (operations_[i].what == Operation::Do::kCreate && !operations_[i].id.empty()) place_of[operations_[i].id] = i;
  if (place_of.empty()) return;
  std::vector<std::size_t> order;
  std::vector<bool> seen(operations_.size(), false);
  const auto visit = [&](const auto& self, std::size_t i, int depth) -> void {
    if (seen[i] || depth > 1000) return;
    seen[i] = true;
    const Json& fields = (*operations_[i].body)["fields"];
    for (const FieldDefinition& field : kind_.fields) {
      const auto value = fields.find(field.name);
      if (field.refers_to != kind_.name || value == fields.end()) continue;
      for (const Json& id : value->is_array() ? *value : Json::array({*value}))
        if (id.is_string())
          if (const auto target = place_of.find(id.get<std::string>()); target != place_of.end())
            self(self, target->second, depth + 1);
    }
    order.push_back(i);
  };
  for (std::size_t i = 0; i < operations_.size(); ++i) visit(visit, i, 0);
  std::vector<Operation> operations;
  std::vector<std::size_t> rows;
  for (const std::size_t i : order) {
    operations.push_back(std::move(operations_[i]));
    rows.push_back(operation_rows_[i]);
  }
  operations_ = std::move(operations);
  operation_rows_ = std::move(rows);
}

Result<ListOutcome> Importer::run(const store::Author& author, const Control& control) {
  HAMDIL_CHECK(control.step(0));
  const std::string start = text::trim(request_.bytes.substr(0, 200));
  HAMDIL_CHECK(start.starts_with('[') || start.starts_with('{') ? read_json() : read_table());
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    HAMDIL_CHECK(control.step(0.1 + 0.2 * static_cast<double>(i) / static_cast<double>(rows_.size())));
    HAMDIL_CHECK(plan(rows_[i]));
  }
  order_new_records();
  std::function<Status(store::Transaction&)> keep;
  if (!request_.sender.empty() && !out_.mapping.empty())
    keep = [this](store::Transaction& t) {
      return keep_mapping(workspace_, t, kind_.name, request_.sender, out_.mapping);
    };
  auto applied = apply_operations(workspace_, author, operations_, request_.dry_run || !out_.problems.empty(),
                                  control.part(0.3, 1), keep);
  const auto row_of = [&](const std::string& pointer) {
    const auto number = text::parse_integer(text::split(pointer, '/').at(2));
    return operation_rows_.at(static_cast<std::size_t>(number.value_or(0)));
  };
  if (!applied) {
    if (!applied.error().where.pointer.starts_with("/operations/")) return applied.error();
    const std::size_t row = row_of(applied.error().where.pointer);
    problem(applied.error(), row, "id");
  } else {
    for (const Diagnostic& found : applied->problems) {
      const std::string pointer = found.problem.where.pointer;
      problem(found.problem, row_of(pointer), pointer.substr(pointer.rfind('/') + 1));
    }
  }
  if (out_.problems.empty() && !request_.dry_run) out_.records = std::move(applied->records);
  return std::move(out_);
}

}  // namespace

Result<ListOutcome> import_list(store::Workspace& workspace, const store::Author& author, const ListImport& request,
                                const Control& control) {
  const KindDefinition* kind = model::find_kind(request.kind);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", request.kind}});
  if (kind->made_by_program)
    return Error("records.made_by_program", "A {kind} is written by the program; it can be read and not changed.",
                 {{"kind", request.kind}});
  return Importer(workspace, request, *kind).run(author, control);
}

}  // namespace hamdil::services::records
