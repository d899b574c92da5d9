#include "stats/survey/normal_equations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace hamdil::stats::survey {
namespace {

constexpr double kCollinear = 1e-11;  // of a column's own sum of squares left after the columns before it

using Values = std::vector<double>;

}  // namespace

NormalEquations::NormalEquations(std::size_t columns)
    : kernels_(&stretch_kernels()), products_{columns, columns, Values(columns * columns, 0.0)}, right_(columns, 0.0) {}

NormalEquations::NormalEquations(Matrix products, Values right)
    : kernels_(&stretch_kernels()), products_(std::move(products)), right_(std::move(right)) {}

void NormalEquations::add(const StretchColumns& columns, std::size_t size, const double* weights,
                          const double* scores) {
  std::array<double, kStretch> weighted;
  for (std::size_t r = 0; r < columns.size(); ++r) {
    kernels_->multiply(size, weights, columns[r], weighted.data());
    for (std::size_t c = 0; c <= r; c += kSideBySide)
      kernels_->add_dots(size, weighted.data(), std::min(kSideBySide, r + 1 - c), columns.data() + c,
                         &products_.at(r, c));
  }
  add_right(columns, size, scores);
}

void NormalEquations::add_right(const StretchColumns& columns, std::size_t size, const double* scores) {
  for (std::size_t c = 0; c < columns.size(); c += kSideBySide)
    kernels_->add_dots(size, scores, std::min(kSideBySide, columns.size() - c), columns.data() + c, right_.data() + c);
}

Values NormalEquations::right_plus(const Values& coefficients) const {
  Values out = right_;
  for (std::size_t r = 0; r < out.size(); ++r)
    for (std::size_t c = 0; c < out.size(); ++c)
      if (!std::isnan(coefficients[c])) out[r] += products_.at(std::max(r, c), std::min(r, c)) * coefficients[c];
  return out;
}

Factorized::Factorized(const NormalEquations& equations) {
  const Matrix& products = equations.products();
  for (std::size_t column = 0; column < equations.columns(); ++column) {
    Values line;
    const double own = products.at(column, column);
    double left = own;
    for (std::size_t j = 0; j < kept_.size(); ++j) {
      double value = products.at(column, kept_[j]);
      for (std::size_t l = 0; l < j; ++l) value -= factor_[j][l] * line[l];
      line.push_back(value / factor_[j][j]);
      left -= line.back() * line.back();
    }
    if (!(left > kCollinear * own)) continue;
    line.push_back(std::sqrt(left));
    factor_.push_back(std::move(line));
    kept_.push_back(column);
  }
}

Values Factorized::solve(const Values& right) const {
  Values own;
  for (const std::size_t column : kept_) own.push_back(right[column]);
  return back_substitute(std::move(own));
}

Matrix Factorized::inverse() const {
  const std::size_t k = kept_.size();
  Matrix out{k, k, Values(k * k)};
  for (std::size_t j = 0; j < k; ++j) {
    Values unit(k, 0.0);
    unit[j] = 1;
    const Values column = back_substitute(std::move(unit));
    for (std::size_t i = 0; i < k; ++i) out.at(i, j) = column[i];
  }
  return out;
}

Values Factorized::back_substitute(Values right) const {
  const std::size_t k = kept_.size();
  for (std::size_t i = 0; i < k; ++i) {
    for (std::size_t j = 0; j < i; ++j) right[i] -= factor_[i][j] * right[j];
    right[i] /= factor_[i][i];
  }
  for (std::size_t i = k; i-- > 0;) {
    for (std::size_t j = i + 1; j < k; ++j) right[i] -= factor_[j][i] * right[j];
    right[i] /= factor_[i][i];
  }
  return right;
}

}  // namespace hamdil::stats::survey
