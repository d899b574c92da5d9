// The program as a server: a workspace, its routes, its background work and the sockets, put together.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "app/http/server.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::http {

struct ServeOptions {
  std::uint16_t port = 0;
  bool else_any_port = false;  // a free one where `port` is taken
  std::string folder;          // of the workspaces that the welcome page makes and opens; "" for none
  std::string who;
  ServerLimits limits;
  // Called once it listens, with "http://127.0.0.1:PORT/#token=TOKEN".
  std::function<void(const std::string& url)> started;
};

// Serves until SIGINT or SIGTERM. Without a workspace only the shell and what needs none answers. Codes http.listen and
// those of Jobs::open.
Status serve(std::optional<store::Workspace> workspace, const ServeOptions& options);

}  // namespace hamdil::http
