#include "stats/classical/rank_tests.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/classical/means.hpp"
#include "stats/classical/ranks.hpp"
#include "stats/distributions.hpp"

namespace hamdil::stats::classical {
namespace {

double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

double normal_p(double distance, double sd, bool continuity) {
  if (!(sd > 0)) return kNaN;
  return normal_two_sided((distance - (continuity ? sign(distance) / 2 : 0)) / sd);
}

// Pairs that are out of order, by merging.
double inversions(Values& values, std::size_t from, std::size_t to, Values& spare) {
  if (to - from < 2) return 0;
  const std::size_t middle = from + (to - from) / 2;
  double out = inversions(values, from, middle, spare) + inversions(values, middle, to, spare);
  std::size_t left = from, right = middle, at = from;
  while (left < middle || right < to) {
    if (right == to || (left < middle && values[left] <= values[right])) {
      spare[at++] = values[left++];
    } else {
      out += static_cast<double>(middle - left);
      spare[at++] = values[right++];
    }
  }
  std::copy(spare.begin() + static_cast<std::ptrdiff_t>(from), spare.begin() + static_cast<std::ptrdiff_t>(to),
            values.begin() + static_cast<std::ptrdiff_t>(from));
  return out;
}

// Sums over groups of tied values, which Kendall's variance needs.
struct Ties {
  double pairs = 0;   // t (t - 1) / 2
  double cubic = 0;   // t (t - 1)(2 t + 5)
  double triple = 0;  // t (t - 1)(t - 2)
  void add(double t) {
    pairs += t * (t - 1) / 2;
    cubic += t * (t - 1) * (2 * t + 5);
    triple += t * (t - 1) * (t - 2);
  }
};

template <class Same>
Ties ties_of(std::size_t n, const Same& same) {
  Ties out;
  for (std::size_t from = 0; from < n;) {
    std::size_t to = from + 1;
    while (to < n && same(from, to)) ++to;
    out.add(static_cast<double>(to - from));
    from = to;
  }
  return out;
}

}  // namespace

RankTest mann_whitney(const Values& first, const Values& second, bool continuity) {
  RankTest out;
  if (first.empty() || second.empty()) return out;
  Values all = first;
  all.insert(all.end(), second.begin(), second.end());
  const Ranks ranks = rank(all);
  const auto a = static_cast<double>(first.size());
  const auto b = static_cast<double>(second.size());
  out.statistic =
      std::accumulate(ranks.ranks.begin(), ranks.ranks.begin() + static_cast<std::ptrdiff_t>(first.size()), 0.0) -
      a * (a + 1) / 2;
  const double n = a + b;
  out.p_value =
      normal_p(out.statistic - a * b / 2, std::sqrt(a * b / 12 * (n + 1 - ranks.ties / (n * (n - 1)))), continuity);
  return out;
}

RankTest signed_rank(const Values& differences, bool continuity) {
  RankTest out;
  Values distances;
  std::vector<bool> positive;
  for (const double difference : differences) {
    if (difference == 0) continue;
    distances.push_back(std::fabs(difference));
    positive.push_back(difference > 0);
  }
  if (distances.empty()) return out;
  const Ranks ranks = rank(distances);
  out.statistic = 0;
  for (std::size_t i = 0; i < distances.size(); ++i)
    if (positive[i]) out.statistic += ranks.ranks[i];
  const auto n = static_cast<double>(distances.size());
  out.p_value = normal_p(out.statistic - n * (n + 1) / 4, std::sqrt(n * (n + 1) * (2 * n + 1) / 24 - ranks.ties / 48),
                         continuity);
  return out;
}

RankTest kruskal_wallis(const std::vector<Values>& groups) {
  RankTest out;
  Values all;
  for (const Values& one : groups) all.insert(all.end(), one.begin(), one.end());
  if (groups.size() < 2 || std::any_of(groups.begin(), groups.end(), [](const Values& one) { return one.empty(); }))
    return out;
  const Ranks ranks = rank(all);
  const auto n = static_cast<double>(all.size());
  double sum = 0;
  std::size_t at = 0;
  for (const Values& one : groups) {
    double own = 0;
    for (std::size_t i = 0; i < one.size(); ++i) own += ranks.ranks[at++];
    sum += own * own / static_cast<double>(one.size());
  }
  const double varies = 1 - ranks.ties / (n * n * n - n);
  out.df = static_cast<double>(groups.size()) - 1;
  if (!(varies > 0)) return out;
  out.statistic = (12 * sum / (n * (n + 1)) - 3 * (n + 1)) / varies;
  out.p_value = chisq_upper(std::max(0.0, out.statistic), out.df);
  return out;
}

Correlation pearson(const Values& x, const Values& y, double level) {
  Correlation out;
  const auto n = static_cast<double>(x.size());
  if (x.size() < 3) return out;
  const double mx = mean(x);
  const double my = mean(y);
  double xx = 0, yy = 0, xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    xx += (x[i] - mx) * (x[i] - mx);
    yy += (y[i] - my) * (y[i] - my);
    xy += (x[i] - mx) * (y[i] - my);
  }
  if (!(xx > 0) || !(yy > 0) || std::isinf(xx) || std::isinf(yy)) return out;
  out.estimate = std::clamp(xy / (std::sqrt(xx) * std::sqrt(yy)), -1.0, 1.0);
  out.df = n - 2;
  out.statistic = out.estimate * std::sqrt(out.df / (1 - out.estimate * out.estimate));
  out.p_value = t_two_sided(out.statistic, out.df);
  if (n > 3) {
    const double reach = normal_quantile(0.5 + level / 2) / std::sqrt(n - 3);
    out.ci = {std::tanh(std::atanh(out.estimate) - reach), std::tanh(std::atanh(out.estimate) + reach)};
  }
  return out;
}

