#include "stats/multiple.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace hamdil::stats {
namespace {

using Values = std::vector<double>;

// Each gets factor(rank) * p, made monotone from the largest p down.
template <class Factor>
void step_up(Values& sorted, Factor factor) {
  double least = 1;
  for (std::size_t i = sorted.size(); i-- > 0;) {
    least = std::min(least, factor(i) * sorted[i]);
    sorted[i] = least;
  }
}

void holm(Values& sorted) {
  double most = 0;
  const double m = static_cast<double>(sorted.size());
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    most = std::max(most, std::min(1.0, (m - static_cast<double>(i)) * sorted[i]));
    sorted[i] = most;
  }
}

// The closed Simes test: for every size of subset, the smallest p over the subsets that hold an element.
void hommel(Values& sorted) {
  const std::size_t m = sorted.size();
  const Values p = sorted;
  double simes = 1;
  for (std::size_t i = 0; i < m; ++i)
    simes = std::min(simes, static_cast<double>(m) * p[i] / static_cast<double>(i + 1));
  Values best(m, simes);
  Values adjusted(m, simes);
  for (std::size_t size = m - 1; size >= 2 && m > 2; --size) {
    const double k = static_cast<double>(size);
    const std::size_t low = m - size + 1;  // the first `low` p-values stand alone against the size - 1 largest
    double tail = 1;
    for (std::size_t i = low; i < m; ++i) tail = std::min(tail, k * p[i] / static_cast<double>(i - low + 2));
    for (std::size_t i = 0; i < low; ++i) adjusted[i] = std::min(k * p[i], tail);
    for (std::size_t i = low; i < m; ++i) adjusted[i] = adjusted[low - 1];
    for (std::size_t i = 0; i < m; ++i) best[i] = std::max(best[i], adjusted[i]);
  }
  for (std::size_t i = 0; i < m; ++i) sorted[i] = std::max(best[i], p[i]);
}

void adjust_sorted(Values& sorted, Adjustment method) {
  const double m = static_cast<double>(sorted.size());
  double harmonic = 0;
  for (std::size_t i = 1; i <= sorted.size(); ++i) harmonic += 1 / static_cast<double>(i);
  switch (method) {
    case Adjustment::kNone:
      return;
    case Adjustment::kBonferroni:
      for (double& p : sorted) p = std::min(1.0, m * p);
      return;
    case Adjustment::kHolm:
      return holm(sorted);
    case Adjustment::kHochberg:
      return step_up(sorted, [&](std::size_t i) { return m - static_cast<double>(i); });
    case Adjustment::kHommel:
      return hommel(sorted);
    case Adjustment::kBenjaminiHochberg:
      return step_up(sorted, [&](std::size_t i) { return m / static_cast<double>(i + 1); });
    case Adjustment::kBenjaminiYekutieli:
      return step_up(sorted, [&](std::size_t i) { return harmonic * m / static_cast<double>(i + 1); });
  }
}

}  // namespace

std::optional<Adjustment> adjustment_from_name(std::string_view name) {
  constexpr std::array<const char*, 7> kNames = {"none", "bonferroni", "holm", "hochberg", "hommel", "BH", "BY"};
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<Adjustment>(i);
  return std::nullopt;
}

std::vector<double> adjust_p_values(const std::vector<double>& p, Adjustment method) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < p.size(); ++i)
    if (!std::isnan(p[i])) order.push_back(i);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return p[a] != p[b] ? p[a] < p[b] : a < b; });
  Values sorted;
  for (const std::size_t i : order) sorted.push_back(p[i]);
  if (!sorted.empty()) adjust_sorted(sorted, method);
  Values out = p;
  for (std::size_t i = 0; i < order.size(); ++i) out[order[i]] = sorted[i];
  return out;
}

}  // namespace hamdil::stats
