// Coming in and going out: pairing a device, signing in, one's own password, second factor, sessions and tokens.
#include <nlohmann/json.hpp>

#include "app/http/access/team_guard.hpp"
#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;
using accounts::Pass;

constexpr std::int64_t kDeviceCookieLife = 180 * 86'400;
constexpr std::int64_t kSessionCookieLife = 12 * 3600;
constexpr std::int64_t kLongestToken = 366;  // days

Error missing_in(const std::string& name) {
  return Error("http.body.missing", "{name} is missing.", {{"name", name}}).at({.pointer = "/" + name});
}
Error unknown_pass() { return Error("access.unknown", "There is no such session, device or token."); }

std::int64_t now(const Call& call) { return call.workspace().env().now(); }
const accounts::Caller& caller(const Call& call) { return *call.context.entry.caller; }

// The browser as it names itself, cut; it is told to people and never used to decide anything.
std::string browser_of(const Request& request) {
  std::string out;
  for (const char c : request.header("user-agent").substr(0, 120))
    if (static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x7F) out += c;
  return out.empty() ? "?" : out;
}

bool is_paired(const Call& call) {
  return call.context.access->passes()
      .use(Pass::Kind::kDevice, call.request.cookie(kDeviceCookie), now(call))
      .has_value();
}

Result<Response> state(Call& call) {
  const auto& who = call.context.entry.caller;
  const bool team = call.context.guard->is_team();
  return json_response({{"mode", team ? "team" : "single"},
                        {"paired", !team || is_paired(call)},
                        {"signed_in", !team || who != nullptr},
                        {"login", who ? who->account.login : ""},
                        {"name", who ? who->account.name : ""}});
}

Result<Response> pair(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"pin"}));
  HAMDIL_TRY(const std::string pin, text_member(*call.body, "pin"));
  HAMDIL_TRY(const std::string secret, call.context.access->pair(call.workspace(), text::trim(pin),
                                                                 browser_of(call.request), call.request.address));
  Response out{204, {}, ""};
  return out.with("Set-Cookie", cookie_text(kDeviceCookie, secret, kDeviceCookieLife));
}

std::shared_ptr<void> check_sign_in(accounts::Access& access, const Request& request, const Json& body) {
  const auto text_of = [&body](const char* name) {
    return body.contains(name) && body[name].is_string() ? body[name].get<std::string>() : std::string();
  };
  // Argon2id is only done for devices that were let in, and never for a password longer than one can be.
  const std::int64_t at = access.now();
  if (!access.passes().use(Pass::Kind::kDevice, request.cookie(kDeviceCookie), at)) return nullptr;
  const std::string password = text_of("password");
  if (password.empty() || password.size() > 1000) return nullptr;
  return std::make_shared<accounts::PasswordVerdict>(
      access.check_password(text::to_lower_ascii(text::trim(text_of("login"))), password, request.address, at));
}

Result<Response> sign_in(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"login", "password", "code"}));
  HAMDIL_TRY(const std::string code, text_member(*call.body, "code"));
  if (!is_paired(call))
    return Error("access.no_device", "This device is not paired with the server.").advise("Pair it with a PIN first.");
  const auto* verdict = static_cast<const accounts::PasswordVerdict*>(call.prepared.get());
  HAMDIL_TRY(const std::string secret,
             call.context.access->sign_in(call.workspace(), verdict != nullptr ? *verdict : accounts::PasswordVerdict(),
                                          text::trim(code), browser_of(call.request), call.request.address));
  // Whatever session came with the request ends: nobody can be handed one that somebody else knows.
  if (const auto& before = call.context.entry.caller; before && before->pass.kind == Pass::Kind::kSession) {
    HAMDIL_TRY([[maybe_unused]] const bool ended,
               call.context.access->passes().end(call.workspace(), Pass::Kind::kSession, before->pass.id));
  }
  const std::string login = call.context.access->login_of(verdict->account);
  Response out = json_response({{"login", login}});
  return out.with("Set-Cookie", cookie_text(kSessionCookie, secret, kSessionCookieLife));
}

Result<Response> sign_out(Call& call) {
  HAMDIL_TRY([[maybe_unused]] const bool ended,
             call.context.access->passes().end(call.workspace(), caller(call).pass.kind, caller(call).pass.id));
  Response out{204, {}, ""};
  return out.with("Set-Cookie", cookie_text(kSessionCookie, "", 0));
}

struct PasswordChange {
  bool right = false;
  Status fits = Done{};
  std::string hash;
};

