#include "stats/matching/matching.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/formula.hpp"

namespace hamdil::stats::matching {
namespace {

// Rows whose treatment depends on two covariates, by arithmetic that needs no random numbers.
struct Groups {
  data::Table table;
  ModelMatrix model;
  Treated treated;
};
Groups make_groups(std::size_t rows) {
  Groups out;
  out.table.rows = rows;
  std::vector<double> age(rows), income(rows), chosen(rows);
  for (std::size_t i = 0; i < rows; ++i) {
    age[i] = static_cast<double>((i * 37) % 61) / 10;
    income[i] = static_cast<double>((i * i * 13) % 97) / 30;
    chosen[i] = std::fmod(static_cast<double>(i) * 0.618, 1.0) < 1 / (1 + std::exp(2 - 0.4 * age[i] + 0.3 * income[i]));
  }
  out.table.put(data::Column::of_numbers("age", age));
  out.table.put(data::Column::of_numbers("income", income));
  out.table.put(data::Column::of_numbers("chosen", chosen));
  survey::RowList all(rows);
  std::iota(all.begin(), all.end(), 0u);
  out.model = *make_model_matrix(*parse_formula("chosen ~ age + income"), out.table, all);
  out.treated = *treated_of(out.model);
  return out;
}

double weighted_mean(const ModelColumn& column, const Treated& treated, bool group,
                     const std::vector<double>& weights) {
  double sum = 0;
  double weight = 0;
  for (std::size_t i = 0; i < treated.size(); ++i) {
    if (treated[i] != group) continue;
    sum += weights[i] * column[i];
    weight += weights[i];
  }
  return sum / weight;
}

TEST(Balancing, OverlapWeightsOfALogisticPropensityMakeTheMeansEqual) {
  // Li, Morgan and Zaslavsky (2018), theorem 3.
  const Groups groups = make_groups(400);
  const Propensity propensity = fit_propensity(groups.model, groups.treated);
  ASSERT_TRUE(propensity.converged);
  const auto weights = probability_weights(Estimand::kOverlap, groups.treated, propensity.fitted);
  for (std::size_t c = 1; c < groups.model.columns.size(); ++c)
    EXPECT_NEAR(weighted_mean(groups.model.columns[c], groups.treated, true, weights),
                weighted_mean(groups.model.columns[c], groups.treated, false, weights), 1e-10);
}

TEST(Balancing, EntropyWeightsGiveControlsTheMeansOfTheTreated) {
  const Groups groups = make_groups(400);
  const EntropyWeights balanced = entropy_weights(groups.model, groups.treated);
  ASSERT_TRUE(balanced.converged);
  double controls = 0;
  double number_treated = 0;
  for (std::size_t i = 0; i < groups.treated.size(); ++i)
    (groups.treated[i] ? number_treated : controls) += balanced.weights[i];
  EXPECT_NEAR(controls, number_treated, 1e-9);
  for (const auto& [name, difference] : standardised_differences(groups.model, groups.treated, balanced.weights))
    EXPECT_NEAR(difference, 0, 1e-10) << name;
}

TEST(Balancing, WhatNoWeightsCanBalanceAndGroupsThatCanBeToldApartAreNamed) {
  Groups groups = make_groups(60);
  std::vector<double> apart(60);
  for (std::size_t i = 0; i < 60; ++i) apart[i] = groups.treated[i] ? 5 : 1;
  groups.table.put(data::Column::of_numbers("age", apart));
  survey::RowList all(60);
  std::iota(all.begin(), all.end(), 0u);
  const ModelMatrix model = *make_model_matrix(*parse_formula("chosen ~ age"), groups.table, all);
  EXPECT_FALSE(fit_propensity(model, groups.treated).converged);
  EXPECT_FALSE(entropy_weights(model, groups.treated).converged);
  const ModelMatrix numbers = *make_model_matrix(*parse_formula("income ~ age"), groups.table, all);
  EXPECT_EQ(treated_of(numbers).error().code, "stats.matching.treatment");
}

TEST(Balancing, TheEffectIsTheDifferenceOfMeansAndEmptyGroupsHaveNone) {
  const Treated treated = {true, true, false, false};
  const Effect effect = weighted_difference({4, 6, 1, 2}, treated, {1, 1, 3, 1});
  EXPECT_DOUBLE_EQ(effect.estimate, 5 - 1.25);
  // Influences: -1/2, 1/2, 3/4 * -0.25, 1/4 * 0.75.
  EXPECT_DOUBLE_EQ(effect.se, std::sqrt(4.0 / 3 * (0.25 + 0.25 + 2 * 0.1875 * 0.1875)));
  EXPECT_TRUE(std::isnan(weighted_difference({4, 6, 1, 2}, treated, {1, 1, 0, 0}).estimate));
  EXPECT_DOUBLE_EQ(effective_rows(treated, {1, 1, 3, 1}, false), 1.6);
}

TEST(Matching, EachTreatedRowGetsItsNearestControlInTheOrderAskedFor) {
  const Treated treated = {true, true, false, false, false};
  const std::vector<double> distance = {0.5, 0.9, 0.6, 0.2, 0.95};
  const auto match = nearest_neighbours(treated, distance, {});
  EXPECT_EQ(match[1].controls, std::vector<std::size_t>{4});
  EXPECT_EQ(match[0].controls, std::vector<std::size_t>{2});
  const auto twice = nearest_neighbours(treated, distance, {.ratio = 2});
  EXPECT_EQ(twice[1].controls, (std::vector<std::size_t>{4, 3})) << "all that was left";
  EXPECT_EQ(twice[0].controls, std::vector<std::size_t>{2});
  EXPECT_EQ(match_weights(treated, twice), (std::vector<double>{1, 1, 1.5, 0.75, 0.75}));
  const auto near = nearest_neighbours(treated, distance, {.caliper = 0.07});
  EXPECT_TRUE(near[0].controls.empty());
  EXPECT_EQ(match_weights(treated, near), (std::vector<double>{0, 1, 0, 0, 1}));
  const auto below = nearest_neighbours(treated, distance, {.search = Search::kBelowFirst});
  EXPECT_EQ(below[1].controls, std::vector<std::size_t>{2});
  EXPECT_EQ(below[0].controls, std::vector<std::size_t>{3});
  const auto reused = nearest_neighbours(treated, distance, {.ratio = 2, .replace = true});
  EXPECT_EQ(reused[0].controls, (std::vector<std::size_t>{2, 3}));
  EXPECT_EQ(reused[1].controls, (std::vector<std::size_t>{4, 2}));
}

RC_GTEST_PROP(Matching, IsWhatLookingAtEveryControlInTurnGives, ()) {
  const auto points = *rc::gen::container<std::vector<std::pair<bool, int>>>(
      rc::gen::pair(rc::gen::arbitrary<bool>(), rc::gen::inRange(0, 30)));
  Treated treated;
  std::vector<double> distance;
  for (const auto& [is_treated, at] : points) {
    treated.push_back(is_treated);
    distance.push_back(at);
  }
  const bool replace = *rc::gen::arbitrary<bool>();
  const auto ratio = *rc::gen::inRange<std::size_t>(1, 4);
  const auto found = nearest_neighbours(treated, distance, {.order = Order::kData, .ratio = ratio, .replace = replace});
  std::vector<bool> free(points.size(), true);
  std::vector<std::vector<std::size_t>> expected(found.size());
  for (std::size_t round = 0; round < ratio; ++round) {
    for (std::size_t m = 0; m < found.size(); ++m) {
      std::size_t best = points.size();
      for (std::size_t row = 0; row < points.size(); ++row) {
        const bool open =
            replace ? std::find(expected[m].begin(), expected[m].end(), row) == expected[m].end() : free[row];
        if (treated[row] || !open) continue;
        if (best == points.size() || std::abs(distance[row] - distance[found[m].treated]) <
                                         std::abs(distance[best] - distance[found[m].treated]))
          best = row;
      }
      if (best == points.size()) continue;
      expected[m].push_back(best);
      free[best] = false;
    }
  }
  for (std::size_t m = 0; m < found.size(); ++m) {
    if (!replace) {
      RC_ASSERT(found[m].controls == expected[m]);
      continue;
    }
    // With replacement, equal distances on both sides may come in either order: the distances are what counts.
    const auto distances = [&](const std::vector<std::size_t>& rows) {
      std::vector<double> out;
      for (const std::size_t row : rows) out.push_back(std::abs(distance[row] - distance[found[m].treated]));
      return out;
    };
    RC_ASSERT(distances(found[m].controls) == distances(expected[m]));
  }
}

TEST(Matching, StrataWithoutBothGroupsAreLeftOut) {
  data::Table table;
  table.rows = 5;
  table.put(data::Column::of_texts("sex", {"f", "f", "m", "m", "x"}));
  const Treated treated = {true, false, true, false, false};
  const Strata strata = *exact_strata(table, {0, 1, 2, 3, 4}, {"sex"}, treated);
  EXPECT_EQ(strata.count, 2u);
  EXPECT_EQ(strata.of_row, (std::vector<std::size_t>{0, 0, 1, 1, kNoStratum}));
  EXPECT_EQ(stratum_weights(treated, strata), (std::vector<double>{1, 1, 1, 1, 0}));
  EXPECT_EQ(exact_strata(table, {0}, {"nothing"}, treated).error().code, "stats.terms.no_column");
  const Strata cut = propensity_strata({true, true, true, false, false}, {0.2, 0.4, 0.6, 0.1, 0.9}, 2);
  EXPECT_EQ(cut.of_row, (std::vector<std::size_t>{0, 1, 1, 0, 1}));
}

}  // namespace
}  // namespace hamdil::stats::matching
