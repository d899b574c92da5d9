#include "stats/survey/small_area.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace hamdil::stats::survey {
namespace {

AreaData of(const std::vector<double>& direct, const std::vector<double>& variance,
            const std::vector<double>& covariate = {}) {
  AreaData out{direct, variance, {direct.size(), covariate.empty() ? 1u : 2u, {}}};
  for (std::size_t i = 0; i < direct.size(); ++i) {
    out.x.values.push_back(1);
    if (!covariate.empty()) out.x.values.push_back(covariate[i]);
  }
  return out;
}

// With equal variances D and only a constant, the restricted likelihood has its maximum at s^2 - D, s^2 the sample
// variance: 1, 2, 3, 4, 10 have mean 4 and s^2 = 12.5; with D = 2.5 the variance between is 10, the direct estimate's
// share 0.8.
TEST(FayHerriot, EqualVariancesAsWorkedOutByHand) {
  const auto found = fay_herriot(of({1, 2, 3, 4, 10}, {2.5, 2.5, 2.5, 2.5, 2.5}));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->converged);
  EXPECT_NEAR(found->between, 10, 1e-8);
  EXPECT_NEAR(found->coefficients[0], 4, 1e-12);
  EXPECT_NEAR(found->coefficient_se[0], std::sqrt(2.5), 1e-9);
  EXPECT_NEAR(found->direct_share[0], 0.8, 1e-10);
  EXPECT_NEAR(found->estimate[4], 0.8 * 10 + 0.2 * 4, 1e-8);
  // g1 = 0.8 * 2.5; g2 = 0.2^2 * 12.5 / 5; g3 = 0.2^2 / 12.5 * 2 / (5 / 12.5^2).
  EXPECT_NEAR(found->mse[4], 2 + 0.1 + 2 * 0.04 / 12.5 * 62.5, 1e-8);
}

TEST(FayHerriot, AreasThatDifferByChanceAloneAreTheModel) {
  const auto found = fay_herriot(of({1, 2, 3, 4, 10}, {50, 50, 50, 50, 50}));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->converged);
  EXPECT_EQ(found->between, 0);
  for (const double one : found->estimate) EXPECT_NEAR(one, 4, 1e-12);
}

TEST(FayHerriot, TheMaximumIsOne) {
  const AreaData areas =
      of({3.1, 4.7, 2.2, 6.0, 5.1, 3.9, 7.2, 1.8}, {0.4, 0.9, 0.3, 1.5, 0.2, 0.7, 1.1, 0.5}, {1, 2, 1, 3, 2, 2, 4, 0});
  const auto found = fay_herriot(areas);
  ASSERT_TRUE(found);
  // The restricted log likelihood, written out: it is no greater a little to either side.
  const auto likelihood = [&](double between) {
    double log_v = 0, s0 = 0, s1 = 0, s2 = 0, t0 = 0, t1 = 0;
    for (std::size_t i = 0; i < areas.direct.size(); ++i) {
      const double w = 1 / (between + areas.variance[i]), z = areas.x.at(i, 1);
      log_v -= std::log(w);
      s0 += w, s1 += w * z, s2 += w * z * z, t0 += w * areas.direct[i], t1 += w * z * areas.direct[i];
    }
    const double determinant = s0 * s2 - s1 * s1;
    const double a = (s2 * t0 - s1 * t1) / determinant, b = (s0 * t1 - s1 * t0) / determinant;
    double squares = 0;
    for (std::size_t i = 0; i < areas.direct.size(); ++i)
      squares += std::pow(areas.direct[i] - a - b * areas.x.at(i, 1), 2) / (between + areas.variance[i]);
    return -0.5 * (log_v + std::log(determinant) + squares);
  };
  EXPECT_GT(likelihood(found->between), likelihood(found->between * 1.01));
  EXPECT_GT(likelihood(found->between), likelihood(found->between * 0.99));
}

TEST(FayHerriot, WhatCannotBeIsRefused) {
  EXPECT_EQ(fay_herriot(of({1}, {1})).error().code, "stats.small_area.few_areas");
  EXPECT_EQ(fay_herriot(of({1, 2, 3}, {1, 0, 1})).error().code, "stats.small_area.bad_variance");
  EXPECT_EQ(fay_herriot(of({1, NAN, 3}, {1, 1, 1})).error().code, "stats.small_area.missing");
  EXPECT_EQ(fay_herriot(of({1, 2, 3}, {1, 1, 1}, {5, 5, 5})).error().code, "stats.small_area.collinear");
}

// Each answer lies between the direct estimate and the model's; units of measurement do not matter.
RC_GTEST_PROP(FayHerriot, LiesBetweenBothAndFollowsTheUnit, ()) {
  const auto numbers = *rc::gen::container<std::vector<int>>(8, rc::gen::inRange(-50, 50));
  const auto variances = *rc::gen::container<std::vector<int>>(8, rc::gen::inRange(1, 60));
  std::vector<double> y(numbers.begin(), numbers.end()), d(variances.begin(), variances.end());
  const auto found = fay_herriot(of(y, d));
  RC_ASSERT(static_cast<bool>(found));
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double low = std::min(y[i], found->synthetic[i]), high = std::max(y[i], found->synthetic[i]);
    RC_ASSERT(found->estimate[i] >= low - 1e-9 && found->estimate[i] <= high + 1e-9);
    RC_ASSERT(found->mse[i] > 0);
  }
  for (double& one : y) one *= 10;
  for (double& one : d) one *= 100;
  const auto scaled = fay_herriot(of(y, d));
  RC_ASSERT(static_cast<bool>(scaled));
  RC_ASSERT(std::fabs(scaled->between - 100 * found->between) <= 1e-6 * (1 + 100 * found->between));
}

}  // namespace
}  // namespace hamdil::stats::survey
