#include "services/records/exchange_list.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "exchange/csv/write.hpp"
#include "exchange/xlsx/write.hpp"
#include "services/records/list_cells.hpp"

namespace hamdil::services::records {
namespace {

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
  for (const Record& record : records)
    out.push_back({{"id", record.id},
                   {"version", record.version},
                   {"title", record.title},
                   {"state", record.state},
                   {"fields", record.fields()}});
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

Result<Titles> titles_of(const store::Workspace& workspace, const FieldDefinition& field,
                         const std::vector<Json>& fields) {
  std::set<std::string> ids;
  for (const Json& one : fields) {
    if (!one.contains(field.name)) continue;
    const Json& value = one[field.name];
    for (const Json& id : value.is_array() ? value : Json::array({value})) ids.insert(id.get<std::string>());
  }
  Titles out;
  HAMDIL_TRY(const auto found, workspace.titles(field.refers_to, {ids.begin(), ids.end()}));
  for (const store::RecordTitle& title : found) out.by_id[title.id] = title.title;
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

Result<Rows> to_rows(const store::Workspace& workspace, const KindDefinition& kind,
                     const std::vector<Record>& records) {
  std::vector<Json> fields;
  Rows rows{{"id", "version", "title", "state"}};
  for (const Record& record : records) {
    fields.push_back(record.fields());
    rows.push_back({record.id, std::to_string(record.version), record.title, record.state});
  }
  const auto add = [&](const std::string& head, const std::function<std::string(const Json&)>& cell) {
    rows.front().push_back(head);
    for (std::size_t i = 0; i < fields.size(); ++i) rows[i + 1].push_back(cell(fields[i]));
  };
  for (const FieldDefinition& field : kind.fields) {
    const std::string& name = field.name;
    if (field.type == FieldType::kTranslated) {
      for (const std::string& language : languages_of(field, fields))
        add(name + ":" + language, [&](const Json& one) {
          return one.contains(name) ? one[name].value(language, std::string()) : std::string();
        });
      continue;
    }
    const bool is_data = field.type == FieldType::kData;  // JSON, whatever it is
    add(name, [&](const Json& one) {
      if (!one.contains(name)) return std::string();
      return is_data ? one[name].dump() : value_to_cell(one[name]);
    });
    if (field.refers_to.empty()) continue;
    HAMDIL_TRY(const Titles titles, titles_of(workspace, field, fields));
    add(name + ":title", [&](const Json& one) { return one.contains(name) ? titles.of(one[name]) : std::string(); });
  }
  return rows;
}

}  // namespace

Result<ListFile> export_list(const store::Workspace& workspace, store::RecordQuery query, ListFormat format) {
  HAMDIL_TRY(const std::vector<Record> records, all_of(workspace, query));
  const KindDefinition& kind = *model::find_kind(query.kind);
  ListFile out{kind.name, "", records.size()};
  if (format == ListFormat::kJson) {
    out.name += ".json";
    out.bytes = to_json_file(records);
    return out;
  }
  HAMDIL_TRY(Rows rows, to_rows(workspace, kind, records));
  if (format == ListFormat::kXlsx) {
    out.name += ".xlsx";
    HAMDIL_TRY(out.bytes, exchange::xlsx::write_workbook({{kind.name.substr(0, 31), std::move(rows)}}));
    return out;
  }
  out.name += ".csv";
  exchange::csv::WriteOptions options;
  options.neutralise_formulas = false;  // done here, so that it can be undone
  out.bytes = "\xEF\xBB\xBF";           // spreadsheets on Windows need it to see UTF-8
  for (std::vector<std::string>& row : rows) {
    for (std::string& cell : row) cell = guarded_cell(cell);
    exchange::csv::append_record(out.bytes, row, options);
  }
  return out;
}

}  // namespace hamdil::services::records
