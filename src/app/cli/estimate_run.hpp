// Estimates as text for a terminal.
#pragma once

#include <string>

#include "base/result.hpp"
#include "stats/result.hpp"

namespace hamdil::cli {

// Aligned columns: breakdown, term, estimate, standard error, interval (t, on the domain's degrees of freedom), n,
// degrees of freedom, flags; then tests, further figures, tables, matrices and notes, each with its name. Undefined
// figures are "-". Parts of several analyses follow each other under their names.
Result<std::string> estimate_table_text(const stats::ResultTable& table);

}  // namespace hamdil::cli
