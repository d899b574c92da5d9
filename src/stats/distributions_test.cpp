#include "stats/distributions.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hamdil::stats {
namespace {

TEST(Distributions, TableValues) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-14);
  EXPECT_NEAR(t_quantile(0.975, 10), 2.2281388519862739, 1e-12);
  EXPECT_EQ(t_quantile(0.975, INFINITY), normal_quantile(0.975));
  EXPECT_NEAR(t_two_sided(2.2281388519862739, 10), 0.05, 1e-13);
  EXPECT_NEAR(chisq_upper(3.841458820694124, 1), 0.05, 1e-13);
  EXPECT_NEAR(f_upper(4.964602743730711, 1, 10), 0.05, 1e-12);
  EXPECT_EQ(beta_quantile(0.025, 0, 11), 0);
  EXPECT_NEAR(beta_quantile(0.975, 1, 10), 1 - std::pow(0.025, 0.1), 1e-12);
}

TEST(Distributions, BadArgumentsAreNaN) {
  EXPECT_TRUE(std::isnan(t_quantile(0.975, 0)));
  EXPECT_TRUE(std::isnan(t_quantile(0.975, -3)));
  EXPECT_TRUE(std::isnan(t_two_sided(std::nan(""), 3)));
  EXPECT_TRUE(std::isnan(f_upper(-1, 1, 1)));
  EXPECT_TRUE(std::isnan(chisq_mixture_upper(1, {}, {})));
  EXPECT_TRUE(std::isnan(beta_quantile(1.5, 1, 1)));
}

TEST(Distributions, MixtureOfOneIsTheChiSquareItself) {
  // The saddlepoint formula is an approximation, good to a per cent or two in one degree of freedom and better with
  // more.
  EXPECT_NEAR(chisq_mixture_upper(20, {1}, {5}) / chisq_upper(20, 5), 1, 0.01);
  EXPECT_NEAR(chisq_mixture_upper(40, {2, 2, 2}, {1, 1, 1}) / chisq_upper(20, 3), 1, 0.02);
  EXPECT_NEAR(f_mixture_upper(12, {1, 1, 1}, 30) / f_upper(4, 3, 30), 1, 0.02);
}

TEST(Distributions, MixtureIsSmoothThroughItsMean) {
  const double below = chisq_mixture_upper(5 - 1e-2, {1}, {5});
  const double at = chisq_mixture_upper(5, {1}, {5});
  const double above = chisq_mixture_upper(5 + 1e-2, {1}, {5});
  EXPECT_GT(below, at);
  EXPECT_GT(at, above);
  EXPECT_NEAR(at, (below + above) / 2, 1e-4);
}

}  // namespace
}  // namespace hamdil::stats
