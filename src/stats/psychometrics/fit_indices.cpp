#include "stats/psychometrics/fit_indices.hpp"

#include <algorithm>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <cmath>

#include "stats/distributions.hpp"

namespace hamdil::stats::psychometrics {

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

double comparative_fit(const Comparison& c) {
  const double own = std::max(c.chisq - c.df, 0.0);
  const double most = std::max({own, c.base - c.base_df, 0.0});
  return most > 0 ? 1 - own / most : 1;
}
double tucker_lewis(const Comparison& c) {
  const double base = c.base / c.base_df;
  return c.df > 0 ? (base - c.chisq / c.df) / (base - 1) : 1;
}

double Noncentrality::root_mean_square(double noncentrality) const {
  return df > 0 ? std::sqrt(std::max(noncentrality, 0.0) / (persons * df)) : 0;
}

void append_rmsea(double chisq, const Noncentrality& by, const std::string& suffix, FitMeasures& out) {
  out.push_back({"rmsea" + suffix, by.root_mean_square(chisq - by.df)});
  out.push_back({"rmsea.ci.lower" + suffix, by.root_mean_square(noncentrality_at(chisq, by.df, 0.05))});
  out.push_back({"rmsea.ci.upper" + suffix, by.root_mean_square(noncentrality_at(chisq, by.df, 0.95))});
}

}  // namespace hamdil::stats::psychometrics
