// Lists out to other programs and in from them.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "model/labels.hpp"
#include "services/accounts/access.hpp"
#include "services/accounts/policy.hpp"
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

Json import_json(const records::ListOutcome& outcome, bool dry_run, const std::string& language) {
  Json mapping = Json::array();
  for (const records::MappedColumn& column : outcome.mapping)
    mapping.push_back({{"column", column.column}, {"field", column.field}, {"sure", column.sure}});
  Json problems = Json::array();
  for (const Diagnostic& found : outcome.problems) problems.push_back(problem_json(found.problem, language));
  Json answer = {{"mapping", mapping},
                 {"rows", outcome.rows},
                 {"problems", problems},
                 {"created", outcome.created},
                 {"changed", outcome.changed}};
  if (outcome.problems.empty() || dry_run) return answer;
  answer["error"] = problem_json(Error("records.import.problems", "The list has {count} problems; nothing was saved.",
                                       {{"count", std::to_string(outcome.problems.size())}}),
                                 language);
  return answer;
}

// More than 500 rows, as far as can be told before they are read: then a job takes them in, and others are answered
// meanwhile.
bool is_long(const std::string& bytes) {
  constexpr std::ptrdiff_t kLines = 501;
  constexpr std::size_t kBytes = 64 * 1024;  // workbooks, JSON on one line
  return bytes.size() > kBytes || std::count(bytes.begin(), bytes.end(), '\n') > kLines;
}

// To all who may look at the kind somewhere: it names no record.
EventBus::MayHear may_hear_of_kind(const Call& call, const std::string& kind) {
  if (!call.context.guard->is_team()) return {};
  return [access = call.context.access, env = call.workspace().env(), kind](const std::string& listener) {
    const auto caller = access->by_pass(listener, env.now());
    const auto& policy = services::accounts::Policy::built_in();
    return caller && policy.reach(caller->grants, policy.resource_of(kind), store::Deed::kLook) !=
                         services::accounts::Reach::kNone;
  };
}

Result<Response> import_in_background(Call& call, const records::ListImport& request) {
  const auto shared = std::make_shared<const records::ListImport>(request);
  HAMDIL_TRY(
      const services::jobs::Job job,
      call.context.jobs->start(
          "import", model::plural_of_kind(request.kind, call.language), call.context.who,
          [shared, author = call.author(), language = call.language, events = call.context.events,
           may_hear = may_hear_of_kind(call, request.kind),
           view = call.context.entry.view](store::Workspace& workspace, const Control& control) -> Result<std::string> {
            workspace.forget_places();  // what lay where may have changed since the job before
            const store::LookAs as(workspace, view);
            HAMDIL_TRY(const records::ListOutcome outcome, records::import_list(workspace, author, *shared, control));
            if (events != nullptr && !outcome.records.empty())
              events->tell("list",
                           to_text({{"kind", shared->kind}, {"who", author.who}, {"records", outcome.records.size()}}),
                           may_hear);
            Json answer = import_json(outcome, shared->dry_run, language);
            answer["kind"] = shared->kind;
            answer["dry_run"] = shared->dry_run;
            return to_text(answer);
          }));
  return json_response({{"id", job.id}}, 202).with("Location", "/api/v1/jobs/" + job.id);
}

Result<Response> import_records(Call& call) {
  records::ListImport request{call.path.at("kind"), call.request.body, "upload", {}, call.flag("dry_run")};
  HAMDIL_TRY(request.mapping, mapping_of(call));
  if (call.context.jobs != nullptr && is_long(request.bytes)) return import_in_background(call, request);
  HAMDIL_TRY(const records::ListOutcome outcome, records::import_list(call.workspace(), call.author(), request));
  for (const model::Record& record : outcome.records)
    tell_change(call, record, record.version == 1 ? "create" : "change");
  const Json answer = import_json(outcome, request.dry_run, call.language);
  return json_response(answer, answer.contains("error") ? 422 : 200);
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
           "A list as CSV, XLSX, XLS or JSON: all rows or none. Rows with an id change that record, others make one. "
           "With more than about 500 rows a job takes them in.",
       .handler = import_records,
       .body = Body::kFile,
       .answer_schema = "Import",
       .query = {{"dry_run", "Says what would happen and saves nothing.", "boolean"},
                 {"mapping", "A JSON object from column to field, \"\" for columns to pass over."}},
       .takes_key = true,
       .may_take_long = true}};
}

}  // namespace hamdil::http
