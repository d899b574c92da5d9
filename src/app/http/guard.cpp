#include "app/http/guard.hpp"

#include <sodium.h>

#include "app/http/router.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "protect/seal.hpp"

namespace hamdil::http {
namespace {

constexpr std::size_t kMostFailures = 20;
constexpr std::int64_t kFailureWindow = 60;
constexpr std::int64_t kTicketLife = 30;
constexpr std::size_t kMostTickets = 1000;

bool same_secret(std::string_view given, const std::string& secret) {
  return given.size() == secret.size() && ::sodium_memcmp(given.data(), secret.data(), secret.size()) == 0;
}

bool is_own(std::string_view host, std::uint16_t port) {
  const std::string end = ":" + std::to_string(port);
  return text::equals_ignoring_case(host, "localhost" + end) || host == "127.0.0.1" + end;
}

}  // namespace

Guard::Guard(std::string token, std::function<std::int64_t()> seconds)
    : token_(std::move(token)), seconds_(std::move(seconds)) {}

std::string Guard::new_token() { return to_hex(protect::random_bytes(32)); }

std::optional<Refusal> Guard::check_names(const Request& request) const {
  if (request.count("host") != 1 || !is_own(request.header("host"), port_))
    return Refusal{403, Error("http.host", "This server answers only to its own address on this computer.")
                            .advise("Open the address that hamdil serve printed.")};
  for (const auto& [name, value] : request.headers)
    if (name == "origin" && !(value.starts_with("http://") && is_own(std::string_view(value).substr(7), port_)))
      return Refusal{403, Error("http.origin", "A page of another site may not use this server.")};
  return std::nullopt;
}

std::optional<Refusal> Guard::check_token(const Request& request) {
  const std::string_view sent = request.header("authorization");
  constexpr std::string_view kScheme = "Bearer ";
  if (sent.empty())
    return Refusal{401, Error("http.token.missing", "This needs the token that hamdil serve printed.")
                            .advise("Open the whole address that was printed, with what follows the #.")};
  if (request.count("authorization") == 1 && text::starts_with_ignoring_case(sent, kScheme) &&
      same_secret(sent.substr(kScheme.size()), token_))
    return std::nullopt;
  const std::lock_guard lock(mutex_);
  const std::int64_t now = seconds_();
  while (!failures_.empty() && failures_.front() <= now - kFailureWindow) failures_.pop_front();
  if (failures_.size() >= kMostFailures)
    return Refusal{429, Error("http.token.too_often", "Too many wrong tokens. Wait a minute.")};
  failures_.push_back(now);
  return Refusal{401, Error("http.token.wrong", "This token is not the one of this start of the program.")
                          .advise("Open the address that hamdil serve printed last.")};
}

std::optional<Refusal> Guard::check_entry(const Request& request, const Route* route) {
  if (route != nullptr && route->access == Access::kOpen) return std::nullopt;
  return check_token(request);
}

Result<Entry> Guard::enter(const Request&, const Route& route, const std::map<std::string, std::string>&,
                           store::Workspace*) {
  if (route.only_team)
    return Error("access.team_only", "This needs a server that several people share.")
        .advise("Start it with: hamdil serve WS --team.");
  return Entry{};
}

std::string Guard::new_ticket(const std::string& listener) {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = seconds_();
  std::erase_if(tickets_, [now](const auto& ticket) { return ticket.second.until < now; });
  if (tickets_.size() >= kMostTickets) tickets_.erase(tickets_.begin());
  const std::string ticket = to_hex(protect::random_bytes(16));
  tickets_[ticket] = {now + kTicketLife, listener};
  return ticket;
}

std::optional<std::string> Guard::use_ticket(const std::string& ticket) {
  const std::lock_guard lock(mutex_);
  const auto found = tickets_.find(ticket);
  if (found == tickets_.end()) return std::nullopt;
  const Ticket ticket_found = found->second;
  tickets_.erase(found);
  return ticket_found.until >= seconds_() ? std::optional(ticket_found.listener) : std::nullopt;
}

}  // namespace hamdil::http
