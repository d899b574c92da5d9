// The answer of a trace for people.
#pragma once

#include <string>

#include "base/json.hpp"

namespace hamdil::cli {

// Lines with the cell, what was asked, how it was computed and from which answers; the rows behind it stay to the
// caller.
std::string trace_text(const Json& answer);

}  // namespace hamdil::cli
