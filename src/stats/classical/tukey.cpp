#include "stats/classical/tukey.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "stats/distributions.hpp"

namespace hamdil::stats::classical {
namespace {

// Gauss-Legendre nodes and weights of 16 points, symmetric about 0.
constexpr std::array<double, 8> kNodes = {0.0950125098376374402, 0.2816035507792589132, 0.4580167776572273863,
                                          0.6178762444026437484, 0.7554044083550030339, 0.8656312023878317439,
                                          0.9445750230732325761, 0.9894009349916499326};
constexpr std::array<double, 8> kWeights = {0.1894506104550684963, 0.1826034150449235889, 0.1691565193950025382,
                                            0.1495959888165767321, 0.1246289712555338721, 0.0951585116824927848,
                                            0.0622535239386478929, 0.0271524594117540949};

template <class F>
double integrate(const F& f, double from, double to, int panels) {
  double sum = 0;
  const double half = (to - from) / (2 * panels);
  for (int panel = 0; panel < panels; ++panel) {
    const double middle = from + half * (2 * panel + 1);
    for (std::size_t i = 0; i < kNodes.size(); ++i)
      sum += kWeights[i] * (f(middle - half * kNodes[i]) + f(middle + half * kNodes[i]));
  }
  return sum * half;
}

// P(range of `groups` normals <= w): the smallest is at z, the others between z and z + w.
double range_lower(double w, double groups) {
  if (!(w > 0)) return 0;
  const auto inside = [&](double z) {
    const double share = normal_upper(z) - normal_upper(z + w);
    return normal_density(z) * std::pow(std::max(0.0, share), groups - 1);
  };
  return std::min(1.0, groups * integrate(inside, -8.5 - std::min(w, 8.5), 8.5, 12));
}

}  // namespace

double tukey_lower(double q, double groups, double df) {
  if (!(q >= 0) || !(groups >= 2) || !(df >= 2)) return std::nan("");
  if (q == 0) return 0;
  if (std::isinf(q)) return 1;
  if (df > 25000) return range_lower(q, groups);
  // s is the standard deviation that the range is divided by: df s^2 is chi-square.
  const double constant = std::log(2.0) + df / 2 * std::log(df / 2) - std::lgamma(df / 2);
  const auto weighted = [&](double s) {
    return std::exp(constant + (df - 1) * std::log(s) - df * s * s / 2) * range_lower(q * s, groups);
  };
  const double spread = 9 / std::sqrt(2 * df);
  return std::clamp(integrate(weighted, std::max(1e-12, 1 - spread), 1 + spread + 8 / df, 16), 0.0, 1.0);
}

double tukey_quantile(double p, double groups, double df) {
  if (!(p > 0 && p < 1) || !(groups >= 2) || !(df >= 2)) return std::nan("");
  const double y = std::sqrt(std::log(1 / std::pow(0.5 - 0.5 * p, 2)));
  double t = y + ((((y * -0.453642210148e-04 - 0.204231210125) * y - 0.342242088547) * y - 1.0) * y + 0.322232421088) /
                     ((((y * 0.38560700634e-02 + 0.103537752850) * y + 0.531103462366) * y + 0.588581570495) * y +
                      0.993484626060e-01);
  if (df < 120) t += (t * t * t + t) / df / 4;
  double scale = 0.8832 - 0.2368 * t;
  if (df < 120) scale += -1.214 / df + 1.208 * t / df;
  double before = t * (scale * std::log(groups - 1) + 1.4142);
  double value_before = tukey_lower(before, groups, df) - p;
  double now = value_before > 0 && before > 1 ? std::max(0.0, before - 1) : before + 1;
  double value = tukey_lower(now, groups, df) - p;
  for (int step = 1; step < 50; ++step) {
    double next = now - value * (now - before) / (value - value_before);
    value_before = value;
    before = now;
    if (next < 0) {
      next = 0;
      value = -p;
    }
    value = tukey_lower(next, groups, df) - p;
    now = next;
    if (std::fabs(now - before) < 1e-4) return now;
  }
  return std::nan("");
}

}  // namespace hamdil::stats::classical
