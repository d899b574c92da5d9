// The same analysis as R code.
#pragma once

#include <string>

#include "analysis/spec.hpp"
#include "base/result.hpp"

namespace hamdil::analysis {

// A script for R with the package survey that reads `data` (a CSV file whose empty fields are missing) and prints lines
// of two figures with fifteen digits: estimate and standard error of every row; of a test its statistic and p-value; of
// proportion_ci the share with its standard error, then lower and upper end by every method asked for. Means, shares,
// totals, ratios, variances, quantiles, generalised linear models, contrasts, changes, tests under the design and the
// usual tests without one; with a design of strata, clusters, weights and population sizes, or with replicate weights,
// and a domain. Code analysis.as_r.not_there names what cannot be written.
Result<std::string> as_r(const AnalysisSpec& spec, const std::string& data);

}  // namespace hamdil::analysis
