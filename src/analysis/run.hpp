// Runs specifications on a table in memory, or on sums that a cluster gives. Pure: no files, no clock, no randomness.
#pragma once

#include <vector>

#include "analysis/spec.hpp"
#include "base/control.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/result.hpp"
#include "stats/survey/row_sums.hpp"

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

// The same on rows that a cluster holds; `rows` are those of the specification's design and domain. Codes
// analysis.pushed.none, stats.pushed.* where sums are not enough, those of the estimator and of whoever sums.
Result<stats::ResultTable> run_pushed(const AnalysisSpec& spec, stats::survey::RowSums& rows);
// The conditions as expressions over pushed columns, each 1 where it is met. Code stats.terms.no_column.
Result<std::vector<stats::Expression>> domain_expressions(const std::vector<Condition>& domain,
                                                          const data::Table& columns);

// Rows of `table` that meet all conditions; a missing value meets none. Code stats.terms.no_column.
Result<std::vector<std::uint32_t>> select_domain(const std::vector<Condition>& domain, const data::Table& table);

}  // namespace hamdil::analysis
