#include "services/accounts/access.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/env.hpp"
#include "base/text.hpp"

namespace hamdil::services::accounts {
namespace {

constexpr const char* kCredentials = "credentials";
constexpr std::int64_t kSessionIdle = 2 * 3600, kSessionLife = 12 * 3600;
constexpr std::int64_t kDeviceLife = 180 * 86'400;
constexpr std::int64_t kPinLife = 600;

Error too_often(std::int64_t wait) {
  return Error("access.too_often", "Too many tries. Wait {minutes} minutes.",
               {{"minutes", std::to_string((wait + 59) / 60)}});
}

// One answer to every wrong sign-in: it does not tell whether there is such an account.
Error wrong_sign_in() {
  return Error("access.sign_in", "Login, password or code are not right.")
      .advise("After several wrong tries there is a pause. An administrator can set a new password.");
}

Credentials read_credentials(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  Credentials out;
  if (!json.is_object()) return out;
  out.password = json.value("password", "");
  out.totp = json.value("totp", "");
  out.totp_next = json.value("totp_next", "");
  out.totp_last = json.value("totp_last", std::int64_t{0});
  out.recovery = json.value("recovery", std::vector<std::string>());
  return out;
}

std::string write_credentials(const Credentials& given) {
  return Json{{"password", given.password},
              {"totp", given.totp},
              {"totp_next", given.totp_next},
              {"totp_last", given.totp_last},
              {"recovery", given.recovery}}
      .dump();
}

Account account_from(const model::Record& record) {
  const Json fields = record.fields();
  return {record.id, fields.value("login", ""), record.title, record.state == "disabled", {}};
}

DatedGrant grant_from(const std::string& id, const Json& fields) {
  DatedGrant out;
  out.id = id;
  out.role = fields.value("role", "");
  out.programme = fields.value("programme", "");
  out.districts = fields.value("districts", std::vector<std::string>());
  out.expires_on = fields.value("expires_on", "");
  return out;
}

}  // namespace

Result<std::unique_ptr<Access>> Access::open(store::Workspace& workspace, const HashCost& cost) {
  std::unique_ptr<Access> out(new Access(cost, workspace.env()));
  HAMDIL_TRY(out->passes_, Passes::open(workspace));
  HAMDIL_TRY(const auto kept, workspace.secrets(kCredentials));
  for (const auto& [account, text] : kept) out->credentials_[account] = read_credentials(text);
  HAMDIL_CHECK(out->refresh(workspace));
  return out;
}

Status Access::refresh(store::Workspace& workspace) {
  HAMDIL_TRY(const store::LogHead head, workspace.head());
  if (head.count == seen_) return Done{};
  HAMDIL_TRY(const bool changed, workspace.changed_since(seen_, {"account", "grant", "place"}));
  if (!changed && seen_ >= 0) {
    seen_ = head.count;
    return Done{};
  }
  const store::WholeView whole(workspace);
  HAMDIL_TRY(const auto records, workspace.list("account"));
  HAMDIL_TRY(const auto grants, workspace.list("grant"));
  std::vector<Account> accounts;
  for (const model::Record& record : records) accounts.push_back(account_from(record));
  for (const model::Record& record : grants) {
    const Json fields = record.fields();
    for (Account& account : accounts)
      if (account.id == fields.value("account", "")) account.grants.push_back(grant_from(record.id, fields));
  }
  workspace.forget_places();
  const std::lock_guard lock(mutex_);
  accounts_ = std::move(accounts);
  tables_.clear();
  ++reloads_;
  seen_ = head.count;
  return Done{};
}

std::optional<Account> Access::account_of(const std::string& id) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::find_if(accounts_.begin(), accounts_.end(), [&](const Account& account) { return account.id == id; });
  return found == accounts_.end() ? std::nullopt : std::optional(*found);
}

std::string Access::login_of(const std::string& account) const {
  const auto found = account_of(account);
  return found ? found->login : std::string();
}

std::vector<Account> Access::accounts() const {
  const std::lock_guard lock(mutex_);
  return accounts_;
}

Credentials Access::credentials_of(const std::string& account) const {
  const std::lock_guard lock(mutex_);
  const auto found = credentials_.find(account);
  return found == credentials_.end() ? Credentials() : found->second;
}
bool Access::has_password(const std::string& account) const { return !credentials_of(account).password.empty(); }
bool Access::has_second_factor(const std::string& account) const { return !credentials_of(account).totp.empty(); }

Status Access::put_credentials(store::Workspace& workspace, const std::string& account, const Credentials& given) {
  HAMDIL_CHECK(workspace.put_secret(kCredentials, account, write_credentials(given)));
  const std::lock_guard lock(mutex_);
  credentials_[account] = given;
  return Done{};
}

