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

}  // namespace hamdil::stats
