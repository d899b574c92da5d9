// Who works on what, and the words of the interface.
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "base/catalogue.hpp"
#include "base/version.hpp"
#include "model/kind.hpp"
#include "services/demo/programme.hpp"
#include "services/records/reckoning.hpp"

namespace hamdil::http {
namespace {

// What the interface shows and hides; the server decides anew at every request.
Json access_json(const Call& call) {
  namespace accounts = services::accounts;
  const auto& caller = call.context.entry.caller;
  Json kinds = Json::object();
  Json resources = Json::object();
  Json roles = Json::array();
  if (!caller)
    return {{"mode", "single"}, {"login", ""},    {"name", call.context.who},
            {"roles", roles},   {"kinds", kinds}, {"resources", resources}};
  const auto deeds = [](auto&& allowed) {
    Json out = Json::array();
    for (std::size_t deed = 0; deed < store::kDeeds; ++deed)
      if (allowed(static_cast<store::Deed>(deed))) out.push_back(accounts::deed_name(static_cast<store::Deed>(deed)));
    return out;
  };
  const store::ViewTable& table = *call.context.entry.view->table;
  for (const model::KindDefinition& kind : model::all_kinds())
    kinds[kind.name] = deeds([&](store::Deed deed) { return !table.scopes(kind.name, deed).empty(); });
  for (const char* name : {"jobs", "files", "trace", "doors", "rounds", "partner_links"})
    resources[name] = deeds([&](store::Deed deed) {
      return accounts::Policy::built_in().reach(caller->grants, name, deed) != accounts::Reach::kNone;
    });
  for (const accounts::Grant& grant : caller->grants) roles.push_back(grant.role);
  return {{"mode", "team"}, {"login", caller->account.login}, {"name", caller->account.name}, {"roles", roles},
          {"kinds", kinds}, {"resources", resources}};
}

Result<Response> session(Call& call) {
  Json workspace = nullptr;
  if (call.context.workspace != nullptr) {
    const std::string& path = call.workspace().path();
    std::string name = path.substr(path.find_last_of('/') + 1);
    if (name.ends_with(".hamdil")) name.resize(name.size() - 7);
    bool demo = false;
    HAMDIL_TRY(const std::vector<model::Record> programmes, call.workspace().list("programme"));
    for (const model::Record& programme : programmes) demo = demo || programme.fields().value("demo", false);
    std::string demo_language;
    if (demo) {
      HAMDIL_TRY(demo_language, services::demo::programme_language(call.workspace()));
    }
    HAMDIL_TRY(const services::records::Reckoning reckoning, services::records::reckoning_of(call.workspace()));
    workspace = {{"name", name},
                 {"demo", demo},
                 {"demo_language", demo_language},
                 {"calendar", reckoning.calendar},
                 {"time_zone", reckoning.time_zone},
                 {"today", services::records::today(call.workspace(), reckoning)}};
  }
  return json_response({{"workspace", workspace},
                        {"who", call.context.who},
                        {"access", access_json(call)},
                        {"languages", Catalogue::built_in().languages()},
                        {"version", kVersion}});
}

// The pages' own words, and the names of months, which they share with the reports.
bool is_for_pages(const std::string& id) {
  return id.starts_with("ui.") || id.starts_with("month.") || id.starts_with("solar_month.") || id == "date.long";
}

Result<Response> messages(Call& call) {
  const Catalogue& catalogue = Catalogue::built_in();
  const std::string& language = call.path.at("language");
  const Catalogue::File* english = catalogue.file("en");
  if (catalogue.file(language) == nullptr)
    return error_response(
        Error("http.language", "There are no words in the language {language}.", {{"language", language}}),
        call.language, 404);
  Json out = Json::object();
  for (const auto& [id, text] : english->messages)
    if (is_for_pages(id)) out[id] = *catalogue.find_or_english(language, id);
  return json_response(out);
}

}  // namespace

std::vector<Route> session_routes() {
  return {{.method = "GET",
           .pattern = "/api/v1/session",
           .operation = "getSession",
           .summary = "The open workspace, who works, the languages and the version.",
           .handler = session,
           .answer_schema = "Session",
           .needs_workspace = false},
          {.method = "GET",
           .pattern = "/api/v1/messages/{language}",
           .operation = "getMessages",
           .summary = "The interface's own texts in a language; English where a text is not translated.",
           .handler = messages,
           .access = Access::kOpen,
           .answer_schema = "Messages",
           .needs_workspace = false}};
}

}  // namespace hamdil::http
