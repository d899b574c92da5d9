// The program as a server: a workspace, its routes, its background work and the sockets, put together.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/http/server.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::http {

struct ServeOptions {
  std::uint16_t port = 0;
  std::string who;
  ServerLimits limits;
  // Called once it listens, with "http://127.0.0.1:PORT/#token=TOKEN".
  std::function<void(const std::string& url)> started;
};

// Serves until SIGINT or SIGTERM. Without a workspace only the shell and what needs none answers. Codes http.listen and
// those of Jobs::open.
Status serve(std::optional<store::Workspace> workspace, const ServeOptions& options);

struct TeamOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;
  std::vector<std::string> names;  // by which it is reached besides those that the computer knows of itself
  ServerLimits limits;
  struct Started {
    std::vector<std::string> urls;
    std::string fingerprint;
    std::string pin;
  };
  std::function<void(const Started& started)> started;
  // A new PIN that was asked for with a line on standard input.
  std::function<void(const std::string& pin)> pin;
};

// The same for several people with accounts, over HTTPS on the local network. Codes http.listen, http.address,
// http.tls, access.no_account and those of Jobs::open.
Status serve_team(store::Workspace workspace, const TeamOptions& options);

}  // namespace hamdil::http