std::shared_ptr<void> prepare_change(accounts::Access& access, const Request& request, const Json& body) {
  auto out = std::make_shared<PasswordChange>();
  const std::int64_t at = access.now();
  const auto who = access.by_session(request.cookie(kSessionCookie), at);
  const Json old = body.value("old", Json());
  const Json password = body.value("password", Json());
  if (!who || !old.is_string() || !password.is_string() || old.get_ref<const std::string&>().size() > 1000) return out;
  out->fits = accounts::check_new_password(password.get<std::string>(), who->account.login);
  if (!out->fits) return out;
  out->right = access.check_password(who->account.login, old.get_ref<const std::string&>(), request.address, at).right;
  if (!out->right) return out;
  if (auto hash = accounts::hash_password(password.get_ref<const std::string&>(), access.cost())) out->hash = *hash;
  return out;
}

Result<Response> change_password(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"old", "password"}));
  for (const char* name : {"old", "password"})
    if (!call.body->contains(name)) return missing_in(name);
  const auto* change = static_cast<const PasswordChange*>(call.prepared.get());
  if (change == nullptr) return Error("access.sign_in", "Login, password or code are not right.");
  if (!change->fits) return change->fits.error();
  if (!change->right || change->hash.empty())
    return Error("access.old_password", "The password is not right.").at({.pointer = "/old"});
  HAMDIL_CHECK(call.context.access->set_password(call.workspace(), call.author(), caller(call).account.id, change->hash,
                                                 caller(call).pass.id));
  return Response{204, {}, ""};
}

std::shared_ptr<void> prepare_password(accounts::Access& access, const Request& request, const Json& body) {
  auto out = std::make_shared<PasswordChange>();
  const std::int64_t at = access.now();
  const auto who = access.by_session(request.cookie(kSessionCookie), at);
  const Json password = body.value("password", Json());
  if (who && password.is_string() && password.get_ref<const std::string&>().size() <= 1000)
    out->right =
        access.check_password(who->account.login, password.get_ref<const std::string&>(), request.address, at).right;
  return out;
}

// A session that somebody left open is not enough to change how its owner comes in.
Status check_own_password(const Call& call) {
  const auto* given = static_cast<const PasswordChange*>(call.prepared.get());
  if (given != nullptr && given->right) return Done{};
  return Error("access.old_password", "The password is not right.").at({.pointer = "/password"});
}

Result<Response> start_second_factor(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"password"}));
  HAMDIL_CHECK(check_own_password(call));
  HAMDIL_TRY(const std::string secret,
             call.context.access->start_second_factor(call.workspace(), caller(call).account.id));
  const std::string& path = call.workspace().path();
  const std::string name = path.substr(path.find_last_of('/') + 1);
  return json_response(
      {{"secret", secret}, {"address", accounts::totp_address(secret, caller(call).account.login, name)}});
}

Result<Response> confirm_second_factor(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"code", "password"}));
  HAMDIL_CHECK(check_own_password(call));
  HAMDIL_TRY(const std::string code, text_member(*call.body, "code"));
  HAMDIL_TRY(const auto codes, call.context.access->confirm_second_factor(call.workspace(), call.author(),
                                                                          caller(call).account.id, text::trim(code)));
  return json_response({{"recovery_codes", codes}});
}

Result<Response> end_second_factor(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"password"}));
  HAMDIL_CHECK(check_own_password(call));
  HAMDIL_CHECK(call.context.access->end_second_factor(call.workspace(), call.author(), caller(call).account.id));
  return Response{204, {}, ""};
}

Result<Response> list_of(Call& call, Pass::Kind kind) {
  Json list = Json::array();
  for (const Pass& pass : call.context.access->passes().all(kind, now(call), caller(call).account.id)) {
    Json one = accounts::to_json(pass);
    one["current"] = pass.id == caller(call).pass.id;
    one["live"] = call.context.events == nullptr ? 0 : call.context.events->listeners(pass.id);
    list.push_back(std::move(one));
  }
  return json_response(
      {{"passes", list}, {"second_factor", call.context.access->has_second_factor(caller(call).account.id)}});
}

Result<Response> end_own(Call& call, Pass::Kind kind) {
  const std::string& id = call.path.at("id");
  const auto pass = call.context.access->passes().find(id, now(call));
  if (!pass || pass->kind != kind || pass->account != caller(call).account.id) return unknown_pass();
  HAMDIL_TRY([[maybe_unused]] const bool ended, call.context.access->passes().end(call.workspace(), kind, id));
  return Response{204, {}, ""};
}

