#include "stats/classical/tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "stats/classical/search.hpp"
#include "stats/distributions.hpp"

namespace hamdil::stats::classical {
namespace {

struct Margins {
  double n = 0;
  std::vector<double> rows, columns;
};

Margins margins_of(const Matrix& counts) {
  Margins out{0, std::vector<double>(counts.rows, 0.0), std::vector<double>(counts.columns, 0.0)};
  for (std::size_t r = 0; r < counts.rows; ++r)
    for (std::size_t c = 0; c < counts.columns; ++c) {
      out.n += counts.at(r, c);
      out.rows[r] += counts.at(r, c);
      out.columns[c] += counts.at(r, c);
    }
  return out;
}

double log_choose(double n, double k) { return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1); }

constexpr double kSearchTolerance = 0.0001220703125;  // eps^(1/4)
constexpr double kEps = std::numeric_limits<double>::epsilon();

// The first cell of a 2 x 2 table with its margins given, under an odds ratio: noncentral hypergeometric.
class FirstCell {
 public:
  explicit FirstCell(const Matrix& counts) {
    const double m = counts.at(0, 0) + counts.at(1, 0);
    const double other = counts.at(0, 1) + counts.at(1, 1);
    const double k = counts.at(0, 0) + counts.at(0, 1);
    low_ = std::max(0.0, k - other);
    high_ = std::min(k, m);
    for (double x = low_; x <= high_; ++x) log_central_.push_back(log_choose(m, x) + log_choose(other, k - x));
  }
  double low() const { return low_; }
  double high() const { return high_; }

  std::vector<double> probabilities(double odds) const {
    std::vector<double> out(log_central_.size());
    double most = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < out.size(); ++i)
      most = std::max(most, out[i] = log_central_[i] + std::log(odds) * (low_ + static_cast<double>(i)));
    double sum = 0;
    for (double& one : out) sum += one = std::exp(one - most);
    for (double& one : out) one /= sum;
    return out;
  }
  double mean(double odds) const {
    if (odds == 0) return low_;
    if (std::isinf(odds)) return high_;
    const std::vector<double> p = probabilities(odds);
    double out = 0;
    for (std::size_t i = 0; i < p.size(); ++i) out += p[i] * (low_ + static_cast<double>(i));
    return out;
  }
  double at_least(double x, double odds) const {
    if (odds == 0) return x <= low_ ? 1 : 0;
    const std::vector<double> p = probabilities(odds);
    return std::accumulate(p.begin() + static_cast<std::ptrdiff_t>(x - low_), p.end(), 0.0);
  }
  double at_most(double x, double odds) const {
    if (odds == 0) return x >= low_ ? 1 : 0;
    const std::vector<double> p = probabilities(odds);
    return std::accumulate(p.begin(), p.begin() + static_cast<std::ptrdiff_t>(x - low_) + 1, 0.0);
  }

 private:
  double low_ = 0;
  double high_ = 0;
  std::vector<double> log_central_;
};

// The odds ratio at which `f` meets `target`: below 1 directly, above 1 by its inverse; f grows or falls throughout.
template <class F>
double odds_where(const F& f, double target) {
  const double at_one = f(1.0);
  if (at_one == target) return 1;
  const bool below = (f(0.0) - target) * (at_one - target) < 0;
  if (below) return brent_root([&](double odds) { return f(odds) - target; }, 0, 1, kSearchTolerance);
  return 1 / brent_root([&](double inverse) { return f(1 / inverse) - target; }, kEps, 1, kSearchTolerance);
}

}  // namespace

TableTest chisq_test(const Matrix& counts, bool yates) {
  TableTest out;
  const Margins margins = margins_of(counts);
  if (counts.rows < 2 || counts.columns < 2) return out;
  out.residuals = counts;
  double shift = 0;
  const bool corrected = yates && counts.rows == 2 && counts.columns == 2;
  if (corrected) {
    shift = 0.5;
    for (std::size_t i = 0; i < 4; ++i)
      shift = std::min(shift, std::fabs(counts.values[i] - margins.rows[i / 2] * margins.columns[i % 2] / margins.n));
  }
  out.statistic = 0;
  for (std::size_t r = 0; r < counts.rows; ++r)
    for (std::size_t c = 0; c < counts.columns; ++c) {
      const double expected = margins.rows[r] * margins.columns[c] / margins.n;
      const double distance = counts.at(r, c) - expected;
      out.statistic += std::pow(std::fabs(distance) - shift, 2) / expected;
      out.residuals.at(r, c) =
          distance / std::sqrt(expected * (1 - margins.rows[r] / margins.n) * (1 - margins.columns[c] / margins.n));
    }
  out.df = static_cast<double>((counts.rows - 1) * (counts.columns - 1));
  out.p_value = chisq_upper(out.statistic, out.df);
  return out;
}

