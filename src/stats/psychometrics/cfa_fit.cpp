#include "stats/psychometrics/cfa_fit.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double total_of(const std::vector<Sample>& samples) {
  double out = 0;
  for (const Sample& sample : samples) out += sample.n;
  return out;
}

double log_determinant(const Eigen::LLT<MatrixXd>& factor) {
  return 2 * factor.matrixLLT().diagonal().array().log().sum();
}

// NaN where an implied covariance is not positive definite.
double discrepancy(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free) {
  double out = 0;
  for (std::size_t g = 0; g < samples.size(); ++g) {
    const Implied implied = structure.implied(g, free);
    const Eigen::LLT<MatrixXd> factor(implied.covariance);
    if (factor.info() != Eigen::Success) return kNaN;
    const MatrixXd& s = samples[g].covariance;
    double here = log_determinant(factor) - log_determinant(Eigen::LLT<MatrixXd>(s)) + factor.solve(s).trace() -
                  static_cast<double>(s.rows());
    if (structure.with_means()) {
      const VectorXd away = samples[g].mean - implied.mean;
      here += away.dot(factor.solve(away));
    }
    out += samples[g].n * here;
  }
  return out / total_of(samples);
}

// Of half the discrepancy times the persons: the negative logarithm of the likelihood.
VectorXd gradient(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free) {
  VectorXd out = VectorXd::Zero(free.size());
  for (std::size_t g = 0; g < samples.size(); ++g) {
    const Implied implied = structure.implied(g, free);
    const MatrixXd inverse = implied.covariance.inverse();
    VectorXd away = VectorXd::Zero(implied.mean.size());
    if (structure.with_means()) away = samples[g].mean - implied.mean;
    const MatrixXd weight = inverse - inverse * (samples[g].covariance + away * away.transpose()) * inverse;
    const std::vector<Implied> slopes = structure.derivatives(g, free);
    for (Index k = 0; k < free.size(); ++k) {
      const Implied& slope = slopes[static_cast<std::size_t>(k)];
      out[k] += samples[g].n * (0.5 * weight.cwiseProduct(slope.covariance).sum() - slope.mean.dot(inverse * away));
    }
  }
  return out;
}

// Second derivatives by central differences of the gradient, a person.
MatrixXd observed_information(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free) {
  MatrixXd out(free.size(), free.size());
  for (Index k = 0; k < free.size(); ++k) {
    const double step = 1e-5 * std::max(1.0, std::abs(free[k]));
    VectorXd up = free;
    VectorXd down = free;
    up[k] += step;
    down[k] -= step;
    out.col(k) = (gradient(structure, samples, up) - gradient(structure, samples, down)) / (2 * step);
  }
  return (out + out.transpose()) / (2 * total_of(samples));
}

// The distinct entries of a symmetric matrix, column by column from the diagonal down.
VectorXd distinct(const MatrixXd& symmetric) {
  const Index p = symmetric.rows();
  VectorXd out(p * (p + 1) / 2);
  Index next = 0;
  for (Index j = 0; j < p; ++j)
    for (Index i = j; i < p; ++i) out[next++] = symmetric(i, j);
  return out;
}

// Normal-theory weight of the distinct covariances: half D'(S^-1 x S^-1)D, D the duplication matrix.
MatrixXd normal_weight(const MatrixXd& covariance) {
  const MatrixXd inverse = covariance.inverse();
  const Index p = covariance.rows();
  const Index size = p * (p + 1) / 2;
  MatrixXd out(size, size);
  Index row = 0;
  for (Index j = 0; j < p; ++j) {
    for (Index i = j; i < p; ++i, ++row) {
      Index column = 0;
      for (Index l = 0; l < p; ++l)
        for (Index k = l; k < p; ++k, ++column) {
          const double product = inverse(i, k) * inverse(j, l) + inverse(i, l) * inverse(j, k);
          out(row, column) = (i == j ? 0.5 : 1.0) * (k == l ? 0.5 : 1.0) * product;
        }
    }
  }
  return out;
}

