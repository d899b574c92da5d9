// Secrets that let somebody in for a time: sessions, tokens of programs, paired devices, links for partners. What is
// kept is a keyed digest; the secret itself is shown or set as a cookie once.
#pragma once

#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::accounts {

struct Pass {
  enum class Kind : std::uint8_t { kSession, kToken, kDevice, kLink } kind = Kind::kSession;
  std::string id;                                   // to speak of it: not secret
  std::string account;                              // whose; empty for devices
  std::string label;                                // what people see: the browser, what a token is for
  std::int64_t created = 0, used = 0, expires = 0;  // seconds
  std::int64_t idle = 0;                            // ends when unused for so long; 0: does not
  std::vector<std::string> roles;                   // of tokens: only these of the account's; all when empty
  std::string more = "{}";                          // JSON: what a link opens
};

// Thread-safe in memory. What ends or begins is written with `save` by the thread that owns the workspace.
class Passes {
 public:
  static Result<std::unique_ptr<Passes>> open(store::Workspace& workspace);

  // Issues the secret of a new pass.
  Result<std::string> issue(store::Workspace& workspace, Pass pass);
  // The pass of a secret, if it is of this kind and still serves; notes that it was used, where that `counts`.
  std::optional<Pass> use(Pass::Kind kind, std::string_view secret, std::int64_t now, bool counts = true);
  // Without noting it.
  std::optional<Pass> find(const std::string& id, std::int64_t now) const;
  std::vector<Pass> all(Pass::Kind kind, std::int64_t now, const std::string& account = {}) const;
  // Whether there was such a pass.
  Result<bool> end(store::Workspace& workspace, Pass::Kind kind, const std::string& id);
  // All sessions and tokens of an account but one.
  Status end_all(store::Workspace& workspace, const std::string& account, const std::string& but = {});
  // Writes when sessions were used last, and forgets what ended; at most every five minutes.
  Status tidy(store::Workspace& workspace, std::int64_t now);
  const std::string& key() const { return key_; }
  std::uint64_t ended() const { return ended_; }  // grows whenever one ends before its time

 private:
  Status write(store::Workspace& workspace, const std::string& digest, const Pass& pass);
  std::string key_;
  mutable std::mutex mutex_;
  std::map<std::string, Pass> passes_;  // by digest
  std::int64_t tidied_ = 0;
  std::atomic<std::uint64_t> ended_ = 0;
};

Json to_json(const Pass& pass);  // for people: without digest

}  // namespace hamdil::services::accounts
