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

// NaN where an implied covariance is not positive definite.
double discrepancy(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free) {
  double out = 0;
  for (std::size_t g = 0; g < samples.size(); ++g) {
    Implied implied = structure.implied(g, free);
    if (!structure.with_means()) implied.mean = samples[g].mean;
    for (const Pattern& one : samples[g].patterns) out += misfit(one, implied.mean, implied.covariance);
    out -= samples[g].saturated;
  }
  return out / total_of(samples);
}

// Of half the discrepancy times the persons: the negative logarithm of the likelihood.
VectorXd gradient(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free) {
  VectorXd out = VectorXd::Zero(free.size());
  for (std::size_t g = 0; g < samples.size(); ++g) {
    Implied implied = structure.implied(g, free);
    if (!structure.with_means()) implied.mean = samples[g].mean;
    // By means and covariances first, all patterns together; then by what the parameters do to those.
    VectorXd by_mean = VectorXd::Zero(implied.mean.size());
    MatrixXd by_covariance = MatrixXd::Zero(implied.mean.size(), implied.mean.size());
    for (const Pattern& one : samples[g].patterns) {
      const MatrixXd inverse = MatrixXd(implied.covariance(one.seen, one.seen)).inverse();
      const VectorXd away = one.mean - implied.mean(one.seen);
      by_mean(one.seen) += one.n * inverse * away;
      by_covariance(one.seen, one.seen) +=
          one.n * (inverse - inverse * (one.covariance + away * away.transpose()) * inverse);
    }
    const std::vector<Implied> slopes = structure.derivatives(g, free);
    for (Index k = 0; k < free.size(); ++k) {
      const Implied& slope = slopes[static_cast<std::size_t>(k)];
      out[k] += 0.5 * by_covariance.cwiseProduct(slope.covariance).sum() - slope.mean.dot(by_mean);
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

// What each person adds to means and covariances, as deviations from `mean_shift` and `covariance`: persons x moments.
MatrixXd contributions(const Sample& sample, const VectorXd& mean_shift, const MatrixXd& covariance, bool with_means) {
  const Index p = covariance.rows();
  const Index first = with_means ? p : 0;
  MatrixXd out(sample.deviations.rows(), first + p * (p + 1) / 2);
  for (Index person = 0; person < out.rows(); ++person) {
    const VectorXd away = sample.deviations.row(person).transpose() + mean_shift;
    out.row(person) = moments_of(away, away * away.transpose() - covariance, with_means);
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
    const MatrixXd implied = structure.implied(g, free).covariance;
    const std::vector<Implied> slopes = structure.derivatives(g, free);
    for (const Pattern& one : samples[g].patterns) {
      const MatrixXd inverse = MatrixXd(implied(one.seen, one.seen)).inverse();
      std::vector<MatrixXd> turned;
      for (const Implied& slope : slopes) turned.push_back(inverse * slope.covariance(one.seen, one.seen));
      for (Index k = 0; k < free.size(); ++k)
        for (Index l = 0; l <= k; ++l) {
          const auto a = static_cast<std::size_t>(k);
          const auto b = static_cast<std::size_t>(l);
          double here = 0.5 * turned[a].cwiseProduct(turned[b].transpose()).sum();
          if (structure.with_means())
            here += slopes[a].mean(one.seen).dot(inverse * VectorXd(slopes[b].mean(one.seen)));
          out(k, l) += one.n * here;
          if (l < k) out(l, k) = out(k, l);
        }
    }
  }
  return out;
}

// How far a model is from the moments of all answers, as if they were of complete persons, and what chance adds to
// that: trace of the weight times the covariance of the residuals, J^-1 - D (D'JD)^-1 D' with J the information of free
// moments and D the derivatives of the model.
void add_restored(const Sample& sample, const Implied& implied, const MatrixXd& delta, Restored& out) {
  const MatrixXd inverse = implied.covariance.inverse();
  const VectorXd away = sample.mean - implied.mean;
  const MatrixXd ratio = inverse * sample.covariance;
  out.chisq += sample.n * (ratio.trace() - std::log(ratio.determinant()) - static_cast<double>(away.size()) +
                           away.dot(inverse * away));
  const MatrixXd information = saturated_information(sample, sample.mean, sample.covariance, Information::kObserved);
  const MatrixXd weight = moment_weight(sample.covariance, true);
  const MatrixXd explained = delta * (delta.transpose() * information * delta).inverse() * delta.transpose();
  out.correction += (weight * (information.inverse() - explained)).trace();
}

RobustParts robust_parts(const Structure& structure, const std::vector<Sample>& samples, const CfaSolution& found,
                         CfaErrors errors) {
  const double total = total_of(samples);
  RobustParts out;
  if (errors == CfaErrors::kExpected) {
    // With incomplete persons the expected information would take it that answers are missing by mere chance.
    const bool complete = std::all_of(samples.begin(), samples.end(), [](const Sample& one) { return one.complete(); });
    out.covariance = (complete ? expected_information(structure, samples, found.free)
                               : MatrixXd(total * observed_information(structure, samples, found.free)))
                         .inverse();
    if (complete || samples.size() > 1) return out;
    const Sample& sample = samples[0];
    add_restored(sample, structure.implied(0, found.free), jacobian(structure.derivatives(0, found.free), true),
                 out.restored.emplace());
    const Implied apart = independent_items(sample);
    add_restored(sample, apart, jacobian(independence(sample.mean.size(), true), true),
                 out.restored_baseline.emplace());
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
