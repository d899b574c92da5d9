#include "stats/classical/effect_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <functional>

#include "stats/classical/rank_tests.hpp"
#include "stats/classical/search.hpp"
#include "stats/classical/tables.hpp"
#include "stats/distributions.hpp"

namespace hamdil::stats::classical {
namespace {

// Distribution function of the statistic seen, by noncentrality; falls with it.
using Lower = std::function<double(double)>;

constexpr double kSearchRelative = 1.490116e-08;  // R's own for simplex searches

// Both ends at once, from a tenth above the statistic.
Range searched(const Lower& lower, double start, double level) {
  const double tail = (1 - level) / 2;
  const auto misfit = [&](const std::vector<double>& ends) {
    const double a = lower(ends[0]);
    const double b = lower(ends[1]);
    return std::fabs(std::max(a, b) - (1 - tail)) + std::fabs(std::min(a, b) - tail);
  };
  const std::vector<double> found = nelder_mead(misfit, {1.1 * start, 1.1 * start}, 1e-9, kSearchRelative);
  return {std::min(found[0], found[1]), std::max(found[0], found[1])};
}

double end_where(const Lower& lower, double target, double from, double width) {
  double to = from + width;
  for (int step = 0; step < 200 && lower(to) > target; ++step) to += width *= 2;
  return brent_root([&](double ncp) { return lower(ncp) - target; }, from, to, 1e-12);
}

// Of statistics that are not negative: 0 where the central distribution already lies below.
struct Ends {
  Range searched;
  Range exact;
};
Ends positive_ends(const Lower& lower, double start, double level) {
  const double tail = (1 - level) / 2;
  Ends out{searched(lower, start, level), {0, 0}};
  const double central = lower(0);
  if (central < tail) out.searched.upper = 0;
  if (central < 1 - tail) out.searched.lower = 0;
  if (central > 1 - tail) out.exact.lower = end_where(lower, 1 - tail, 0, std::max(1.0, start));
  if (central > tail) out.exact.upper = end_where(lower, tail, 0, std::max(1.0, start));
  return out;
}

double hedges(double df) {
  return std::exp(std::lgamma(df / 2) - std::log(std::sqrt(df / 2)) - std::lgamma((df - 1) / 2));
}

}  // namespace

EffectSize mean_difference(const Values& first, const Values& second, Standardizer by, bool unbiased, double level) {
  EffectSize out;
  if (first.size() < 2 || second.size() < 2) return out;
  const auto n1 = static_cast<double>(first.size());
  const auto n2 = static_cast<double>(second.size());
  const double v1 = variance(first);
  const double v2 = variance(second);
  double df = n1 + n2 - 2;
  double unit = ((n1 - 1) * v1 + (n2 - 1) * v2) / df;
  double scale = 1 / n1 + 1 / n2;  // squared standard error of the standardised difference
  if (by == Standardizer::kAverage) {
    const double a = v1 / n1;
    const double b = v2 / n2;
    unit = (v1 + v2) / 2;
    df = (a + b) * (a + b) / (a * a / (n1 - 1) + b * b / (n2 - 1));
    scale = 2 * (n2 * v1 + n1 * v2) / (n1 * n2 * (v1 + v2));
  } else if (by == Standardizer::kSecond) {
    unit = v2;
    df = n2 - 1;
    scale = 1 / n2 + v1 / (n1 * v2);
  }
  if (!(unit > 0) || !std::isfinite(unit)) return out;
  out.estimate = (mean(first) - mean(second)) / std::sqrt(unit);
  const double se = std::sqrt(scale);
  const double t = out.estimate / se;
  const Lower lower = [&](double ncp) { return noncentral_t_lower(t, df, ncp); };
  const double factor = (unbiased ? hedges(df) : 1) * se;
  if (unbiased) out.estimate *= hedges(df);
  const Range ends = searched(lower, t, level);
  out.ci = {ends.lower * factor, ends.upper * factor};
  const double from = t - 10 * (1 + std::fabs(t));
  const double tail = (1 - level) / 2;
  out.exact = {end_where(lower, 1 - tail, from, 1) * factor, end_where(lower, tail, from, 1) * factor};
  return out;
}

EffectSize cliffs_delta(const Values& first, const Values& second, double level) {
  EffectSize out;
  if (first.empty() || second.empty()) return out;
  const auto n1 = static_cast<double>(first.size());
  const auto n2 = static_cast<double>(second.size());
  out.estimate = 2 * mann_whitney(first, second, false).statistic / (n1 * n2) - 1;
  const double reach = normal_quantile(0.5 + level / 2) * std::sqrt((n1 + n2 + 1) / (3 * n1 * n2));
  const double z = std::atanh(out.estimate);
  out.ci = out.exact = {std::tanh(z - reach), std::tanh(z + reach)};
  return out;
}

EffectSize cramers_v(const Matrix& counts, bool adjusted, double level) {
  EffectSize out;
  const TableTest test = chisq_test(counts, false);
  if (std::isnan(test.statistic)) return out;
  double n = 0;
  for (const double value : counts.values) n += value;
  const auto rows = static_cast<double>(counts.rows);
  const auto columns = static_cast<double>(counts.columns);
  const auto v_of = [&](double chisq) {
    if (!adjusted) return std::sqrt(chisq / n / (std::min(rows, columns) - 1));
    const double phi2 = std::max(0.0, chisq / n - test.df / (n - 1));
    const double r = rows - (rows - 1) * (rows - 1) / (n - 1);
    const double c = columns - (columns - 1) * (columns - 1) / (n - 1);
    return std::sqrt(phi2 / (std::min(r, c) - 1));
  };
  out.estimate = v_of(test.statistic);
  const Ends ends = positive_ends([&](double ncp) { return noncentral_chisq_lower(test.statistic, test.df, ncp); },
                                  test.statistic, level);
  out.ci = {v_of(ends.searched.lower), std::min(1.0, v_of(ends.searched.upper))};
  out.exact = {v_of(ends.exact.lower), std::min(1.0, v_of(ends.exact.upper))};
  return out;
}

EffectSize eta_squared(const Groups& groups, bool omega, double level) {
  EffectSize out;
  const MeanTest fit = anova(groups);
  if (std::isnan(fit.statistic)) return out;
  double f = fit.statistic;
  const auto eta_of = [&](double explained) { return explained / (explained + fit.df2); };
  out.estimate = eta_of(f * fit.df);
  if (omega) {
    const double found = (f - 1) * fit.df / (f * fit.df + fit.df2 + 1);
    out.estimate = std::max(0.0, found);
    f = out.estimate * fit.df2 / (fit.df * (1 - out.estimate));
  }
  if (!(f > 0)) {
    out.ci = out.exact = {0, 0};
    return out;
  }
  const Ends ends =
      positive_ends([&](double ncp) { return noncentral_f_lower(f, fit.df, fit.df2, ncp); }, f * fit.df, level);
  out.ci = {eta_of(ends.searched.lower), eta_of(ends.searched.upper)};
  out.exact = {eta_of(ends.exact.lower), eta_of(ends.exact.upper)};
  return out;
}

}  // namespace hamdil::stats::classical