Correlation spearman(const Values& x, const Values& y) {
  Correlation out = pearson(rank(x).ranks, rank(y).ranks, 0.95);
  const auto n = static_cast<double>(x.size());
  out.statistic = (n * n * n - n) * (1 - out.estimate) / 6;
  out.df = kNaN;
  out.ci = {};
  return out;
}

Correlation kendall(const Values& x, const Values& y) {
  Correlation out;
  const auto n = static_cast<double>(x.size());
  if (x.size() < 3) return out;
  std::vector<std::size_t> order(x.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return x[a] != x[b] ? x[a] < x[b] : y[a] < y[b]; });
  const Ties in_x = ties_of(order.size(), [&](std::size_t a, std::size_t b) { return x[order[a]] == x[order[b]]; });
  const Ties both = ties_of(order.size(), [&](std::size_t a, std::size_t b) {
    return x[order[a]] == x[order[b]] && y[order[a]] == y[order[b]];
  });
  Values by_x(x.size());
  for (std::size_t i = 0; i < order.size(); ++i) by_x[i] = y[order[i]];
  Values spare(by_x.size());
  const double swaps = inversions(by_x, 0, by_x.size(), spare);  // sorts by_x
  const Ties in_y = ties_of(by_x.size(), [&](std::size_t a, std::size_t b) { return by_x[a] == by_x[b]; });
  const double pairs = n * (n - 1) / 2;
  const double score = pairs - in_x.pairs - in_y.pairs + both.pairs - 2 * swaps;
  const double scale = std::sqrt(pairs - in_x.pairs) * std::sqrt(pairs - in_y.pairs);
  if (!(scale > 0)) return out;
  out.estimate = score / scale;
  const double variance = (n * (n - 1) * (2 * n + 5) - in_x.cubic - in_y.cubic) / 18 +
                          2 * in_x.pairs * in_y.pairs / (n * (n - 1)) +
                          in_x.triple * in_y.triple / (9 * n * (n - 1) * (n - 2));
  if (!(variance > 0)) return out;
  out.statistic = score / std::sqrt(variance);
  out.p_value = normal_two_sided(out.statistic);
  return out;
}

double sample_quantile(const Values& sorted, double p, int type) {
  if (sorted.empty() || std::isnan(p)) return kNaN;
  const auto n = static_cast<double>(sorted.size());
  const auto at = [&](double place) { return sorted[static_cast<std::size_t>(std::clamp(place, 1.0, n)) - 1]; };
  constexpr double kFuzz = 4 * std::numeric_limits<double>::epsilon();
  if (type <= 3) {
    const double place = n * p + (type == 3 ? -0.5 : 0);
    const double j = std::floor(place + kFuzz);
    const bool above = place > j + kFuzz;
    if (type == 1) return at(above ? j + 1 : j);
    if (type == 2) return above ? at(j + 1) : (at(j) + at(j + 1)) / 2;
    return at(above || std::fmod(j, 2) != 0 ? j + 1 : j);
  }
  constexpr double kA[] = {0, 0.5, 0, 1, 1.0 / 3, 3.0 / 8};
  constexpr double kB[] = {1, 0.5, 0, 1, 1.0 / 3, 3.0 / 8};
  const double a = kA[type - 4];
  const double b = kB[type - 4];
  const double place = a + p * (n + 1 - a - b);
  const double j = std::floor(place + kFuzz);
  double share = place - j;
  if (std::fabs(share) < kFuzz) share = 0;
  return share == 0 ? at(j) : (1 - share) * at(j) + share * at(j + 1);
}

}  // namespace hamdil::stats::classical
