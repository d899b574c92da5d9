// What answers tell of free means and covariances.
#include "stats/psychometrics/cfa_moments.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Pair {
  Index row, column;
  double weight;  // an entry of the diagonal stands once in a symmetric matrix, another twice
};
std::vector<Pair> pairs_of(Index size) {
  std::vector<Pair> out;
  for (Index j = 0; j < size; ++j)
    for (Index i = j; i < size; ++i) out.push_back({i, j, i == j ? 0.5 : 1.0});
  return out;
}

// Where the moments of the items that were seen stand among those of all.
std::vector<Index> places_of(const std::vector<Index>& seen, Index items) {
  std::vector<Index> out = seen;
  for (std::size_t l = 0; l < seen.size(); ++l)
    for (std::size_t k = l; k < seen.size(); ++k) {
      const Index i = seen[k];
      const Index j = seen[l];  // columns before this one hold items, items - 1, ... entries
      out.push_back(items + j * items - j * (j - 1) / 2 + i - j);
    }
  return out;
}

}  // namespace

VectorXd moments_of(const VectorXd& mean, const MatrixXd& covariance, bool with_means) {
  const Index p = covariance.rows();
  const Index first = with_means ? p : 0;
  VectorXd out(first + p * (p + 1) / 2);
  if (with_means) out.head(p) = mean;
  Index next = first;
  for (Index j = 0; j < p; ++j)
    for (Index i = j; i < p; ++i) out[next++] = covariance(i, j);
  return out;
}

MatrixXd jacobian(const std::vector<Implied>& slopes, bool with_means) {
  MatrixXd out;
  for (std::size_t k = 0; k < slopes.size(); ++k) {
    const VectorXd column = moments_of(slopes[k].mean, slopes[k].covariance, with_means);
    if (k == 0) out.resize(column.size(), static_cast<Index>(slopes.size()));
    out.col(static_cast<Index>(k)) = column;
  }
  return out;
}

MatrixXd moment_weight(const MatrixXd& covariance, bool with_means) {
  const MatrixXd inverse = covariance.inverse();
  return moment_information(inverse, inverse, VectorXd::Zero(covariance.rows()), with_means);
}

MatrixXd moment_information(const MatrixXd& inverse, const MatrixXd& turned, const VectorXd& away, bool with_means) {
  const Index p = inverse.rows();
  const Index first = with_means ? p : 0;
  const std::vector<Pair> pairs = pairs_of(p);
  const auto size = static_cast<Index>(pairs.size());
  MatrixXd out = MatrixXd::Zero(first + size, first + size);
  if (with_means) out.topLeftCorner(p, p) = inverse;
  const auto product = [&](Index i, Index j, Index k, Index l) {
    return (inverse(j, k) * turned(l, i) + turned(j, k) * inverse(l, i) - inverse(j, k) * inverse(l, i)) / 2;
  };
  for (Index column = 0; column < size; ++column) {
    const auto& [k, l, outer] = pairs[static_cast<std::size_t>(column)];
    for (Index row = 0; row <= column; ++row) {
      const auto& [i, j, inner] = pairs[static_cast<std::size_t>(row)];
      const double sum = product(i, j, k, l) + product(j, i, k, l) + product(i, j, l, k) + product(j, i, l, k);
      out(first + row, first + column) = out(first + column, first + row) = inner * outer * sum;
    }
    for (Index mean = 0; mean < first; ++mean)
      out(mean, first + column) = out(first + column, mean) =
          outer * (inverse(mean, k) * away[l] + inverse(mean, l) * away[k]);
  }
  return out;
}

MatrixXd saturated_information(const Sample& sample, const VectorXd& mean, const MatrixXd& covariance,
                               Information kind) {
  const Index items = mean.size();
  const Index size = items + items * (items + 1) / 2;
  MatrixXd out = MatrixXd::Zero(size, size);
  for (const Pattern& one : sample.patterns) {
    const MatrixXd inverse = MatrixXd(covariance(one.seen, one.seen)).inverse();
    VectorXd away = one.mean - mean(one.seen);
    MatrixXd turned = inverse * (one.covariance + away * away.transpose()) * inverse;
    if (kind == Information::kExpected) turned = inverse, away.setZero();
    const std::vector<Index> places = places_of(one.seen, items);
    out(places, places) += one.n / sample.n * moment_information(inverse, turned, inverse * away, true);
  }
  return out;
}

}  // namespace hamdil::stats::psychometrics
