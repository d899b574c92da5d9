// Exploratory factor analysis: minimum residuals, rotations, Schmid and Leiman's general factor, omega.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::psychometrics {

// Eigenvalues of a symmetric matrix, largest first.
std::vector<double> symmetric_eigenvalues(const Matrix& m);

// Loadings (items x factors) that leave the smallest squares off the diagonal of the correlation matrix (Harman and
// Jones 1966, Psychometrika 31, 351-368). Columns are principal axes of the reduced matrix, most explained first, each
// with a positive sum. `uniqueness` is kept at 0.005 or more; `heywood` says that one was held there.
struct FactorSolution {
  Matrix loadings;
  std::vector<double> uniqueness;
  std::vector<double> communality;
  double root_mean_square_residual = kNaN;  // off the diagonal
  bool heywood = false;
  bool converged = false;
};
// Codes stats.factor.count (no factor, or more than the items carry), .matrix (not finite).
Result<FactorSolution> minimum_residuals(const Matrix& correlation, std::size_t factors);

// Varimax (Kaiser 1958, Psychometrika 23, 187-200) with Kaiser's normalisation; orthogonal. Stops where R's
// varimax() does.
Matrix varimax(const Matrix& loadings);
// Direct quartimin, which is oblimin with gamma 0 (Jennrich and Sampson 1966), by gradient projection (Jennrich 2002,
// Psychometrika 67, 7-19). No normalisation.
struct Oblique {
  Matrix pattern;
  Matrix factor_correlation;
  bool converged = false;
};
Oblique oblimin(const Matrix& loadings);

// Omega (McDonald 1999) from Schmid and Leiman's (1957) transformation of an oblique minimum residual solution.
struct Omega {
  double hierarchical = kNaN;
  double total = kNaN;
  std::vector<double> general;  // loadings on the general factor
};
// Needs three factors or more: with fewer the general factor is not determined. Code stats.factor.count.
Result<Omega> omega(const Matrix& correlation, std::size_t factors);

}  // namespace hamdil::stats::psychometrics
