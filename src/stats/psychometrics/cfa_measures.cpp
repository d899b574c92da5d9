// Measures of fit, as Bollen (1989), Hu and Bentler (1999) and the papers named below define them.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "stats/distributions.hpp"
#include "stats/psychometrics/cfa_fit.hpp"
#include "stats/psychometrics/fit_indices.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Baseline {
  double chisq = 0;
  double df = 0;
};
Baseline baseline_of(const std::vector<Sample>& samples) {
  Baseline out;
  for (const Sample& sample : samples) {
    const Implied apart = independent_items(sample);
    for (const Pattern& one : sample.patterns) out.chisq += misfit(one, apart.mean, apart.covariance);
    out.chisq -= sample.saturated;
    const double p = static_cast<double>(sample.mean.size());
    out.df += p * (p - 1) / 2;
  }
  return out;
}

// Of free means and covariances.
double unrestricted_likelihood(const std::vector<Sample>& samples) {
  double out = 0;
  for (const Sample& sample : samples) {
    double answers = 0;
    for (const Pattern& one : sample.patterns) answers += one.n * static_cast<double>(one.seen.size());
    out -= (answers * std::log(2 * std::numbers::pi) + sample.saturated) / 2;
  }
  return out;
}

// Root mean square of the residuals in standard deviations of the items (Bentler 1995), groups weighted by persons.
double residual_measure(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free,
                        double total) {
  double out = 0;
  for (std::size_t g = 0; g < samples.size(); ++g) {
    const Implied implied = structure.implied(g, free);
    const MatrixXd& s = samples[g].covariance;
    const VectorXd scale = s.diagonal().cwiseSqrt().cwiseInverse();
    const MatrixXd residual = scale.asDiagonal() * (s - implied.covariance) * scale.asDiagonal();
    const Index p = s.rows();
    double squares = (residual.squaredNorm() + residual.diagonal().squaredNorm()) / 2;
    double entries = static_cast<double>(p * (p + 1)) / 2;
    if (structure.with_means()) {
      squares += scale.cwiseProduct(samples[g].mean - implied.mean).squaredNorm();
      entries += static_cast<double>(p);
    }
    out += samples[g].n / total * std::sqrt(squares / entries);
  }
  return out;
}

// Goodness of fit (Joreskog and Sorbom): one less the weighted squares of residuals over those of the moments, groups
// weighted by persons.
double goodness(const Structure& structure, const std::vector<Sample>& samples, const VectorXd& free, double total) {
  double out = 0;
  for (std::size_t g = 0; g < samples.size(); ++g) {
    const Implied implied = structure.implied(g, free);
    // Squares of means and covariances in the information that the model gives of them. Of incomplete persons the
    // moments are those of each pair of items, as in the programs that report this measure.
    const bool means = structure.with_means();
    const MatrixXd weight = saturated_information(samples[g], implied.mean, implied.covariance, Information::kExpected);
    const Implied seen = pairwise_moments(samples[g]);
    const VectorXd own = moments_of(seen.mean, seen.covariance, means);
    const VectorXd residual = own - moments_of(implied.mean, implied.covariance, means);
    const Index used = own.size();
    const auto block = weight.bottomRightCorner(used, used);
    const double residuals = residual.dot(block * residual);
    const double all = own.dot(block * own);
    out += samples[g].n / total * (1 - residuals / all);
  }
  return out;
}

}  // namespace

FitMeasures fit_measures(const Structure& structure, const std::vector<Sample>& samples, const CfaSolution& found,
                         double moments, const RobustParts& robust) {
  double n = 0;
  for (const Sample& sample : samples) n += sample.n;
  const auto groups = static_cast<double>(samples.size());
  const double chisq = n * found.discrepancy;
  const auto free = static_cast<double>(structure.free_count());
  const double df = moments - free;
  const Baseline base = baseline_of(samples);
  const Comparison plain{chisq, df, base.chisq, base.df};
  const double unrestricted = unrestricted_likelihood(samples);
  const double likelihood = unrestricted - chisq / 2;
  // A model with as many parameters as moments fits by itself: it has no test, and nothing is left to measure.
  const Noncentrality by{n / groups, df};
  FitMeasures out = {
      {"npar", free},
      {"fmin", found.discrepancy / 2},
      {"chisq", chisq},
      {"df", df},
      {"pvalue", df > 0 ? chisq_upper(chisq, df) : kNaN},
      {"baseline.chisq", base.chisq},
      {"baseline.df", base.df},
      {"cfi", comparative_fit(plain)},
      {"tli", tucker_lewis(plain)},
      {"nfi", df > base.df ? kNaN : (base.chisq - chisq) / base.chisq},
      {"ifi", (base.chisq - chisq) / (base.chisq - df)},
      {"rni", (base.chisq - base.df - (chisq - df)) / (base.chisq - base.df)},
      {"logl", likelihood},
      {"unrestricted.logl", unrestricted},
      {"aic", -2 * likelihood + 2 * free},
      {"bic", -2 * likelihood + free * std::log(n)},
      {"ntotal", n},
      {"bic2", -2 * likelihood + free * std::log((n + 2) / 24)},
      {"rmsea.pvalue", df > 0 ? noncentral_upper(chisq, df, 0.05 * 0.05 * by.persons * df) : kNaN},
      {"srmr", residual_measure(structure, samples, found.free, n)},
      {"gfi", goodness(structure, samples, found.free, n)},
  };
  append_rmsea(chisq, by, "", out);
  if (robust.restored) {
    const Restored& own = *robust.restored;
    const double away = own.chisq - own.correction;
    const double apart = robust.restored_baseline->chisq - robust.restored_baseline->correction;
    out.push_back({"cfi.robust", 1 - std::max(away, 0.0) / std::max({away, apart, 1e-300})});
    out.push_back({"tli.robust", 1 - (away / df) / (apart / base.df)});
    out.push_back({"rmsea.robust", by.root_mean_square(away)});
  }
  if (std::isnan(robust.scaling)) return out;
  const double scaled = chisq / robust.scaling;
  const Comparison both{scaled, df, base.chisq / robust.baseline_scaling, base.df};
  // What the samples' statistics would be without the scaling: Brosseau-Liard and Savalei (2014), Multivariate Behav.
  // Res. 49, 460-470.
  const double own = std::max(chisq - robust.scaling * df, 0.0);
  const double apart = base.chisq - robust.baseline_scaling * base.df;
  const FitMeasures more = {
      {"chisq.scaled", scaled},
      {"df.scaled", df},
      {"pvalue.scaled", chisq_upper(scaled, df)},
      {"chisq.scaling.factor", robust.scaling},
      {"cfi.scaled", comparative_fit(both)},
      {"tli.scaled", tucker_lewis(both)},
      {"rmsea.scaled", by.root_mean_square(scaled - df)},
      {"rmsea.ci.lower.scaled",
       by.root_mean_square(noncentrality_at(chisq, robust.scaling * df, 0.05) / robust.scaling)},
      {"rmsea.ci.upper.scaled",
       by.root_mean_square(noncentrality_at(chisq, robust.scaling * df, 0.95) / robust.scaling)},
      {"cfi.robust", 1 - own / std::max({own, apart, 1e-300})},
      {"tli.robust", 1 - ((chisq - robust.scaling * df) / df) / (apart / base.df)},
      {"rmsea.robust", by.root_mean_square(chisq - robust.scaling * df)},
  };
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace hamdil::stats::psychometrics
