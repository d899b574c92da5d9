#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "stats/planning/allocation.hpp"
#include "stats/planning/change_size.hpp"
#include "stats/planning/response_rates.hpp"
#include "stats/sample_size.hpp"

namespace hamdil::stats::planning {
namespace {

TEST(ChangeSize, InterviewsAndTheSmallestChangeAreInversesOfEachOther) {
  const TwoRounds plan{.sd_first = 2.1,
                       .sd_second = 1.9,
                       .cluster_size = 12,
                       .icc = 0.06,
                       .overlap = 0.4,
                       .correlation = 0.5,
                       .population = 20000,
                       .response = 0.8};
  for (const double n : {150.0, 480.0, 1200.0}) {
    const double change = smallest_change(plan, n, {});
    EXPECT_NEAR(interviews_for_change(plan, change, {}).completed, n, 1e-8 * n);
  }
}

// By hand: z = 1.959964 + 0.841621 = 2.801585; deff = 1 + 9 * 0.05 = 1.45; variance of one of each 1.45 * 2 = 2.9;
// change 0.3: 2.9 * (2.801585 / 0.3)^2 = 252.909; of 1,000 people 252.909 / 1.252909 = 201.857.
TEST(ChangeSize, AsWorkedOutByHand) {
  TwoRounds plan{.sd_first = 1, .sd_second = 1, .cluster_size = 10, .icc = 0.05};
  EXPECT_NEAR(design_effect(10, 0.05), 1.45, 1e-15);
  EXPECT_NEAR(interviews_for_change(plan, 0.3, {}).completed, 252.909, 1e-3);
  EXPECT_EQ(interviews_for_change(plan, 0.3, {}).clusters, 26);
  plan.population = 1000;
  plan.response = 0.8;
  EXPECT_NEAR(interviews_for_change(plan, -0.3, {}).completed, 201.857, 1e-3);
  EXPECT_EQ(interviews_for_change(plan, 0.3, {}).chosen, 253);
  EXPECT_EQ(se_of_change(plan, 1000), 0) << "who asks everybody knows the change";
  EXPECT_TRUE(std::isnan(se_of_change(plan, 1001)));
  EXPECT_TRUE(std::isnan(interviews_for_change(plan, 0, {}).completed));
}

TEST(ChangeSize, APanelAsksForFewerAndAShareForWhatTheSharesSay) {
  const TwoRounds apart{.sd_first = 1, .sd_second = 1};
  TwoRounds panel = apart;
  panel.overlap = 1;
  panel.correlation = 0.6;
  EXPECT_NEAR(interviews_for_change(panel, 0.2, {}).completed / interviews_for_change(apart, 0.2, {}).completed, 0.4,
              1e-12);
  const double second = smallest_second_share({}, 0.4, 800, {});
  const double se = std::sqrt((0.24 + second * (1 - second)) / 800);
  EXPECT_NEAR((second - 0.4) / se, 2.801585, 1e-6);
  EXPECT_TRUE(std::isnan(smallest_second_share({}, 0.99, 20, {})));
}

// Cochran (1977), 5.5: with stratum sizes and deviations, Neyman's division has the least variance of all.
TEST(Allocation, NeymanIsTheBestAndEqualTheWorstWhereStrataDiffer) {
  const std::vector<Stratum> strata = {{"a", 4000, 1}, {"b", 1000, 6}, {"c", 5000, 2}};
  const auto se = [&](Allocation how) { return allocate(strata, 600, how, 2, 0.5)->se_of_mean; };
  EXPECT_LT(se(Allocation::kNeyman), se(Allocation::kProportional));
  EXPECT_LT(se(Allocation::kNeyman), se(Allocation::kEqual));
  // 4000 : 6000 : 10000 of 600.
  EXPECT_EQ(allocate(strata, 600, Allocation::kNeyman, 2, 0.5)->interviews, (std::vector<double>{120, 180, 300}));
  EXPECT_NEAR(allocate(strata, 600, Allocation::kProportional, 2, 0.5)->weighting_effect, 1, 1e-12);
  // Roots of 4000, 1000 and 5000 times the deviations: 63.2456, 189.737, 141.421 of 394.404.
  EXPECT_EQ(allocate(strata, 600, Allocation::kPower, 2, 0.5)->interviews, (std::vector<double>{96, 289, 215}));
}

TEST(Allocation, BoundsHoldAndTheRestIsDividedAgain) {
  const std::vector<Stratum> strata = {{"camp", 30, 10}, {"town", 5000, 1}, {"village", 900, 1}};
  const auto found = allocate(strata, 400, Allocation::kNeyman, 50, 0.5);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->interviews[0], 30) << "there are no more, although 50 is the least";
  EXPECT_GE(found->interviews[2], 50);
  EXPECT_EQ(std::accumulate(found->interviews.begin(), found->interviews.end(), 0.0), 400);
  EXPECT_EQ(found->se[0], 0);
  EXPECT_EQ(allocate(strata, 100, Allocation::kEqual, 50, 0.5).error().code, "stats.allocation.total");
  EXPECT_EQ(allocate(strata, 1e9, Allocation::kEqual, 2, 0.5).error().code, "stats.allocation.total");
  EXPECT_EQ(allocate({}, 10, Allocation::kEqual, 2, 0.5).error().code, "stats.allocation.strata");
  EXPECT_EQ(allocate({{"x", 0}}, 1, Allocation::kEqual, 0, 0.5).error().code, "stats.allocation.strata");
}

RC_GTEST_PROP(Allocation, EveryDivisionIsWholeWithinItsBoundsAndSumsToTheTotal, ()) {
  std::vector<Stratum> strata;
  const auto count = *rc::gen::inRange<std::size_t>(1, 12);
  double people = 0;
  for (std::size_t i = 0; i < count; ++i) {
    strata.push_back({"s" + std::to_string(i), double(*rc::gen::inRange(1, 5000)), *rc::gen::inRange(0, 50) / 10.0,
                      *rc::gen::inRange(1, 90) / 10.0});
    people += strata.back().population;
  }
  const double least = *rc::gen::inRange(0, 20);
  double lowest = 0;
  for (const Stratum& one : strata) lowest += std::min(least, one.population);
  const double total = *rc::gen::inRange(static_cast<int>(lowest), static_cast<int>(people) + 1);
  for (const auto how :
       {Allocation::kEqual, Allocation::kProportional, Allocation::kNeyman, Allocation::kCost, Allocation::kPower}) {
    const auto found = allocate(strata, total, how, least, 0.4);
    RC_ASSERT(found);
    double sum = 0;
    for (std::size_t i = 0; i < count; ++i) {
      RC_ASSERT(found->interviews[i] == std::floor(found->interviews[i]));
      RC_ASSERT(found->interviews[i] >= std::min(least, strata[i].population));
      RC_ASSERT(found->interviews[i] <= strata[i].population);
      sum += found->interviews[i];
    }
    RC_ASSERT(sum == total);
  }
}

// By hand: 500 complete, 20 partial, 120 refusals, 80 not met, 30 others, 40 + 10 unknown, 100 outside.
// Known 750; e = 750/850; 750 + 50 e = 794.1176.
TEST(ResponseRates, AsWorkedOutByHand) {
  const ResponseRates found = response_rates({500, 20, 120, 80, 30, 40, 10, 100});
  EXPECT_NEAR(found.eligible_share, 0.882353, 1e-6);
  EXPECT_NEAR(found.rr1, 500.0 / 800, 1e-12);
  EXPECT_NEAR(found.rr2, 520.0 / 800, 1e-12);
  EXPECT_NEAR(found.rr3, 500 / 794.117647, 1e-9);
  EXPECT_NEAR(found.rr6, 520.0 / 750, 1e-12);
  EXPECT_NEAR(found.coop1, 500.0 / 670, 1e-12);
  EXPECT_NEAR(found.coop4, 520.0 / 640, 1e-12);
  EXPECT_NEAR(found.ref3, 120.0 / 750, 1e-12);
  EXPECT_NEAR(found.con1, 670.0 / 800, 1e-12);
  EXPECT_NEAR(response_rates({500, 20, 120, 80, 30, 40, 10, 100, 1}).rr3, found.rr1, 1e-12);
  EXPECT_TRUE(std::isnan(response_rates({}).rr1));
}

}  // namespace
}  // namespace hamdil::stats::planning
