// Lists out to other programs and in from them.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "app/http/routes/background.hpp"
#include "app/http/routes/routes.hpp"
#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/records/exchange_list.hpp"
#include "services/records/places/match.hpp"

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
  const std::string language = call.value("language");
  const std::vector<std::string> languages = Catalogue::built_in().languages();
  if (!language.empty() && std::find(languages.begin(), languages.end(), language) == languages.end())
    return Error("http.query.value", "The parameter {name} is one of: {values}.",
                 {{"name", "language"}, {"values", text::join(languages, ", ")}})
        .at({.pointer = "?language"});
  HAMDIL_TRY(records::ListFile file,
             records::export_list(call.workspace(), query, kind_of_file, language, call.value("names") == "true"));
  Response out{200, {}, std::move(file.bytes)};
  out.with("Content-Type", content_type_of(file.name))
      .with("Content-Disposition", "attachment; filename=\"" + file.name + "\"");
  return out;
}

// An object of texts from a query parameter.
Result<Json> object_parameter(const Call& call, const char* name) {
  if (call.value(name).empty()) return Json(Json::object());
  const Error wrong = Error("http.query.value", "The parameter {name} is a JSON object.", {{"name", name}})
                          .at({.pointer = std::string("?") + name});
  const auto json = parse_json(call.value(name), name);
  if (!json || !json->is_object()) return wrong;
  return *json;
}

Result<std::map<std::string, std::string>> texts_of(const Json& object, const char* name) {
  std::map<std::string, std::string> out;
  for (const auto& [key, value] : object.items()) {
    if (!value.is_string())
      return Error("http.query.value", "The parameter {name} is a JSON object of texts.", {{"name", name}})
          .at({.pointer = std::string("?") + name});
    out[key] = value.get<std::string>();
  }
  return out;
}

// More than 500 rows, as far as can be told before they are read: then a job takes them in, and others are answered
// meanwhile.
bool is_long(const std::string& bytes) {
  constexpr std::ptrdiff_t kLines = 501;
  constexpr std::size_t kBytes = 64 * 1024;  // workbooks, JSON on one line
  return bytes.size() > kBytes || std::count(bytes.begin(), bytes.end(), '\n') > kLines;
}

Result<Response> import_in_background(Call& call, const records::ListImport& request) {
  HAMDIL_CHECK(check_jobs_of(call));
  Json mapping = Json::object();
  for (const auto& [column, field] : request.mapping) mapping[column] = field;
  const Json list = {{"kind", request.kind},           {"mapping", mapping},       {"dry_run", request.dry_run},
                     {"leave_out", request.leave_out}, {"sender", request.sender}, {"language", call.language},
                     {"client", client_of(call)}};
  // What it holds of the budget goes with it.
  const auto task = [held = call.request.waiting,
                     task = import_task(background_of(call), list, call.context.who, call.context.entry.view)](
                        store::Workspace& workspace, const Control& control, const services::jobs::Turn& turn) {
    return task(workspace, control, turn);
  };
  HAMDIL_TRY(const services::jobs::Job job,
             call.context.jobs->start("import", model::plural_of_kind(request.kind, call.language), call.context.who,
                                      {to_text({{"pass", pass_of(call)}, {"list", list}}), request.bytes}, task));
  return json_response({{"id", job.id}}, 202).with("Location", "/api/v1/jobs/" + job.id);
}

Result<Response> import_records(Call& call) {
  records::ListImport request{call.path.at("kind"), call.request.body, "upload", {}, call.flag("dry_run")};
  request.leave_out = call.flag("leave_out");
  request.sender = call.value("sender");
  HAMDIL_TRY(const Json mapping, object_parameter(call, "mapping"));
  HAMDIL_TRY(request.mapping, texts_of(mapping, "mapping"));
  if (call.context.jobs != nullptr && is_long(request.bytes)) return import_in_background(call, request);
  HAMDIL_TRY(const records::ListOutcome outcome, records::import_list(call.workspace(), call.author(), request));
  for (const model::Record& record : outcome.records)
    tell_change(call, record, record.version == 1 ? "create" : "change");
  const Json answer = import_json(outcome, request.dry_run, call.language);
  return json_response(answer, answer.contains("error") ? 422 : 200);
}

