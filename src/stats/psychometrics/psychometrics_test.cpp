#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "stats/psychometrics/factors.hpp"
#include "stats/psychometrics/items.hpp"
#include "stats/psychometrics/polychoric.hpp"
#include "stats/psychometrics/reliability.hpp"

namespace hamdil::stats::psychometrics {
namespace {

// Every combination of a common and four own parts of -1 or 1; an item is the common part plus its own. Correlations
// are all 1/2 exactly.
Items equally_correlated() {
  Items items(4);
  for (int person = 0; person < 32; ++person)
    for (std::size_t item = 0; item < 4; ++item)
      items[item].push_back((person & 1 ? 1 : -1) + (person >> (item + 1) & 1 ? 1 : -1));
  return items;
}

TEST(PairwiseReliability, EquallyCorrelatedItemsGiveTheClosedForms) {
  const Reliability found = reliability(equally_correlated());
  EXPECT_NEAR(found.alpha.raw, 0.8, 1e-12);  // k r / (1 + (k - 1) r)
  EXPECT_NEAR(found.alpha.standardised, 0.8, 1e-12);
  EXPECT_NEAR(found.alpha.lambda6, 0.75, 1e-12);
  EXPECT_NEAR(found.alpha.average_r, 0.5, 1e-12);
  EXPECT_NEAR(found.alpha.signal_noise, 4, 1e-12);
  for (const ItemFigures& item : found.items) {
    EXPECT_NEAR(item.without.raw, 0.75, 1e-12);
    EXPECT_NEAR(item.r_drop, 3 / std::sqrt(2.0 * 12), 1e-12);
    EXPECT_NEAR(item.std_r, 2.5 / std::sqrt(10.0), 1e-12);
  }
}

TEST(PairwiseReliability, WhatIsNotDefinedIsNotANumber) {
  EXPECT_TRUE(std::isnan(reliability({}).alpha.raw));
  EXPECT_TRUE(std::isnan(reliability({{1, 2, 3}}).alpha.raw));
  EXPECT_TRUE(std::isnan(reliability({{1, 2, 3}, {2, 2, 2}}).alpha.raw)) << "an item that all answer alike";
  EXPECT_TRUE(std::isnan(reliability({{1, NAN, 3, NAN}, {NAN, 2, NAN, 4}}).alpha.raw)) << "nobody answered both";
  EXPECT_TRUE(std::isnan(sampling_adequacy(pairwise_correlation({{1, 2, 3}, {1, 2, 3}}), 3).overall)) << "singular";
}

TEST(Factors, AModelThatHoldsExactlyIsFoundAgain) {
  // One factor with these loadings, and no more.
  const std::vector<double> loadings = {0.9, 0.7, 0.6, 0.5};
  Matrix r{4, 4, std::vector<double>(16, 1.0)};
  for (std::size_t i = 0; i < 4; ++i)
    for (std::size_t j = 0; j < 4; ++j)
      if (i != j) r.at(i, j) = loadings[i] * loadings[j];
  const auto found = minimum_residuals(r, 1);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->converged);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found->loadings.at(i, 0), loadings[i], 1e-8);
  EXPECT_NEAR(found->root_mean_square_residual, 0, 1e-9);
  EXPECT_EQ(minimum_residuals(r, 0).error().code, "stats.factor.count");
  EXPECT_EQ(minimum_residuals(r, 4).error().code, "stats.factor.count");
  r.at(0, 1) = kNaN;
  EXPECT_EQ(minimum_residuals(r, 1).error().code, "stats.factor.matrix");
}

// Two groups of items on two axes, turned by an angle.
Matrix turned_loadings(double angle) {
  const Matrix simple{7, 2, {0.8, 0, 0.7, 0, 0.6, 0, 0.5, 0, 0, 0.9, 0, 0.5, 0, 0.4}};
  Matrix out = simple;
  for (std::size_t i = 0; i < 7; ++i) {
    out.at(i, 0) = std::cos(angle) * simple.at(i, 0) - std::sin(angle) * simple.at(i, 1);
    out.at(i, 1) = std::sin(angle) * simple.at(i, 0) + std::cos(angle) * simple.at(i, 1);
  }
  return out;
}

TEST(Factors, ObliminFindsASimpleStructureAgain) {
  const Matrix simple = turned_loadings(0);
  const Oblique oblique = oblimin(turned_loadings(0.5));
  EXPECT_TRUE(oblique.converged);
  EXPECT_NEAR(oblique.factor_correlation.at(0, 1), 0, 1e-6);
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t f = 0; f < 2; ++f) EXPECT_NEAR(std::abs(oblique.pattern.at(i, f)), simple.at(i, f), 1e-6);
}

TEST(Factors, VarimaxTurnsAndChangesNothingElse) {
  const Matrix before = turned_loadings(0.3);
  const Matrix after = varimax(before);
  for (std::size_t i = 0; i < 7; ++i)
    for (std::size_t j = 0; j < 7; ++j)
      EXPECT_NEAR(after.at(i, 0) * after.at(j, 0) + after.at(i, 1) * after.at(j, 1),
                  before.at(i, 0) * before.at(j, 0) + before.at(i, 1) * before.at(j, 1), 1e-12);
}

TEST(Polychoric, BivariateNormalMeetsItsClosedForms) {
  EXPECT_NEAR(bivariate_normal(0, 0, 0.5), 1.0 / 3, 1e-14);  // 1/4 + asin(rho) / (2 pi)
  for (const double rho : {-0.999, -0.95, -0.3, 0.2, 0.91, 0.9985})
    EXPECT_NEAR(bivariate_normal(0, 0, rho), 0.25 + std::asin(rho) / (2 * std::numbers::pi), 1e-13) << rho;
  const double both = bivariate_normal(0.4, -1.1, 0.97);
  EXPECT_NEAR(both + bivariate_normal(0.4, 1.1, -0.97), bivariate_normal(0.4, INFINITY, 0.3), 1e-12);
  EXPECT_EQ(bivariate_normal(-INFINITY, 1, 0.5), 0);
}

TEST(Polychoric, TheCorrelationBehindATableIsFoundAgain) {
  // A table that holds a normal distribution exactly: cut points 0 and 0, rho such that the corner is 1/3.
  std::vector<double> x, y;
  const auto put = [&](int times, double first, double second) {
    for (int i = 0; i < times; ++i) x.push_back(first), y.push_back(second);
  };
  put(200, 1, 1), put(100, 1, 2), put(100, 2, 1), put(200, 2, 2);
  x.push_back(1), y.push_back(NAN);
  for (const auto method : {PolychoricMethod::kTwoStep, PolychoricMethod::kMaximumLikelihood}) {
    const Polychoric found = polychoric_pair(ordered_categories(x), ordered_categories(y), method);
    EXPECT_EQ(found.n, 600u);
    EXPECT_NEAR(found.rho, 0.5, 1e-4);
    EXPECT_NEAR(found.chisq, 0, 1e-4);
    EXPECT_EQ(found.df, 0);
  }
  EXPECT_TRUE(std::isnan(
      polychoric_pair(ordered_categories({1, 1}), ordered_categories({1, 2}), PolychoricMethod::kTwoStep).rho))
      << "an item that does not vary";
}

}  // namespace
}  // namespace hamdil::stats::psychometrics
