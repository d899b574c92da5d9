// The kinds of record as they are declared.
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "base/code_lists.hpp"
#include "model/labels.hpp"

namespace hamdil::http {
namespace {

// Declarations do not change while the program runs: written once a language. Only the worker's thread comes here.
Result<Response> kinds(Call& call) {
  static std::map<std::string, std::string> written;
  if (const auto known = written.find(call.language); known != written.end())
    return Response{200, {{"Content-Type", "application/json; charset=utf-8"}}, known->second};
  Json areas = Json::array();
  Json list = Json::array();
  std::set<std::string> seen;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (seen.insert(kind.area).second)
      areas.push_back({{"name", kind.area}, {"label", model::label_of_area(kind.area, call.language)}});
    list.push_back(kind_json(kind, call.language));
  }
  Json lists = Json::object();
  for (const char* name : {"currency", "language", "time_zone"})
    for (const std::string& code : code_list(name))
      lists[name].push_back({{"value", code}, {"label", name_of_code(name, code, call.language)}});
  Response out = json_response({{"areas", areas}, {"kinds", list}, {"lists", lists}});
  written[call.language] = out.body;
  return out;
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
