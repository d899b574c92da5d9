#include "stats/psychometrics/cfa_moments.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::stats::psychometrics {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {
Index at(std::size_t i) { return static_cast<Index>(i); }
}  // namespace

Structure::Structure(const FactorModel& model, const CfaOptions& options, const std::vector<Sample>& samples)
    : factors_(model.factors.size()),
      items_(model.items.size()),
      groups_(samples.size()),
      with_means_(samples.size() > 1 || options.keep_incomplete),
      unit_items_(options.ordered) {
  const Invariance same = options.invariance;
  for (std::size_t group = 0; group < groups_; ++group) {
    const MatrixXd& s = samples[group].covariance;
    std::vector<std::optional<std::size_t>> marker(factors_);
    for (const FactorModel::Loading& one : model.loadings) {
      const bool first = !marker[one.factor].has_value();
      if (first) marker[one.factor] = one.item;
      const Index item = at(one.item);
      const Index lead = at(*marker[one.factor]);
      const double sign = s(item, lead) < 0 ? -1 : 1;
      const double scale =
          options.unit_variances ? 0.7 * std::sqrt(s(item, item)) : std::sqrt(s(item, item) / s(lead, lead));
      add({Place::kLoading, one.item, one.factor, group, {}, first && !options.unit_variances ? 1 : sign * scale},
          first && !options.unit_variances, same >= Invariance::kMetric);
    }
    for (std::size_t i = 0; i < items_; ++i)
      add({Place::kResidual, i, i, group, {}, s(at(i), at(i)) / 2}, options.ordered, same >= Invariance::kStrict);
    for (std::size_t f = 0; f < factors_; ++f) {
      const Index lead = at(*marker[f]);
      add({Place::kFactorCovariance, f, f, group, {}, options.unit_variances ? 1 : s(lead, lead) / 2},
          options.unit_variances, false);
    }
    for (std::size_t f = 0; f < factors_; ++f)
      for (std::size_t g = f + 1; g < factors_; ++g) add({Place::kFactorCovariance, f, g, group, {}, 0}, false, false);
    if (!with_means_) continue;
    for (std::size_t i = 0; i < items_; ++i)
      add({Place::kIntercept, i, 0, group, {}, samples[group].mean[at(i)]}, false, same >= Invariance::kScalar);
    // With equal intercepts the means of the factors can differ from those of the first group.
    for (std::size_t f = 0; f < factors_; ++f)
      add({Place::kFactorMean, f, 0, group, {}, 0}, same < Invariance::kScalar || group == 0, false);
  }
}

void Structure::add(Cell cell, bool fixed, bool equal_in_groups) {
  if (!fixed && equal_in_groups && cell.group > 0) {
    const auto same = std::find_if(cells_.begin(), cells_.end(), [&](const Cell& other) {
      return other.group == 0 && other.place == cell.place && other.row == cell.row && other.column == cell.column;
    });
    cell.free = same->free;
    cell.value = same->value;
  } else if (!fixed) {
    cell.free = free_count_++;
  }
  cells_.push_back(cell);
}

VectorXd Structure::start() const {
  VectorXd out = VectorXd::Zero(at(free_count_));
  for (const Cell& cell : cells_)
    if (cell.free) out[at(*cell.free)] = cell.value;
  return out;
}

double Structure::value(const Cell& cell, const VectorXd& free) const {
  return cell.free ? free[at(*cell.free)] : cell.value;
}

Structure::Matrices Structure::matrices(std::size_t group, const VectorXd& free) const {
  const Index p = at(items_);
  const Index m = at(factors_);
  Matrices out{MatrixXd::Zero(p, m), MatrixXd::Zero(m, m), VectorXd::Zero(p), VectorXd::Zero(p), VectorXd::Zero(m)};
  for (const Cell& cell : cells_) {
    if (cell.group != group) continue;
    const double here = value(cell, free);
    const Index row = at(cell.row);
    const Index column = at(cell.column);
    switch (cell.place) {
      case Place::kLoading:
        out.loadings(row, column) = here;
        break;
      case Place::kResidual:
        out.residuals[row] = here;
        break;
      case Place::kFactorCovariance:
        out.factor_covariance(row, column) = out.factor_covariance(column, row) = here;
        break;
      case Place::kIntercept:
        out.intercepts[row] = here;
        break;
      case Place::kFactorMean:
        out.factor_means[row] = here;
        break;
    }
  }
  return out;
}

VectorXd Structure::factor_variances(std::size_t group, const VectorXd& free) const {
  return matrices(group, free).factor_covariance.diagonal();
}

VectorXd Structure::communalities(std::size_t group, const VectorXd& free) const {
  const Matrices m = matrices(group, free);
  return (m.loadings * m.factor_covariance).cwiseProduct(m.loadings).rowwise().sum();
}

Implied Structure::implied(std::size_t group, const VectorXd& free) const {
  const Matrices m = matrices(group, free);
  Implied out{m.intercepts + m.loadings * m.factor_means, m.loadings * m.factor_covariance * m.loadings.transpose()};
  if (unit_items_)
    out.covariance.diagonal().setOnes();
  else
    out.covariance.diagonal() += m.residuals;
  return out;
}

std::vector<Implied> Structure::derivatives(std::size_t group, const VectorXd& free) const {
  const Matrices m = matrices(group, free);
  const Index p = at(items_);
  std::vector<Implied> out(free_count_, Implied{VectorXd::Zero(p), MatrixXd::Zero(p, p)});
  const MatrixXd spread = m.loadings * m.factor_covariance;
  for (const Cell& cell : cells_) {
    if (cell.group != group || !cell.free) continue;
    Implied& slope = out[*cell.free];
    const Index row = at(cell.row);
    const Index column = at(cell.column);
    switch (cell.place) {
      case Place::kLoading:
        slope.covariance.row(row) += spread.col(column).transpose();
        slope.covariance.col(row) += spread.col(column);
        slope.mean[row] += m.factor_means[column];
        break;
      case Place::kResidual:
        slope.covariance(row, row) += 1;
        break;
      case Place::kFactorCovariance: {
        const MatrixXd product = m.loadings.col(row) * m.loadings.col(column).transpose();
        slope.covariance += row == column ? product : MatrixXd(product + product.transpose());
        break;
      }
      case Place::kIntercept:
        slope.mean[row] += 1;
        break;
      case Place::kFactorMean:
        slope.mean += m.loadings.col(row);
        break;
    }
  }
  return out;
}

}  // namespace hamdil::stats::psychometrics
