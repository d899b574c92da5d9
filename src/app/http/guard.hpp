// Who may ask: the launch token, the names this server goes by, and tickets for streams.
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

namespace hamdil::http {

// A refusal before anything else is looked at.
struct Refusal {
  int status = 403;
  Error error;
};

// Thread-safe.
class Guard {
 public:
  // `token` is what a request must bring; `seconds` a clock that only goes forward.
  Guard(std::string token, std::function<std::int64_t()> seconds);

  // 256 random bits as 64 hexadecimal digits.
  static std::string new_token();
  void set_port(std::uint16_t port) { port_ = port; }
  const std::string& token() const { return token_; }

  // Host and, where it is sent, Origin must be this server's own: a page of another site that was given a name leading
  // here (DNS rebinding) is refused. Codes http.host, http.origin.
  std::optional<Refusal> check_names(const Request& request) const;
  // Authorization: Bearer TOKEN, compared in constant time. Codes http.token.missing, http.token.wrong (401),
  // http.token.too_often (429) once more than 20 wrong ones came within a minute. The right token always passes.
  std::optional<Refusal> check_token(const Request& request);

  // A ticket opens one stream of events, once, within 30 seconds.
  std::string new_ticket();
  bool use_ticket(const std::string& ticket);

 private:
  std::string token_;
  std::function<std::int64_t()> seconds_;
  std::uint16_t port_ = 0;
  std::mutex mutex_;
  std::deque<std::int64_t> failures_;
  std::map<std::string, std::int64_t> tickets_;  // with the second they end
};

}  // namespace hamdil::http
