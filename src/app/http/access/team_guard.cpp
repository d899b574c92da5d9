#include "app/http/access/team_guard.hpp"

#include <algorithm>

#include "app/http/router.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;
using accounts::RouteRule;

constexpr std::string_view kBearer = "Bearer ";

bool changes_something(const Request& request) { return request.method != "GET" && request.method != "HEAD"; }

Refusal signed_out() {
  return {401, Error("access.signed_out", "You are not signed in, or no longer.").advise("Sign in again.")};
}

// The token of a program, where the request brings one.
std::optional<std::string_view> token_of(const Request& request) {
  const std::string_view sent = request.header("authorization");
  if (!text::starts_with_ignoring_case(sent, kBearer)) return std::nullopt;
  return request.count("authorization") == 1 ? sent.substr(kBearer.size()) : std::string_view();
}

}  // namespace

std::string cookie_text(const std::string& name, const std::string& value, std::int64_t seconds) {
  return name + "=" + value + "; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=" + std::to_string(seconds);
}

TeamGuard::TeamGuard(accounts::Access& access, std::vector<std::string> names, Env env,
                     std::function<std::int64_t()> seconds)
    : Guard(new_token(), std::move(seconds)), access_(access), names_(std::move(names)), env_(std::move(env)) {}

bool TeamGuard::is_own(std::string_view host) const {
  const std::string end = ":" + std::to_string(port());
  const bool may_lack_port = port() == 443;
  return std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
    const std::string shown = name.find(':') == std::string::npos ? name : "[" + name + "]";
    return text::equals_ignoring_case(host, shown + end) || (may_lack_port && text::equals_ignoring_case(host, shown));
  });
}

std::optional<Refusal> TeamGuard::check_names(const Request& request) const {
  if (request.count("host") != 1 || !is_own(request.header("host")))
    return Refusal{403, Error("http.host", "This server does not go by that name.")
                            .advise("Open one of the addresses that hamdil serve printed.")};
  for (const auto& [name, value] : request.headers)
    if (name == "origin" && !(value.starts_with("https://") && is_own(std::string_view(value).substr(8))))
      return Refusal{403, Error("http.origin", "A page of another site may not use this server.")};
  return std::nullopt;
}

std::optional<accounts::Caller> TeamGuard::caller_of(const Request& request, bool counts) {
  if (const auto token = token_of(request)) return access_.by_token(*token, env_.now());
  // A session is only of use on a device that was let in.
  if (!access_.passes().use(accounts::Pass::Kind::kDevice, request.cookie(kDeviceCookie), env_.now()))
    return std::nullopt;
  return access_.by_session(request.cookie(kSessionCookie), env_.now(), counts);
}

std::string TeamGuard::person_of(const Request& request) {
  const auto caller = caller_of(request, false);
  return caller ? caller->account.id : std::string();
}

namespace {

// Accounts and roles are given by a person who signed in, not by a program with a token.
void keep_accounts_shut(store::View& view) {
  auto table = std::make_shared<store::ViewTable>(*view.table);
  for (const char* kind : {"account", "grant"})
    for (const store::Deed deed :
         {store::Deed::kCreate, store::Deed::kChange, store::Deed::kMove, store::Deed::kRemove})
      table->kinds[kind][static_cast<std::size_t>(deed)].clear();
  view.table = std::move(table);
}

// Somebody whose role would allow it, but only for some places, is told what is missing.
Error denied(const std::vector<accounts::Grant>& grants, const RouteRule& rule) {
  const accounts::Policy& policy = accounts::Policy::built_in();
  const bool of_answers = rule.resource == "jobs" || rule.resource == "files" || rule.resource == "trace";
  if (of_answers && std::any_of(grants.begin(), grants.end(), [&](const accounts::Grant& grant) {
        return policy.reach(grant.role, rule.resource, rule.deed) != accounts::Reach::kNone;
      }))
    return accounts::for_all_districts_only();
  return Error("access.denied", "Your role does not allow this.")
      .advise("Ask an administrator of the workspace if your work needs it.");
}

}  // namespace

