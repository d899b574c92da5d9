// Agreement corrected for chance: two coders by their table, several by counts of categories. NaN is "undefined":
// without variation nothing can be said.
#pragma once

#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::agreement {

enum class KappaWeights : unsigned char { kUnweighted, kLinear, kQuadratic };

// Cohen (1960, 1968); standard errors of Fleiss, Cohen and Everitt (1969). `table` is square, first coder's categories
// by second's; with weights 1 - |i - j|/(q - 1), or with the distance squared, by the order of the categories.
struct Kappa {
  double n = 0;
  double observed = kNaN;
  double expected = kNaN;
  double kappa = kNaN;
  double se = kNaN;   // at the estimate
  double se0 = kNaN;  // under no agreement beyond chance
};
Kappa cohen_kappa(const Matrix& table, KappaWeights weights = KappaWeights::kUnweighted);
// The largest kappa that the margins allow.
double kappa_max(const Matrix& table);
// Scott (1955): expected agreement from the mean of both margins.
double scott_pi(const Matrix& table);
// Bennett, Alpert and Goldstein (1954): every category equally likely.
double bennett_s(const Matrix& table);

// Gwet (2008), AC1: counts.at(unit, category), every unit judged by two or more; q is the number of columns.
struct Ac1 {
  double observed = kNaN;
  double expected = kNaN;
  double ac1 = kNaN;
};
Ac1 gwet_ac1(const Matrix& counts);
Ac1 gwet_ac1_of_table(const Matrix& table);

// Fleiss (1971); standard errors under the null of Fleiss, Nee and Landis (1979). Every unit judged by the same number
// of coders, which is `raters`; otherwise all is NaN.
struct FleissKappa {
  double subjects = 0;
  double raters = kNaN;
  double observed = kNaN;
  double expected = kNaN;
  double kappa = kNaN;
  double se0 = kNaN;
  std::vector<double> category_kappa;
  double category_se0 = kNaN;
};
FleissKappa fleiss_kappa(const Matrix& counts);

}  // namespace hamdil::stats::agreement
