#include "stats/survey/rake.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace hamdil::stats::survey {
namespace {

double share(const std::vector<double>& weights, const Margin& margin, std::int32_t level) {
  double in = 0, all = 0;
  for (std::size_t row = 0; row < weights.size(); ++row) {
    if (margin.level_of_row[row] < 0) continue;
    all += weights[row];
    if (margin.level_of_row[row] == level) in += weights[row];
  }
  return in / all;
}

}  // namespace

TEST(Rake, OneMarginIsPoststratification) {
  const Margin sex{"sex", {0, 0, 0, 1}, {0.5, 0.5}};
  const auto weights = rake({1, 1, 1, 1}, {sex});
  ASSERT_TRUE(weights);
  EXPECT_NEAR((*weights)[0], 4 * 0.5 / 3, 1e-12);
  EXPECT_NEAR((*weights)[3], 2, 1e-12);
}

TEST(Rake, TwoMarginsAgreeAndTheOddsRatioStays) {
  // A 2x2 table 40 30 / 20 10: fitting keeps the odds ratio 40*10 / (30*20).
  std::vector<double> start = {40, 30, 20, 10};
  const Margin rows{"rows", {0, 0, 1, 1}, {0.5, 0.5}};
  const Margin columns{"columns", {0, 1, 0, 1}, {0.45, 0.55}};
  const auto weights = rake(start, {rows, columns});
  ASSERT_TRUE(weights);
  const auto& w = *weights;
  EXPECT_NEAR(share(w, rows, 0), 0.5, 1e-9);
  EXPECT_NEAR(share(w, columns, 0), 0.45, 1e-9);
  EXPECT_NEAR(w[0] * w[3] / (w[1] * w[2]), 40.0 * 10 / (30 * 20), 1e-9);
  EXPECT_NEAR(std::accumulate(w.begin(), w.end(), 0.0), 100, 1e-9);
}

TEST(Rake, RowsWithoutAnAnswerStayAsTheyAre) {
  const Margin sex{"sex", {0, 0, 1, -1}, {0.5, 0.5}};
  const auto weights = rake({1, 1, 1, 7}, {sex});
  ASSERT_TRUE(weights);
  EXPECT_EQ((*weights)[3], 7);
  EXPECT_NEAR(share(*weights, sex, 1), 0.5, 1e-12);
}

TEST(Rake, WhatCannotBeFittedIsSaid) {
  EXPECT_EQ(rake({1, 1}, {{"sex", {0, 0}, {0.5, 0.5}}}).error().code, "stats.rake.empty_level");
  EXPECT_EQ(rake({1, 1}, {{"sex", {0, 1}, {1, 0}}}).error().code, "stats.rake.unknown_level");
  // The two variables are the same people: no weights give them different shares.
  EXPECT_EQ(rake({1, 1}, {{"a", {0, 1}, {0.5, 0.5}}, {"b", {0, 1}, {0.4, 0.6}}}).error().code,
            "stats.rake.not_converged");
}

}  // namespace hamdil::stats::survey
