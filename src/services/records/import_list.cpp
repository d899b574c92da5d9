// Lists from spreadsheets and other programs into records.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/env.hpp"
#include "base/text.hpp"
#include "exchange/workbook.hpp"
#include "services/records/list_cells.hpp"
#include "services/records/list_importer.hpp"
#include "services/records/list_words.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;
using model::Record;

constexpr std::size_t kMostRows = 20'000;
constexpr std::size_t kSpareRows = 20;  // titles, heads and tags
constexpr std::size_t kPreviewRows = 5;
const std::string kSheetColumn = "[sheet]";

// "2026-03-01", or with the part of the day behind the point "2026-03-01T09:30:00Z".
std::string day_of_serial(double serial, bool with_time) {
  constexpr std::int64_t kEpoch = 25'569, kSecondsOfDay = 86'400;  // 1970-01-01
  const auto seconds = static_cast<std::int64_t>(std::llround(serial * kSecondsOfDay)) - kEpoch * kSecondsOfDay;
  return with_time ? format_timestamp(seconds) : format_timestamp(seconds).substr(0, 10);
}

}  // namespace

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
  if (auto sure = sure_field(kind_, known_, column)) return {column, std::move(*sure), true};
  for (const std::string& part : parts_of(column))
    if (const auto other = known_.others.find(part); other != known_.others.end())
      return {column, other->second, false};
  const auto plain = [](const std::string& name) { return text::fold(text::replace_all(name, "-", " ")); };
  std::vector<std::string> names = {"id", "version", "title", "state"}, folded_names;
  for (const FieldDefinition& field : kind_.fields)
    if (field.type != FieldType::kFiles) names.push_back(field.name);
  for (const std::string& name : names) folded_names.push_back(plain(name));
  const auto near = text::nearest(plain(column), folded_names, 1);
  if (near.empty()) return {column, name_within(folded_head(column), known_.others), false};
  const auto place = std::find(folded_names.begin(), folded_names.end(), near.front()) - folded_names.begin();
  return {column, names[static_cast<std::size_t>(place)], false};
}

