// The same analysis as R code.
#pragma once

#include <string>

#include "analysis/spec.hpp"
#include "base/result.hpp"

namespace hamdil::analysis {

// A script for R with the package survey that reads `data` (a CSV file whose empty fields are missing) and prints one
// line a row: estimate and standard error, fifteen digits. Means, shares, totals, ratios and generalised linear models,
// with a design of strata, clusters, weights and population sizes, and a domain. Code analysis.as_r.not_there names
// what cannot be written.
Result<std::string> as_r(const AnalysisSpec& spec, const std::string& data);

}  // namespace hamdil::analysis
