#include "stats/linear_algebra.hpp"

#include <Eigen/Dense>
#include <cmath>

namespace hamdil::stats {
namespace {

using Dense = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Dense view(const Matrix& m) {
  return Eigen::Map<const Dense>(m.values.data(), static_cast<Eigen::Index>(m.rows),
                                 static_cast<Eigen::Index>(m.columns));
}

Matrix back(const Dense& m) {
  Matrix out{static_cast<std::size_t>(m.rows()), static_cast<std::size_t>(m.cols()),
             std::vector<double>(static_cast<std::size_t>(m.size()))};
  Eigen::Map<Dense>(out.values.data(), m.rows(), m.cols()) = m;
  return out;
}

}  // namespace

double quadratic_form(const std::vector<double>& x, const Matrix& m) {
  const Matrix column{x.size(), 1, x};
  const Matrix solved = solve(m, column);
  double sum = 0;
  for (std::size_t i = 0; i < x.size(); ++i) sum += x[i] * solved.values[i];
  return sum;
}

Matrix solve(const Matrix& a, const Matrix& b) {
  const Eigen::FullPivLU<Dense> lu(view(a));
  if (!lu.isInvertible()) return Matrix{b.rows, b.columns, std::vector<double>(b.values.size(), kNaN)};
  return back(lu.solve(view(b)));
}

Matrix generalized_inverse(const Matrix& symmetric) {
  Dense scaled = view(symmetric);
  Eigen::VectorXd scale = scaled.diagonal();
  for (double& one : scale) one = one > 0 ? 1 / std::sqrt(one) : 0.0;
  scaled = scale.asDiagonal() * scaled * scale.asDiagonal();
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(scaled);
  Eigen::VectorXd inverse = solver.eigenvalues();
  const double least = inverse.size() == 0 ? 0.0 : 1e-12 * inverse.maxCoeff();
  for (double& one : inverse) one = one > least ? 1 / one : 0.0;
  const Dense out = solver.eigenvectors() * inverse.asDiagonal() * solver.eigenvectors().transpose();
  return back(scale.asDiagonal() * out * scale.asDiagonal());
}

Matrix multiply(const Matrix& a, const Matrix& b) { return back(view(a) * view(b)); }

Matrix transpose(const Matrix& a) { return back(view(a).transpose()); }

Matrix part_of(const Matrix& whole, const std::vector<std::size_t>& rows, const std::vector<std::size_t>& columns) {
  Matrix out{rows.size(), columns.size(), {}};
  for (const std::size_t r : rows)
    for (const std::size_t c : columns) out.values.push_back(whole.at(r, c));
  return out;
}

std::vector<double> eigenvalues(const Matrix& a) {
  const Eigen::EigenSolver<Eigen::MatrixXd> solver(Eigen::MatrixXd(view(a)), false);
  std::vector<double> out;
  for (Eigen::Index i = 0; i < solver.eigenvalues().size(); ++i) out.push_back(solver.eigenvalues()[i].real());
  return out;
}

std::size_t rank(const Matrix& a) {
  if (a.values.empty()) return 0;
  Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr;
  qr.setThreshold(1e-9);
  qr.compute(Eigen::MatrixXd(view(a)));
  return static_cast<std::size_t>(qr.rank());
}

Matrix residuals_on(const Matrix& a, const Matrix& b) {
  const Eigen::MatrixXd left = view(a);
  const Eigen::MatrixXd right = view(b);
  const Eigen::ColPivHouseholderQR<Eigen::MatrixXd> qr(left);
  return back(right - left * qr.solve(right));
}

}  // namespace hamdil::stats
