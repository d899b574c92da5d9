#include "stats/survey/quantile.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/survey/two_rounds_fixture.hpp"

namespace hamdil::stats::survey {
namespace {

TEST(SurveyQuantile, RulesOnAHandfulOfValues) {
  const Values x{3, 1, 2, 4};
  const Values equal{1, 1, 1, 1};
  EXPECT_EQ(weighted_quantile(x, equal, 0.5, QuantileRule::kMath), 2);
  EXPECT_EQ(weighted_quantile(x, equal, 0.5, QuantileRule::kSchool), 2.5);
  EXPECT_EQ(weighted_quantile(x, equal, 0.51, QuantileRule::kMath), 3);
  EXPECT_EQ(weighted_quantile(x, equal, 0.1, QuantileRule::kMath), 1);
  EXPECT_EQ(weighted_quantile(x, equal, 1, QuantileRule::kMath), 4);
  EXPECT_EQ(weighted_quantile(x, equal, 0.5, QuantileRule::kHf7), 2.5);
  EXPECT_EQ(weighted_quantile(x, equal, 0.25, QuantileRule::kHf7), 1.75);
  EXPECT_EQ(weighted_quantile(x, {0, 5, 1, 0}, 0.9, QuantileRule::kMath), 2);
  EXPECT_TRUE(std::isnan(weighted_quantile({}, {}, 0.5, QuantileRule::kMath)));
  EXPECT_TRUE(std::isnan(weighted_quantile(x, {0, 0, 0, 0}, 0.5, QuantileRule::kHf5)));
}

TEST(SurveyQuantile, DistributionAtTheMedianHoldsHalf) {
  const data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  const auto median =
      estimate_quantiles(design, table, all_rows(design),
                         {{"answer"}, {0.5}, {}, QuantileRule::kMath, QuantileInterval::kMean, true, 0.95});
  ASSERT_TRUE(median);
  const auto share =
      estimate_distribution(design, table, all_rows(design), {"answer"}, {median->rows[0].estimate}, true, 0.95);
  ASSERT_TRUE(share);
  EXPECT_GE(share->rows[0].estimate, 0.5);
  EXPECT_LE(median->rows[0].ci_t.lower, median->rows[0].estimate);
  EXPECT_GE(median->rows[0].ci_t.upper, median->rows[0].estimate);
}

}  // namespace
}  // namespace hamdil::stats::survey
