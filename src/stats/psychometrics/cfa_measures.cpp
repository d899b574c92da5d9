// Measures of fit, as Bollen (1989), Hu and Bentler (1999) and the papers named below define them.
#include <algorithm>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <cmath>
#include <numbers>

#include "stats/distributions.hpp"
#include "stats/psychometrics/cfa_fit.hpp"

namespace hamdil::stats::psychometrics {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

double noncentral_upper(double x, double df, double away) {
  if (!(df > 0) || !std::isfinite(x) || !std::isfinite(away)) return kNaN;
  if (!(x > 0)) return 1;
  if (away <= 0) return chisq_upper(x, df);
  using boost::math::policies::policy;
  using Quiet = policy<boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
                       boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;
  return cdf(complement(boost::math::non_central_chi_squared_distribution<double, Quiet>(df, away), x));
}

// The noncentrality under which a statistic of x or more has this probability; 0 where none does.
double noncentrality_at(double x, double df, double upper) {
  if (!(noncentral_upper(x, df, 0) < upper)) return 0;
  double low = 0;
  double high = std::max(x, 1.0);
  while (noncentral_upper(x, df, high) < upper) high *= 2;
  for (int step = 0; step < 200 && high - low > 1e-12 * high; ++step) {
    const double middle = (low + high) / 2;
    (noncentral_upper(x, df, middle) < upper ? low : high) = middle;
  }
  return (low + high) / 2;
}

struct Baseline {
  double chisq = 0;
  double df = 0;
};
Baseline baseline_of(const std::vector<Sample>& samples) {
  Baseline out;
  for (const Sample& sample : samples) {
    const Eigen::LLT<MatrixXd> factor(sample.covariance);
    const double p = static_cast<double>(sample.mean.size());
    out.chisq += sample.n * (sample.covariance.diagonal().array().log().sum() -
                             2 * factor.matrixLLT().diagonal().array().log().sum());
    out.df += p * (p - 1) / 2;
  }
  return out;
}

// Of free means and covariances.
double unrestricted_likelihood(const std::vector<Sample>& samples) {
  double out = 0;
  for (const Sample& sample : samples) {
    const Eigen::LLT<MatrixXd> factor(sample.covariance);
    const double p = static_cast<double>(sample.mean.size());
    out -=
        sample.n / 2 * (p * std::log(2 * std::numbers::pi) + 2 * factor.matrixLLT().diagonal().array().log().sum() + p);
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
    const MatrixXd inverse = implied.covariance.inverse();
    const MatrixXd ratio = inverse * samples[g].covariance;
    const MatrixXd off = ratio - MatrixXd::Identity(ratio.rows(), ratio.cols());
    double residuals = 0.5 * (off * off).trace();
    double all = 0.5 * (ratio * ratio).trace();
    if (structure.with_means()) {
      const VectorXd away = samples[g].mean - implied.mean;
      residuals += away.dot(inverse * away);
      all += samples[g].mean.dot(inverse * samples[g].mean);
    }
    out += samples[g].n / total * (1 - residuals / all);
  }
  return out;
}

struct Comparison {
  double chisq, df, base, base_df;
};
double comparative_fit(const Comparison& c) {
  const double own = std::max(c.chisq - c.df, 0.0);
  const double most = std::max({own, c.base - c.base_df, 0.0});
  return most > 0 ? 1 - own / most : 1;
}
double tucker_lewis(const Comparison& c) {
  const double base = c.base / c.base_df;
  return c.df > 0 ? (base - c.chisq / c.df) / (base - 1) : 1;
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
  const double per_df = n * df / groups;  // what a noncentrality is divided by under the root
  // A model with as many parameters as moments fits by itself: it has no test, and nothing is left to measure.
  const auto rmsea_at = [&](double noncentrality) {
    return df > 0 ? std::sqrt(std::max(noncentrality, 0.0) / per_df) : 0;
  };
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
      {"rmsea", rmsea_at(chisq - df)},
      {"rmsea.ci.lower", rmsea_at(noncentrality_at(chisq, df, 0.05))},
      {"rmsea.ci.upper", rmsea_at(noncentrality_at(chisq, df, 0.95))},
      {"rmsea.pvalue", df > 0 ? noncentral_upper(chisq, df, 0.05 * 0.05 * per_df) : kNaN},
      {"srmr", residual_measure(structure, samples, found.free, n)},
      {"gfi", goodness(structure, samples, found.free, n)},
  };
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
      {"rmsea.scaled", rmsea_at(scaled - df)},
      {"rmsea.ci.lower.scaled", rmsea_at(noncentrality_at(chisq, robust.scaling * df, 0.05) / robust.scaling)},
      {"rmsea.ci.upper.scaled", rmsea_at(noncentrality_at(chisq, robust.scaling * df, 0.95) / robust.scaling)},
      {"cfi.robust", 1 - own / std::max({own, apart, 1e-300})},
      {"tli.robust", 1 - ((chisq - robust.scaling * df) / df) / (apart / base.df)},
      {"rmsea.robust", rmsea_at(chisq - robust.scaling * df)},
  };
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

}  // namespace hamdil::stats::psychometrics
