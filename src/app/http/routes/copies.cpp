// Records made anew from others.
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "services/records/copy_records.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;

Result<records::CopyRequest> request_of(const Call& call) {
  const Json& body = *call.body;
  HAMDIL_CHECK(check_members(body, {"ids", "month", "months", "calendar", "dry_run"}));
  const auto wrong = [](const char* name, const char* text) {
    return Error("http.body.type", text, {{"name", name}}).at({.pointer = std::string("/") + name});
  };
  records::CopyRequest out{.kind = call.path.at("kind")};
  HAMDIL_TRY(out.month, text_member(body, "month"));
  const Json ids = body.value("ids", Json::array());
  if (!ids.is_array()) return wrong("ids", "{name} must be a list of texts.");
  for (const Json& id : ids) {
    if (!id.is_string()) return wrong("ids", "{name} must be a list of texts.");
    out.ids.push_back(id.get<std::string>());
  }
  const Json months = body.value("months", Json(1));
  constexpr int kMost = 120;
  if (!months.is_number_integer() || months.get<std::int64_t>() < -kMost || months.get<std::int64_t>() > kMost)
    return wrong("months", "{name} must be a whole number from -120 to 120.");
  out.months = months.get<int>();
  HAMDIL_TRY(const std::string calendar, text_member(body, "calendar"));
  const auto named = calendar_named(calendar.empty() ? "gregorian" : calendar);
  if (!named) return wrong("calendar", "{name} is gregorian or solar.");
  out.calendar = *named;
  const Json dry_run = body.value("dry_run", Json(false));
  if (!dry_run.is_boolean()) return wrong("dry_run", "{name} is true or false.");
  out.dry_run = dry_run.get<bool>();
  return out;
}

Result<Response> copy(Call& call) {
  HAMDIL_TRY(const records::CopyRequest request, request_of(call));
  HAMDIL_TRY(const records::CopyOutcome outcome, records::copy_records(call.workspace(), call.author(), request));
  if (!outcome.problems.empty()) return problems_response(outcome.problems, call.language, request.kind);
  if (!request.dry_run)
    for (const model::Record& record : outcome.records) tell_change(call, record, "create");
  HAMDIL_TRY(Json list, records_json(call.workspace(), outcome.records));
  Json answer = {{"records", std::move(list)}};
  if (!outcome.undo.empty()) answer["undo"] = outcome.undo;
  return json_response(answer);
}

}  // namespace

std::vector<Route> copy_routes() {
  return {{.method = "POST",
           .pattern = "/api/v1/records/{kind}/copy",
           .operation = "copyRecords",
           .summary =
               "Drafts made from the records that are named, or from those of a month, with dates moved by months of a "
               "calendar.",
           .handler = copy,
           .body = Body::kJson,
           .body_schema = "Copy",
           .answer_schema = "Copied",
           .takes_key = true}};
}

}  // namespace hamdil::http