void Importer::map_columns(const ListHead& head) {
  std::set<std::string> taken;
  const std::map<std::string, std::size_t> by_id = columns_of_ids(head);
  for (std::size_t i = 0; i < head.names.size(); ++i) {
    const std::string& name = head.names[i];
    MappedColumn column = map_column(name);
    if (!column.sure && i < head.tags.size() && !head.tags[i].empty())
      for (const FieldDefinition& field : kind_.fields)
        if (!field.hxl.empty() && text::replace_all(text::fold(head.tags[i]), " ", "") == field.hxl)
          column = {name, field.name, true};
    if (text::trim(name).empty() && column.field.empty()) column.sure = true;  // an empty head: passed over
    // The titles of references stand beside their ids, and count where a row has no id or somebody changed them.
    if (column.field.ends_with(":id") && by_id.contains(column.field.substr(0, column.field.size() - 3)))
      column.field.resize(column.field.size() - 3);
    else if (column.sure && by_id.contains(column.field))
      take_titles(column, i, by_id.at(column.field));
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
  for (std::size_t i = 0; i < out_.mapping.size(); ++i) {  // guesses give way to what is sure and to earlier ones
    MappedColumn& column = out_.mapping[i];
    if (column.sure || column.field.empty() || taken.insert(column.field).second) continue;
    const FieldDefinition* field = kind_.find(column.field);
    if (field != nullptr && field->refers_to == "place") beside_column_ = i;  // the last one lies deepest
    column.field.clear();
  }
}

void Importer::read_cell(const std::string& cell, const MappedColumn& column, ListRow& row) {
  const std::size_t colon = column.field.find(':');
  const std::string name = column.field.substr(0, colon);
  if (name == "id") {
    row.id = text::trim(cell);
  } else if (name == "state") {
    row.state = state_of(kind_, text::trim(cell));
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
    in_bin_.reset();
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
    } else if (in_bin_) {
      problem(
          Error("model.record.deleted_reference", "The field {field} names the {kind} “{title}”, which is in the bin.",
                {{"field", name}, {"kind", field.refers_to}, {"title", *in_bin_}})
              .advise("Restore it from the bin or choose another."),
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
  beside_ = beside_column_ < cells.size() ? &cells[beside_column_] : nullptr;
  for (std::size_t i = 0; i < head.size(); ++i)
    if (!out_.mapping[i].field.empty()) read_cell(i < cells.size() ? cells[i] : std::string(), out_.mapping[i], row);
  read_titles_beside_ids(cells, head, row);
  if (!row.title && row.id.empty()) {
    std::vector<std::string> fields;
    for (const MappedColumn& column : out_.mapping) fields.push_back(column.field.substr(0, column.field.find(':')));
    if (const std::string title = title_from(kind_, fields, cells); !title.empty()) {
      row.title = title;
      if (!std::exchange(titles_made_, true))
        note(Error("records.import.titles_made", "No column is the title, so titles were made of the first words."),
             number);
    }
  }
  rows_.push_back(std::move(row));
}

// The rows of a sheet as texts, with where they stand.
Result<ListTable> Importer::read_sheet(exchange::Workbook& book, std::size_t sheet) const {
  const bool is_csv =
      book.format() != exchange::WorkbookFormat::kXlsx && book.format() != exchange::WorkbookFormat::kXls;
  ListTable table;
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
  table.sheets.assign(table.rows.size(), book.sheets()[sheet].name);
  return table;
}

ListHead Importer::head_of_table(const ListTable& table) const {
  return find_head(table.rows, [this](const std::string& name) { return worth(name); });
}

void Importer::note_filled(ListTable& table, const ListHead& head) {
  for (const std::size_t column : fill_down(table.rows, head))
    note(Error("records.import.filled_down", "Empty cells of this column were filled with what stands above them."),
         table.numbers[head.data], head.names[column]);
}

int Importer::worth(const std::string& name) const {
  const MappedColumn column = map_column(name);
  return column.field.empty() ? 0 : column.sure ? 3 : 1;
}

// The sheet whose head tells most: workbooks begin with covers and instructions.
std::size_t Importer::best_sheet(const std::vector<ListTable>& tables) const {
  std::size_t best = 0;
  int most = -1;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    int sum = 0;
    for (const std::string& name : head_of_table(tables[i]).names) sum += worth(name);
    if (sum > most) best = i, most = sum;
  }
  return best;
}

// Where the columns of another sheet stand in the list: those that the list lacks are added to it. None where the two
// share less than half of the columns of the shorter one.
std::vector<std::size_t> Importer::places_in(ListHead& head, const ListHead& own) {
  std::map<std::string, std::size_t> known;
  for (std::size_t i = 0; i < head.names.size(); ++i)
    if (const std::string name = folded_head(head.names[i]); !name.empty()) known.emplace(name, i);
  std::size_t shared = 0, named = 0;
  for (const std::string& name : own.names)
    if (const std::string folded = folded_head(name); !folded.empty()) {
      ++named;
      shared += known.contains(folded) ? 1 : 0;
    }
  if (shared == 0 || 2 * shared < std::min(named, known.size())) return {};
  std::vector<std::size_t> out;
  std::set<std::size_t> taken;
  for (const std::string& name : own.names) {
    const auto found = known.find(folded_head(name));
    if (found != known.end() && taken.insert(found->second).second) {
      out.push_back(found->second);
    } else {
      out.push_back(head.names.size());
      head.names.push_back(name);
    }
  }
  return out;
}

// Covers and instructions may go; rows of a sheet that reads like a list of these things do not go unseen.
void Importer::leave_out_sheet(const ListTable& sheet, const ListHead& head) {
  Error error("records.import.sheet_out", "The sheet {sheet} has other columns and was left out.",
              {{"sheet", sheet.sheets.front()}});
  int sum = 0;
  for (const std::string& name : head.names) sum += worth(name);
  const bool is_list = sum >= 3 && sheet.rows.size() > head.data;
  if (is_list && !request_.leave_out)
    problem(std::move(error).advise("Import it as a file of its own, or give its columns the same names."),
            sheet.numbers.front());
  else
    note(std::move(error), sheet.numbers.front());
}

// Sheets of one workbook with the same columns are one list: a sheet a district, a sheet a month. Each says its name
// in a column of its own, for the place or to be passed over.
void Importer::join_sheets(std::vector<ListTable> tables, ListTable& whole, ListHead& head) {
  const std::size_t best = best_sheet(tables);
  whole = std::move(tables[best]);
  head = head_of_table(whole);
  bool several = false;
  for (std::size_t i = 0; i < tables.size(); ++i) {
    if (i == best) continue;
    ListTable& other = tables[i];
    const ListHead own = head_of_table(other);
    const std::vector<std::size_t> places = places_in(head, own);
    if (places.empty()) {
      leave_out_sheet(other, own);
      continue;
    }
    // What was merged downwards does not run on into the next sheet. A list that was written here has no merged cells,
    // and a new row below an old one must not take its id.
    const bool is_own = std::any_of(head.names.begin(), head.names.end(),
                                    [this](const std::string& name) { return map_column(name).field == "id"; });
    if (!std::exchange(several, true) && !is_own) note_filled(whole, head);
    if (!is_own) fill_down(other.rows, own);
    for (std::size_t r = own.data; r < other.rows.size(); ++r) {
      std::vector<std::string> cells(head.names.size());
      for (std::size_t c = 0; c < std::min(places.size(), other.rows[r].size()); ++c)
        cells[places[c]] = std::move(other.rows[r][c]);
      whole.rows.push_back(std::move(cells));
      whole.numbers.push_back(other.numbers[r]);
      whole.sheets.push_back(other.sheets[r]);
    }
  }
  if (!several) return;
  const std::size_t width = head.names.size();
  head.names.push_back(kSheetColumn);
  if (!head.tags.empty()) head.tags.resize(width + 1);
  for (std::size_t r = head.data; r < whole.rows.size(); ++r) {
    const bool is_empty = std::all_of(whole.rows[r].begin(), whole.rows[r].end(),
                                      [](const std::string& cell) { return text::trim(cell).empty(); });
    whole.rows[r].resize(width + 1);
    if (!is_empty) whole.rows[r][width] = whole.sheets[r];
  }
}

// The names of the sheets are places where the list has no other column for its place and every one of them is known.
void Importer::map_sheet_column(const ListTable& table, const ListHead& head) {
  if (head.names.empty() || head.names.back() != kSheetColumn || given_.contains(kSheetColumn)) return;
  MappedColumn& column = out_.mapping.back();
  column = {kSheetColumn, "", true};
  const FieldDefinition* place = kind_.find("place");
  const bool is_taken = std::any_of(out_.mapping.begin(), out_.mapping.end(),
                                    [](const MappedColumn& one) { return one.field == "place"; });
  if (place == nullptr || place->refers_to != "place" || is_taken) return;
  const std::set<std::string> names(table.sheets.begin(), table.sheets.end());
  column.field = "place";
  column.sure = std::all_of(names.begin(), names.end(), [&](const std::string& name) {
    return find_reference("place", text::trim(name)).has_value();
  });
  unknown_.clear();  // they are asked again with their rows
}

Status Importer::read_table() {
  HAMDIL_TRY(exchange::Workbook book, exchange::open_workbook_bytes(request_.bytes, request_.name));
  std::vector<ListTable> tables;
  std::size_t rows = 0;
  for (std::size_t sheet = 0; sheet < book.sheets().size() && rows <= kMostRows; ++sheet) {
    if (book.sheets()[sheet].is_hidden && book.sheets().size() > 1) continue;
    HAMDIL_TRY(ListTable table, read_sheet(book, sheet));
    rows += table.rows.size();
    if (!table.rows.empty()) tables.push_back(std::move(table));
  }
  if (tables.empty()) return Error("records.import.empty", "There is nothing in this file.");
  ListTable table;
  ListHead head;
  join_sheets(std::move(tables), table, head);
  if (given_.empty() && !request_.sender.empty()) {
    HAMDIL_TRY(given_, kept_mapping(workspace_, kind_.name, request_.sender, head.names));
    out_.known_sender = !given_.empty();
  }
  map_columns(head);
  map_sheet_column(table, head);
  return read_records(table, head);
}

// Days without a format come as numbers: counted from the last day of 1899, as spreadsheets keep them. A whole column
// of a day's field that holds nothing else, from 1954 to 2119, means days.
void Importer::read_serial_days(ListTable& table, const ListHead& head) {
  constexpr double kFirst = 20'000, kLast = 80'000;
  const auto serial = [](const std::string& cell) { return text::parse_number(text::trim(cell)); };
  for (std::size_t column = 0; column < out_.mapping.size(); ++column) {
    const FieldDefinition* field = kind_.find(out_.mapping[column].field);
    if (field == nullptr || (field->type != FieldType::kDate && field->type != FieldType::kTimestamp)) continue;
    std::vector<std::string*> cells;
    for (std::size_t i = head.data; i < table.rows.size(); ++i)
      if (column < table.rows[i].size() && !text::trim(table.rows[i][column]).empty())
        cells.push_back(&table.rows[i][column]);
    const bool all = std::all_of(cells.begin(), cells.end(), [&](const std::string* cell) {
      const auto number = serial(*cell);
      return number && *number >= kFirst && *number <= kLast;
    });
    if (cells.empty() || !all) continue;
    const std::string first = *cells.front();
    for (std::string* cell : cells) *cell = day_of_serial(*serial(*cell), field->type == FieldType::kTimestamp);
    note(Error("records.import.serial_days",
               "The numbers of this column were read as days counted by a spreadsheet: {number} is {value}.",
               {{"number", first}, {"value", *cells.front()}}),
         table.numbers[head.data], out_.mapping[column].column);
  }
}

Status Importer::read_records(ListTable& table, const ListHead& head) {
  read_serial_days(table, head);
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
  const bool is_joined = !head.names.empty() && head.names.back() == kSheetColumn;
  if (!is_own && !is_joined) note_filled(table, head);
  for (std::size_t i = head.data; i < table.rows.size(); ++i) {
    const std::string why = is_own ? "" : why_no_record(table.rows[i], head);
    if (why.empty()) {
      ++out_.rows;
      if (!is_own && out_.preview.size() < kPreviewRows) out_.preview.push_back(table.rows[i]);
      read_row(table.rows[i], head.names, table.numbers[i]);
    } else {
      note(why == "total"     ? Error("records.import.total", "This row adds up others and was left out.")
           : why == "heading" ? Error("records.import.heading", "This row is a heading and was left out.")
                              : Error("records.import.head_again", "The head stands here again and was left out."),
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
    // What a list gives is whole: a field that is not there is empty. Files are in no list and stay.
    for (const FieldDefinition& field : kind_.fields)
      if (field.type == FieldType::kFiles)
        row.fields.erase(field.name);
      else if (one.contains("fields") && !row.fields.contains(field.name))
        row.fields[field.name] = nullptr;
    rows_.push_back(std::move(row));
  }
  return Done{};
}

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