// What each person adds to means and covariances, as deviations from `mean_shift` and `covariance`: persons x moments.
MatrixXd contributions(const Sample& sample, const VectorXd& mean_shift, const MatrixXd& covariance, bool with_means) {
  const Index p = covariance.rows();
  const Index first = with_means ? p : 0;
  MatrixXd out(sample.deviations.rows(), first + p * (p + 1) / 2);
  for (Index person = 0; person < out.rows(); ++person) {
    const VectorXd away = sample.deviations.row(person).transpose() + mean_shift;
    if (with_means) out.row(person).head(p) = away;
    out.row(person).tail(out.cols() - first) = distinct(away * away.transpose() - covariance);
  }
  return out;
}

// The weight of means and covariances together.
MatrixXd moment_weight(const MatrixXd& covariance, bool with_means) {
  const MatrixXd lower = normal_weight(covariance);
  const Index first = with_means ? covariance.rows() : 0;
  MatrixXd out = MatrixXd::Zero(first + lower.rows(), first + lower.rows());
  if (with_means) out.topLeftCorner(first, first) = covariance.inverse();
  out.bottomRightCorner(lower.rows(), lower.rows()) = lower;
  return out;
}

MatrixXd jacobian(const std::vector<Implied>& slopes, bool with_means) {
  const Index p = slopes[0].mean.size();
  const Index first = with_means ? p : 0;
  MatrixXd out(first + p * (p + 1) / 2, static_cast<Index>(slopes.size()));
  for (Index k = 0; k < out.cols(); ++k) {
    const Implied& slope = slopes[static_cast<std::size_t>(k)];
    if (with_means) out.col(k).head(p) = slope.mean;
    out.col(k).tail(out.rows() - first) = distinct(slope.covariance);
  }
  return out;
}

// Derivatives of the model of independent items: one variance an item, and one mean.
std::vector<Implied> independence(Index items, bool with_means) {
  std::vector<Implied> out;
  for (Index i = 0; i < items; ++i) {
    out.push_back({VectorXd::Zero(items), MatrixXd::Zero(items, items)});
    out.back().covariance(i, i) = 1;
  }
  for (Index i = 0; with_means && i < items; ++i)
    out.push_back({VectorXd::Unit(items, i), MatrixXd::Zero(items, items)});
  return out;
}

// Sums over groups of what scaling needs.
struct Sandwich {
  MatrixXd bread;              // expected information a person
  MatrixXd filling;            // scores squared, a person
  double saturated_trace = 0;  // of the free moments: weight at the sample times their covariance
  double model_trace = 0;      // weight at the model times their covariance
};

void add_group(const Sample& sample, const Implied& implied, const std::vector<Implied>& slopes, bool with_means,
               double total, Sandwich& out) {
  const double share = sample.n / total;
  const MatrixXd weight = moment_weight(implied.covariance, with_means);
  const MatrixXd delta = jacobian(slopes, with_means);
  const VectorXd none = VectorXd::Zero(sample.mean.size());
  const VectorXd shift = with_means ? VectorXd(sample.mean - implied.mean) : none;
  const MatrixXd own = contributions(sample, none, sample.covariance, with_means);
  const MatrixXd spread = own.transpose() * own / sample.n;
  const MatrixXd scores = contributions(sample, shift, implied.covariance, with_means) * weight * delta;
  out.bread += share * delta.transpose() * weight * delta;
  out.filling += scores.transpose() * scores / total;
  out.saturated_trace += (moment_weight(sample.covariance, with_means) * spread).trace();
  out.model_trace += (weight * spread).trace();
}

Sandwich empty_sandwich(Index size) { return {MatrixXd::Zero(size, size), MatrixXd::Zero(size, size)}; }

}  // namespace

