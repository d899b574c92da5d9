#include "stats/evidence/meta.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "stats/distributions.hpp"

namespace hamdil::stats::evidence {
namespace {

using Values = std::vector<double>;

struct Weighted {
  double s1 = 0, s2 = 0, s3 = 0;  // sums of weights, of their squares, of their cubes
  double mean = 0;
};

Weighted weigh(const Values& effects, const Values& variances, double tau2) {
  Weighted out;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const double w = 1 / (variances[i] + tau2);
    out.s1 += w;
    out.s2 += w * w;
    out.s3 += w * w * w;
    out.mean += w * effects[i];
  }
  out.mean /= out.s1;
  return out;
}

double hedges(const Values& effects, const Values& variances) {
  const auto k = static_cast<double>(effects.size());
  const double mean = std::accumulate(effects.begin(), effects.end(), 0.0) / k;
  double square = 0;
  double variance = 0;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    square += (effects[i] - mean) * (effects[i] - mean) / (k - 1);
    variance += variances[i] / k;
  }
  return std::max(0.0, square - variance);
}

// How far Fisher scoring of the restricted likelihood moves tau2.
double scoring_step(const Values& effects, const Values& variances, double tau2) {
  const Weighted w = weigh(effects, variances, tau2);
  double fit = 0;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const double one = (effects[i] - w.mean) / (variances[i] + tau2);
    fit += one * one;
  }
  const double trace = w.s1 - w.s2 / w.s1;
  const double trace2 = w.s2 - 2 * w.s3 / w.s1 + w.s2 * w.s2 / (w.s1 * w.s1);
  return (fit - trace) / trace2;
}

}  // namespace

MetaAnalysis random_effects(const Values& effects, const Values& variances, const std::vector<std::int32_t>& clusters,
                            double level) {
  MetaAnalysis out;
  const std::size_t k = effects.size();
  out.studies = static_cast<double>(k);
  std::map<std::int32_t, double> scores;
  for (const std::int32_t cluster : clusters) scores[cluster] = 0;
  out.clusters = static_cast<double>(scores.size());
  if (k < 2) return out;
  double tau2 = hedges(effects, variances);
  for (int step = 0; step < 100 && !out.converged; ++step) {
    double move = scoring_step(effects, variances, tau2);
    while (tau2 + move < 0 && std::fabs(move) > 1e-12) move /= 2;
    const double before = tau2;
    tau2 = std::max(0.0, tau2 + move);
    out.converged = std::fabs(tau2 - before) <= 1e-5;
  }
  const Weighted w = weigh(effects, variances, tau2);
  const Weighted fixed = weigh(effects, variances, 0);
  if (!std::isfinite(w.mean) || !(w.s1 > 0)) return out;
  out.tau2 = tau2;
  out.estimate = w.mean;
  out.se = std::sqrt(1 / w.s1);
  out.q = 0;
  for (std::size_t i = 0; i < k; ++i) {
    out.q += (effects[i] - fixed.mean) * (effects[i] - fixed.mean) / variances[i];
    scores[clusters[i]] += (effects[i] - w.mean) / (variances[i] + tau2);
  }
  const double typical = (out.studies - 1) * fixed.s1 / (fixed.s1 * fixed.s1 - fixed.s2);
  out.i2 = 100 * tau2 / (tau2 + typical);
  if (scores.size() < 2) return out;
  double meat = 0;
  for (const auto& [cluster, score] : scores) meat += score * score;
  const double df = out.clusters - 1;
  out.se_robust = std::sqrt(out.clusters / df * meat) / w.s1;
  out.p_robust = t_two_sided(out.estimate / out.se_robust, df);
  const double reach = t_quantile(0.5 + level / 2, df) * out.se_robust;
  out.ci_robust = {out.estimate - reach, out.estimate + reach};
  return out;
}

}  // namespace hamdil::stats::evidence
