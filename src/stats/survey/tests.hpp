// Tests of location: design-based t and rank tests.
#pragma once

#include <optional>
#include <string>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

struct TTestRequest {
  std::string variable;
  std::string group;  // empty: one sample against mu
  double mu = 0;
  bool na_rm = false;  // one sample only: without it a missing value makes the result NaN, as in R
  double level = 0.95;
};
// Two groups: second level minus first, the slope of a linear regression on the group; rows with a missing value are
// left out as a domain. One sample: mean minus mu. Both by t on degf - 1. Statistic and p_value stand in the row, df in
// `values`. Code stats.ttest.groups when there are not two groups.
Result<ResultTable> ttest(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                          const TTestRequest& request);

enum class RankTest : std::uint8_t { kWilcoxon, kVanDerWaerden, kMedian, kKruskalWallis };
std::optional<RankTest> rank_test_from_name(std::string_view name);
// Scores of the weighted mid-ranks compared between groups (Lumley and Scott 2013, Biometrika 100, 831-842). Two
// groups: t on degf - 1. Kruskal-Wallis: `values` hold chisq, df, ddf, F; p_value from F(df, ddf), ddf = degf - df.
Result<ResultTable> rank_test(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                              const std::string& variable, const std::string& group, RankTest test);

}  // namespace hamdil::stats::survey
