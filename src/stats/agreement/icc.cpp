#include "stats/agreement/icc.hpp"

#include <cmath>

#include "stats/classical/ranks.hpp"
#include "stats/distributions.hpp"

namespace hamdil::stats::agreement {
namespace {

struct MeanSquares {
  double n = 0;
  double k = 0;
  double units = 0;   // between units
  double within = 0;  // within units
  double raters = 0;  // between raters
  double rest = 0;    // units x raters
};

MeanSquares mean_squares(const Matrix& values) {
  MeanSquares out;
  out.n = static_cast<double>(values.rows);
  out.k = static_cast<double>(values.columns);
  std::vector<double> unit_means(values.rows, 0.0);
  std::vector<double> rater_means(values.columns, 0.0);
  double mean = 0;
  for (std::size_t i = 0; i < values.rows; ++i)
    for (std::size_t j = 0; j < values.columns; ++j) {
      unit_means[i] += values.at(i, j) / out.k;
      rater_means[j] += values.at(i, j) / out.n;
      mean += values.at(i, j) / (out.n * out.k);
    }
  for (const double one : unit_means) out.units += out.k * (one - mean) * (one - mean);
  for (const double one : rater_means) out.raters += out.n * (one - mean) * (one - mean);
  for (std::size_t i = 0; i < values.rows; ++i)
    for (std::size_t j = 0; j < values.columns; ++j) {
      out.within += std::pow(values.at(i, j) - unit_means[i], 2);
      out.rest += std::pow(values.at(i, j) - unit_means[i] - rater_means[j] + mean, 2);
    }
  out.units /= out.n - 1;
  out.raters /= out.k - 1;
  out.within /= out.n * (out.k - 1);
  out.rest /= (out.n - 1) * (out.k - 1);
  return out;
}

// A form of one rater and its mean of k by the same interval of F.
void add_pair(std::vector<IccForm>& out, const std::string& name, double single, double mean, double f, double df2,
              const MeanSquares& ms, Range single_ci, Range mean_ci) {
  const double p = f_upper(f, ms.n - 1, df2);
  out.push_back({name, single, f, ms.n - 1, df2, p, single_ci});
  out.push_back({name + "k", mean, f, ms.n - 1, df2, p, mean_ci});
}

Range single_range(double low, double high, double k) {
  return {(low - 1) / (low + k - 1), (high - 1) / (high + k - 1)};
}

// The interval of two-way random effects, degrees of freedom by Satterthwaite.
Range two_way_range(const MeanSquares& ms, double icc, double tail) {
  const double n = ms.n;
  const double k = ms.k;
  const double fj = ms.raters / ms.rest;
  const double a = n * (1 + (k - 1) * icc) - k * icc;
  const double v = (k - 1) * (n - 1) * std::pow(k * icc * fj + a, 2) / ((n - 1) * k * k * icc * icc * fj * fj + a * a);
  const double upper = f_quantile(tail, n - 1, v);
  const double lower = f_quantile(tail, v, n - 1);
  const double spread = k * ms.raters + (k * n - k - n) * ms.rest;
  return {n * (ms.units - upper * ms.rest) / (upper * spread + n * ms.units),
          n * (lower * ms.units - ms.rest) / (spread + n * lower * ms.units)};
}

}  // namespace

std::vector<IccForm> intraclass_correlations(const Matrix& values, double level) {
  std::vector<IccForm> out;
  if (values.rows < 2 || values.columns < 2) return out;
  const MeanSquares ms = mean_squares(values);
  const double n = ms.n;
  const double k = ms.k;
  const double tail = 0.5 + level / 2;
  const double df_within = n * (k - 1);
  const double df_rest = (n - 1) * (k - 1);
  const double f1 = ms.units / ms.within;
  const double f3 = ms.units / ms.rest;

  const double low1 = f1 / f_quantile(tail, n - 1, df_within);
  const double high1 = f1 * f_quantile(tail, df_within, n - 1);
  add_pair(out, "ICC1", (ms.units - ms.within) / (ms.units + (k - 1) * ms.within), 1 - ms.within / ms.units, f1,
           df_within, ms, single_range(low1, high1, k), {1 - 1 / low1, 1 - 1 / high1});

  const double icc2 = (ms.units - ms.rest) / (ms.units + (k - 1) * ms.rest + k * (ms.raters - ms.rest) / n);
  const Range two = two_way_range(ms, icc2, tail);
  const auto stepped = [&](double icc) { return icc * k / (1 + icc * (k - 1)); };
  add_pair(out, "ICC2", icc2, (ms.units - ms.rest) / (ms.units + (ms.raters - ms.rest) / n), f3, df_rest, ms, two,
           {stepped(two.lower), stepped(two.upper)});

  const double low3 = f3 / f_quantile(tail, n - 1, df_rest);
  const double high3 = f3 * f_quantile(tail, df_rest, n - 1);
  add_pair(out, "ICC3", (ms.units - ms.rest) / (ms.units + (k - 1) * ms.rest), 1 - ms.rest / ms.units, f3, df_rest, ms,
           single_range(low3, high3, k), {1 - 1 / low3, 1 - 1 / high3});
  // Single raters first, then their means.
  return {out[0], out[2], out[4], out[1], out[3], out[5]};
}

Concordance kendall_w(const Matrix& values) {
  Concordance out;
  const auto n = static_cast<double>(values.rows);
  const auto k = static_cast<double>(values.columns);
  if (values.rows < 2 || values.columns < 2) return out;
  std::vector<double> sums(values.rows, 0.0);
  double ties = 0;
  for (std::size_t j = 0; j < values.columns; ++j) {
    std::vector<double> column;
    for (std::size_t i = 0; i < values.rows; ++i) column.push_back(values.at(i, j));
    const classical::Ranks ranks = classical::rank(column);
    ties += ranks.ties;
    for (std::size_t i = 0; i < values.rows; ++i) sums[i] += ranks.ranks[i];
  }
  double spread = 0;
  for (const double sum : sums) spread += std::pow(sum - k * (n + 1) / 2, 2);
  const double most = k * k * (n * n * n - n) - k * ties;
  out.ties = ties > 0;
  if (!(most > 0)) return out;
  out.w = 12 * spread / most;
  out.df = n - 1;
  out.chisq = k * (n - 1) * out.w;
  out.p_value = chisq_upper(out.chisq, out.df);
  return out;
}

}  // namespace hamdil::stats::agreement
