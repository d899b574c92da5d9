// Tests and correlations by ranks, and Pearson's correlation beside them.
#pragma once

#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::classical {

using Values = std::vector<double>;  // without NaN

struct RankTest {
  double statistic = kNaN;
  double df = kNaN;
  double p_value = kNaN;
};
// Wilcoxon (1945), Mann and Whitney (1947): rank sum of the first minus its least; normal with ties, with or without
// continuity correction.
RankTest mann_whitney(const Values& first, const Values& second, bool continuity);
// Wilcoxon (1945): sum of the ranks of positive differences, zeros left out; normal with ties.
RankTest signed_rank(const Values& differences, bool continuity);
// Kruskal and Wallis (1952), corrected for ties.
RankTest kruskal_wallis(const std::vector<Values>& groups);

struct Correlation {
  double estimate = kNaN;
  double statistic = kNaN;  // t; of Spearman the sum of squared differences of ranks; of Kendall z
  double df = kNaN;
  double p_value = kNaN;
  Range ci;  // Fisher's z, Pearson only
};
// Three pairs or more; NaN where either does not vary. p of Spearman by t, of Kendall (tau-b) by the normal with ties
// (Kendall 1970). Cost of Kendall: n log n (Knight 1966).
Correlation pearson(const Values& x, const Values& y, double level);
Correlation spearman(const Values& x, const Values& y);
Correlation kendall(const Values& x, const Values& y);

// Quantiles of a sample by the nine rules of Hyndman and Fan (1996); `sorted` ascending. NaN of none.
double sample_quantile(const Values& sorted, double p, int type);

}  // namespace hamdil::stats::classical
