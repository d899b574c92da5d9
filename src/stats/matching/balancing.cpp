#include "stats/matching/balancing.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "stats/linear_algebra.hpp"

namespace hamdil::stats::matching {
namespace {

constexpr int kMostSteps = 200;

// The columns that are not determined by earlier ones.
std::vector<std::size_t> independent_columns(const ModelMatrix& model) {
  const auto rows = static_cast<Eigen::Index>(model.rows.size());
  std::vector<Eigen::VectorXd> basis;  // orthonormal
  std::vector<std::size_t> kept;
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    Eigen::VectorXd column(rows);
    for (Eigen::Index r = 0; r < rows; ++r) column[r] = model.columns[c][static_cast<std::size_t>(r)];
    const double length = column.norm();
    for (int twice = 0; twice < 2; ++twice)
      for (const Eigen::VectorXd& one : basis) column -= one.dot(column) * one;
    if (!(column.norm() > 1e-9 * length)) continue;
    basis.push_back(column.normalized());
    kept.push_back(c);
  }
  return kept;
}

Eigen::MatrixXd design_of(const ModelMatrix& model, const std::vector<std::size_t>& kept) {
  Eigen::MatrixXd out(static_cast<Eigen::Index>(model.rows.size()), static_cast<Eigen::Index>(kept.size()));
  for (Eigen::Index c = 0; c < out.cols(); ++c)
    for (Eigen::Index r = 0; r < out.rows(); ++r)
      out(r, c) = model.columns[kept[static_cast<std::size_t>(c)]][static_cast<std::size_t>(r)];
  return out;
}

double logistic(double eta) { return eta >= 0 ? 1 / (1 + std::exp(-eta)) : std::exp(eta) / (1 + std::exp(eta)); }

double deviance_of(const Treated& treated, const Eigen::VectorXd& eta) {
  double sum = 0;
  for (std::size_t i = 0; i < treated.size(); ++i) {
    const double signed_eta = treated[i] ? -eta[static_cast<Eigen::Index>(i)] : eta[static_cast<Eigen::Index>(i)];
    sum += signed_eta > 0 ? signed_eta + std::log1p(std::exp(-signed_eta)) : std::log1p(std::exp(signed_eta));
  }
  return 2 * sum;
}

double sum_over(const Treated& treated, bool of_treated, const std::vector<double>& weights) {
  double sum = 0;
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (treated[i] == of_treated) sum += weights[i];
  return sum;
}

template <typename Value>
double mean_over(const Treated& treated, bool of_treated, const std::vector<double>& weights, const Value& value) {
  double sum = 0;
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (treated[i] == of_treated && weights[i] != 0) sum += weights[i] * value(i);
  return sum / sum_over(treated, of_treated, weights);
}

double deviation_among_treated(const Treated& treated, const ModelColumn& column) {
  const std::vector<double> ones(treated.size(), 1.0);
  const double mean = mean_over(treated, true, ones, [&](std::size_t i) { return column[i]; });
  const double squares =
      mean_over(treated, true, ones, [&](std::size_t i) { return (column[i] - mean) * (column[i] - mean); });
  const auto n = static_cast<double>(std::count(treated.begin(), treated.end(), true));
  return std::sqrt(squares * n / (n - 1));
}

}  // namespace

Result<Treated> treated_of(const ModelMatrix& model) {
  Treated out(model.response.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double value = model.response[i];
    if (value != 0 && value != 1)
      return Error("stats.matching.treatment", "The treatment must be 0 or 1 in every row.").at({.pointer = "/call"});
    out[i] = value == 1;
  }
  if (std::find(out.begin(), out.end(), true) == out.end() || std::find(out.begin(), out.end(), false) == out.end())
    return Error("stats.matching.treatment", "Matching needs treated and untreated rows; one of the groups is empty.")
        .at({.pointer = "/call"});
  return out;
}

