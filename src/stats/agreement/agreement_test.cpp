// Published examples; the whole set of references runs as `hamdil-conformance agreement`.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>

#include "stats/agreement/chance.hpp"
#include "stats/agreement/continuum.hpp"
#include "stats/agreement/icc.hpp"
#include "stats/agreement/krippendorff.hpp"
#include "stats/agreement/ratings.hpp"

namespace hamdil::stats::agreement {
namespace {

TEST(Agreement, CohenOf1960AndGwetsParadox) {
  const Matrix table{3, 3, {88, 14, 18, 10, 40, 10, 2, 6, 12}};
  EXPECT_NEAR(cohen_kappa(table).kappa, 0.492, 5e-4);
  EXPECT_NEAR(kappa_max(table), 0.831, 5e-4);
  EXPECT_NEAR(gwet_ac1_of_table({2, 2, {80, 7, 8, 5}}).ac1, 0.808, 5e-4);
}

TEST(Agreement, KrippendorffsFourObservers) {
  const Ratings ratings = ratings_of_texts({{"1", "1", "", "1"},
                                            {"2", "2", "3", "2"},
                                            {"3", "3", "3", "3"},
                                            {"3", "3", "3", "3"},
                                            {"2", "2", "2", "2"},
                                            {"1", "2", "3", "4"},
                                            {"4", "4", "4", "4"},
                                            {"1", "1", "2", "1"},
                                            {"2", "2", "2", "2"},
                                            {"", "5", "5", "5"},
                                            {"", "", "1", "1"},
                                            {"", "", "3", ""}});
  const Matrix counts = category_counts(ratings);
  EXPECT_NEAR(krippendorff_alpha(counts, ratings.numbers, Metric::kNominal).alpha, 0.743, 5e-4);
  EXPECT_NEAR(krippendorff_alpha(counts, ratings.numbers, Metric::kOrdinal).alpha, 0.815, 5e-4);
  EXPECT_NEAR(krippendorff_alpha(counts, ratings.numbers, Metric::kInterval).alpha, 0.849, 5e-4);
  EXPECT_NEAR(krippendorff_alpha(counts, ratings.numbers, Metric::kRatio).alpha, 0.797, 5e-4);
}

TEST(Agreement, WithoutVariationNothingCanBeTold) {
  const Ratings same = ratings_of_texts({{"a", "a"}, {"a", "a"}});
  EXPECT_TRUE(std::isnan(krippendorff_alpha(category_counts(same), same.numbers, Metric::kNominal).alpha));
  EXPECT_TRUE(std::isnan(cohen_kappa(contingency(same)).kappa));
  EXPECT_TRUE(std::isnan(fleiss_kappa(category_counts(same)).kappa));
  EXPECT_TRUE(std::isnan(kendall_w({2, 2, {1, 1, 1, 1}}).w));
  EXPECT_TRUE(intraclass_correlations({1, 3, {1, 2, 3}}, 0.95).empty());
  EXPECT_TRUE(std::isnan(krippendorff_alpha({}, {}, Metric::kNominal).alpha));
}

TEST(Agreement, UnitsAreCheckedBeforeTheyCount) {
  EXPECT_EQ(check_units({{"a", "c", 0, 11}}, 0, 10, 2, true).error().code, "stats.continuum.outside");
  EXPECT_EQ(check_units({{"a", "c", 3, 3}}, 0, 10, 2, true).error().code, "stats.continuum.empty_unit");
  EXPECT_EQ(check_units({{"a", "c", 0, 4}, {"a", "k", 3, 5}}, 0, 10, 2, false).error().code, "stats.continuum.overlap");
  EXPECT_TRUE(check_units({{"a", "c", 0, 4}, {"a", "k", 3, 5}}, 0, 10, 2, true));
  EXPECT_EQ(check_units({}, 0, 10, 1, true).error().code, "stats.continuum.few_coders");
}

RC_GTEST_PROP(Agreement, AlphaDoesNotDependOnTheOrderOfUnitsOrCoders, ()) {
  const auto units = *rc::gen::inRange<std::size_t>(2, 12);
  const auto values = *rc::gen::container<std::vector<int>>(units * 3, rc::gen::inRange(0, 4));
  std::vector<std::vector<std::string>> rows(units);
  std::vector<std::vector<std::string>> turned(units);
  for (std::size_t unit = 0; unit < units; ++unit)
    for (std::size_t coder = 0; coder < 3; ++coder) {
      const int value = values[unit * 3 + coder];
      const std::string text = value == 0 ? "" : std::to_string(value);
      rows[unit].push_back(text);
      turned[units - 1 - unit].insert(turned[units - 1 - unit].begin(), text);
    }
  const Ratings a = ratings_of_texts(rows);
  const Ratings b = ratings_of_texts(turned);
  for (const Metric metric : {Metric::kNominal, Metric::kOrdinal, Metric::kInterval, Metric::kRatio}) {
    const Alpha one = krippendorff_alpha(category_counts(a), a.numbers, metric);
    const Alpha other = krippendorff_alpha(category_counts(b), b.numbers, metric);
    RC_ASSERT(std::isnan(one.alpha) == std::isnan(other.alpha));
    if (!std::isnan(one.alpha)) RC_ASSERT(std::fabs(one.alpha - other.alpha) < 1e-12);
    RC_ASSERT(std::isnan(one.alpha) || one.alpha <= 1);
  }
}

}  // namespace
}  // namespace hamdil::stats::agreement
