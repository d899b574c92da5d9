#include "stats/distributions.hpp"

#include <algorithm>
#include <boost/math/distributions/beta.hpp>
#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/fisher_f.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/distributions/non_central_f.hpp>
#include <boost/math/distributions/non_central_t.hpp>
#include <boost/math/distributions/normal.hpp>
#include <boost/math/distributions/students_t.hpp>
#include <boost/math/policies/policy.hpp>
#include <cmath>
#include <limits>

namespace hamdil::stats {
namespace {

namespace bm = boost::math;
using bm::policies::errno_on_error;
using bm::policies::policy;
// Nothing here may throw: bad arguments give NaN.
using Quiet =
    policy<bm::policies::domain_error<bm::policies::ignore_error>, bm::policies::pole_error<bm::policies::ignore_error>,
           bm::policies::overflow_error<bm::policies::ignore_error>,
           bm::policies::evaluation_error<bm::policies::ignore_error>, bm::policies::promote_double<true>>;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

bool is_share(double p) { return p >= 0.0 && p <= 1.0; }

}  // namespace

double normal_quantile(double p) {
  return is_share(p) ? bm::quantile(bm::normal_distribution<double, Quiet>(), p) : kNan;
}

double normal_upper(double x) { return std::isnan(x) ? kNan : 0.5 * std::erfc(x / std::sqrt(2.0)); }

double t_quantile(double p, double df) {
  if (!is_share(p) || !(df > 0)) return kNan;
  if (std::isinf(df)) return normal_quantile(p);
  return bm::quantile(bm::students_t_distribution<double, Quiet>(df), p);
}

double t_two_sided(double t, double df) {
  if (std::isnan(t) || !(df > 0)) return kNan;
  if (std::isinf(t)) return 0.0;
  if (std::isinf(df)) return 2.0 * normal_upper(std::fabs(t));
  return 2.0 * bm::cdf(bm::complement(bm::students_t_distribution<double, Quiet>(df), std::fabs(t)));
}

double beta_quantile(double p, double a, double b) {
  if (!is_share(p) || !(a >= 0) || !(b >= 0)) return kNan;
  if (a == 0) return 0.0;  // the limits of Clopper and Pearson at no and at only successes
  if (b == 0) return 1.0;
  return bm::quantile(bm::beta_distribution<double, Quiet>(a, b), p);
}

double f_upper(double f, double ndf, double ddf) {
  if (!(f >= 0) || !(ndf > 0) || !(ddf > 0)) return kNan;
  if (std::isinf(f)) return 0.0;
  if (std::isinf(ddf)) return chisq_upper(f * ndf, ndf);
  return bm::cdf(bm::complement(bm::fisher_f_distribution<double, Quiet>(ndf, ddf), f));
}

double f_quantile(double p, double ndf, double ddf) {
  if (!is_share(p) || !(ndf > 0) || !(ddf > 0) || std::isinf(ndf) || std::isinf(ddf)) return kNan;
  return bm::quantile(bm::fisher_f_distribution<double, Quiet>(ndf, ddf), p);
}

double normal_two_sided(double z) { return std::isnan(z) ? kNan : std::erfc(std::fabs(z) / std::sqrt(2.0)); }

double normal_density(double x) { return std::exp(-0.5 * x * x) / std::sqrt(2 * std::acos(-1.0)); }

double t_upper(double t, double df) {
  const double both = t_two_sided(t, df);
  return t > 0 ? both / 2 : 1 - both / 2;
}

double chisq_quantile(double p, double df) {
  if (!is_share(p) || !(df > 0)) return kNan;
  return bm::quantile(bm::chi_squared_distribution<double, Quiet>(df), p);
}

double noncentral_t_lower(double t, double df, double ncp) {
  if (!std::isfinite(t) || !(df > 0) || !std::isfinite(ncp)) return kNan;
  if (ncp == 0) return 1 - t_upper(t, df);
  return bm::cdf(bm::non_central_t_distribution<double, Quiet>(df, ncp), t);
}

double noncentral_chisq_lower(double x, double df, double ncp) {
  if (!(x >= 0) || std::isinf(x) || !(df > 0) || !(ncp >= 0) || std::isinf(ncp)) return kNan;
  if (ncp == 0) return 1 - chisq_upper(x, df);
  return bm::cdf(bm::non_central_chi_squared_distribution<double, Quiet>(df, ncp), x);
}

double noncentral_f_lower(double f, double ndf, double ddf, double ncp) {
  if (!(f >= 0) || std::isinf(f) || !(ndf > 0) || !(ddf > 0) || !(ncp >= 0) || std::isinf(ncp)) return kNan;
  if (ncp == 0) return 1 - f_upper(f, ndf, ddf);
  return bm::cdf(bm::non_central_f_distribution<double, Quiet>(ndf, ddf, ncp), f);
}

double chisq_upper(double x, double df) {
  if (!(x >= 0) || !(df > 0)) return kNan;
  if (std::isinf(x)) return 0.0;
  return bm::cdf(bm::complement(bm::chi_squared_distribution<double, Quiet>(df), x));
}

double chisq_mixture_upper(double x, const std::vector<double>& weights, const std::vector<double>& df) {
  double scale = 0;
  for (const double weight : weights) scale = std::max(scale, std::fabs(weight));
  if (!(scale > 0) || std::isnan(x) || df.size() != weights.size()) return kNan;
  const std::size_t n = weights.size();
  const auto weight = [&](std::size_t i) { return weights[i] / scale; };
  const double target = x / scale;
  const auto first = [&](double z) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) sum += df[i] * weight(i) / (1 - 2 * z * weight(i));
    return sum;
  };
  // The cumulant function lives between the poles nearest to 0 on either side; its derivative grows from end to end.
  double lower = -std::numeric_limits<double>::infinity();
  double upper = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n; ++i) {
    if (weight(i) > 0) upper = std::min(upper, 1 / (2 * weight(i)));
    if (weight(i) < 0) lower = std::max(lower, 1 / (2 * weight(i)));
  }
  if (std::isinf(upper)) return target >= 0 ? 0.0 : kNan;
  if (std::isinf(lower)) {
    if (target <= 0) return 1.0;
    lower = -1;
    while (first(lower) > target && lower > -1e12) lower *= 2;
  }
  for (int step = 0; step < 400; ++step) {
    const double middle = 0.5 * (lower + upper);
    if (middle == lower || middle == upper) break;
    (first(middle) > target ? upper : lower) = middle;
  }
  const double z = 0.5 * (lower + upper);
  double cumulant = 0;
  double second = 0;
  for (std::size_t i = 0; i < n; ++i) {
    const double base = 1 - 2 * z * weight(i);
    cumulant -= 0.5 * df[i] * std::log(base);
    second += 2 * df[i] * weight(i) * weight(i) / (base * base);
  }
  if (std::fabs(z) < 1e-4) {
    // At the mean the formula is 0/0; its limit takes the skewness alone.
    double third = 0;
    for (std::size_t i = 0; i < n; ++i) third += 8 * df[i] * weight(i) * weight(i) * weight(i);
    return normal_upper(third / (6 * std::pow(second, 1.5)));
  }
  const double w = std::copysign(std::sqrt(std::max(0.0, 2 * (z * target - cumulant))), z);
  const double v = z * std::sqrt(second);
  return normal_upper(w + std::log(v / w) / w);
}

double f_mixture_upper(double f, const std::vector<double>& weights, double ddf) {
  if (!(f >= 0) || !(ddf > 0)) return kNan;
  std::vector<double> all = weights;
  std::vector<double> df(weights.size(), 1.0);
  if (std::isinf(ddf)) return chisq_mixture_upper(f, all, df);
  all.push_back(-f / ddf);
  df.push_back(std::floor(ddf));
  return chisq_mixture_upper(0, all, df);
}

}  // namespace hamdil::stats
