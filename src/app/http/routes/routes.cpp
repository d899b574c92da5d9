#include "app/http/routes/routes.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/openapi.hpp"
#include "app/http/problem.hpp"
#include "base/text.hpp"

namespace hamdil::http {

std::vector<Route> all_routes() {
  std::vector<Route> out;
  for (auto* area :
       {session_routes,    welcome_routes,  kind_routes,    record_routes,   record_action_routes, bulk_routes,
        copy_routes,       exchange_routes, search_routes,  event_routes,    job_routes,           terms_routes,
        attachment_routes, round_routes,    people_routes,  together_routes, view_routes,          demo_routes,
        undo_routes,       library_routes,  partner_routes, access_routes})
    for (Route& route : area()) out.push_back(std::move(route));
  out.push_back({.method = "GET",
                 .pattern = "/api/v1/openapi.json",
                 .operation = "getOpenApi",
                 .summary = "This document.",
                 .handler = [](Call&) -> Result<Response> {
                   static const std::string kDocument = to_text(openapi_document(all_routes()));
                   return Response{200, {{"Content-Type", "application/json; charset=utf-8"}}, kDocument};
                 },
                 .access = Access::kOpen,
                 .answer_schema = "Anything",
                 .needs_workspace = false});
  return out;
}

namespace {

// Whether the session or token of that id, if it still serves, shows the record.
bool hears(const Call& call, const std::string& listener, const std::string& kind, const std::string& id) {
  const std::int64_t now = call.workspace().env().now();
  const auto caller = call.context.access->by_pass(listener, now);
  if (!caller) return false;
  const store::LookAs as(call.workspace(), store::View{call.context.access->table_of(*caller, now)});
  const auto seen = call.workspace().sees(kind, id);
  return seen && *seen;
}

}  // namespace

std::string client_of(const Call& call) {
  const std::string sent(call.request.header("x-hamdil-client"));
  const bool is_plain = sent.size() <= 64 && std::all_of(sent.begin(), sent.end(), [](const char c) {
                          return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
                        });
  return is_plain ? sent : std::string();
}

void tell_about(const Call& call, const std::string& event, const std::string& kind, const std::string& id, Json what) {
  if (call.context.events == nullptr) return;
  if (const std::string client = client_of(call); !client.empty()) what["client"] = client;
  EventBus::MayHear may_hear;
  if (call.context.guard->is_team()) may_hear = [&](const std::string& name) { return hears(call, name, kind, id); };
  call.context.events->tell(event, to_text(what), may_hear);
}

void tell_change(const Call& call, const model::Record& record, const std::string& action) {
  tell_about(call, "record", record.kind, record.id,
             {{"kind", record.kind},
              {"id", record.id},
              {"version", record.version},
              {"who", call.context.who},
              {"action", action}});
}

Result<std::optional<std::int64_t>> version_of(const Call& call) {
  const std::string sent = text::trim(call.request.header("if-match"));
  if (sent.empty() || sent == "*") return std::optional<std::int64_t>();
  std::string plain = sent;
  if (plain.size() >= 2 && plain.front() == '"' && plain.back() == '"') plain = plain.substr(1, plain.size() - 2);
  const auto version = text::parse_integer(plain);
  if (!version) return Error("http.if_match", "If-Match must be the ETag of the record, for example \"3\".");
  return std::optional<std::int64_t>(*version);
}

Status check_members(const Json& body, const std::vector<std::string>& known, const std::string& pointer) {
  for (const auto& [name, value] : body.items())
    if (std::find(known.begin(), known.end(), name) == known.end())
      return Error("http.body.unknown", "There is no {name} here.", {{"name", name}})
          .at({.pointer = pointer + "/" + name})
          .advise("Known are: " + text::join(known, ", ") + ".");
  return Done{};
}

Result<std::string> text_member(const Json& body, const std::string& name, const std::string& otherwise) {
  if (!body.contains(name)) return otherwise;
  if (!body[name].is_string())
    return Error("http.body.type", "{name} must be a text.", {{"name", name}}).at({.pointer = "/" + name});
  return body[name].get<std::string>();
}

}  // namespace hamdil::http
