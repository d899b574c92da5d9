// Correlations of what lies behind ordered answers: polychoric correlations.
#pragma once

#include <cstddef>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::psychometrics {

// P(X <= h, Y <= k) of two standard normals with correlation rho, to about 1e-13; h and k may be infinite. By
// integration over the correlation (Drezner and Wesolowsky 1990; Genz 2004, Stat. Comput. 14, 251-260).
double bivariate_normal(double h, double k, double rho);

// Answers as 0, 1, ... without gaps; kNoCategory where there is none.
inline constexpr int kNoCategory = -1;
struct Ordered {
  std::vector<int> category;   // by person
  std::vector<double> values;  // what the categories were, in order
};
// The distinct values in order. NaN: no answer.
Ordered ordered_categories(const std::vector<double>& answers);

// Points between categories on a standard normal, from the shares of all who answered. One fewer than categories.
std::vector<double> thresholds(const Ordered& item);

struct Polychoric {
  std::size_t n = 0;  // persons who answered both
  double rho = kNaN;
  double se = kNaN;
  double chisq = kNaN;  // likelihood ratio against the table as it is
  double df = kNaN;
};
enum class PolychoricMethod : std::uint8_t {
  kTwoStep,  // thresholds from the margins of those who answered both, then rho (Olsson 1979, Psychometrika 44)
  kMaximumLikelihood  // thresholds and rho together
};
// NaN where one of the items does not vary among those who answered both.
Polychoric polychoric_pair(const Ordered& x, const Ordered& y, PolychoricMethod method);

// Derivatives of the logarithm of each cell's probability: rows and columns are the categories of x and of y.
struct CellScores {
  Matrix by_rho;
  std::vector<Matrix> by_row_cut, by_column_cut;  // one an item's cut point
};
CellScores cell_scores(const std::vector<double>& row_cuts, const std::vector<double>& column_cuts, double rho);

// Two-step correlations of all pairs, each over the persons who answered both.
Matrix polychoric_matrix(const std::vector<Ordered>& items);

}  // namespace hamdil::stats::psychometrics
