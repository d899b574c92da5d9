#include "stats/psychometrics/factors.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/psychometrics/dense.hpp"
#include "stats/psychometrics/items.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLeastUniqueness = 0.005;
// R stops when the criterion grows by less than this part of itself; loadings near zero depend on it.
constexpr double kVarimaxStop = 1e-5;

struct Axes {
  VectorXd values;   // largest first
  MatrixXd vectors;  // columns
};
Axes axes_of(const MatrixXd& symmetric) {
  const Eigen::SelfAdjointEigenSolver<MatrixXd> solver(symmetric);
  return {solver.eigenvalues().reverse(), solver.eigenvectors().rowwise().reverse()};
}

// Half the squares that the first `factors` axes of R - diag(psi) leave, as a function of psi.
struct Objective {
  double value = 0;
  VectorXd gradient;
  MatrixXd hessian;  // Joreskog's approximation, exact where the residuals vanish
};
Objective objective(const MatrixXd& r, Index factors, const VectorXd& psi) {
  const Axes axes = axes_of(r - MatrixXd(psi.asDiagonal()));
  const Index left = r.rows() - factors;
  const MatrixXd rest = axes.vectors.rightCols(left);
  const VectorXd theta = axes.values.tail(left);
  return {theta.squaredNorm() / 2, -rest.cwiseAbs2() * theta, (rest * rest.transpose()).cwiseAbs2()};
}

// Newton steps within psi >= kLeastUniqueness: uniquenesses at the bound that want below it are held.
VectorXd minimise(const MatrixXd& r, Index factors, VectorXd psi, bool& converged) {
  Objective here = objective(r, factors, psi);
  for (int step = 0; step < 500; ++step) {
    std::vector<Index> free;
    for (Index i = 0; i < psi.size(); ++i)
      if (psi[i] > kLeastUniqueness || here.gradient[i] < 0) free.push_back(i);
    double slope = 0;
    for (const Index i : free) slope = std::max(slope, std::abs(here.gradient[i]));
    if (slope < 1e-11) {
      converged = true;
      return psi;
    }
    const auto size = static_cast<Index>(free.size());
    MatrixXd h(size, size);
    VectorXd g(size);
    for (Index a = 0; a < size; ++a) {
      g[a] = here.gradient[free[static_cast<std::size_t>(a)]];
      for (Index b = 0; b < size; ++b)
        h(a, b) = here.hessian(free[static_cast<std::size_t>(a)], free[static_cast<std::size_t>(b)]);
    }
    h.diagonal().array() += 1e-10;
    const VectorXd change = h.ldlt().solve(g);
    bool better = false;
    for (double scale = 1; scale > 1e-8 && !better; scale /= 2) {
      VectorXd next = psi;
      for (Index a = 0; a < size; ++a) {
        const Index i = free[static_cast<std::size_t>(a)];
        next[i] = std::max(kLeastUniqueness, psi[i] - scale * change[a]);
      }
      Objective there = objective(r, factors, next);
      if (there.value > here.value) continue;
      better = !(next - psi).isZero(0);
      psi = next;
      here = std::move(there);
    }
    if (!better) {
      converged = slope < 1e-7;
      return psi;
    }
  }
  return psi;
}

MatrixXd loadings_at(const MatrixXd& r, const VectorXd& psi, Index factors) {
  const Axes axes = axes_of(r - MatrixXd(psi.asDiagonal()));
  MatrixXd out = axes.vectors.leftCols(factors);
  for (Index c = 0; c < factors; ++c) {
    out.col(c) *= std::sqrt(std::max(0.0, axes.values[c]));
    if (out.col(c).sum() < 0) out.col(c) *= -1;
  }
  return out;
}

}  // namespace

std::vector<double> symmetric_eigenvalues(const Matrix& m) {
  const VectorXd values = axes_of(dense(m)).values;
  return {values.begin(), values.end()};
}

Result<FactorSolution> minimum_residuals(const Matrix& correlation, std::size_t factors) {
  const MatrixXd r = dense(correlation);
  if (!r.allFinite())
    return Error("stats.factor.matrix", "A correlation between two of the items is not defined.")
        .advise("Leave out items that nobody or everybody answers alike.");
  if (factors == 0 || factors >= correlation.rows)
    return Error("stats.factor.count", "{items} items carry 1 to {most} factors, not {asked}.",
                 {{"items", std::to_string(correlation.rows)},
                  {"most", std::to_string(correlation.rows < 2 ? 0 : correlation.rows - 1)},
                  {"asked", std::to_string(factors)}});
  const auto count = static_cast<Index>(factors);
  VectorXd start = VectorXd::Constant(r.rows(), 0.5);
  const std::vector<double> smc = squared_multiple_correlations(correlation);
  for (Index i = 0; i < start.size(); ++i) {
    const double unexplained = 1 - smc[static_cast<std::size_t>(i)];
    if (unexplained > kLeastUniqueness && unexplained < 1) start[i] = unexplained;
  }
  FactorSolution out;
  const VectorXd psi = minimise(r, count, start, out.converged);
  const MatrixXd loadings = loadings_at(r, psi, count);
  MatrixXd residual = r - loadings * loadings.transpose();
  residual.diagonal().setZero();
  const auto p = static_cast<double>(r.rows());
  out.root_mean_square_residual = std::sqrt(residual.squaredNorm() / (p * (p - 1)));
  out.loadings = matrix(loadings);
  out.uniqueness = {psi.begin(), psi.end()};
  for (Index i = 0; i < r.rows(); ++i) out.communality.push_back(loadings.row(i).squaredNorm());
  out.heywood = psi.minCoeff() <= kLeastUniqueness;
  return out;
}

