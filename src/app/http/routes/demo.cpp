// The demonstration goes again, from a running server.
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
           .takes_key = true}};
}

}  // namespace hamdil::http
