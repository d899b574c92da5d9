#include "stats/psychometrics/cfa.hpp"

#include <gtest/gtest.h>

#include <algorithm>
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

TEST(Cfa, WithoutMissingAnswersAllPersonsGiveWhatCompleteOnesGive) {
  const FactorModel model = *parse_factor_model("trust =~ a + b + c + d");
  Items items = one_factor_items();
  for (std::size_t person = 0; person < items[3].size(); ++person) items[3][person] += person % 3 == 0 ? 0.4 : 0;
  const auto complete = fit_cfa(model, {items}, {});
  const auto all = fit_cfa(model, {items}, {.keep_incomplete = true});
  ASSERT_TRUE(complete && all);
  for (const char* name : {"chisq", "df", "cfi", "tli", "rmsea", "logl"})
    EXPECT_NEAR(all->measure(name), complete->measure(name), 1e-7) << name;
  EXPECT_EQ(all->measure("npar"), complete->measure("npar") + 4) << "the intercepts";
  for (std::size_t i = 0; i < complete->parameters.size(); ++i) {
    EXPECT_NEAR(all->parameters[i].estimate, complete->parameters[i].estimate, 1e-6);
    EXPECT_NEAR(all->parameters[i].se, complete->parameters[i].se, 1e-5);
  }
}

// A person who answered one item says something of its mean alone: one who answers the mean of all, nothing new.
TEST(Cfa, IncompletePersonsCountWithWhatTheyAnswered) {
  const FactorModel model = *parse_factor_model("trust =~ a + b + c + d");
  Items items = one_factor_items();
  for (std::size_t i = 0; i < 4; ++i) items[i].push_back(i == 0 ? 3.0 : kNaN);
  const auto found = fit_cfa(model, {items}, {.keep_incomplete = true});
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_EQ(found->n, 33U);
  EXPECT_NEAR(found->measure("chisq"), 0, 1e-6) << "the model holds exactly for any mean and variance of a";
  const auto intercept = std::find_if(found->parameters.begin(), found->parameters.end(),
                                      [](const auto& one) { return one.op == "~1" && one.left == "a"; });
  EXPECT_NEAR(intercept->estimate, 3.0 / 33, 1e-6);
  EXPECT_EQ(fit_cfa(model, {items}, {})->n, 32U);
  EXPECT_EQ(fit_cfa(model, {items}, {.keep_incomplete = true, .errors = CfaErrors::kRobustHuber}).error().code,
            "stats.cfa.robust_incomplete");
  Items apart = one_factor_items();  // a and b are never answered together
  for (std::size_t person = 0; person < 32; ++person) apart[person % 2][person] = kNaN;
  EXPECT_EQ(fit_cfa(model, {apart}, {.keep_incomplete = true}).error().code, "stats.cfa.apart");
}

// Two-valued items, each half of the time a common coin.
TEST(Cfa, OrderedItemsAreFittedByTheCorrelationsBehindThem) {
  const FactorModel model = *parse_factor_model("trust =~ a + b + c + d");
  Items items(4);
  for (int person = 0; person < 64; ++person)
    for (std::size_t item = 0; item < 4; ++item)
      items[item].push_back(person >> item & 16 ? person & 1 : person >> (item + 1) & 1);
  const auto found = fit_cfa(model, {items}, {.ordered = true});
  ASSERT_TRUE(found) << found.error().describe();
  EXPECT_TRUE(found->converged);
  for (const CfaParameter& one : found->parameters) {
    if (one.op == "~~" && one.left == one.right && one.left != "trust") {
      EXPECT_TRUE(one.fixed);
      const auto loading = std::find_if(found->parameters.begin(), found->parameters.end(),
                                        [&](const auto& other) { return other.op == "=~" && other.right == one.left; });
      EXPECT_NEAR(one.estimate, 1 - loading->standardised * loading->standardised, 1e-9) << "items have variance 1";
    }
    if (one.op == "|") {
      EXPECT_GT(one.se, 0) << one.left;
    }
  }
  EXPECT_EQ(fit_cfa(model, {items, items}, {.ordered = true}).error().code, "stats.cfa.ordered_groups");
  items[0].assign(64, 1.0);
  EXPECT_EQ(fit_cfa(model, {items}, {.ordered = true}).error().code, "stats.cfa.few_categories");
  for (std::size_t person = 0; person < 64; ++person) items[0][person] = static_cast<double>(person);
  EXPECT_EQ(fit_cfa(model, {items}, {.ordered = true}).error().code, "stats.cfa.many_categories");
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
