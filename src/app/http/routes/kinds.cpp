// The kinds of record as they are declared.
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/labels.hpp"
#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"

namespace hamdil::http {
namespace {

Result<Response> kinds(Call& call) {
  Json areas = Json::array();
  Json list = Json::array();
  std::set<std::string> seen;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (seen.insert(kind.area).second)
      areas.push_back({{"name", kind.area}, {"label", label_of(kind.area, call.language)}});
    list.push_back(kind_json(kind, call.language));
  }
  return json_response({{"areas", areas}, {"kinds", list}});
}

}  // namespace

std::vector<Route> kind_routes() {
  return {
      {.method = "GET",
       .pattern = "/api/v1/kinds",
       .operation = "listKinds",
       .summary = "All kinds of record with their fields, states and transitions, in the language of Accept-Language.",
       .handler = kinds,
       .answer_schema = "Kinds",
       .needs_workspace = false}};
}

}  // namespace hamdil::http
