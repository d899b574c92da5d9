// Several changes at once, all or nothing.
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "services/records/records.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;
using records::Operation;

constexpr std::size_t kMostOperations = 1000;

Result<Operation> operation_of(const Json& json, const std::string& pointer) {
  const auto refused = [&](const char* member, const char* text) {
    return Error("http.body.type", text, {{"name", member}}).at({.pointer = pointer + "/" + member});
  };
  if (!json.is_object()) return Error("http.body.type", "An operation is an object.", {}).at({.pointer = pointer});
  HAMDIL_CHECK(check_members(json, {"method", "kind", "id", "version", "body"}, pointer));
  Operation out;
  for (const char* member : {"method", "kind", "id"})
    if (json.contains(member) && !json[member].is_string()) return refused(member, "{name} must be a text.");
  const std::string method = json.value("method", "");
  if (method != "POST" && method != "PATCH" && method != "DELETE")
    return refused("method", "{name} is POST, PATCH or DELETE.");
  out.what = method == "POST"    ? Operation::Do::kCreate
             : method == "PATCH" ? Operation::Do::kChange
                                 : Operation::Do::kRemove;
  out.kind = json.value("kind", "");
  out.id = json.value("id", "");
  if (json.contains("version")) {
    if (!json["version"].is_number_integer()) return refused("version", "{name} must be a whole number.");
    out.version = json["version"].get<std::int64_t>();
  }
  if (out.what == Operation::Do::kCreate) {
    if (!out.id.empty()) return refused("id", "A new record has no {name} yet.");
    if (out.version) return refused("version", "A new record has no {name} yet.");
  } else {
    if (out.id.empty()) return refused("id", "{name} says which record is meant.");
    if (!out.version) return refused("version", "{name} says which version you change.");
  }
  if (json.contains("body")) {
    if (!json["body"].is_object()) return refused("body", "{name} must be an object.");
    out.body = std::make_shared<const Json>(json["body"]);
  }
  return out;
}

Result<Response> bulk(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"operations"}));
  const Json given = call.body->value("operations", Json());
  if (!given.is_array() || given.size() > kMostOperations)
    return Error("http.body.type", "{name} must be a list of at most 1000 operations.", {{"name", "operations"}})
        .at({.pointer = "/operations"});
  std::vector<Operation> operations;
  for (std::size_t i = 0; i < given.size(); ++i) {
    HAMDIL_TRY(Operation operation, operation_of(given[i], "/operations/" + std::to_string(i)));
    operations.push_back(std::move(operation));
  }
  HAMDIL_TRY(const records::BulkOutcome outcome,
             records::apply_operations(call.workspace(), call.author(), operations));
  if (!outcome.problems.empty()) return problems_response(outcome.problems, call.language);
  static constexpr const char* kActions[] = {"create", "change", "delete"};
  for (std::size_t i = 0; i < outcome.records.size(); ++i)
    tell_change(call, outcome.records[i], kActions[static_cast<std::size_t>(operations[i].what)]);
  HAMDIL_TRY(Json list, records_json(call.workspace(), outcome.records));
  return json_response({{"records", std::move(list)}});
}

}  // namespace

std::vector<Route> bulk_routes() {
  return {{.method = "POST",
           .pattern = "/api/v1/bulk",
           .operation = "bulk",
           .summary = "Several changes in one transaction: all of them or none.",
           .handler = bulk,
           .body = Body::kJson,
           .body_schema = "Bulk",
           .answer_schema = "BulkAnswer",
           .takes_key = true}};
}

}  // namespace hamdil::http