store::View view_of(accounts::Access& access, const accounts::Caller& caller, std::int64_t now) {
  store::View out{access.table_of(caller, now), store::Deed::kLook};
  if (caller.pass.kind == accounts::Pass::Kind::kToken) keep_accounts_shut(out);
  return out;
}

std::optional<Refusal> TeamGuard::check_entry(const Request& request, const Route* route) {
  const auto token = token_of(request);
  // Another site can make a browser send cookies, but neither this header nor an Origin of ours.
  if (!token && changes_something(request) &&
      (request.header("x-hamdil-request") != "1" || request.count("origin") != 1))
    return Refusal{403, Error("http.csrf", "This was not asked for by a page of this server.")
                            .advise("Send X-Hamdil-Request: 1 and Origin, or a token.")};
  const auto rule = route == nullptr ? std::nullopt : accounts::Policy::built_in().route(route->operation);
  if (rule && rule->kind == RouteRule::Kind::kOpen) return std::nullopt;
  if (token && tokens_.waits(request.address, env_.now()) > 0)
    return Refusal{429, Error("http.token.too_often", "Too many wrong tokens. Wait a minute.")};
  const auto caller = caller_of(request, route != nullptr && !route->on_its_own);
  if (!caller) {
    if (token) tokens_.failed(request.address, env_.now());
    return signed_out();
  }
  if (route != nullptr && rule && rule->kind == RouteRule::Kind::kResource) {
    // Before its body is read and anything slow is done for it.
    if (accounts::Policy::built_in().reach(caller->grants, rule->resource, rule->deed) == accounts::Reach::kNone)
      return Refusal{403, denied(caller->grants, *rule)};
  }
  if (route != nullptr && !rule)
    return Refusal{403, Error("access.no_rule", "The access policy does not say who may use this address.")};
  return std::nullopt;
}

Result<Entry> TeamGuard::enter(const Request& request, const Route& route,
                               const std::map<std::string, std::string>& path, store::Workspace* workspace) {
  if (workspace != nullptr) {
    HAMDIL_CHECK(access_.refresh(*workspace));
    HAMDIL_CHECK(access_.passes().tidy(*workspace, env_.now()));
  }
  const accounts::Policy& policy = accounts::Policy::built_in();
  const auto rule = policy.route(route.operation);
  if (!rule) return Error("access.no_rule", "The access policy does not say who may use this address.");
  Entry out;
  const auto caller = caller_of(request, !route.on_its_own);
  if (caller) {
    out.who = caller->account.login;
    out.caller = std::make_shared<const accounts::Caller>(*caller);
    out.view = view_of(access_, *caller, env_.now());
  } else {
    out.who = "nobody";
    out.view = store::View{std::make_shared<const store::ViewTable>(), store::Deed::kLook};  // sees nothing
  }
  if (rule->kind == RouteRule::Kind::kOpen) return out;
  if (!caller) return signed_out().error;  // the session ended while the body came
  if (route.in_person && caller->pass.kind == accounts::Pass::Kind::kToken)
    return Error("access.in_person", "This is done by a person who signed in, not with a token.");
  if (rule->kind == RouteRule::Kind::kResource) {
    out.reach = policy.reach(caller->grants, rule->resource, rule->deed);
    if (out.reach == accounts::Reach::kNone) return denied(caller->grants, *rule);
  }
  if (rule->kind == RouteRule::Kind::kRecords) {
    const auto kind = path.find("kind");
    if (kind == path.end() || model::find_kind(kind->second) == nullptr) return out;  // the handler names what is wrong
    if (out.view->table->scopes(kind->second, rule->deed).empty()) return denied({}, *rule);
    if (rule->deed <= store::Deed::kExport) out.view->looking = rule->deed;
  }
  return out;
}

}  // namespace hamdil::http
