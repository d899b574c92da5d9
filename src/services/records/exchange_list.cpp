#include "services/records/exchange_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "exchange/csv/write.hpp"
#include "exchange/xlsx/write.hpp"
#include "model/labels.hpp"
#include "services/records/list_cells.hpp"
#include "services/records/list_words.hpp"

namespace hamdil::services::records {
namespace {

using exchange::xlsx::CellType;
using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;
using model::Record;

constexpr std::size_t kMostRows = 200'000;

Result<std::vector<Record>> all_of(const store::Workspace& workspace, store::RecordQuery query) {
  std::vector<Record> out;
  query.limit = 1000;
  query.cursor.clear();
  do {
    HAMDIL_TRY(store::RecordPage page, workspace.query(query));
    for (Record& record : page.records) out.push_back(std::move(record));
    query.cursor = page.next;
    if (out.size() > kMostRows)
      return Error("records.export.too_many", "More than {count} records are too many for one file.",
                   {{"count", std::to_string(kMostRows)}})
          .advise("Filter the list and write it in parts.");
  } while (!query.cursor.empty());
  return out;
}

std::string to_json_file(const std::vector<Record>& records) {
  Json out = Json::array();
  for (const Record& record : records) {
    Json fields = record.fields();
    for (const FieldDefinition& field : model::find_kind(record.kind)->fields)
      if (field.type == FieldType::kFiles) fields.erase(field.name);
    out.push_back({{"id", record.id},
                   {"version", record.version},
                   {"title", record.title},
                   {"state", record.state},
                   {"fields", std::move(fields)}});
  }
  return out.dump(1) + "\n";
}

// The languages of a translated field: those of the catalogue and whatever else the records have.
std::set<std::string> languages_of(const FieldDefinition& field, const std::vector<Json>& fields) {
  std::set<std::string> out;
  for (const std::string& language : Catalogue::built_in().languages()) out.insert(language);
  for (const Json& one : fields)
    if (one.contains(field.name))
      for (const auto& [language, text] : one[field.name].items()) out.insert(language);
  return out;
}

struct Titles {
  std::map<std::string, std::string> by_id;
  std::string of(const Json& value) const {
    std::vector<std::string> out;
    for (const Json& id : value.is_array() ? value : Json::array({value}))
      if (const auto found = by_id.find(id.get<std::string>()); found != by_id.end()) out.push_back(found->second);
    return out.empty() ? "" : join_cell(out);
  }
};

// What the record is called in the language; "" where its kind or the record itself has no such name.
Result<std::string> name_of(const store::Workspace& workspace, const KindDefinition& kind, const std::string& id,
                            const std::string& language) {
  if (kind.name_field.empty() || language.empty()) return std::string();
  HAMDIL_TRY(const std::optional<Record> record, workspace.find(kind.name, id));
  const Json names = record ? record->fields().value(kind.name_field, Json::object()) : Json::object();
  return names.value(language, std::string());
}

Result<Titles> titles_of(const store::Workspace& workspace, const FieldDefinition& field,
                         const std::vector<Json>& fields, const std::string& language) {
  std::set<std::string> ids;
  for (const Json& one : fields) {
    if (!one.contains(field.name)) continue;
    const Json& value = one[field.name];
    for (const Json& id : value.is_array() ? value : Json::array({value})) ids.insert(id.get<std::string>());
  }
  Titles out;
  HAMDIL_TRY(const auto found, workspace.titles(field.refers_to, {ids.begin(), ids.end()}));
  // Names of people stay out of the lists of other kinds.
  const KindDefinition* kind = model::find_kind(field.refers_to);
  const bool withheld = kind != nullptr && kind->title_is_personal;
  for (const store::RecordTitle& title : found) {
    std::string name;
    if (kind != nullptr && !withheld) {
      HAMDIL_TRY(name, name_of(workspace, *kind, title.id, language));
    }
    out.by_id[title.id] = withheld ? model::code_of_title(title.id) : name.empty() ? title.title : name;
  }
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

std::size_t characters_of(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(
      text.begin(), text.end(), [](const char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// The table of a list, column after column.
class Table {
 public:
  Table(const KindDefinition& kind, const std::vector<Record>& records, std::string language)
      : kind_(kind), known_(known_names(kind)), language_(std::move(language)), rows_(records.size() + 1) {
    add("title", [&](std::size_t i) { return records[i].title; });
    add("state",
        [&](std::size_t i) { return is_plain() ? records[i].state : state_text(kind_, records[i].state, language_); });
    for (const Record& record : records) fields_.push_back(record.fields());
  }

  Status add_fields(const store::Workspace& workspace) {
    for (const FieldDefinition& field : kind_.fields) {
      if (field.type == FieldType::kFiles) continue;  // they stay where they are kept
      if (field.type == FieldType::kTranslated) {
        add_translated(field);
      } else if (field.refers_to.empty()) {
        add(field.name, [&](std::size_t i) { return cell(field, fields_[i]); }, type_of(field));
      } else {
        HAMDIL_CHECK(add_reference(workspace, field));
      }
    }
    for (const model::Calculated& one : kind_.calculated)
      add(
          one.name,
          [&](std::size_t i) {
            const auto value = model::calculate(one, fields_[i]);
            return value ? text::format_number(*value) : std::string();
          },
          CellType::kNumber);
    return Done{};
  }

  // By these the rows and what they refer to are known again when the file comes back. Nobody reads them: they stand
  // last, out of sight.
  void add_ids(const std::vector<Record>& records) {
    const std::size_t first = columns_.size();
    for (const FieldDefinition* field : titled_)
      add(field->name + ":id", [&](std::size_t i) { return cell(*field, fields_[i]); });
    add("id", [&](std::size_t i) { return records[i].id; });
    add("version", [&](std::size_t i) { return std::to_string(records[i].version); });
    for (std::size_t i = first; i < columns_.size(); ++i) columns_[i].is_hidden = true;
  }

  void add_demo_mark() {
    rows_.front().push_back(demo_head(language_));
    for (std::size_t i = 1; i < rows_.size(); ++i) rows_[i].push_back("DEMO");
    columns_.emplace_back();
  }

  bool is_plain() const { return language_.empty(); }
  Rows& rows() { return rows_; }

  exchange::xlsx::Sheet sheet(const std::string& name) && {
    exchange::xlsx::Sheet out{name, std::move(rows_)};
    if (is_plain()) return out;
    out.columns = std::move(columns_);
    set_widths(out);
    out.has_head = true;
    out.right_to_left = is_right_to_left(language_);
    return out;
  }

 private:
  using Cell = std::function<std::string(std::size_t)>;

  static CellType type_of(const FieldDefinition& field) {
    if (field.type == FieldType::kDate) return CellType::kDay;
    return field.type == FieldType::kNumber || field.type == FieldType::kInteger ? CellType::kNumber : CellType::kText;
  }

  void add(const std::string& field, const Cell& cell, CellType type = CellType::kText) {
    rows_.front().push_back(is_plain() ? field : head_of(kind_, known_, field, language_));
    columns_.push_back({type});
    for (std::size_t i = 0; i + 1 < rows_.size(); ++i) rows_[i + 1].push_back(cell(i));
  }

  std::string cell(const FieldDefinition& field, const Json& fields) const {
    const auto value = fields.find(field.name);
    if (value == fields.end()) return {};
    if (field.type == FieldType::kData) return value->dump();  // JSON, whatever it is
    if (!is_plain() && field.type == FieldType::kChoice && value->is_string())
      return choice_text(kind_, field, value->get<std::string>(), language_);
    if (!is_plain() && value->is_boolean()) return boolean_text(value->get<bool>(), language_);
    return value_to_cell(*value);
  }

  void add_translated(const FieldDefinition& field) {
    for (const std::string& tag : languages_of(field, fields_))
      add(field.name + ":" + tag, [&](std::size_t i) {
        return fields_[i].contains(field.name) ? fields_[i][field.name].value(tag, std::string()) : std::string();
      });
  }

  // People read and write the titles; programs read the ids.
  Status add_reference(const store::Workspace& workspace, const FieldDefinition& field) {
    HAMDIL_TRY(const Titles titles, titles_of(workspace, field, fields_, language_));
    const Cell title = [&](std::size_t i) {
      return fields_[i].contains(field.name) ? titles.of(fields_[i][field.name]) : std::string();
    };
    if (!is_plain()) {
      add(field.name, title);
      titled_.push_back(&field);
      return Done{};
    }
    add(field.name, [&](std::size_t i) { return cell(field, fields_[i]); });
    add(field.name + ":title", title);
    return Done{};
  }

  static void set_widths(exchange::xlsx::Sheet& sheet) {
    constexpr double kLeast = 8, kMost = 48, kBesideText = 2;
    constexpr std::size_t kLooked = 200;
    for (std::size_t c = 0; c < sheet.columns.size(); ++c) {
      double& width = sheet.columns[c].width;
      width = kLeast;
      for (std::size_t r = 0; r < std::min(sheet.rows.size(), kLooked); ++r)
        width = std::clamp(static_cast<double>(characters_of(sheet.rows[r][c])) + kBesideText, width, kMost);
    }
  }

  const KindDefinition& kind_;
  KnownNames known_;
  std::string language_;
  Rows rows_;
  std::vector<Json> fields_;
  std::vector<exchange::xlsx::Column> columns_;
  std::vector<const FieldDefinition*> titled_;  // references that are written by their titles
};

Result<bool> is_demonstration(const store::Workspace& workspace) {
  HAMDIL_TRY(const std::vector<Record> programmes, workspace.list("programme"));
  return std::any_of(programmes.begin(), programmes.end(),
                     [](const Record& one) { return one.fields().value("demo", false); });
}

// A name that every spreadsheet takes.
std::string sheet_name(const KindDefinition& kind, const std::string& language, bool is_demo) {
  const std::string name =
      (is_demo ? "DEMO " : "") + (language.empty() ? kind.name : model::plural_of_kind(kind.name, language));
  std::string out;
  std::size_t characters = 0;
  for (const char c : name) {
    constexpr std::size_t kMost = 31;
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && ++characters > kMost) break;
    out += std::string_view("[]*?:\\/'").find(c) == std::string_view::npos ? c : ' ';
  }
  return out;
}

std::string to_csv(Rows& rows) {
  exchange::csv::WriteOptions options;
  options.neutralise_formulas = false;  // done here, so that it can be undone
  std::string out = "\xEF\xBB\xBF";     // spreadsheets on Windows need it to see UTF-8
  for (std::vector<std::string>& row : rows) {
    for (std::string& cell : row) cell = guarded_cell(cell);
    exchange::csv::append_record(out, row, options);
  }
  return out;
}

}  // namespace

Result<ListFile> export_list(const store::Workspace& workspace, store::RecordQuery query, ListFormat format,
                             const std::string& language, bool with_names) {
  HAMDIL_TRY(std::vector<Record> records, all_of(workspace, query));
  const KindDefinition& kind = *model::find_kind(query.kind);
  if (kind.title_is_personal)
    for (Record& record : records)
      if (!with_names || record.fields().value("hide_name", false)) record.title = model::code_of_title(record.id);
  ListFile out{kind.name, "", records.size()};
  if (format == ListFormat::kJson) {
    out.name += ".json";
    out.bytes = to_json_file(records);
    return out;
  }
  HAMDIL_TRY(const bool is_demo, is_demonstration(workspace));
  Table table(kind, records, language);
  HAMDIL_CHECK(table.add_fields(workspace));
  table.add_ids(records);
  if (is_demo && !table.is_plain()) table.add_demo_mark();
  if (format == ListFormat::kCsv) {
    out.name += ".csv";
    out.bytes = to_csv(table.rows());
    return out;
  }
  out.name += ".xlsx";
  HAMDIL_TRY(out.bytes, exchange::xlsx::write_workbook({std::move(table).sheet(sheet_name(kind, language, is_demo))}));
  return out;
}

}  // namespace hamdil::services::records
