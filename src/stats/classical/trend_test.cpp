#include "stats/classical/trend.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/classical/randomisation.hpp"
#include "stats/classical/rank_tests.hpp"

namespace hamdil::stats::classical {
namespace {

// By hand: times 0, 1, 3, 4; values 2, 3, 7, 6. Slopes 1, 5/3, 1, 2, 1, -1 in order -1, 1, 1, 1, 5/3, 2; median 1;
// s = 5 - 1 = 4; variance 4*3*13/18 = 8.6667; z = 3/2.9439 = 1.0190.
TEST(Trend, AsWorkedOutByHand) {
  const Trend found = trend({{0, 2}, {1, 3}, {3, 7}, {4, 6}, {kNaN, 9}, {5, kNaN}}, 0.95);
  EXPECT_EQ(found.n, 4U);
  EXPECT_EQ(found.pairs, 6U);
  EXPECT_NEAR(found.slope, 1, 1e-12);
  EXPECT_EQ(found.s, 4);
  EXPECT_NEAR(found.variance, 8.666667, 1e-6);
  EXPECT_NEAR(found.z, 1.019049, 1e-6);
  // Margin 1.959964 * 2.943920 = 5.769977: ranks 0.115 and 6.885 of 6 slopes. With 50 %: 0.674490 * 2.943920
  // = 1.985644, ranks 2.007178 and 4.992822.
  EXPECT_TRUE(std::isnan(found.ci.lower));
  const Trend half = trend({{0, 2}, {1, 3}, {3, 7}, {4, 6}}, 0.5);
  EXPECT_NEAR(half.ci.lower, 1, 1e-12);
  EXPECT_NEAR(half.ci.upper, 1 + 0.992822 * 2 / 3, 1e-6);
}

TEST(Trend, TheTestIsKendallsWithTies) {
  const std::vector<double> times = {1, 2, 2, 3, 5, 5, 8, 9, 9, 11};
  const std::vector<double> values = {3, 3, 4, 4, 4, 6, 5, 7, 9, 9};
  std::vector<TrendPoint> points;
  for (std::size_t i = 0; i < times.size(); ++i) points.push_back({times[i], values[i]});
  const Trend found = trend(points, 0.95);
  // Kendall's z has no continuity correction.
  EXPECT_NEAR(found.s / std::sqrt(found.variance), kendall(times, values).statistic, 1e-9);
}

TEST(Trend, ANewWordingBeginsANewSeries) {
  // Both wordings rise by 1 a year; the second began 10 lower. Together they would seem to fall.
  std::vector<TrendPoint> points;
  for (double year = 0; year < 5; ++year) points.push_back({year, year, "old"});
  for (double year = 5; year < 10; ++year) points.push_back({year, year - 10, "new"});
  const Trend found = trend(points, 0.95);
  EXPECT_NEAR(found.slope, 1, 1e-12);
  EXPECT_EQ(found.pairs, 20U);
  EXPECT_EQ(found.parts, (std::vector<std::string>{"old", "new"}));
  for (TrendPoint& one : points) one.wording = "";
  EXPECT_LT(trend(points, 0.95).slope, 0);
  EXPECT_TRUE(std::isnan(trend({{0, 1}, {1, 2}}, 0.95).slope));
  EXPECT_TRUE(std::isnan(trend({{2, 1}, {2, 2}, {2, 3}, {2, 4}}, 0.95).p_value)) << "all at one time";
  EXPECT_TRUE(std::isnan(trend({{0, 1}, {1, 1}, {2, 1}}, 0.95).p_value)) << "nothing varies";
}

// By hand: 1, 2, 3 against 4, 5: of the 10 divisions only one has a difference as large upwards, and one downwards.
TEST(Randomisation, AllDivisionsAreCountedWhereThereAreFew) {
  const std::vector<Drawn> rows = {{1, false}, {2, false}, {3, false}, {4, true}, {5, true}};
  const Randomisation found = randomisation_test(rows, 100, 1e5, 1);
  EXPECT_TRUE(found.exact);
  EXPECT_EQ(found.draws, 10);
  EXPECT_NEAR(found.difference, 2.5, 1e-12);
  EXPECT_NEAR(found.p_greater, 0.1, 1e-12);
  EXPECT_NEAR(found.p_two_sided, 0.2, 1e-12);
}

TEST(Randomisation, BlocksAreDrawnApartAndOnesWithoutBothGroupsSayNothing) {
  std::vector<Drawn> rows = {{10, true, 0}, {9, false, 0}, {4, true, 1}, {2, false, 1}, {3, false, 1}, {99, true, 2}};
  const Randomisation found = randomisation_test(rows, 100, 1e5, 1);
  EXPECT_EQ(found.blocks, 2U);
  EXPECT_EQ(found.n, 5U);
  EXPECT_EQ(found.draws, 2 * 3);
  EXPECT_NEAR(found.difference, (2 * 1 + 3 * 1.5) / 5, 1e-12);
  EXPECT_NEAR(found.p_greater, 1.0 / 6, 1e-12);
  EXPECT_TRUE(std::isnan(randomisation_test({{1, true}}, 10, 10, 1).p_two_sided));
}

TEST(Randomisation, DrawsComeCloseToAllDivisionsAndAreTheSameFromOneSeed) {
  std::vector<Drawn> rows;
  for (int i = 0; i < 16; ++i) rows.push_back({static_cast<double>((i * 7) % 16 + (i % 2)), i % 2 == 1});
  const Randomisation all = randomisation_test(rows, 0, 1e6, 1);
  const Randomisation some = randomisation_test(rows, 20000, 100, 7);
  ASSERT_TRUE(all.exact);
  ASSERT_FALSE(some.exact);
  EXPECT_EQ(all.draws, 12870);
  EXPECT_NEAR(some.p_two_sided, all.p_two_sided, 4 * std::sqrt(0.25 / 20000));
  EXPECT_EQ(some.p_two_sided, randomisation_test(rows, 20000, 100, 7).p_two_sided);
}

}  // namespace
}  // namespace hamdil::stats::classical
