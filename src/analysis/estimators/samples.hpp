// Reading rows for estimators that count every row once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "analysis/estimators/estimator.hpp"

namespace hamdil::analysis {

// Numbers of a column at the rows of the domain; NaN where missing. Codes stats.terms.no_column,
// analysis.sample.not_numbers for texts and categories without numbers.
Result<std::vector<double>> read_numbers(const Context& context, const std::string& column);

// Numbers by group, in the order of the group's levels; rows with a missing value are left out, with na_rm false they
// are an error (analysis.sample.missing). Levels without rows are not there.
struct Sample {
  std::vector<std::string> names;
  std::vector<std::vector<double>> groups;
  std::size_t n = 0;
};
Result<Sample> read_groups(const Context& context, const Call& call);
// The same, exactly two groups: code analysis.sample.two_groups.
Result<Sample> read_two_groups(const Context& context, const Call& call);
// Two columns of numbers side by side (`variables`), complete pairs.
Result<std::pair<std::vector<double>, std::vector<double>>> read_pairs(const Context& context, const Call& call);

// Counts of two variables (`variables`: columns, or comparisons such as "trust >= 4"), levels in their order.
struct TwoWay {
  std::vector<std::string> row_names, column_names;
  stats::Matrix counts;
  double n = 0;
};
Result<TwoWay> read_two_way(const Context& context, const Call& call);
// The same, 2 x 2: code analysis.sample.two_by_two.
Result<TwoWay> read_two_by_two(const Context& context, const Call& call);

// Whether the rows have one level of a variable (`success`; else 1 of 0/1, else its last level): 1, 0, NaN where
// missing.
Result<std::vector<double>> read_successes(const Context& context, const Call& call);

// Levels of a column or comparison at the rows: codes in the order of `names`, -1 where missing.
Result<stats::survey::Encoded> read_levels(const Context& context, const std::string& variable);

}  // namespace hamdil::analysis