TableTest mcnemar_test(const Matrix& counts, bool correction) {
  TableTest out;
  out.df = 1;
  const double b = counts.at(0, 1);
  const double c = counts.at(1, 0);
  if (!(b + c > 0)) return out;
  const double distance = std::max(0.0, std::fabs(b - c) - (correction ? 1 : 0));
  out.statistic = distance * distance / (b + c);
  out.p_value = chisq_upper(out.statistic, 1);
  return out;
}

TableTest fisher_exact(const Matrix& counts, double level) {
  TableTest out;
  const FirstCell cell(counts);
  if (cell.low() == cell.high()) {  // the margins leave one table
    out.p_value = margins_of(counts).n > 0 ? 1 : kNaN;
    return out;
  }
  const double x = counts.at(0, 0);
  const std::vector<double> p = cell.probabilities(1);
  const double own = p[static_cast<std::size_t>(x - cell.low())];
  out.p_value = 0;
  for (const double one : p)
    if (one <= own * (1 + 1e-7)) out.p_value += one;
  out.p_value = std::min(1.0, out.p_value);
  const double tail = (1 - level) / 2;
  const double infinity = std::numeric_limits<double>::infinity();
  out.estimate = x == cell.low()    ? 0
                 : x == cell.high() ? infinity
                                    : odds_where([&](double odds) { return cell.mean(odds); }, x);
  out.ci.lower = x == cell.low() ? 0 : odds_where([&](double odds) { return cell.at_least(x, odds); }, tail);
  out.ci.upper = x == cell.high() ? infinity : odds_where([&](double odds) { return cell.at_most(x, odds); }, tail);
  return out;
}

OddsRatio odds_ratio(const Matrix& counts, double level) {
  OddsRatio out;
  const double a = counts.at(0, 0), b = counts.at(0, 1), c = counts.at(1, 0), d = counts.at(1, 1);
  if (!(a > 0 && b > 0 && c > 0 && d > 0)) {
    if (b * c > 0 || a * d > 0) out.odds_ratio = a * d / (b * c);
    return out;
  }
  out.odds_ratio = a * d / (b * c);
  const double reach = normal_quantile(0.5 + level / 2) * std::sqrt(1 / a + 1 / b + 1 / c + 1 / d);
  out.ci = {std::exp(std::log(out.odds_ratio) - reach), std::exp(std::log(out.odds_ratio) + reach)};
  out.risk_ratio = d / (b + d) / (c / (a + c));
  return out;
}

ShareTest wilson_test(double successes, double n, double p0, double level) {
  ShareTest out;
  if (!(n > 0)) return out;
  out.first = successes / n;
  if (p0 > 0 && p0 < 1) {
    out.statistic = std::pow(successes - n * p0, 2) / (n * p0 * (1 - p0));
    out.p_value = chisq_upper(out.statistic, 1);
  }
  const double z = normal_quantile(0.5 + level / 2);
  const double centre = out.first + z * z / (2 * n);
  const double reach = z * std::sqrt(out.first * (1 - out.first) / n + z * z / (4 * n * n));
  out.ci = {std::max(0.0, (centre - reach) / (1 + z * z / n)), std::min(1.0, (centre + reach) / (1 + z * z / n))};
  return out;
}

ShareTest binomial_test(double successes, double n, double p0, double level) {
  ShareTest out;
  out.statistic = successes;
  out.df = n;
  if (!(n > 0)) return out;
  out.first = successes / n;
  const auto log_density = [&](double x) {
    return log_choose(n, x) + (x > 0 ? x * std::log(p0) : 0) + (x < n ? (n - x) * std::log1p(-p0) : 0);
  };
  const double own = log_density(successes) + std::log1p(1e-7);
  out.p_value = 0;
  for (double x = 0; x <= n; ++x)
    if (const double one = log_density(x); one <= own) out.p_value += std::exp(one);
  out.p_value = std::min(1.0, out.p_value);
  const double tail = (1 - level) / 2;
  out.ci = {beta_quantile(tail, successes, n - successes + 1), beta_quantile(1 - tail, successes + 1, n - successes)};
  return out;
}

ShareTest two_shares(double x1, double n1, double x2, double n2, double level) {
  ShareTest out;
  if (!(n1 > 0) || !(n2 > 0)) return out;
  out.first = x1 / n1;
  out.second = x2 / n2;
  const double pooled = (x1 + x2) / (n1 + n2);
  if (pooled > 0 && pooled < 1) {
    const double difference = out.first - out.second;
    out.statistic = difference * difference / (pooled * (1 - pooled) * (1 / n1 + 1 / n2));
    out.p_value = chisq_upper(out.statistic, 1);
  }
  const double reach = normal_quantile(0.5 + level / 2) *
                       std::sqrt(out.first * (1 - out.first) / n1 + out.second * (1 - out.second) / n2);
  out.ci = {std::max(-1.0, out.first - out.second - reach), std::min(1.0, out.first - out.second + reach)};
  return out;
}

}  // namespace hamdil::stats::classical
