#include "stats/multiple.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hamdil::stats {
namespace {

using Values = std::vector<double>;

void expect_near(const Values& actual, const Values& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) EXPECT_NEAR(actual[i], expected[i], 1e-12) << i;
}

TEST(Multiple, HolmMultipliesByTheTestsThatAreLeft) {
  expect_near(adjust_p_values({0.01, 0.04, 0.03, 0.005}, Adjustment::kHolm), {0.03, 0.06, 0.06, 0.02});
}

TEST(Multiple, BenjaminiHochbergByHand) {
  expect_near(adjust_p_values({0.01, 0.04, 0.03, 0.005}, Adjustment::kBenjaminiHochberg), {0.02, 0.04, 0.04, 0.02});
}

TEST(Multiple, HommelLiesBetweenHochbergAndTheRawValues) {
  const Values p{0.01, 0.02, 0.03, 0.04, 0.05, 0.2};
  const Values hommel = adjust_p_values(p, Adjustment::kHommel);
  const Values hochberg = adjust_p_values(p, Adjustment::kHochberg);
  for (std::size_t i = 0; i < p.size(); ++i) {
    EXPECT_GE(hommel[i], p[i]);
    EXPECT_LE(hommel[i], hochberg[i] + 1e-15);
  }
}

TEST(Multiple, MissingValuesStayAndDoNotCount) {
  const Values adjusted = adjust_p_values({0.02, std::nan(""), 0.5}, Adjustment::kBonferroni);
  EXPECT_NEAR(adjusted[0], 0.04, 1e-15);
  EXPECT_TRUE(std::isnan(adjusted[1]));
  EXPECT_EQ(adjusted[2], 1);
  EXPECT_TRUE(adjust_p_values({}, Adjustment::kHommel).empty());
  EXPECT_EQ(adjust_p_values({0.3}, Adjustment::kHommel)[0], 0.3);
}

}  // namespace
}  // namespace hamdil::stats
