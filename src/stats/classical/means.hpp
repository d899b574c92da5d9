// Unweighted comparisons of means: t tests, analyses of variance, pairs of groups.
#pragma once

#include <cstddef>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::classical {

using Values = std::vector<double>;  // without NaN
using Groups = std::vector<Values>;

double mean(const Values& values);      // NaN of none
double variance(const Values& values);  // n - 1; NaN of fewer than two
double median(Values values);           // NaN of none

// A test with its statistic, degrees of freedom and, of two samples, the difference's interval. NaN throughout when a
// group has fewer than two values or nothing varies.
struct MeanTest {
  double statistic = kNaN;
  double df = kNaN;
  double df2 = kNaN;  // of F
  double p_value = kNaN;
  Range ci;
  double ss_between = kNaN;  // analysis of variance
  double ss_within = kNaN;
};
// Student (equal variances) or Welch (1938): first minus second.
MeanTest t_test(const Values& first, const Values& second, bool equal_variances, double level);
// Of one sample against mu; paired samples by their differences.
MeanTest t_test(const Values& values, double mu, double level);
MeanTest anova(const Groups& groups);
// Welch (1951): without equal variances.
MeanTest welch_anova(const Groups& groups);
// Brown and Forsythe (1974): analysis of variance of distances from the median.
MeanTest levene(const Groups& groups);

// Tukey (1949) and Kramer (1956): all pairs, later minus earlier group.
struct Pair {
  std::size_t first = 0;
  std::size_t second = 0;
  double difference = kNaN;  // mean of second minus mean of first
  Range ci;
  double p_value = kNaN;
};
std::vector<Pair> tukey_pairs(const Groups& groups, double level);

}  // namespace hamdil::stats::classical
