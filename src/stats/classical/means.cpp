#include "stats/classical/means.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "stats/classical/tukey.hpp"
#include "stats/distributions.hpp"

namespace hamdil::stats::classical {
namespace {

double count(const Values& values) { return static_cast<double>(values.size()); }

bool all_have(const Groups& groups, std::size_t least) {
  return groups.size() >= 2 &&
         std::all_of(groups.begin(), groups.end(), [&](const Values& one) { return one.size() >= least; });
}

void finish_t(MeanTest& out, double difference, double se, double mu, double level) {
  if (!(se > 0) || !(out.df > 0) || !std::isfinite(se)) return;
  out.statistic = (difference - mu) / se;
  out.p_value = t_two_sided(out.statistic, out.df);
  const double reach = t_quantile(0.5 + level / 2, out.df) * se;
  out.ci = {difference - reach, difference + reach};
}

}  // namespace

double mean(const Values& values) {
  return values.empty() ? kNaN : std::accumulate(values.begin(), values.end(), 0.0) / count(values);
}

double variance(const Values& values) {
  if (values.size() < 2) return kNaN;
  const double centre = mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - centre) * (value - centre);
  return sum / (count(values) - 1);
}

double median(Values values) {
  if (values.empty()) return kNaN;
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

MeanTest t_test(const Values& first, const Values& second, bool equal_variances, double level) {
  MeanTest out;
  if (first.size() < 2 || second.size() < 2) return out;
  const double a = variance(first) / count(first);
  const double b = variance(second) / count(second);
  double se = std::sqrt(a + b);
  if (equal_variances) {
    out.df = count(first) + count(second) - 2;
    const double pooled = ((count(first) - 1) * variance(first) + (count(second) - 1) * variance(second)) / out.df;
    se = std::sqrt(pooled * (1 / count(first) + 1 / count(second)));
  } else {
    out.df = (a + b) * (a + b) / (a * a / (count(first) - 1) + b * b / (count(second) - 1));
  }
  finish_t(out, mean(first) - mean(second), se, 0, level);
  return out;
}

MeanTest t_test(const Values& values, double mu, double level) {
  MeanTest out;
  if (values.size() < 2) return out;
  out.df = count(values) - 1;
  finish_t(out, mean(values), std::sqrt(variance(values) / count(values)), mu, level);
  return out;
}

MeanTest anova(const Groups& groups) {
  MeanTest out;
  if (!all_have(groups, 1)) return out;
  double n = 0;
  long double total = 0;  // the mean squares lose digits where groups hardly differ
  std::vector<long double> centres;
  for (const Values& one : groups) {
    n += count(one);
    long double sum = 0;
    for (const double value : one) sum += value;
    total += sum;
    centres.push_back(sum / static_cast<long double>(one.size()));
  }
  total /= n;
  long double between = 0;
  long double within = 0;
  for (std::size_t g = 0; g < groups.size(); ++g) {
    between += static_cast<long double>(groups[g].size()) * (centres[g] - total) * (centres[g] - total);
    for (const double value : groups[g]) within += (value - centres[g]) * (value - centres[g]);
  }
  out.ss_between = static_cast<double>(between);
  out.ss_within = static_cast<double>(within);
  out.df = static_cast<double>(groups.size()) - 1;
  out.df2 = n - static_cast<double>(groups.size());
  if (!(out.df2 > 0) || !(out.ss_within > 0)) return out;
  out.statistic = out.ss_between / out.df / (out.ss_within / out.df2);
  out.p_value = f_upper(out.statistic, out.df, out.df2);
  return out;
}

MeanTest welch_anova(const Groups& groups) {
  MeanTest out;
  if (!all_have(groups, 2)) return out;
  const auto k = static_cast<double>(groups.size());
  double weights = 0;
  double centre = 0;
  for (const Values& one : groups) {
    const double w = count(one) / variance(one);
    weights += w;
    centre += w * mean(one);
  }
  centre /= weights;
  double between = 0;
  double lack = 0;
  for (const Values& one : groups) {
    const double w = count(one) / variance(one);
    between += w * (mean(one) - centre) * (mean(one) - centre);
    lack += (1 - w / weights) * (1 - w / weights) / (count(one) - 1);
  }
  lack /= k * k - 1;
  if (!std::isfinite(between)) return out;
  out.statistic = between / (k - 1) / (1 + 2 * (k - 2) * lack);
  out.df = k - 1;
  out.df2 = 1 / (3 * lack);
  out.p_value = f_upper(out.statistic, out.df, out.df2);
  return out;
}

MeanTest levene(const Groups& groups) {
  Groups distances;
  for (const Values& one : groups) {
    const double centre = median(one);
    distances.emplace_back();
    for (const double value : one) distances.back().push_back(std::fabs(value - centre));
  }
  return anova(distances);
}

std::vector<Pair> tukey_pairs(const Groups& groups, double level) {
  std::vector<Pair> out;
  const MeanTest fit = anova(groups);
  const double mse = fit.ss_within / fit.df2;
  const auto k = static_cast<double>(groups.size());
  const bool defined = fit.df2 >= 2 && mse > 0;
  const double reach = defined ? tukey_quantile(level, k, fit.df2) : kNaN;
  for (std::size_t i = 0; i < groups.size(); ++i)
    for (std::size_t j = i + 1; j < groups.size(); ++j) {
      Pair pair{i, j, mean(groups[j]) - mean(groups[i]), {}, kNaN};
      const double se = std::sqrt(mse / 2 * (1 / count(groups[i]) + 1 / count(groups[j])));
      if (defined) {
        pair.ci = {pair.difference - reach * se, pair.difference + reach * se};
        pair.p_value = 1 - tukey_lower(std::fabs(pair.difference) / se, k, fit.df2);
      }
      out.push_back(pair);
    }
  return out;
}

}  // namespace hamdil::stats::classical