// Grants that hold today; a disabled account has nobody behind it.
std::optional<Caller> Access::caller_of(const Pass& pass, std::int64_t now) const {
  const auto account = account_of(pass.account);
  if (!account || account->disabled) return std::nullopt;
  Caller out{*account, pass, {}};
  const std::string today = format_timestamp(now).substr(0, 10);
  for (const DatedGrant& grant : account->grants) {
    if (!grant.expires_on.empty() && grant.expires_on < today) continue;
    if (!pass.roles.empty() && std::find(pass.roles.begin(), pass.roles.end(), grant.role) == pass.roles.end())
      continue;
    out.grants.push_back(grant);
  }
  return out;
}

std::optional<Caller> Access::by_session(std::string_view secret, std::int64_t now, bool counts) {
  const auto pass = passes_->use(Pass::Kind::kSession, secret, now, counts);
  return pass ? caller_of(*pass, now) : std::nullopt;
}
std::optional<Caller> Access::by_token(std::string_view secret, std::int64_t now) {
  const auto pass = passes_->use(Pass::Kind::kToken, secret, now);
  return pass ? caller_of(*pass, now) : std::nullopt;
}
std::optional<Caller> Access::by_pass(const std::string& id, std::int64_t now) const {
  const auto pass = passes_->find(id, now);
  return pass ? caller_of(*pass, now) : std::nullopt;
}

std::string Access::standing(const std::string& pass, std::int64_t now) const {
  const auto caller = by_pass(pass, now);
  if (!caller) return {};
  std::string out = caller->account.id;
  for (const Grant& grant : caller->grants)
    out += "\n" + grant.role + "/" + grant.programme + "/" + text::join(grant.districts, ",");
  return out;
}

std::shared_ptr<const store::ViewTable> Access::table_of(const Caller& caller, std::int64_t now) {
  const std::string key =
      caller.account.id + "/" + text::join(caller.pass.roles, ",") + "/" + format_timestamp(now).substr(0, 10);
  const std::lock_guard lock(mutex_);
  auto& table = tables_[key];
  if (!table)
    table = std::make_shared<const store::ViewTable>(Policy::built_in().view(caller.account.login, caller.grants));
  return table;
}

PasswordVerdict Access::check_password(const std::string& login, std::string_view password, const std::string& address,
                                       std::int64_t now) {
  PasswordVerdict out;
  const std::string both = login + "\n" + address;
  out.wait = std::max({by_login_.waits(login, now), by_address_.waits(address, now), by_both_.waits(both, now)});
  if (out.wait > 0) return out;
  std::string account;
  for (const Account& one : accounts())
    if (one.login == login && !one.disabled) {
      account = one.id;
      break;
    }
  const Credentials credentials = account.empty() ? Credentials() : credentials_of(account);
  out.right = verify_password(credentials.password, password, cost_);
  if (out.right) {
    out.account = account;
    if (needs_rehash(credentials.password, cost_))
      if (auto hash = hash_password(password, cost_)) out.new_hash = *hash;
    return out;
  }
  by_login_.failed(login, now);
  by_address_.failed(address, now);
  by_both_.failed(both, now);
  return out;
}

bool Access::take_code(store::Workspace& workspace, const std::string& account, const std::string& code,
                       std::int64_t now) {
  Credentials credentials = credentials_of(account);
  if (const auto step = check_totp(credentials.totp, code, now, credentials.totp_last)) {
    credentials.totp_last = *step;
    return static_cast<bool>(put_credentials(workspace, account, credentials));
  }
  const std::string digest = digest_of_recovery_code(code, passes_->key());
  const auto found = std::find_if(credentials.recovery.begin(), credentials.recovery.end(),
                                  [&](const std::string& one) { return same_digest(one, digest); });
  if (found == credentials.recovery.end()) return false;
  credentials.recovery.erase(found);
  return static_cast<bool>(put_credentials(workspace, account, credentials));
}

