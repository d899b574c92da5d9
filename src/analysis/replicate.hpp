// Variance by replicate weights: every estimate again with each set of weights.
#pragma once

#include "analysis/spec.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/result.hpp"

namespace hamdil::analysis {

// Estimates, standard errors and intervals of all rows (also of parts); degf is the rank of the weights over the domain
// minus 1, a model's df_residual that + 1 minus its coefficients. Quantiles: interval "mean" inverts an interval for
// the share whose error comes from the replicates, "quantile" takes the quantiles of the replicates themselves. Design
// effects are not given. Codes analysis.run.replicate_weights (none, or not one a row of the data) and those of run().
Result<stats::ResultTable> run_replicates(const AnalysisSpec& spec, const data::Table& table,
                                          const data::Table* weights);

}  // namespace hamdil::analysis