Matrix varimax(const Matrix& loadings) {
  MatrixXd x = dense(loadings);
  const VectorXd length = x.rowwise().norm().array().max(1e-300);
  x = length.cwiseInverse().asDiagonal() * x;
  MatrixXd turn = MatrixXd::Identity(x.cols(), x.cols());
  const auto p = static_cast<double>(x.rows());
  double reached = 0;
  for (int step = 0; step < 1000; ++step) {
    const MatrixXd z = x * turn;
    const VectorXd squares = z.cwiseAbs2().colwise().sum() / p;
    const MatrixXd target = z.array().cube().matrix() - z * squares.asDiagonal();
    const Eigen::JacobiSVD<MatrixXd> svd(x.transpose() * target, Eigen::ComputeThinU | Eigen::ComputeThinV);
    turn = svd.matrixU() * svd.matrixV().transpose();
    const double now = svd.singularValues().sum();
    if (now < reached * (1 + kVarimaxStop)) break;
    reached = now;
  }
  return matrix(length.asDiagonal() * (x * turn));
}

namespace {

// The quartimin criterion of a pattern: sum over pairs of factors of the products of squared loadings, over 4.
double quartimin(const MatrixXd& pattern, MatrixXd& gradient) {
  const MatrixXd squares = pattern.cwiseAbs2();
  const MatrixXd others = squares.rowwise().sum().replicate(1, pattern.cols()) - squares;
  gradient = pattern.cwiseProduct(others);
  return squares.cwiseProduct(others).sum() / 4;
}

}  // namespace

Oblique oblimin(const Matrix& loadings) {
  const MatrixXd a = dense(loadings);
  const Index k = a.cols();
  Oblique out;
  MatrixXd t = MatrixXd::Identity(k, k);
  MatrixXd inverse = t;
  MatrixXd pattern = a;
  MatrixXd gradient_of_pattern;
  double value = quartimin(pattern, gradient_of_pattern);
  double size = 1;
  for (int step = 0; step < 5000; ++step) {
    const MatrixXd gradient = -(pattern.transpose() * gradient_of_pattern * inverse).transpose();
    const VectorXd along = t.cwiseProduct(gradient).colwise().sum();
    const MatrixXd projected = gradient - t * along.asDiagonal();
    const double slope = projected.norm();
    out.converged = slope < 1e-9;
    if (out.converged) break;
    size *= 2;
    bool better = false;
    for (int half = 0; half < 40 && !better; ++half, size /= 2) {
      MatrixXd next = t - size * projected;
      next = next * next.colwise().norm().cwiseInverse().asDiagonal();
      const MatrixXd next_inverse = next.inverse();
      const MatrixXd next_pattern = a * next_inverse.transpose();
      MatrixXd next_gradient;
      const double there = quartimin(next_pattern, next_gradient);
      if (!(value - there > 0.5 * slope * slope * size)) continue;
      t = next;
      inverse = next_inverse;
      pattern = next_pattern;
      gradient_of_pattern = next_gradient;
      value = there;
      better = true;
      break;
    }
    if (!better) {
      out.converged = slope < 1e-6;
      break;
    }
  }
  out.pattern = matrix(pattern);
  out.factor_correlation = matrix(t.transpose() * t);
  return out;
}

Result<Omega> omega(const Matrix& correlation, std::size_t factors) {
  if (factors < 3)
    return Error("stats.factor.count",
                 "Omega needs three factors or more: with fewer the general one is not determined.");
  HAMDIL_TRY(const FactorSolution solution, minimum_residuals(correlation, factors));
  Oblique rotated = oblimin(solution.loadings);
  // Factors that point against the others would count as negative parts of the general one.
  MatrixXd pattern = dense(rotated.pattern);
  MatrixXd phi = dense(rotated.factor_correlation);
  for (Index c = 0; c < pattern.cols(); ++c) {
    if (pattern.col(c).sum() >= 0) continue;
    pattern.col(c) *= -1;
    phi.col(c) *= -1;
    phi.row(c) *= -1;
  }
  HAMDIL_TRY(const FactorSolution second, minimum_residuals(matrix(phi), 1));
  const VectorXd general = pattern * dense(second.loadings);
  const double variance = dense(correlation).sum();
  Omega out;
  out.general = {general.begin(), general.end()};
  out.hierarchical = general.sum() * general.sum() / variance;
  const double unique = std::accumulate(solution.uniqueness.begin(), solution.uniqueness.end(), 0.0);
  out.total = (variance - unique) / variance;
  return out;
}

}  // namespace hamdil::stats::psychometrics
