#include "stats/sample_size.hpp"

#include <cmath>

#include "stats/distributions.hpp"

namespace hamdil::stats {
namespace {

// Rounding errors of a whole number must not cost another interview.
double round_up(double n) { return std::ceil(n - 1e-9 * std::fabs(n)); }

}  // namespace

ShareSize sample_size_share(double p, double margin, double z, double population, double deff, double response) {
  ShareSize out{};
  out.n0 = z * z * p * (1 - p) / (margin * margin);
  out.n_fpc = std::isinf(population) ? out.n0 : out.n0 / (1 + (out.n0 - 1) / population);
  out.n_final = round_up(out.n_fpc * deff / response);
  return out;
}

ChangeSize sample_size_change(double p1, double p2, double alpha, double power, double deff) {
  const double pooled = (p1 + p2) / 2;
  const double spread = normal_quantile(1 - alpha / 2) * std::sqrt(2 * pooled * (1 - pooled)) +
                        normal_quantile(power) * std::sqrt(p1 * (1 - p1) + p2 * (1 - p2));
  ChangeSize out{};
  out.n_srs = spread * spread / ((p2 - p1) * (p2 - p1));
  out.n_final = round_up(out.n_srs * deff);
  return out;
}

double power_two_means(double d, double alpha, double n_per_group) {
  const double df = 2 * (n_per_group - 1);
  if (!(df > 0) || !(alpha > 0 && alpha < 1)) return std::nan("");
  return 1 - noncentral_t_lower(t_quantile(1 - alpha / 2, df), df, std::sqrt(n_per_group / 2) * std::fabs(d));
}

double sample_size_two_means(double d, double alpha, double power) {
  if (!(std::fabs(d) > 0) || !(alpha > 0 && alpha < 1) || !(power > alpha && power < 1)) return std::nan("");
  double low = 1.5;
  double high = 4;
  while (high < 1e12 && power_two_means(d, alpha, high) < power) high *= 2;
  for (int step = 0; step < 200 && high - low > 1e-10 * high; ++step) {
    const double middle = (low + high) / 2;
    (power_two_means(d, alpha, middle) < power ? low : high) = middle;
  }
  return high < 1e12 ? (low + high) / 2 : std::nan("");
}

}  // namespace hamdil::stats