Result<Response> keep_joined(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"sender", "references"}));
  HAMDIL_TRY(const std::string sender, text_member(*call.body, "sender"));
  const Json given = call.body->value("references", Json());
  const Error wrong = Error("http.body.type", "{name} must be an object of objects of texts.", {{"name", "references"}})
                          .at({.pointer = "/references"});
  if (!given.is_object()) return wrong;
  std::map<std::string, std::map<std::string, std::string>> references;
  for (const auto& [kind, texts] : given.items()) {
    if (!texts.is_object() || model::find_kind(kind) == nullptr) return wrong;
    for (const auto& [text, id] : texts.items()) {
      if (!id.is_string()) return wrong;
      references[kind][text] = id.get<std::string>();
    }
  }
  HAMDIL_CHECK(records::keep_references(call.workspace(), call.author(), call.path.at("kind"), sender, references));
  return Response{204, {}, ""};
}

constexpr std::size_t kMostPlaces = 2000;

Result<Response> match_places(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"places"}));
  const Json given = call.body->value("places", Json());
  if (!given.is_array() || given.size() > kMostPlaces)
    return Error("http.body.type", "{name} must be a list of at most 2000 places.", {{"name", "places"}})
        .at({.pointer = "/places"});
  std::vector<records::PlaceText> texts;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string pointer = "/places/" + std::to_string(i);
    if (!given[i].is_object()) return Error("http.body.type", "A place is an object.").at({.pointer = pointer});
    HAMDIL_CHECK(check_members(given[i], {"code", "name"}, pointer));
    records::PlaceText text;
    HAMDIL_TRY(text.code, text_member(given[i], "code"));
    HAMDIL_TRY(text.name, text_member(given[i], "name"));
    texts.push_back(std::move(text));
  }
  HAMDIL_TRY(const auto proposals, records::match_places(call.workspace(), texts));
  Json out = Json::array();
  for (const records::PlaceProposal& one : proposals)
    out.push_back({{"code", one.text.code},
                   {"name", one.text.name},
                   {"how", records::place_match_name(one.how)},
                   {"place", one.place},
                   {"place_title", one.title},
                   {"place_code", one.code},
                   {"code_list", one.code_list},
                   {"others", one.others},
                   {"name_is_code", one.name_is_code}});
  return json_response({{"matches", out}});
}

}  // namespace

std::vector<Route> exchange_routes() {
  std::vector<QueryParameter> filters = kListParameters;
  filters.push_back({"format", "csv (where it is not given), xlsx or json."});
  filters.push_back(
      {"language",
       "Of heads, choices and states in csv and xlsx; where it is not given they are the English names of "
       "the declarations."});
  filters.push_back({"names", "true: titles that name people as they are, not as codes."});
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
                 {"mapping", "A JSON object from column to field, \"\" for columns to pass over."},
                 {"leave_out", "Leaves out what means nothing here, and notes it, instead of refusing the list.",
                  "boolean"},
                 {"sender", "Whose list it is: the mapping is kept, and used for the next one of the same shape."}},
       .takes_key = true,
       .may_take_long = true},
      {.method = "POST",
       .pattern = "/api/v1/import/{kind}/references",
       .operation = "keepReferences",
       .summary = "Texts that a person joined with records, kept for the sender's lists of this kind.",
       .handler = keep_joined,
       .body = Body::kJson,
       .body_schema = "Joined",
       .status = 204},
      {.method = "POST",
       .pattern = "/api/v1/places/match",
       .operation = "matchPlaces",
       .summary = "Codes and names of another list beside the places here: proposals for a person to accept.",
       .handler = match_places,
       .body = Body::kJson,
       .body_schema = "PlaceTexts",
       .answer_schema = "PlaceMatches"}};
}

}  // namespace hamdil::http
