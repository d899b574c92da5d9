// The demonstration speaks another language, and goes again, from a running server.
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "services/demo/programme.hpp"

namespace hamdil::http {
namespace {

Result<Response> remove(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {}));
  HAMDIL_TRY(const std::vector<model::Record> removed,
             services::demo::remove_programme(call.workspace(), call.author()));
  for (const model::Record& record : removed) tell_change(call, record, "delete");
  return json_response({{"records", removed.size()}});
}

Result<Response> translate(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"language"}));
  HAMDIL_TRY(const std::string language, text_member(*call.body, "language"));
  HAMDIL_TRY(const std::vector<model::Record> changed,
             services::demo::translate_programme(call.workspace(), language, call.author()));
  for (const model::Record& record : changed) tell_change(call, record, "change");
  return json_response({{"records", changed.size()}});
}

}  // namespace

std::vector<Route> demo_routes() {
  return {{.method = "POST",
           .pattern = "/api/v1/demo:remove",
           .operation = "removeDemo",
           .summary = "Moves all records of the demonstration to the bin, in one transaction; none where it is gone.",
           .handler = remove,
           .body = Body::kJson,
           .body_schema = "Empty",
           .answer_schema = "Removed",
           .takes_key = true},
          {.method = "POST",
           .pattern = "/api/v1/demo:translate",
           .operation = "translateDemo",
           .summary = "Puts the demonstration's own titles and texts into a language, in one transaction; those that "
                      "people changed stay.",
           .handler = translate,
           .body = Body::kJson,
           .body_schema = "DemoLanguage",
           .answer_schema = "Translated",
           .takes_key = true}};
}

}  // namespace hamdil::http
