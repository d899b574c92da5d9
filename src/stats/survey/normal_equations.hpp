// Weighted least squares by its normal equations, gathered from stretches of rows that fit the cache.
#pragma once

#include <cstddef>
#include <vector>

#include "stats/result.hpp"
#include "stats/survey/stretch.hpp"

namespace hamdil::stats::survey {

// A stretch of the columns of a model, by their first value.
using StretchColumns = std::vector<const double*>;

// Sums over rows of w x x' (lower triangle) and x s, in a fixed order.
class NormalEquations {
 public:
  explicit NormalEquations(std::size_t columns);
  // Sums gathered elsewhere: the lower triangle counts.
  NormalEquations(Matrix products, std::vector<double> right);
  std::size_t columns() const { return right_.size(); }
  const Matrix& products() const { return products_; }  // only at(r, c) with c <= r
  const std::vector<double>& right() const { return right_; }

  // Adds a stretch of rows: weights w and scores s, which are w times what the columns are to explain.
  void add(const StretchColumns& columns, std::size_t size, const double* weights, const double* scores);
  // As add, of the right side alone.
  void add_right(const StretchColumns& columns, std::size_t size, const double* scores);
  // The right side as if what is to be explained were larger by the combination of columns with these coefficients
  // (NaN: none).
  std::vector<double> right_plus(const std::vector<double>& coefficients) const;

 private:
  const StretchKernels* kernels_;
  Matrix products_;
  std::vector<double> right_;
};

// Cholesky factor of the products, leaving out columns that depend on earlier ones.
class Factorized {
 public:
  explicit Factorized(const NormalEquations& equations);
  const std::vector<std::size_t>& kept() const { return kept_; }
  // The solution over the kept columns; `right` has one entry a column of the equations.
  std::vector<double> solve(const std::vector<double>& right) const;
  // Inverse of the products over the kept columns.
  Matrix inverse() const;

 private:
  std::vector<double> back_substitute(std::vector<double> right) const;

  std::vector<std::vector<double>> factor_;  // lower triangle, row by row
  std::vector<std::size_t> kept_;
};

}  // namespace hamdil::stats::survey
