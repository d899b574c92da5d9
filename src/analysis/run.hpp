// Runs specifications on a table in memory. Pure: no files, no clock, no randomness.
#pragma once

#include <vector>

#include "analysis/spec.hpp"
#include "base/control.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/result.hpp"

namespace hamdil::analysis {

// Estimator by estimator as stats/ documents it. Errors: those of the design and estimator, and
// analysis.run.missing_option.
// A specification with replicate weights needs them as a table (see Replicates); code analysis.run.replicate_weights
// otherwise.
Result<stats::ResultTable> run(const AnalysisSpec& spec, const data::Table& table,
                               const data::Table* replicate_weights = nullptr);
// The same for many specifications; equal designs are encoded once. Each result is what run() gives alone. `control` is
// asked between two of them; code jobs.cancelled.
Result<std::vector<Result<stats::ResultTable>>> run_many(const std::vector<AnalysisSpec>& specs,
                                                         const data::Table& table, const Control& control = {});

// Rows of `table` that meet all conditions; a missing value meets none. Code stats.terms.no_column.
Result<std::vector<std::uint32_t>> select_domain(const std::vector<Condition>& domain, const data::Table& table);

}  // namespace hamdil::analysis
