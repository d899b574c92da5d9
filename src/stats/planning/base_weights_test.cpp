#include "stats/planning/base_weights.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

namespace hamdil::stats::planning {
namespace {

// Kish: weights 1, 1, 2 have n sum w^2 / (sum w)^2 = 3 * 6 / 16.
TEST(BaseWeights, SpreadByHand) {
  const WeightSpread found = spread_of({1, 0, 1, 2});
  EXPECT_EQ(found.n, 3);
  EXPECT_EQ(found.sum, 4);
  EXPECT_EQ(found.largest_ratio, 2);
  EXPECT_NEAR(found.effect, 1.125, 1e-15);
  EXPECT_NEAR(found.effective_n, 3 / 1.125, 1e-15);
  EXPECT_TRUE(std::isnan(spread_of({0, 0}).effect));
}

// Two stages, villages by size, the same number of households in each: every household has the same chance
// (self-weighting), 2 villages of a sum of 1,000 households, 10 in each: 20 / 1000.
TEST(BaseWeights, TwoStagesBySizeWeighThemselves) {
  for (const double size : {80.0, 120.0, 300.0})
    EXPECT_NEAR(taken_by_size(2, size, 1000) * taken_equally(10, size), 0.02, 1e-15);
  EXPECT_EQ(taken_by_size(4, 300, 1000), 1) << "so large that it is taken for sure";
  EXPECT_TRUE(std::isnan(taken_by_size(2, 80, kNaN)));
}

TEST(BaseWeights, ThoseWhoAnsweredStandForTheirClass) {
  const auto found = weigh_for_response({10, 10, 20, 5, 5}, {true, false, true, true, true}, {0, 0, 0, 1, 1}, 2);
  ASSERT_TRUE(found);
  EXPECT_NEAR(found->classes[0].weighted_rate, 0.75, 1e-15);
  EXPECT_NEAR(found->weights[0], 10 / 0.75, 1e-12);
  EXPECT_EQ(found->weights[1], 0);
  EXPECT_EQ(found->weights[4], 5);
  EXPECT_EQ(weigh_for_response({1, 1}, {true, false}, {0, 1}, 2).error().code, "stats.weights.empty_class");
}

RC_GTEST_PROP(BaseWeights, EachClassKeepsItsWeight, ()) {
  const auto draws = *rc::gen::nonEmpty(rc::gen::container<std::vector<int>>(rc::gen::inRange(1, 1000)));
  std::vector<double> base;
  std::vector<bool> answered;
  std::vector<std::int32_t> classes;
  for (const int draw : draws) {
    base.push_back(draw);
    classes.push_back(draw % 3);
    answered.push_back(draw % 2 == 0);
  }
  const auto found = weigh_for_response(base, answered, classes, 3);
  if (!found) return;  // nobody answered in one of them
  for (std::int32_t c = 0; c < 3; ++c) {
    double before = 0, after = 0;
    for (std::size_t i = 0; i < base.size(); ++i)
      if (classes[i] == c) before += base[i], after += found->weights[i];
    RC_ASSERT(std::fabs(before - after) <= 1e-9 * (1 + before));
  }
}

}  // namespace
}  // namespace hamdil::stats::planning
