// Who may ask. In single-user mode: whoever has the launch token. In team mode: access/team_guard.hpp.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "app/http/message.hpp"
#include "base/result.hpp"
#include "services/accounts/access.hpp"

namespace hamdil::http {

// A refusal before anything else is looked at.
struct Refusal {
  int status = 403;
  Error error;
};

struct Route;

// The one who asks, as a route's handler knows it.
struct Entry {
  std::string who;                                           // as the log names it; "": whoever started the program
  std::shared_ptr<const services::accounts::Caller> caller;  // in team mode, where somebody signed in
  std::optional<store::View> view;                           // what is shown and may be done; none: everything
  services::accounts::Reach reach = services::accounts::Reach::kAll;  // of what is no record
};

// Thread-safe but for `enter`.
class Guard {
 public:
  // `token` is what a request must bring; `seconds` a clock that only goes forward.
  Guard(std::string token, std::function<std::int64_t()> seconds);

  // 256 random bits as 64 hexadecimal digits.
  static std::string new_token();
  virtual ~Guard() = default;
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;
  void set_port(std::uint16_t port) { port_ = port; }
  const std::string& token() const { return token_; }

  // Host and, where it is sent, Origin must be this server's own: a page of another site that was given a name leading
  // here (DNS rebinding) is refused. Codes http.host, http.origin.
  virtual std::optional<Refusal> check_names(const Request& request) const;
  // Whether this request may come to this route (none: there is no such address), as far as its headers tell.
  virtual std::optional<Refusal> check_entry(const Request& request, const Route* route);
  // The same with all that can be known, once its turn has come: on the thread that owns the workspace. Here, before
  // the handler, it is decided what somebody may do. Codes access.*.
  virtual Result<Entry> enter(const Request& request, const Route& route,
                              const std::map<std::string, std::string>& path, store::Workspace* workspace);
  // The account behind a request that may come in; "" for strangers, and where there are no accounts.
  virtual std::string person_of(const Request&) { return {}; }
  virtual bool is_team() const { return false; }
  // Authorization: Bearer TOKEN, compared in constant time. Codes http.token.missing, http.token.wrong (401),
  // http.token.too_often (429) once more than 20 wrong ones came within a minute. The right token always passes.
  std::optional<Refusal> check_token(const Request& request);

  // A ticket opens one stream of events, once, within 30 seconds.
  // It is for the session or token whose id is `listener`.
  std::string new_ticket(const std::string& listener = {});
  std::optional<std::string> use_ticket(const std::string& ticket);

 protected:
  std::uint16_t port() const { return port_; }

 private:
  std::string token_;
  std::function<std::int64_t()> seconds_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::deque<std::int64_t> failures_;
  struct Ticket {
    std::int64_t until = 0;
    std::string listener;
  };
  std::map<std::string, Ticket> tickets_;
};

}  // namespace hamdil::http