Propensity fit_propensity(const ModelMatrix& model, const Treated& treated) {
  Propensity out;
  out.terms = model.names;
  out.coefficients.assign(model.names.size(), kNaN);
  out.standard_errors.assign(model.names.size(), kNaN);
  const std::vector<std::size_t> kept = independent_columns(model);
  const Eigen::MatrixXd x = design_of(model, kept);
  Eigen::VectorXd y(x.rows());
  for (Eigen::Index i = 0; i < y.size(); ++i) y[i] = treated[static_cast<std::size_t>(i)] ? 1 : 0;
  Eigen::VectorXd beta = Eigen::VectorXd::Zero(x.cols());
  Eigen::VectorXd eta = x * beta;
  out.deviance = deviance_of(treated, eta);
  Eigen::LDLT<Eigen::MatrixXd> information;
  const auto newton_step = [&]() -> Eigen::VectorXd {
    const Eigen::VectorXd mean = eta.unaryExpr(&logistic);
    const Eigen::VectorXd weight = mean.array() * (1 - mean.array());
    information.compute(x.transpose() * weight.asDiagonal() * x);
    return information.solve(x.transpose() * (y - mean));
  };
  for (int step = 0; step < kMostSteps && !out.converged; ++step) {
    Eigen::VectorXd change = newton_step();
    if (!change.allFinite()) break;
    // Newton's steps can overshoot far from the maximum: halve until the deviance no longer grows.
    double next = deviance_of(treated, x * (beta + change));
    for (int half = 0; half < 30 && !(next <= out.deviance * (1 + 1e-12)); ++half) {
      change /= 2;
      next = deviance_of(treated, x * (beta + change));
    }
    beta += change;
    eta = x * beta;
    out.deviance = next;
    out.converged = (change.array().abs() <= 1e-11 * (beta.array().abs() + 1e-11)).all() || change.norm() == 0;
    if (eta.array().abs().maxCoeff() > 500) break;  // separated: the coefficients run away
  }
  newton_step();
  const Eigen::MatrixXd covariance = information.solve(Eigen::MatrixXd::Identity(x.cols(), x.cols()));
  for (std::size_t c = 0; c < kept.size(); ++c) {
    const auto at = static_cast<Eigen::Index>(c);
    out.coefficients[kept[c]] = beta[at];
    out.standard_errors[kept[c]] = std::sqrt(covariance(at, at));
  }
  out.fitted.resize(treated.size());
  for (std::size_t i = 0; i < out.fitted.size(); ++i) out.fitted[i] = logistic(eta[static_cast<Eigen::Index>(i)]);
  return out;
}

std::vector<double> probability_weights(Estimand estimand, const Treated& treated,
                                        const std::vector<double>& propensity) {
  std::vector<double> out(treated.size());
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double own = treated[i] ? propensity[i] : 1 - propensity[i];  // of the group that the row is in
    switch (estimand) {
      case Estimand::kAte:
        out[i] = 1 / own;
        break;
      case Estimand::kAtt:
        out[i] = treated[i] ? 1 : (1 - own) / own;
        break;
      case Estimand::kAtc:
        out[i] = treated[i] ? (1 - own) / own : 1;
        break;
      case Estimand::kOverlap:
        out[i] = 1 - own;
        break;
    }
  }
  return out;
}

