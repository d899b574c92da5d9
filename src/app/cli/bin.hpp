// hamdil bin
#pragma once

#include "app/cli/command.hpp"

namespace hamdil::cli {

void declare_bin(CLI::App& parent, Run& run);

}  // namespace hamdil::cli
