// Accounts and grants as records.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "services/accounts/access.hpp"

namespace hamdil::services::accounts {
namespace {

bool is_login(const std::string& login) {
  return login.size() >= 2 && login.size() <= 40 && std::all_of(login.begin(), login.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
         });
}

Result<model::Record> save(store::Workspace& workspace, const store::Author& author, const model::Record& record) {
  model::Record saved;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    HAMDIL_TRY(saved, transaction.save(record));
    return Done{};
  }));
  return saved;
}

}  // namespace

Result<model::Record> find_account(const store::Workspace& workspace, const std::string& login) {
  HAMDIL_TRY(const auto found, workspace.list("account", "login", login));
  if (found.empty()) return Error("access.login.unknown", "There is no account {login}.", {{"login", login}});
  return found.front();
}

Result<model::Record> add_account(store::Workspace& workspace, const store::Author& author, const std::string& login,
                                  const std::string& name) {
  if (!is_login(login))
    return Error("access.login.shape", "A login has 2 to 40 small letters, digits, points, hyphens or underscores.")
        .at({.pointer = "/login"});
  HAMDIL_TRY(const auto taken, workspace.list("account", "login", login));
  if (!taken.empty())
    return Error("access.login.taken", "There is an account {login} already.", {{"login", login}})
        .at({.pointer = "/login"});
  return save(workspace, author, model::new_record("account", name.empty() ? login : name, {{"login", login}}));
}

Result<model::Record> add_grant(store::Workspace& workspace, const store::Author& author, const std::string& account,
                                const Grant& grant, const std::string& expires_on) {
  const auto& roles = Policy::built_in().roles();
  if (std::find(roles.begin(), roles.end(), grant.role) == roles.end())
    return Error("access.role", "There is no role {role}.", {{"role", grant.role}})
        .at({.pointer = "/role"})
        .advise("Roles are: " + text::join(roles, ", ") + ".");
  Json fields = {{"account", account}, {"role", grant.role}};
  if (!grant.programme.empty()) fields["programme"] = grant.programme;
  if (!grant.districts.empty()) fields["districts"] = grant.districts;
  if (!expires_on.empty()) fields["expires_on"] = expires_on;
  HAMDIL_TRY(const auto owner, workspace.find("account", account));
  return save(workspace, author,
              model::new_record("grant", (owner ? owner->title : account) + ": " + grant.role, fields));
}

}  // namespace hamdil::services::accounts