CfaSolution minimise(const Structure& structure, const std::vector<Sample>& samples) {
  CfaSolution out{structure.start()};
  out.discrepancy = discrepancy(structure, samples, out.free);
  const double total = total_of(samples);
  for (int step = 0; step < 2000; ++step) {
    const VectorXd slope = gradient(structure, samples, out.free);
    if (slope.cwiseAbs().maxCoeff() < 1e-9 * total) {
      out.converged = true;
      break;
    }
    MatrixXd information = expected_information(structure, samples, out.free);
    information.diagonal() *= 1 + 1e-10;
    const VectorXd change = information.ldlt().solve(slope);
    if (!change.allFinite()) break;
    bool better = false;
    for (double size = 1; size > 1e-9; size /= 2) {
      const VectorXd next = out.free - size * change;
      const double there = discrepancy(structure, samples, next);
      if (!(there < out.discrepancy)) continue;
      out.free = next;
      out.discrepancy = there;
      better = true;
      break;
    }
    if (!better) {
      out.converged = slope.cwiseAbs().maxCoeff() < 1e-5 * total;
      break;
    }
  }
  return out;
}

MatrixXd expected_information(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free) {
  MatrixXd out = MatrixXd::Zero(free.size(), free.size());
  for (std::size_t g = 0; g < samples.size(); ++g) {
    const MatrixXd inverse = structure.implied(g, free).covariance.inverse();
    const std::vector<Implied> slopes = structure.derivatives(g, free);
    std::vector<MatrixXd> turned;
    for (const Implied& slope : slopes) turned.push_back(inverse * slope.covariance);
    for (Index k = 0; k < free.size(); ++k)
      for (Index l = 0; l <= k; ++l) {
        const auto a = static_cast<std::size_t>(k);
        const auto b = static_cast<std::size_t>(l);
        double here = 0.5 * turned[a].cwiseProduct(turned[b].transpose()).sum();
        if (structure.with_means()) here += slopes[a].mean.dot(inverse * slopes[b].mean);
        out(k, l) += samples[g].n * here;
        if (l < k) out(l, k) = out(k, l);
      }
  }
  return out;
}

RobustParts robust_parts(const Structure& structure, const std::vector<Sample>& samples, const CfaSolution& found,
                         CfaErrors errors) {
  const double total = total_of(samples);
  RobustParts out;
  if (errors == CfaErrors::kExpected) {
    out.covariance = expected_information(structure, samples, found.free).inverse();
    return out;
  }
  const bool means = structure.with_means();
  const Index items = samples[0].mean.size();
  Sandwich model = empty_sandwich(found.free.size());
  double baseline_trace = 0;
  double saturated_baseline = 0;
  for (std::size_t g = 0; g < samples.size(); ++g) {
    const Sample& sample = samples[g];
    add_group(sample, structure.implied(g, found.free), structure.derivatives(g, found.free), means, total, model);
    Sandwich alone = empty_sandwich((means ? 2 : 1) * items);
    const Implied apart{sample.mean, MatrixXd(sample.covariance.diagonal().asDiagonal())};
    add_group(sample, apart, independence(items, means), means, sample.n, alone);
    baseline_trace += (alone.bread.inverse() * alone.filling).trace();
    saturated_baseline += errors == CfaErrors::kRobustHuber ? alone.saturated_trace : alone.model_trace;
  }
  const MatrixXd bread =
      errors == CfaErrors::kRobustHuber ? observed_information(structure, samples, found.free) : model.bread;
  const MatrixXd inverse = bread.inverse();
  out.covariance = inverse * model.filling * inverse / total;
  const double p = static_cast<double>(items);
  const double groups = static_cast<double>(samples.size());
  const double moments = groups * (p * (p + 1) / 2 + (means ? p : 0));
  const double saturated = errors == CfaErrors::kRobustHuber ? model.saturated_trace : model.model_trace;
  out.scaling = (saturated - (inverse * model.filling).trace()) / (moments - static_cast<double>(found.free.size()));
  out.baseline_scaling = (saturated_baseline - baseline_trace) / (groups * p * (p - 1) / 2);
  return out;
}

}  // namespace hamdil::stats::psychometrics