EntropyWeights entropy_weights(const ModelMatrix& model, const Treated& treated) {
  // The dual: minimise log sum over controls of exp(z lambda), z the columns as deviations from the mean of the
  // treated, in their own standard deviations so that steps are alike.
  std::vector<std::size_t> kept = independent_columns(model);
  std::erase_if(kept, [&](std::size_t c) { return model.names[c] == "(Intercept)"; });
  const Eigen::MatrixXd x = design_of(model, kept);
  std::vector<std::size_t> controls;
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (!treated[i]) controls.push_back(i);
  const auto number_treated = static_cast<double>(treated.size() - controls.size());
  if (kept.empty()) {  // no covariate varies: nothing has to be balanced
    EntropyWeights even{std::vector<double>(treated.size(), 1.0), 0, true};
    for (const std::size_t control : controls)
      even.weights[control] = number_treated / static_cast<double>(controls.size());
    return even;
  }
  Eigen::RowVectorXd target = Eigen::RowVectorXd::Zero(x.cols());
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (treated[i]) target += x.row(static_cast<Eigen::Index>(i)) / number_treated;
  Eigen::MatrixXd z(static_cast<Eigen::Index>(controls.size()), x.cols());
  for (Eigen::Index r = 0; r < z.rows(); ++r)
    z.row(r) = x.row(static_cast<Eigen::Index>(controls[static_cast<std::size_t>(r)])) - target;
  for (Eigen::Index c = 0; c < z.cols(); ++c) {
    const double scale = std::sqrt((z.col(c).array() - z.col(c).mean()).square().mean());
    if (scale > 0) z.col(c) /= scale;
  }
  Eigen::VectorXd lambda = Eigen::VectorXd::Zero(z.cols());
  Eigen::VectorXd share;
  const auto dual = [&](const Eigen::VectorXd& at) {
    const Eigen::VectorXd eta = z * at;
    const double most = eta.maxCoeff();
    share = (eta.array() - most).exp();
    const double sum = share.sum();
    share /= sum;
    return most + std::log(sum);
  };
  EntropyWeights out;
  double value = dual(lambda);
  for (int step = 0; step < kMostSteps; ++step) {
    const Eigen::VectorXd gradient = z.transpose() * share;
    out.imbalance = gradient.size() == 0 ? 0 : gradient.array().abs().maxCoeff();
    if (out.imbalance < 1e-13) break;
    const Eigen::MatrixXd hessian = z.transpose() * share.asDiagonal() * z - gradient * gradient.transpose();
    const Eigen::VectorXd change = hessian.ldlt().solve(gradient);
    if (!change.allFinite()) break;
    double size = 1;
    double next = dual(lambda - change);
    while (!(next <= value + 1e-14 * std::abs(value)) && size > 1e-10) next = dual(lambda - (size /= 2) * change);
    if (size <= 1e-10) {
      dual(lambda);
      break;
    }
    lambda -= size * change;
    value = next;
  }
  out.imbalance = z.cols() == 0 ? 0 : (z.transpose() * share).array().abs().maxCoeff();
  out.converged = out.imbalance < 1e-8;
  out.weights.assign(treated.size(), 1.0);
  for (std::size_t r = 0; r < controls.size(); ++r)
    out.weights[controls[r]] = number_treated * share[static_cast<Eigen::Index>(r)];
  return out;
}

Effect weighted_difference(const std::vector<double>& outcome, const Treated& treated,
                           const std::vector<double>& weights) {
  Effect out;
  const double sums[] = {sum_over(treated, false, weights), sum_over(treated, true, weights)};
  if (!(sums[0] > 0) || !(sums[1] > 0)) return out;
  const auto value = [&](std::size_t i) { return outcome[i]; };
  const double means[] = {mean_over(treated, false, weights, value), mean_over(treated, true, weights, value)};
  out.estimate = means[1] - means[0];
  double squares = 0;
  double rows = 0;
  for (std::size_t i = 0; i < treated.size(); ++i) {
    if (weights[i] == 0) continue;
    const double influence = weights[i] * (outcome[i] - means[treated[i]]) / sums[treated[i]];
    squares += influence * influence;
    ++rows;
  }
  out.se = std::sqrt(squares * rows / (rows - 1));
  return out;
}

double effective_rows(const Treated& treated, const std::vector<double>& weights, bool of_treated) {
  double squares = 0;
  for (std::size_t i = 0; i < treated.size(); ++i)
    if (treated[i] == of_treated) squares += weights[i] * weights[i];
  const double sum = sum_over(treated, of_treated, weights);
  return sum * sum / squares;
}

std::vector<std::pair<std::string, double>> standardised_differences(const ModelMatrix& model, const Treated& treated,
                                                                     const std::vector<double>& weights) {
  std::vector<std::pair<std::string, double>> out;
  for (std::size_t c = 0; c < model.columns.size(); ++c) {
    if (model.names[c] == "(Intercept)") continue;
    const auto value = [&](std::size_t i) { return model.columns[c][i]; };
    const double difference = mean_over(treated, true, weights, value) - mean_over(treated, false, weights, value);
    const double deviation = deviation_among_treated(treated, model.columns[c]);
    out.emplace_back(model.names[c], deviation > 0 ? difference / deviation : kNaN);
  }
  return out;
}

}  // namespace hamdil::stats::matching