Result<Response> new_token(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"label", "days", "roles"}));
  HAMDIL_TRY(const std::string label, text_member(*call.body, "label"));
  if (text::trim(label).empty() || label.size() > 120) return missing_in("label");
  const Json days = call.body->value("days", Json(90));
  if (!days.is_number_integer() || days.get<std::int64_t>() < 1 || days.get<std::int64_t>() > kLongestToken)
    return Error("http.body.type", "{name} must be a whole number.", {{"name", "days"}})
        .at({.pointer = "/days"})
        .advise("From 1 to 366.");
  Pass pass{.kind = Pass::Kind::kToken,
            .account = caller(call).account.id,
            .label = text::trim(label),
            .created = now(call),
            .expires = now(call) + days.get<std::int64_t>() * 86'400};
  for (const Json& role : call.body->value("roles", Json::array())) {
    const auto& grants = caller(call).grants;
    if (!role.is_string() ||
        std::none_of(grants.begin(), grants.end(), [&](const auto& g) { return g.role == role.get<std::string>(); }))
      return Error("access.role", "There is no role {role}.", {{"role", role.dump()}}).at({.pointer = "/roles"});
    pass.roles.push_back(role.get<std::string>());
  }
  HAMDIL_CHECK(call.workspace().write(call.author(), [&](store::Transaction& transaction) {
    return transaction.note("new token", "account", pass.account, pass.label);
  }));
  HAMDIL_TRY(const std::string secret, call.context.access->passes().issue(call.workspace(), std::move(pass)));
  return json_response({{"token", secret}}, 201);
}

}  // namespace

Route access_route(const char* method, const char* pattern, const char* operation, const char* summary, Handler handler,
                   const char* body, const char* answer, int status) {
  Route out{.method = method,
            .pattern = std::string("/api/v1/access") + pattern,
            .operation = operation,
            .summary = summary,
            .handler = std::move(handler),
            .body = *body == '\0' ? Body::kNone : Body::kJson,
            .body_schema = body,
            .status = status,
            .answer_schema = answer};
  out.in_person = true;
  return out;
}

std::vector<Route> access_routes() {
  std::vector<Route> out;
  out.push_back(access_route("GET", "", "getAccess", "Whether several people share this server, and who you are to it.",
                             state, "", "Access"));
  out.back().access = Access::kOpen;
  out.back().in_person = out.back().needs_workspace = false;
  out.push_back(access_route("POST", "/device", "pairDevice", "Lets this device in with a PIN; sets its cookie.", pair,
                             "PairBody", "", 204));
  out.push_back(access_route("POST", "/session", "signIn", "Starts a session; sets its cookie.", sign_in, "SignInBody",
                             "SignedIn"));
  out.back().prepare = check_sign_in;
  out.push_back(access_route("DELETE", "/session", "signOut", "Ends this session.", sign_out, "", "", 204));
  out.push_back(access_route("POST", "/password", "changeOwnPassword",
                             "A new password; all other sessions and tokens of the account end.", change_password,
                             "PasswordChange", "", 204));
  out.back().prepare = prepare_change;
  out.push_back(access_route("POST", "/second-factor", "startSecondFactor",
                             "A secret for an authenticator app; it counts once a code of it is confirmed.",
                             start_second_factor, "PasswordBody", "SecondFactor"));
  out.back().prepare = prepare_password;
  out.push_back(access_route("POST", "/second-factor/confirm", "confirmSecondFactor",
                             "Turns the second factor on; gives the recovery codes, once.", confirm_second_factor,
                             "CodeBody", "RecoveryCodes"));
  out.back().prepare = prepare_password;
  out.push_back(access_route("POST", "/second-factor/end", "endSecondFactor", "Turns the second factor off.",
                             end_second_factor, "PasswordBody", "", 204));
  out.back().prepare = prepare_password;
  out.push_back(access_route(
      "GET", "/sessions", "listOwnSessions", "Where you are signed in.",
      [](Call& call) { return list_of(call, Pass::Kind::kSession); }, "", "Passes"));
  out.push_back(access_route(
      "DELETE", "/sessions/{id}", "endOwnSession", "Ends one of your sessions.",
      [](Call& call) { return end_own(call, Pass::Kind::kSession); }, "", "", 204));
  out.push_back(access_route(
      "GET", "/tokens", "listOwnTokens", "Your tokens for programs.",
      [](Call& call) { return list_of(call, Pass::Kind::kToken); }, "", "Passes"));
  out.push_back(access_route("POST", "/tokens", "newOwnToken",
                             "A token for a program, shown once; with `roles` it may no more than these of yours.",
                             new_token, "TokenBody", "Token", 201));
  out.push_back(access_route(
      "DELETE", "/tokens/{id}", "endOwnToken", "Ends one of your tokens.",
      [](Call& call) { return end_own(call, Pass::Kind::kToken); }, "", "", 204));
  // Whether this server is shared is told to everybody; all else only where it is.
  for (auto one = out.begin() + 1; one != out.end(); ++one) one->only_team = true;
  return out;
}

}  // namespace hamdil::http
