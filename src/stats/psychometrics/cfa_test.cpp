#include "stats/psychometrics/cfa.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hamdil::stats::psychometrics {
namespace {

// Every combination of a common and four own parts of -1 or 1: item i is lambda_i times the common part plus its own,
// so that a model of one factor holds exactly.
const double kLoadings[] = {1, 2, 0.5, -1};
Items one_factor_items(double shift = 0) {
  Items items(4);
  for (int person = 0; person < 32; ++person)
    for (std::size_t item = 0; item < 4; ++item)
      items[item].push_back(kLoadings[item] * ((person & 1 ? 1 : -1) + shift) + (person >> (item + 1) & 1 ? 1 : -1));
  return items;
}

TEST(Cfa, AModelThatHoldsExactlyIsFoundAgain) {
  const auto model = parse_factor_model("trust =~ a + b + c  # a comment\n\ntrust =~ d");
  ASSERT_TRUE(model);
  const auto found = fit_cfa(*model, {one_factor_items()}, {});
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_TRUE(found->converged);
  EXPECT_NEAR(found->measure("chisq"), 0, 1e-9);
  EXPECT_EQ(found->measure("df"), 2);
  EXPECT_NEAR(found->measure("cfi"), 1, 1e-12);
  EXPECT_EQ(found->measure("rmsea.ci.lower"), 0);
  EXPECT_TRUE(std::isnan(found->measure("nothing")));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found->parameters[i].estimate, kLoadings[i], 1e-6);
  EXPECT_TRUE(found->parameters[0].fixed);
  EXPECT_NEAR(found->parameters[1].standardised, 2 / std::sqrt(5.0), 1e-6);
  const auto unit = fit_cfa(*model, {one_factor_items()}, {.unit_variances = true});
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(unit->parameters[i].estimate, kLoadings[i], 1e-6);
}

TEST(Cfa, GroupsThatDifferOnlyInTheFactorAreInvariant) {
  const FactorModel model = *parse_factor_model("trust =~ a + b + c + d");
  double free = 1e9;
  for (const auto step : {Invariance::kConfigural, Invariance::kMetric, Invariance::kScalar, Invariance::kStrict}) {
    const auto found = fit_cfa(model, {one_factor_items(), one_factor_items(1.5)}, {.invariance = step});
    ASSERT_TRUE(found);
    EXPECT_NEAR(found->measure("chisq"), 0, 1e-8);
    EXPECT_LT(found->measure("npar"), free);
    free = found->measure("npar");
    if (step >= Invariance::kScalar) {
      EXPECT_NEAR(found->parameters.back().estimate, 1.5, 1e-6) << "mean of the factor in the second group";
    }
  }
}

TEST(Cfa, ItemsWithOtherInterceptsAreFoundOut) {
  const FactorModel model = *parse_factor_model("trust =~ a + b + c + d");
  Items other = one_factor_items();
  for (double& answer : other[1]) answer += 2;
  EXPECT_NEAR(fit_cfa(model, {one_factor_items(), other}, {.invariance = Invariance::kMetric})->measure("chisq"), 0,
              1e-8);
  EXPECT_GT(fit_cfa(model, {one_factor_items(), other}, {.invariance = Invariance::kScalar})->measure("chisq"), 5);
}

TEST(Cfa, RobustErrorsStayCloseWhereAnswersAreMild) {
  const FactorModel model = *parse_factor_model("trust =~ a + b + c + d");
  for (const auto errors : {CfaErrors::kRobustHuber, CfaErrors::kRobustSatorra}) {
    const auto found = fit_cfa(model, {one_factor_items()}, {.errors = errors});
    ASSERT_TRUE(found);
    EXPECT_FALSE(std::isnan(found->measure("chisq.scaling.factor")));
    EXPECT_GT(found->parameters[1].se, 0);
  }
}

TEST(Cfa, WhatCannotBeFittedIsSaid) {
  EXPECT_EQ(parse_factor_model("").error().code, "stats.cfa.syntax");
  EXPECT_EQ(parse_factor_model("f = a + b").error().code, "stats.cfa.syntax");
  EXPECT_EQ(parse_factor_model("f =~ a + ").error().code, "stats.cfa.syntax");
  EXPECT_EQ(parse_factor_model("f =~ a + a").error().code, "stats.cfa.repeated");
  const FactorModel two = *parse_factor_model("f =~ a + b");
  const Items items = one_factor_items();
  EXPECT_EQ(fit_cfa(two, {{items[0], items[1]}}, {}).error().code, "stats.cfa.not_identified");
  EXPECT_EQ(fit_cfa(two, {{items[0], items[0]}}, {}).error().code, "stats.cfa.singular");
  EXPECT_EQ(fit_cfa(two, {{{1, 2}, {2, 1}}}, {}).error().code, "stats.cfa.few_cases");
}

}  // namespace
}  // namespace hamdil::stats::psychometrics
