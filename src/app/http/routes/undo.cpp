// A list that was taken in, or records that were copied, taken back with one step.
#include "services/records/undo.hpp"

#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;

Result<Response> undo(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {}));
  HAMDIL_TRY(const records::UndoOutcome outcome,
             records::undo_step(call.workspace(), call.author(), call.path.at("id")));
  for (const model::Record& record : outcome.records) tell_change(call, record, record.deleted ? "delete" : "change");
  Json left = Json::array();
  for (const records::LeftAlone& one : outcome.left)
    left.push_back({{"kind", one.kind}, {"id", one.id}, {"title", one.title}, {"why", one.why}});
  return json_response({{"records", outcome.records.size()}, {"left", std::move(left)}});
}

}  // namespace

std::vector<Route> undo_routes() {
  return {{.method = "POST",
           .pattern = "/api/v1/imports/{id}/undo",
           .operation = "undoImport",
           .summary = "Takes back what an import or a copy made and changed, where nobody has changed it since, in one "
                      "transaction; the rest is named with the reason.",
           .handler = undo,
           .body = Body::kJson,
           .body_schema = "Empty",
           .answer_schema = "Undone",
           .takes_key = true}};
}

}  // namespace hamdil::http
