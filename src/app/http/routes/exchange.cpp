// Lists out to other programs and in from them.
#include <nlohmann/json.hpp>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "services/records/exchange_list.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;

Result<Response> export_records(Call& call) {
  HAMDIL_TRY(const store::RecordQuery query, list_query(call, call.path.at("kind")));
  const std::string format = call.value("format").empty() ? "csv" : call.value("format");
  if (format != "csv" && format != "xlsx" && format != "json")
    return Error("http.query.value", "The parameter {name} is one of: csv, xlsx, json.", {{"name", "format"}})
        .at({.pointer = "?format"});
  const auto kind_of_file = format == "csv"    ? records::ListFormat::kCsv
                            : format == "xlsx" ? records::ListFormat::kXlsx
                                               : records::ListFormat::kJson;
  HAMDIL_TRY(records::ListFile file, records::export_list(call.workspace(), query, kind_of_file));
  Response out{200, {}, std::move(file.bytes)};
  out.with("Content-Type", content_type_of(file.name))
      .with("Content-Disposition", "attachment; filename=\"" + file.name + "\"");
  return out;
}

Result<std::map<std::string, std::string>> mapping_of(const Call& call) {
  std::map<std::string, std::string> out;
  if (call.value("mapping").empty()) return out;
  const Error wrong =
      Error("http.query.value", "The parameter {name} is a JSON object: column to field.", {{"name", "mapping"}})
          .at({.pointer = "?mapping"});
  const auto json = parse_json(call.value("mapping"), "mapping");
  if (!json || !json->is_object()) return wrong;
  for (const auto& [column, field] : json->items()) {
    if (!field.is_string()) return wrong;
    out[column] = field.get<std::string>();
  }
  return out;
}

Result<Response> import_records(Call& call) {
  records::ListImport request{call.path.at("kind"), call.request.body, "upload", {}, call.flag("dry_run")};
  HAMDIL_TRY(request.mapping, mapping_of(call));
  HAMDIL_TRY(const records::ListOutcome outcome, records::import_list(call.workspace(), call.author(), request));
  for (const model::Record& record : outcome.records)
    tell_change(call, record, record.version == 1 ? "create" : "change");
  Json mapping = Json::array();
  for (const records::MappedColumn& column : outcome.mapping)
    mapping.push_back({{"column", column.column}, {"field", column.field}, {"sure", column.sure}});
  Json problems = Json::array();
  for (const Diagnostic& found : outcome.problems) problems.push_back(problem_json(found.problem, call.language));
  Json answer = {{"mapping", mapping},
                 {"rows", outcome.rows},
                 {"problems", problems},
                 {"created", outcome.created},
                 {"changed", outcome.changed}};
  if (outcome.problems.empty() || request.dry_run) return json_response(answer);
  answer["error"] = problem_json(Error("records.import.problems", "The list has {count} problems; nothing was saved.",
                                       {{"count", std::to_string(outcome.problems.size())}}),
                                 call.language);
  return json_response(answer, 422);
}

}  // namespace

std::vector<Route> exchange_routes() {
  std::vector<QueryParameter> filters = kListParameters;
  filters.push_back({"format", "csv (where it is not given), xlsx or json."});
  return {
      {.method = "GET",
       .pattern = "/api/v1/export/{kind}",
       .operation = "exportRecords",
       .summary = "All records that the filters give, as a file that can be read in again.",
       .handler = export_records,
       .answer_schema = "file",
       .query = std::move(filters)},
      {.method = "POST",
       .pattern = "/api/v1/import/{kind}",
       .operation = "importRecords",
       .summary =
           "A list as CSV, XLSX, XLS or JSON: all rows or none. Rows with an id change that record, others make one.",
       .handler = import_records,
       .body = Body::kFile,
       .answer_schema = "Import",
       .query = {{"dry_run", "Says what would happen and saves nothing.", "boolean"},
                 {"mapping", "A JSON object from column to field, \"\" for columns to pass over."}},
       .takes_key = true}};
}

}  // namespace hamdil::http
