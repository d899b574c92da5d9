#include "stats/classical/trend.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "stats/distributions.hpp"

namespace hamdil::stats::classical {
namespace {

using Points = std::vector<TrendPoint>;

// Sums over groups of equal values that the variance needs (Kendall 1970, ch. 5).
struct Ties {
  double cubic = 0;   // t (t-1) (2t+5)
  double triple = 0;  // t (t-1) (t-2)
  double pairs = 0;   // t (t-1)
};
template <typename Of>
Ties ties_of(const Points& points, const Of& of) {
  std::map<double, double> counts;
  for (const TrendPoint& one : points) ++counts[of(one)];
  Ties out;
  for (const auto& [value, t] : counts) {
    out.cubic += t * (t - 1) * (2 * t + 5);
    out.triple += t * (t - 1) * (t - 2);
    out.pairs += t * (t - 1);
  }
  return out;
}

double variance_without_trend(const Points& points) {
  const auto n = static_cast<double>(points.size());
  if (n < 2) return 0;
  const Ties values = ties_of(points, [](const TrendPoint& one) { return one.value; });
  const Ties times = ties_of(points, [](const TrendPoint& one) { return one.time; });
  double out = (n * (n - 1) * (2 * n + 5) - values.cubic - times.cubic) / 18;
  if (n > 2) out += values.triple * times.triple / (9 * n * (n - 1) * (n - 2));
  return out + values.pairs * times.pairs / (2 * n * (n - 1));
}

// At a rank from 1, between two by interpolation; the ends are never left.
double at_rank(const std::vector<double>& sorted, double rank) {
  const double place = std::clamp(rank, 1.0, static_cast<double>(sorted.size())) - 1;
  const auto below = static_cast<std::size_t>(place);
  const double part = place - static_cast<double>(below);
  return below + 1 < sorted.size() ? sorted[below] + part * (sorted[below + 1] - sorted[below]) : sorted[below];
}

}  // namespace

Trend trend(const Points& points, double level) {
  std::vector<Points> parts;
  Trend out;
  for (const TrendPoint& one : points) {
    if (!std::isfinite(one.time) || !std::isfinite(one.value)) continue;
    const auto found = std::find(out.parts.begin(), out.parts.end(), one.wording);
    const auto place = static_cast<std::size_t>(found - out.parts.begin());
    if (found == out.parts.end()) out.parts.push_back(one.wording), parts.emplace_back();
    parts[place].push_back(one);
    ++out.n;
  }
  std::vector<double> slopes;
  double s = 0;
  double variance = 0;
  for (const Points& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i)
      for (std::size_t j = 0; j < i; ++j) {
        const double later = part[i].time - part[j].time;
        const double more = part[i].value - part[j].value;
        if (later == 0) continue;
        slopes.push_back(more / later);
        s += (slopes.back() > 0) - (slopes.back() < 0);
      }
    variance += variance_without_trend(part);
  }
  out.pairs = slopes.size();
  if (slopes.size() < 3) return out;
  std::sort(slopes.begin(), slopes.end());
  const auto pairs = static_cast<double>(slopes.size());
  out.slope = at_rank(slopes, (pairs + 1) / 2);
  out.s = s;
  out.tau = s / pairs;
  out.variance = variance;
  const double margin = normal_quantile(0.5 + level / 2) * std::sqrt(variance);
  // Beyond the outermost slopes nothing is known: with few rounds there is no such interval.
  if (margin > 0 && (pairs - margin) / 2 >= 1)
    out.ci = {at_rank(slopes, (pairs - margin) / 2), at_rank(slopes, (pairs + margin) / 2 + 1)};
  if (variance > 0) {
    out.z = s == 0 ? 0 : (s - (s > 0 ? 1 : -1)) / std::sqrt(variance);
    out.p_value = normal_two_sided(out.z);
  }
  return out;
}

}  // namespace hamdil::stats::classical
