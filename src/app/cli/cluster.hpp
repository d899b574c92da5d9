// What commands that speak to a cluster share.
#pragma once

#include <string>

#include "app/cli/command.hpp"
#include "base/control.hpp"
#include "services/reporting/cluster.hpp"

namespace hamdil::cli {

// --credentials and --timeout.
struct ClusterOptions {
  std::string credentials_file;
  int timeout = 600;
  void add_to(CLI::App& command);
  services::reporting::ClusterAccess access() const;
};

// Ctrl-C ends the query on the nodes as well, not only the command.
Control stop_at_interrupt();

}  // namespace hamdil::cli
