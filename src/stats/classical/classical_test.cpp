// Textbook values and tables; the whole set of references runs as `hamdil-conformance survey`.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "stats/classical/effect_sizes.hpp"
#include "stats/classical/means.hpp"
#include "stats/classical/rank_tests.hpp"
#include "stats/classical/ranks.hpp"
#include "stats/classical/search.hpp"
#include "stats/classical/tables.hpp"
#include "stats/classical/tukey.hpp"
#include "stats/sample_size.hpp"

namespace hamdil::stats::classical {
namespace {

TEST(Tukey, AgreesWithPrintedTables) {
  EXPECT_NEAR(tukey_quantile(0.95, 3, 10), 3.88, 5e-3);
  EXPECT_NEAR(tukey_quantile(0.95, 4, 20), 3.96, 5e-3);
  EXPECT_NEAR(tukey_quantile(0.99, 5, 5), 8.42, 5e-3);
  EXPECT_NEAR(tukey_quantile(0.95, 10, 60), 4.65, 5e-3);
  // Two groups: a t test.
  EXPECT_NEAR(tukey_lower(std::sqrt(2.0) * 2.228138852, 2, 10), 0.95, 1e-9);
  EXPECT_TRUE(std::isnan(tukey_lower(1, 1, 10)));
}

TEST(FisherExact, TheLadyTastingTea) {
  const TableTest found = fisher_exact({2, 2, {3, 1, 1, 3}}, 0.95);
  EXPECT_NEAR(found.p_value, 34.0 / 70, 1e-12);
  EXPECT_NEAR(found.estimate, 6.408309, 1e-4);
  EXPECT_NEAR(found.ci.lower, 0.2117329, 1e-4);
  EXPECT_NEAR(found.ci.upper, 621.93, 1e-1);
  const TableTest edge = fisher_exact({2, 2, {4, 0, 0, 4}}, 0.95);
  EXPECT_TRUE(std::isinf(edge.estimate) && std::isinf(edge.ci.upper));
}

TEST(EffectSize, ExactLimitsLeaveTheirTails) {
  const Values first = {1, 2, 3, 4, 5, 6, 7};
  const Values second = {3, 4, 5, 6, 7, 8, 12};
  const EffectSize d = mean_difference(first, second, Standardizer::kPooled, false, 0.95);
  EXPECT_NEAR(d.ci.lower, d.exact.lower, 1e-6);
  EXPECT_NEAR(d.ci.upper, d.exact.upper, 1e-6);
  // Where the lower end is 0 the search stops early and the exact end lies below it.
  const EffectSize v = cramers_v({2, 3, {30, 32, 28, 31, 29, 33}}, false, 0.95);
  EXPECT_EQ(v.exact.lower, 0);
  EXPECT_LE(v.exact.upper, v.ci.upper + 1e-6);
}

TEST(Search, BrentFindsRootsAndSaysWhereThereIsNone) {
  EXPECT_NEAR(brent_root([](double x) { return x * x - 2; }, 0, 2, 1e-12), std::sqrt(2.0), 1e-11);
  EXPECT_TRUE(std::isnan(brent_root([](double x) { return x * x + 1; }, 0, 2, 1e-12)));
}

TEST(RankTests, WithoutVariationNothingCanBeTold) {
  EXPECT_TRUE(std::isnan(mann_whitney({1, 1}, {1, 1}, true).p_value));
  EXPECT_TRUE(std::isnan(kruskal_wallis({{1, 1}, {1, 1}}).p_value));
  EXPECT_TRUE(std::isnan(kendall({1, 1, 1}, {1, 2, 3}).estimate));
  EXPECT_TRUE(std::isnan(pearson({1, 1, 1}, {1, 2, 3}, 0.95).estimate));
  EXPECT_TRUE(std::isnan(t_test({1, 1}, {1, 1}, false, 0.95).p_value));
  EXPECT_TRUE(std::isnan(sample_quantile({}, 0.5, 7)));
}

TEST(SampleSize, TwoMeansIsWhereThePowerIs) {
  const double n = sample_size_two_means(0.5, 0.05, 0.8);
  EXPECT_NEAR(n, 63.77, 0.01);  // Cohen (1988): 64 a group
  EXPECT_NEAR(power_two_means(0.5, 0.05, n), 0.8, 1e-9);
  EXPECT_TRUE(std::isnan(sample_size_two_means(0, 0.05, 0.8)));
}

RC_GTEST_PROP(RankTests, KendallByMergingIsKendallByCounting, ()) {
  const auto n = *rc::gen::inRange<std::size_t>(3, 30);
  const auto draw = [&] {
    Values out;
    for (const int x : *rc::gen::container<std::vector<int>>(n, rc::gen::inRange(0, 8))) out.push_back(x);
    return out;
  };
  const Values x = draw();
  const Values y = draw();
  double score = 0, in_x = 0, in_y = 0;
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = i + 1; j < n; ++j) {
      const double a = (x[i] > x[j]) - (x[i] < x[j]);
      const double b = (y[i] > y[j]) - (y[i] < y[j]);
      score += a * b;
      in_x += a * a;
      in_y += b * b;
    }
  const Correlation found = kendall(x, y);
  RC_ASSERT(std::isnan(found.estimate) == (in_x * in_y == 0));
  if (in_x * in_y > 0) RC_ASSERT(std::fabs(found.estimate - score / std::sqrt(in_x * in_y)) < 1e-12);
}

}  // namespace
}  // namespace hamdil::stats::classical
