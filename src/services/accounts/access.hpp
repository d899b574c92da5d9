// Accounts and what lets people in. The records `account` and `grant` say who there is and what they are; credentials,
// sessions, tokens and devices stand sealed beside the records (store: secrets).
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "services/accounts/credentials.hpp"
#include "services/accounts/passes.hpp"
#include "services/accounts/policy.hpp"
#include "services/accounts/throttle.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::accounts {

struct DatedGrant : Grant {
  std::string expires_on;  // last day; empty: none
};

struct Account {
  std::string id;
  std::string login;
  std::string name;
  bool disabled = false;
  std::vector<DatedGrant> grants;
};

// What is kept of somebody's secrets, as JSON under the account's id.
struct Credentials {
  std::string password;   // hash
  std::string totp;       // secret; empty: no second factor
  std::string totp_next;  // a secret that was shown and not confirmed yet
  std::int64_t totp_last = 0;
  std::vector<std::string> recovery;  // digests
};

// Somebody who is let in.
struct Caller {
  Account account;
  Pass pass;                  // session or token
  std::vector<Grant> grants;  // those that hold today, cut to what a token may
};

// What became of a password that was sent, before the second factor is looked at.
struct PasswordVerdict {
  bool right = false;
  std::int64_t wait = 0;  // seconds: too many were wrong
  std::string account;    // id, where it is right
  std::string new_hash;   // where the cost of a hash has changed
};

class Access {
 public:
  // Codes of the workspace. `cost` of new hashes.
  static Result<std::unique_ptr<Access>> open(store::Workspace& workspace, const HashCost& cost = HashCost::moderate());

  // From any thread.
  // What a page asks on its own, nobody at its keys, does not count as use.
  std::optional<Caller> by_session(std::string_view secret, std::int64_t now, bool counts = true);
  std::optional<Caller> by_token(std::string_view secret, std::int64_t now);
  std::optional<Caller> by_pass(const std::string& id, std::int64_t now) const;  // without counting as use
  // All that decides what somebody sees, as a text to compare; "" for whom nothing is open any more.
  std::string standing(const std::string& pass, std::int64_t now) const;
  // Another number whenever a standing may be another.
  std::uint64_t turn() const { return passes_->ended() + reloads_; }
  // Makes the hash that logins of nobody are tried against, so that the first try takes no longer than others.
  void warm() const { (void)verify_password({}, "", cost_); }
  // Slow on purpose: away from the thread of the workspace.
  PasswordVerdict check_password(const std::string& login, std::string_view password, const std::string& address,
                                 std::int64_t now);
  const HashCost& cost() const { return cost_; }
  std::int64_t now() const { return env_.now(); }
  std::string login_of(const std::string& account) const;

  // On the workspace's thread from here on.
  // Reads anew what changed in accounts, grants and places, whoever changed it.
  Status refresh(store::Workspace& workspace);
  std::shared_ptr<const store::ViewTable> table_of(const Caller& caller, std::int64_t now);
  std::vector<Account> accounts() const;
  bool has_password(const std::string& account) const;
  bool has_second_factor(const std::string& account) const;

  // The second half of signing in: the code where one is needed, then a new session. Codes access.sign_in,
  // access.code_needed, access.too_often.
  Result<std::string> sign_in(store::Workspace& workspace, const PasswordVerdict& verdict, const std::string& code,
                              const std::string& label, const std::string& address);
  Status set_password(store::Workspace& workspace, const store::Author& author, const std::string& account,
                      const std::string& hash, const std::string& keep_session);
  // Shows a secret; the second factor is on once a code of it is confirmed, which gives the recovery codes.
  Result<std::string> start_second_factor(store::Workspace& workspace, const std::string& account);
  Result<std::vector<std::string>> confirm_second_factor(store::Workspace& workspace, const store::Author& author,
                                                         const std::string& account, const std::string& code);
  Status end_second_factor(store::Workspace& workspace, const store::Author& author, const std::string& account);

  // A PIN for one device and ten minutes. The one before is void.
  std::string new_pin(std::int64_t now);
  // The secret of the device. Codes access.pin.wrong, access.pin.void, access.too_often.
  Result<std::string> pair(store::Workspace& workspace, const std::string& pin, const std::string& label,
                           const std::string& address);

  Passes& passes() { return *passes_; }
  // Links for partners: wrong ones by address, and how often one is used.
  Throttle& link_tries() { return link_tries_; }
  Throttle& link_uses() { return link_uses_; }

 private:
  Access(const HashCost& cost, Env env) : cost_(cost), env_(std::move(env)) {}
  std::optional<Caller> caller_of(const Pass& pass, std::int64_t now) const;
  std::optional<Account> account_of(const std::string& id) const;
  Status put_credentials(store::Workspace& workspace, const std::string& account, const Credentials& credentials);
  Credentials credentials_of(const std::string& account) const;
  bool take_code(store::Workspace& workspace, const std::string& account, const std::string& code, std::int64_t now);

  HashCost cost_;
  Env env_;
  std::unique_ptr<Passes> passes_;
  mutable std::mutex mutex_;
  std::vector<Account> accounts_;
  std::map<std::string, Credentials> credentials_;
  std::int64_t seen_ = -1;  // line of the log up to which accounts are read
  std::atomic<std::uint64_t> reloads_ = 0;
  std::map<std::string, std::shared_ptr<const store::ViewTable>> tables_;
  Throttle by_login_{50, 3600, 900};
  Throttle by_address_{30, 600, 600};
  Throttle by_both_{5, 900, 300};
  Throttle link_tries_{20, 600, 600};
  Throttle link_uses_{60, 3600, 1800};
  struct Pin {
    std::string digits;
    std::int64_t until = 0;
  };
  Pin pin_;
  // Wrong PINs close the address they come from, for half a minute, a minute, two: no others. That alone would not do,
  // because one computer can have many addresses; so all together may try ten times at once and then every seven
  // seconds. In the ten minutes of a PIN these are at most 10 + 600 / 7 < 96 tries of 1,000,000: it is guessed with a
  // probability below 1e-4, from however many addresses.
  Throttle pin_tries_{3, 600, 30, 600};
  Rate pin_rate_{10, 7};
};

// Without a server: for the command line, and for what the server does with accounts.
// Codes access.login.shape, access.login.taken and those of records.
Result<model::Record> add_account(store::Workspace& workspace, const store::Author& author, const std::string& login,
                                  const std::string& name);
// `programme` and `districts` are ids. Codes access.role, model.record.*.
Result<model::Record> add_grant(store::Workspace& workspace, const store::Author& author, const std::string& account,
                                const Grant& grant, const std::string& expires_on = {});
// The account of a login; code access.login.unknown.
Result<model::Record> find_account(const store::Workspace& workspace, const std::string& login);

}  // namespace hamdil::services::accounts
