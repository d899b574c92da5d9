// hamdil account add, password, grant, list, disable, enable
#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>

#include "app/cli/command.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "services/accounts/access.hpp"
#include "services/records/records.hpp"

namespace hamdil::cli {
namespace {

namespace accounts = services::accounts;
using store::Workspace;

struct AccountOptions {
  std::string workspace;
  std::string login;
  std::string name;
  std::string role;
  std::string programme;
  std::vector<std::string> districts;
  std::string until;
  std::string password_file;
  bool json = false;
  KeyOptions key;
};

// From a file or typed twice; never from the command line, where everybody on the computer could read it.
Result<std::string> password_of(const AccountOptions& options) {
  if (!options.password_file.empty()) {
    HAMDIL_TRY(std::string text, read_file(options.password_file, 4096));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
  }
  const std::string first = ask_hidden("New password");
  if (first.empty())
    return Error("cli.account.no_password", "No password was given.")
        .advise("Type it at a terminal, or name a file with --password-file.");
  if (ask_hidden("Once more") != first) return Error("cli.account.passwords_differ", "The two passwords differ.");
  return first;
}

Status give_password(Workspace& workspace, const std::string& account, const std::string& login,
                     const std::string& password) {
  HAMDIL_CHECK(accounts::check_new_password(password, login));
  HAMDIL_TRY(const std::string hash, accounts::hash_password(password, accounts::HashCost::moderate()));
  HAMDIL_TRY(const auto access, accounts::Access::open(workspace));
  return access->set_password(workspace, author(""), account, hash, "");
}

// An id, or a title that only one record has.
Result<std::string> id_of(const Workspace& workspace, const std::string& kind, const std::string& text) {
  HAMDIL_TRY(const auto by_id, workspace.titles(kind, {text}));
  if (by_id.size() == 1) return text;
  store::RecordQuery query{.kind = kind, .limit = 2};
  query.conditions = {{"title", store::RecordQuery::Condition::Is::kEqual, text}};
  HAMDIL_TRY(const store::RecordPage page, workspace.query(query));
  if (page.records.size() == 1) return page.records.front().id;
  return Error("cli.account.unclear", "Not exactly one {kind} is called {text}.", {{"kind", kind}, {"text", text}});
}

Status grant(Workspace& workspace, const AccountOptions& options, const std::string& account) {
  accounts::Grant wanted;
  wanted.role = options.role;
  if (!options.programme.empty()) {
    HAMDIL_TRY(wanted.programme, id_of(workspace, "programme", options.programme));
  }
  for (const std::string& district : options.districts) {
    HAMDIL_TRY(const std::string id, id_of(workspace, "place", district));
    wanted.districts.push_back(id);
  }
  HAMDIL_TRY(const auto made, accounts::add_grant(workspace, author(""), account, wanted, options.until));
  (void)made;
  return Done{};
}

Status add(Workspace& workspace, const AccountOptions& options) {
  HAMDIL_TRY(const std::string password, password_of(options));
  HAMDIL_CHECK(accounts::check_new_password(password, options.login));
  HAMDIL_TRY(const model::Record record, accounts::add_account(workspace, author(""), options.login, options.name));
  HAMDIL_CHECK(give_password(workspace, record.id, options.login, password));
  return options.role.empty() ? Status(Done{}) : grant(workspace, options, record.id);
}

Status set_password(Workspace& workspace, const AccountOptions& options) {
  HAMDIL_TRY(const model::Record account, accounts::find_account(workspace, options.login));
  HAMDIL_TRY(const std::string password, password_of(options));
  return give_password(workspace, account.id, options.login, password);
}

Status add_grant(Workspace& workspace, const AccountOptions& options) {
  HAMDIL_TRY(const model::Record account, accounts::find_account(workspace, options.login));
  return grant(workspace, options, account.id);
}

Status move(Workspace& workspace, const AccountOptions& options, const char* step) {
  HAMDIL_TRY(const model::Record account, accounts::find_account(workspace, options.login));
  HAMDIL_TRY(const auto moved, services::records::move_record(workspace, author(""), "account", account.id, step));
  (void)moved;
  return Done{};
}

Status list(Workspace& workspace, const AccountOptions& options) {
  HAMDIL_TRY(const auto access, accounts::Access::open(workspace));
  Json out = Json::array();
  for (const accounts::Account& account : access->accounts()) {
    Json roles = Json::array();
    for (const accounts::DatedGrant& one : account.grants) roles.push_back(one.role);
    out.push_back({{"login", account.login},
                   {"name", account.name},
                   {"disabled", account.disabled},
                   {"has_password", access->has_password(account.id)},
                   {"second_factor", access->has_second_factor(account.id)},
                   {"roles", roles}});
  }
  if (options.json) {
    fmt::print("{}\n", out.dump(1));
    return Done{};
  }
  for (const Json& one : out) {
    std::vector<std::string> roles;
    for (const Json& role : one["roles"]) roles.push_back(role.get<std::string>());
    fmt::print("{:<20} {:<28} {}{}{}\n", one["login"].get<std::string>(), one["name"].get<std::string>(),
               text::join(roles, ", "), one["has_password"] == true ? "" : "  no password yet",
               one["disabled"] == true ? "  disabled" : "");
  }
  return Done{};
}

int with_workspace(const AccountOptions& options, const std::function<Status(Workspace&)>& work) {
  auto workspace = open_workspace(options.workspace, options.key, Workspace::Access::kWrite);
  if (!workspace) return report(workspace.error(), options.json);
  const Status done = work(*workspace);
  return done ? static_cast<int>(kDone) : report(done.error(), options.json);
}

}  // namespace

void declare_account(CLI::App& parent, Run& run) {
  auto options = std::make_shared<AccountOptions>();
  auto* account = parent.add_subcommand("account", "Accounts of those who share a workspace (hamdil serve --team)");
  account->require_subcommand(1);
  const auto command = [&](const char* name, const char* help, bool login, std::function<Status(Workspace&)> work) {
    auto* out = account->add_subcommand(name, help);
    out->add_option("workspace", options->workspace, "The workspace")->required();
    if (login) out->add_option("login", options->login, "The account's login")->required();
    out->add_flag("--json", options->json, "Print JSON");
    options->key.add_to(*out);
    out->callback([&run, options, work] { run = [options, work] { return with_workspace(*options, work); }; });
    return out;
  };
  const auto with_password = [&](CLI::App* out) {
    out->add_option("--password-file", options->password_file, "A file with the password; else it is asked for");
  };
  const auto with_grant = [&](CLI::App* out, bool required) {
    auto* role = out->add_option("--role", options->role, "administrator, manager, analyst, coder, partner, ...");
    if (required) role->required();
    out->add_option("--programme", options->programme, "Only in this programme: id or title");
    out->add_option("--district", options->districts, "Only in these places and below: id or title");
    out->add_option("--until", options->until, "Last day, 2026-12-31");
  };
  auto* adding = command("add", "A new account", true, [options](Workspace& w) { return add(w, *options); });
  adding->add_option("--name", options->name, "The person's name");
  with_password(adding);
  with_grant(adding, false);
  with_password(command("password", "A new password; all sessions and tokens end", true,
                        [options](Workspace& w) { return set_password(w, *options); }));
  with_grant(command("grant", "A role, everywhere or in districts", true,
                     [options](Workspace& w) { return add_grant(w, *options); }),
             true);
  command("list", "All accounts", false, [options](Workspace& w) { return list(w, *options); });
  command("disable", "Shuts an account", true, [options](Workspace& w) { return move(w, *options, "disable"); });
  command("enable", "Opens it again", true, [options](Workspace& w) { return move(w, *options, "enable"); });
}

}  // namespace hamdil::cli
