// Who may ask in team mode: accounts with sessions, programs with tokens, and what content/access-policy.yaml lets each
// of them do.
#pragma once

#include <string>
#include <vector>

#include "app/http/guard.hpp"
#include "services/accounts/access.hpp"

namespace hamdil::http {

inline constexpr const char* kSessionCookie = "__Host-hamdil";
inline constexpr const char* kDeviceCookie = "__Host-hamdil-device";

class TeamGuard final : public Guard {
 public:
  // `names` are the names and addresses by which this server is reached, without port.
  TeamGuard(services::accounts::Access& access, std::vector<std::string> names, Env env,
            std::function<std::int64_t()> seconds);

  std::optional<Refusal> check_names(const Request& request) const override;
  // A session (with the header X-Hamdil-Request and an Origin of ours where something is changed) or a token.
  std::optional<Refusal> check_entry(const Request& request, const Route* route) override;
  Result<Entry> enter(const Request& request, const Route& route, const std::map<std::string, std::string>& path,
                      store::Workspace* workspace) override;
  std::string person_of(const Request& request) override;
  bool is_team() const override { return true; }
  const std::vector<std::string>& names() const { return names_; }

 private:
  bool is_own(std::string_view host) const;
  std::optional<services::accounts::Caller> caller_of(const Request& request, bool counts);

  services::accounts::Access& access_;
  std::vector<std::string> names_;
  Env env_;
  services::accounts::Throttle tokens_{20, 60, 60};  // wrong ones, by address
};

// What somebody sees and may do; on the thread of the workspace.
store::View view_of(services::accounts::Access& access, const services::accounts::Caller& caller, std::int64_t now);

// "session=...; Path=/; ..." as both cookies are set; with `seconds` 0 it is taken away.
std::string cookie_text(const std::string& name, const std::string& value, std::int64_t seconds);

}  // namespace hamdil::http
