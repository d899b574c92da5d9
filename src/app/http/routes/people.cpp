// What administrators do: accounts, passwords of others, PINs and devices. Grants are records like others.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "base/env.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;
using accounts::Pass;

std::int64_t now(const Call& call) { return call.workspace().env().now(); }

Result<Response> new_pin(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {}));
  const std::string pin = call.context.access->new_pin(now(call));
  HAMDIL_CHECK(call.workspace().write(
      call.author(), [](store::Transaction& transaction) { return transaction.note("new PIN", "account", "", ""); }));
  return json_response({{"pin", pin}, {"until", format_timestamp(now(call) + 600)}}, 201);
}

Result<Response> devices(Call& call) {
  Json list = Json::array();
  for (const Pass& pass : call.context.access->passes().all(Pass::Kind::kDevice, now(call)))
    list.push_back(accounts::to_json(pass));
  return json_response({{"passes", list}});
}

Result<Response> end_device(Call& call) {
  HAMDIL_TRY(const bool ended,
             call.context.access->passes().end(call.workspace(), Pass::Kind::kDevice, call.path.at("id")));
  if (!ended) return Error("access.unknown", "There is no such session, device or token.");
  HAMDIL_CHECK(call.workspace().write(call.author(), [&](store::Transaction& transaction) {
    return transaction.note("end device", "account", "", call.path.at("id"));
  }));
  return Response{204, {}, ""};
}

Json account_json(const Call& call, const accounts::Account& account) {
  accounts::Access& access = *call.context.access;
  Json grants = Json::array();
  for (const accounts::DatedGrant& grant : account.grants)
    grants.push_back({{"id", grant.id},
                      {"role", grant.role},
                      {"programme", grant.programme},
                      {"districts", grant.districts},
                      {"expires_on", grant.expires_on}});
  const auto sessions = access.passes().all(Pass::Kind::kSession, now(call), account.id);
  return {{"id", account.id},
          {"login", account.login},
          {"name", account.name},
          {"disabled", account.disabled},
          {"has_password", access.has_password(account.id)},
          {"second_factor", access.has_second_factor(account.id)},
          {"sessions", sessions.size()},
          {"tokens", access.passes().all(Pass::Kind::kToken, now(call), account.id).size()},
          {"seen_at", sessions.empty() ? "" : format_timestamp(sessions.front().used)},
          {"grants", grants}};
}

Result<Response> list(Call& call) {
  HAMDIL_CHECK(call.context.access->refresh(call.workspace()));
  Json out = Json::array();
  for (const accounts::Account& account : call.context.access->accounts()) out.push_back(account_json(call, account));
  return json_response({{"accounts", out}, {"roles", accounts::Policy::built_in().roles()}});
}

Result<accounts::Account> account_of(const Call& call) {
  HAMDIL_CHECK(call.context.access->refresh(call.workspace()));
  for (const accounts::Account& account : call.context.access->accounts())
    if (account.id == call.path.at("id")) return account;
  return Error("store.record.missing", "There is no such {kind}.", {{"kind", "account"}});
}

struct NewHash {
  Status fits = Done{};
  std::string hash;
};

std::shared_ptr<void> prepare_hash(accounts::Access& access, const Request&, const Json& body) {
  auto out = std::make_shared<NewHash>();
  const Json password = body.value("password", Json());
  const Json login = body.value("login", Json(""));
  if (!password.is_string() || !login.is_string()) return out;
  out->fits = accounts::check_new_password(password.get_ref<const std::string&>(), login.get_ref<const std::string&>());
  if (!out->fits) return out;
  auto hash = accounts::hash_password(password.get_ref<const std::string&>(), access.cost());
  if (hash)
    out->hash = *hash;
  else
    out->fits = hash.error();
  return out;
}

