#include "stats/psychometrics/items.hpp"

#include <Eigen/Dense>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/psychometrics/dense.hpp"

namespace hamdil::stats::psychometrics {
namespace {

// Moments of two lists over the places where both are known, by deviations from the means.
struct Joint {
  double n = 0;
  double xx = 0;
  double yy = 0;
  double xy = 0;
};

Joint joint(const std::vector<double>& x, const std::vector<double>& y) {
  Joint out;
  double sum_x = 0;
  double sum_y = 0;
  const auto known = [&](std::size_t i) { return !std::isnan(x[i]) && !std::isnan(y[i]); };
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!known(i)) continue;
    out.n += 1;
    sum_x += x[i];
    sum_y += y[i];
  }
  const double mean_x = sum_x / out.n;
  const double mean_y = sum_y / out.n;
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!known(i)) continue;
    out.xx += (x[i] - mean_x) * (x[i] - mean_x);
    out.yy += (y[i] - mean_y) * (y[i] - mean_y);
    out.xy += (x[i] - mean_x) * (y[i] - mean_y);
  }
  return out;
}

template <typename Entry>
Matrix symmetric(std::size_t size, const Entry& entry) {
  Matrix out{size, size, std::vector<double>(size * size)};
  for (std::size_t i = 0; i < size; ++i)
    for (std::size_t j = 0; j <= i; ++j) out.at(i, j) = out.at(j, i) = entry(i, j);
  return out;
}

}  // namespace

double correlation(const std::vector<double>& x, const std::vector<double>& y) {
  const Joint both = joint(x, y);
  return both.xx > 0 && both.yy > 0 ? both.xy / std::sqrt(both.xx * both.yy) : kNaN;
}

Matrix pairwise_covariance(const Items& items) {
  return symmetric(items.size(), [&](std::size_t i, std::size_t j) {
    const Joint both = joint(items[i], items[j]);
    return both.n > 1 ? both.xy / (both.n - 1) : kNaN;
  });
}

Matrix pairwise_correlation(const Items& items) {
  return symmetric(items.size(), [&](std::size_t i, std::size_t j) {
    const double r = correlation(items[i], items[j]);
    return i == j && !std::isnan(r) ? 1 : r;
  });
}

Matrix to_correlation(const Matrix& covariance) {
  return symmetric(covariance.rows, [&](std::size_t i, std::size_t j) {
    if (i == j) return covariance.at(i, i) > 0 ? 1 : kNaN;
    return covariance.at(i, j) / std::sqrt(covariance.at(i, i) * covariance.at(j, j));
  });
}

std::vector<double> squared_multiple_correlations(const Matrix& correlation) {
  const Eigen::FullPivLU<Eigen::MatrixXd> lu(dense(correlation));
  std::vector<double> out(correlation.rows, kNaN);
  if (!lu.isInvertible()) return out;
  const Eigen::MatrixXd inverse = lu.inverse();
  for (std::size_t i = 0; i < out.size(); ++i) {
    const auto at = static_cast<Eigen::Index>(i);
    out[i] = 1 - 1 / inverse(at, at);
  }
  return out;
}

Adequacy sampling_adequacy(const Matrix& correlation, std::size_t n) {
  Adequacy out;
  out.items.assign(correlation.rows, kNaN);
  out.bartlett.name = "Bartlett";
  const Eigen::MatrixXd r = dense(correlation);
  const Eigen::LDLT<Eigen::MatrixXd> factor(r);
  if (!r.allFinite() || !factor.isPositive() || !(factor.vectorD().minCoeff() > 1e-12)) return out;
  const Eigen::MatrixXd inverse = factor.solve(Eigen::MatrixXd::Identity(r.rows(), r.cols()));
  const Eigen::VectorXd scale = inverse.diagonal().cwiseSqrt().cwiseInverse();
  Eigen::MatrixXd partial = (scale.asDiagonal() * inverse * scale.asDiagonal()).cwiseAbs2();
  Eigen::MatrixXd squares = r.cwiseAbs2();
  partial.diagonal().setZero();
  squares.diagonal().setZero();
  out.overall = squares.sum() / (squares.sum() + partial.sum());
  for (Eigen::Index i = 0; i < r.rows(); ++i)
    out.items[static_cast<std::size_t>(i)] = squares.row(i).sum() / (squares.row(i).sum() + partial.row(i).sum());
  const auto p = static_cast<double>(r.rows());
  out.bartlett.statistic = -(static_cast<double>(n) - 1 - (2 * p + 5) / 6) * factor.vectorD().array().log().sum();
  out.bartlett.df = p * (p - 1) / 2;
  out.bartlett.p_value = chisq_upper(out.bartlett.statistic, out.bartlett.df);
  return out;
}

}  // namespace hamdil::stats::psychometrics
