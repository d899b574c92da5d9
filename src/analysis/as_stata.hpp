// The same analysis as Stata code.
#pragma once

#include <string>

#include "analysis/spec.hpp"
#include "base/result.hpp"

namespace hamdil::analysis {

// A do-file for Stata 16 or later that reads `data` (a CSV file whose empty fields are missing), declares the design
// with svyset and estimates: means, shares, totals, ratios and generalised linear models, over groups and in a domain.
// Rows with a missing answer stay in the design as those of a subpopulation do, as here; Stata alone would drop them.
// Code analysis.as_stata.not_there names what cannot be written: among others names that Stata does not take.
Result<std::string> as_stata(const AnalysisSpec& spec, const std::string& data);

}  // namespace hamdil::analysis