Result<Response> add(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"login", "name", "password"}));
  HAMDIL_TRY(const std::string login, text_member(*call.body, "login"));
  HAMDIL_TRY(const std::string name, text_member(*call.body, "name"));
  const auto* prepared = static_cast<const NewHash*>(call.prepared.get());
  if (prepared != nullptr && !prepared->fits) return prepared->fits.error();
  HAMDIL_TRY(const model::Record record,
             accounts::add_account(call.workspace(), call.author(), text::to_lower_ascii(text::trim(login)),
                                   text::trim(name)));
  HAMDIL_CHECK(call.context.access->refresh(call.workspace()));
  if (prepared != nullptr && !prepared->hash.empty())
    HAMDIL_CHECK(call.context.access->set_password(call.workspace(), call.author(), record.id, prepared->hash, ""));
  tell_change(call, record, "create");
  return json_response({{"id", record.id}, {"login", record.fields().value("login", "")}}, 201);
}

Result<Response> set_password(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"password"}));
  HAMDIL_TRY(const accounts::Account account, account_of(call));
  const auto* prepared = static_cast<const NewHash*>(call.prepared.get());
  if (prepared != nullptr && !prepared->fits) return prepared->fits.error();
  if (prepared == nullptr || prepared->hash.empty())
    return Error("http.body.missing", "{name} is missing.", {{"name", "password"}}).at({.pointer = "/password"});
  HAMDIL_TRY(const std::string password, text_member(*call.body, "password"));
  HAMDIL_CHECK(accounts::check_new_password(password, account.login));
  HAMDIL_CHECK(call.context.access->set_password(call.workspace(), call.author(), account.id, prepared->hash, ""));
  return Response{204, {}, ""};
}

Result<Response> reset_second_factor(Call& call) {
  HAMDIL_TRY(const accounts::Account account, account_of(call));
  HAMDIL_CHECK(call.context.access->end_second_factor(call.workspace(), call.author(), account.id));
  return Response{204, {}, ""};
}

Result<Response> end_sessions(Call& call) {
  HAMDIL_TRY(const accounts::Account account, account_of(call));
  HAMDIL_CHECK(call.context.access->passes().end_all(call.workspace(), account.id));
  HAMDIL_CHECK(call.workspace().write(call.author(), [&](store::Transaction& transaction) {
    return transaction.note("end sessions", "account", account.id, "");
  }));
  return Response{204, {}, ""};
}

}  // namespace

std::vector<Route> people_routes() {
  std::vector<Route> out;
  out.push_back(access_route("POST", "/pin", "newPin", "A PIN that lets one device in, within ten minutes.", new_pin,
                             "Empty", "Pin", 201));
  out.back().only_team = true;
  out.push_back(access_route("GET", "/devices", "listDevices", "Devices that were let in.", devices, "", "Passes"));
  out.push_back(access_route("DELETE", "/devices/{id}", "endDevice", "Shuts a device out.", end_device, "", "", 204));
  out.push_back(access_route("GET", "/accounts", "listAccounts", "Accounts with their roles, sessions and tokens.",
                             list, "", "Accounts"));
  out.push_back(access_route("POST", "/accounts", "newAccount",
                             "An account; what it may do is said by records `grant`.", add, "AccountBody",
                             "AccountMade", 201));
  out.back().prepare = prepare_hash;
  out.push_back(access_route("POST", "/accounts/{id}/password", "setPassword",
                             "A new password of somebody; all their sessions and tokens end.", set_password,
                             "PasswordBody", "", 204));
  out.back().prepare = prepare_hash;
  out.push_back(access_route("DELETE", "/accounts/{id}/second-factor", "resetSecondFactor",
                             "Turns somebody's second factor off, who lost the telephone.", reset_second_factor, "", "",
                             204));
  out.push_back(access_route("DELETE", "/accounts/{id}/sessions", "endAccountSessions",
                             "Ends all sessions and tokens of an account.", end_sessions, "", "", 204));
  return out;
}

}  // namespace hamdil::http
