// The few dense operations that estimators share, on stats::Matrix; Eigen stays inside the .cpp.
#pragma once

#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats {

// x' M^-1 x for a symmetric M; NaN when M cannot be inverted.
double quadratic_form(const std::vector<double>& x, const Matrix& m);
// Solves A X = B; NaN throughout when A cannot be inverted.
Matrix solve(const Matrix& a, const Matrix& b);
// A generalised inverse of a symmetric matrix without negative eigenvalues; those below 1e-12 of the largest count as
// 0, after scaling to a unit diagonal.
Matrix generalized_inverse(const Matrix& symmetric);
Matrix multiply(const Matrix& a, const Matrix& b);
Matrix transpose(const Matrix& a);
// The entries at some rows and columns.
Matrix part_of(const Matrix& whole, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& columns);
// Real parts of the eigenvalues of a square matrix.
std::vector<double> eigenvalues(const Matrix& a);
// Number of linearly independent columns.
std::size_t rank(const Matrix& a);
// The part of each column of `b` that the columns of `a` do not explain (least squares residuals).
Matrix residuals_on(const Matrix& a, const Matrix& b);

}  // namespace hamdil::stats