Result<std::string> Access::sign_in(store::Workspace& workspace, const PasswordVerdict& verdict,
                                    const std::string& code, const std::string& label, const std::string& address) {
  const std::int64_t now = workspace.env().now();
  if (verdict.wait > 0) return too_often(verdict.wait);
  const auto account = account_of(verdict.account);
  if (!verdict.right || !account || account->disabled) return wrong_sign_in();
  const std::string both = account->login + "\n" + address;
  if (has_second_factor(account->id)) {
    if (const std::int64_t wait = by_both_.waits(both, now)) return too_often(wait);
    if (code.empty())
      return Error("access.code_needed", "Give the code of the second factor, too.").at({.pointer = "/code"});
    if (!take_code(workspace, account->id, code, now)) {
      by_login_.failed(account->login, now);
      by_address_.failed(address, now);
      by_both_.failed(both, now);
      return wrong_sign_in();
    }
  }
  by_both_.passed(both);
  if (!verdict.new_hash.empty()) {
    Credentials credentials = credentials_of(account->id);
    credentials.password = verdict.new_hash;
    HAMDIL_CHECK(put_credentials(workspace, account->id, credentials));
  }
  HAMDIL_CHECK(workspace.write({account->login, ""}, [&](store::Transaction& transaction) {
    return transaction.note("sign in", "account", account->id, label);
  }));
  return passes_->issue(workspace, {.kind = Pass::Kind::kSession,
                                    .account = account->id,
                                    .label = label,
                                    .created = now,
                                    .expires = now + kSessionLife,
                                    .idle = kSessionIdle});
}

Status Access::set_password(store::Workspace& workspace, const store::Author& author, const std::string& account,
                            const std::string& hash, const std::string& keep_session) {
  Credentials credentials = credentials_of(account);
  credentials.password = hash;
  HAMDIL_CHECK(put_credentials(workspace, account, credentials));
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) {
    return transaction.note("set password", "account", account, "");
  }));
  return passes_->end_all(workspace, account, keep_session);  // who knew the old one is out
}

Result<std::string> Access::start_second_factor(store::Workspace& workspace, const std::string& account) {
  Credentials credentials = credentials_of(account);
  credentials.totp_next = new_totp_secret();
  HAMDIL_CHECK(put_credentials(workspace, account, credentials));
  return credentials.totp_next;
}

Result<std::vector<std::string>> Access::confirm_second_factor(store::Workspace& workspace, const store::Author& author,
                                                               const std::string& account, const std::string& code) {
  Credentials credentials = credentials_of(account);
  const auto step =
      credentials.totp_next.empty() ? std::nullopt : check_totp(credentials.totp_next, code, workspace.env().now(), 0);
  if (!step)
    return Error("access.code_wrong", "This code is not right.")
        .at({.pointer = "/code"})
        .advise("Take the code that the app shows now; the clock of the telephone must be right.");
  credentials.totp = std::exchange(credentials.totp_next, {});
  credentials.totp_last = *step;
  const std::vector<std::string> codes = new_recovery_codes();
  credentials.recovery.clear();
  for (const std::string& one : codes) credentials.recovery.push_back(digest_of_recovery_code(one, passes_->key()));
  HAMDIL_CHECK(put_credentials(workspace, account, credentials));
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) {
    return transaction.note("second factor on", "account", account, "");
  }));
  return codes;
}

Status Access::end_second_factor(store::Workspace& workspace, const store::Author& author, const std::string& account) {
  Credentials credentials = credentials_of(account);
  credentials.totp.clear();
  credentials.totp_next.clear();
  credentials.recovery.clear();
  HAMDIL_CHECK(put_credentials(workspace, account, credentials));
  return workspace.write(author, [&](store::Transaction& transaction) {
    return transaction.note("second factor off", "account", account, "");
  });
}

std::string Access::new_pin(std::int64_t now) {
  const std::lock_guard lock(mutex_);
  pin_ = {accounts::new_pin(), now + kPinLife};
  return pin_.digits;
}

Result<std::string> Access::pair(store::Workspace& workspace, const std::string& pin, const std::string& label,
                                 const std::string& address) {
  const std::int64_t now = workspace.env().now();
  if (const std::int64_t wait = pin_tries_.waits(address, now)) return too_often(wait);
  {
    const std::lock_guard lock(mutex_);
    if (pin_.digits.empty() || now >= pin_.until)
      return Error("access.pin.void", "There is no PIN that serves now.")
          .at({.pointer = "/pin"})
          .advise("Ask for a new one: whoever runs the server, or an administrator, can show it.");
    if (const std::int64_t wait = pin_rate_.take(now)) return too_often(wait);
    if (!same_digest(pin_.digits, pin)) {
      pin_tries_.failed(address, now);
      return Error("access.pin.wrong", "This PIN is not right.").at({.pointer = "/pin"});
    }
    pin_ = {};
  }
  pin_tries_.passed(address);
  HAMDIL_CHECK(workspace.write({"pairing", ""}, [&](store::Transaction& transaction) {
    return transaction.note("pair device", "account", "", label);
  }));
  return passes_->issue(workspace,
                        {.kind = Pass::Kind::kDevice, .label = label, .created = now, .expires = now + kDeviceLife});
}

}  // namespace hamdil::services::accounts
