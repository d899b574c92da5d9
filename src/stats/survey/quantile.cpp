#include "stats/survey/quantile.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <numeric>

#include "stats/distributions.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

constexpr std::array<const char*, 12> kRuleNames = {"math", "school", "shahvaish", "hf1", "hf2", "hf3",
                                                    "hf4",  "hf5",    "hf6",       "hf7", "hf8", "hf9"};

// Values with positive weight in ascending order, with running sums of weights. Sums are kept in extended precision, so
// that a probability that falls exactly on a step is seen to.
struct Distribution {
  Values x;
  Values weight;
  Values running;
  double total = 0;

  Distribution(const Values& values, const Values& weights) {
    std::vector<std::size_t> order;
    long double sum = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (weights[i] == 0) continue;
      order.push_back(i);
      sum += weights[i];
    }
    total = static_cast<double>(sum);
    std::sort(order.begin(), order.end(),
              [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : a < b; });
    for (const std::size_t i : order) {
      x.push_back(values[i]);
      weight.push_back(weights[i]);
    }
    accumulate();
  }

  // One entry a distinct value.
  void merge_ties() {
    Values merged_x;
    Values merged_weight;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!merged_x.empty() && merged_x.back() == x[i]) {
        merged_weight.back() += weight[i];
        continue;
      }
      merged_x.push_back(x[i]);
      merged_weight.push_back(weight[i]);
    }
    x = std::move(merged_x);
    weight = std::move(merged_weight);
    accumulate();
  }

  void accumulate() {
    running.clear();
    long double sum = 0;
    for (const double one : weight) running.push_back(static_cast<double>(sum += one));
  }
};

// The steps beside p: the last whose share is at most p, and the next.
struct Step {
  std::size_t lower = 0;
  std::size_t upper = 0;
  double below = 0;  // p minus the lower share
  double above = 0;  // the upper share minus p
};

Step step_at(const Distribution& d, double p) {
  const auto beyond = std::upper_bound(d.running.begin(), d.running.end(), p * d.total);
  const auto position = static_cast<std::size_t>(beyond - d.running.begin());
  Step out;
  if (position == 0) return {0, 0, p, d.running[0] / d.total - p};
  out.lower = position - 1;
  out.upper = std::min(position, d.x.size() - 1);
  out.below = p - d.running[out.lower] / d.total;
  out.above = d.running[out.upper] / d.total - p;
  return out;
}

// Linear interpolation of x at p between places; beyond the ends the end value.
double interpolate(const Values& places, const Values& x, double p) {
  if (p <= places.front()) return x.front();
  if (p >= places.back()) return x.back();
  const auto upper = static_cast<std::size_t>(std::upper_bound(places.begin(), places.end(), p) - places.begin());
  const double share = (p - places[upper - 1]) / (places[upper] - places[upper - 1]);
  return x[upper - 1] + share * (x[upper] - x[upper - 1]);
}

// The value at the highest place up to p. Places take off half the weight itself, not half of its share, as R does;
// they need not ascend with the values, and values at one place are averaged.
double shah_vaish(const Distribution& d, double p) {
  const double n = static_cast<double>(d.x.size());
  const double mean = d.total / n;
  std::vector<std::pair<double, double>> places;
  double sum = 0;
  for (std::size_t i = 0; i < d.x.size(); ++i) {
    sum += d.weight[i] / mean;
    places.emplace_back((sum + 0.5 - d.weight[i] / 2) / (n + 1), d.x[i]);
  }
  std::sort(places.begin(), places.end());
  const auto beyond =
      std::upper_bound(places.begin(), places.end(), std::pair(p, std::numeric_limits<double>::infinity()));
  const double place = beyond == places.begin() ? places.front().first : std::prev(beyond)->first;
  double total = 0;
  double count = 0;
  for (const auto& [at, x] : places) {
    if (at != place) continue;
    total += x;
    ++count;
  }
  return total / count;
}

double by_places(const Distribution& d, double p, QuantileRule rule) {
  const std::size_t n = d.x.size();
  Values places(n);
  for (std::size_t i = 0; i < n; ++i) {
    const double here = d.running[i];
    const double before = i == 0 ? 0 : d.running[i - 1];
    const double last = d.weight[n - 1];
    const double all = d.running[n - 1];
    switch (rule) {
      case QuantileRule::kHf5:
        places[i] = (here - d.weight[i] / 2) / all;
        break;
      case QuantileRule::kHf6:
        places[i] = here / (all + last);
        break;
      case QuantileRule::kHf7:
        places[i] = n > 1 ? before / d.running[n - 2] : 0;
        break;
      case QuantileRule::kHf8:
        places[i] = (before / 3 + here * 2 / 3) / (all + last / 3);
        break;
      default:
        places[i] = (before * 3 / 8 + here * 5 / 8) / (all + last / 4);
    }
  }
  return interpolate(places, d.x, p);
}

double quantile_of(Distribution d, double p, QuantileRule rule) {
  if (d.x.empty() || std::isnan(p)) return kNaN;
  if (rule == QuantileRule::kShahVaish) return shah_vaish(d, p);
  if (rule >= QuantileRule::kHf5) return by_places(d, p, rule);
  if (rule == QuantileRule::kHf3) d.merge_ties();
  const Step step = step_at(d, p);
  const double low = d.x[step.lower];
  const double up = d.x[step.upper];
  const bool flat = step.below == 0;
  if (rule == QuantileRule::kHf4) {
    const double share = step.below / (step.below + step.above);
    return low * (1 - share) + up * share;
  }
  if (rule == QuantileRule::kHf3) return flat && step.lower % 2 == 1 ? low : up;  // the even one, counted from 1
  return quantile_at_step(rule, low, up, flat);
}

using Share = ShareWithVariance;

class CellQuantiles {
 public:
  CellQuantiles(const SurveyDesign& design, const QuantileRequest& request, RowList rows, Values values, double degf)
      : design_(design), request_(request), rows_(std::move(rows)), values_(std::move(values)), degf_(degf) {
    for (const std::uint32_t row : rows_) weights_.push_back(design.weights()[row]);
  }

  Result<Row> at(double p) {
    Row row;
    row.at = p;
    row.degf_domain = degf_;
    const bool unknown =
        values_.empty() || std::any_of(values_.begin(), values_.end(), [](double x) { return std::isnan(x); });
    if (unknown) return row;
    const Distribution distribution(values_, weights_);
    row.estimate = quantile_of(distribution, p, request_.rule);
    HAMDIL_TRY(const Range shares,
               request_.interval == QuantileInterval::kScore ? score_shares(p) : shares_about(row.estimate));
    const auto limit = [&](double share) {
      return share >= 0 && share <= 1 ? quantile_of(distribution, share, request_.rule) : kNaN;
    };
    fill_quantile(row, row.estimate, {limit(shares.lower), limit(shares.upper)}, request_.level, degf_);
    return row;
  }

  // The share of values for which `counts` holds, with its variance.
  Result<Share> share_where(const std::function<bool(double)>& counts) const {
    double sum = 0;
    double weight = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
      weight += weights_[i];
      if (counts(values_[i])) sum += weights_[i];
    }
    const double share = sum / weight;
    Values influence(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i)
      influence[i] = weights_[i] * ((counts(values_[i]) ? 1.0 : 0.0) - share) / weight;
    Totals totals(design_, 1);
    totals.add(rows_, influence, 0);
    HAMDIL_TRY(const Matrix matrix, covariance(design_, totals));
    return Share{share, matrix.at(0, 0)};
  }

 private:
  Result<Range> shares_about(double quantile) const {
    HAMDIL_TRY(const Share share, share_where([quantile](double x) { return x <= quantile; }));
    return woodruff_shares(share, request_.interval, request_.level, degf_, static_cast<double>(rows_.size()));
  }

  // Unweighted shares at or below the values where the score test turns. The test is a step function of the value: the
  // search (Brent 1973) stops within a hundredth of the root of the sample size, as R's does.
  Result<Range> score_shares(double p) const {
    Values sorted = values_;
    std::sort(sorted.begin(), sorted.end());
    const auto quartile = [&](double share) {
      const double place = share * static_cast<double>(sorted.size() - 1);
      const auto below = static_cast<std::size_t>(place);
      const double rest = place - static_cast<double>(below);
      return sorted[below] + (below + 1 < sorted.size() ? rest * (sorted[below + 1] - sorted[below]) : 0);
    };
    const double margin = (quartile(0.75) - quartile(0.25)) / 100;
    const double tolerance = 1 / (100 * std::sqrt(static_cast<double>(rows_.size())));
    const double t = t_quantile(0.5 + request_.level / 2, degf_);
    Range out;
    for (const bool lower : {true, false}) {
      const double wanted = lower ? t : -t;
      const auto score = [&](double theta) -> Result<double> {
        HAMDIL_TRY(const Share share, share_where([theta](double x) { return x > theta; }));
        return (share.estimate - (1 - p)) / std::sqrt(share.variance) - wanted;
      };
      HAMDIL_TRY(const double turn, find_root(score, sorted.front() + margin, sorted.back() - margin, tolerance));
      const auto at_most = std::upper_bound(sorted.begin(), sorted.end(), turn) - sorted.begin();
      (lower ? out.lower : out.upper) =
          std::isnan(turn) ? kNaN : static_cast<double>(at_most) / static_cast<double>(sorted.size());
    }
    return out;
  }

  // NaN when the ends do not enclose a root.
  static Result<double> find_root(const std::function<Result<double>(double)>& f, double a, double b,
                                  double tolerance) {
    HAMDIL_TRY(double fa, f(a));
    HAMDIL_TRY(double fb, f(b));
    if (!(fa * fb <= 0)) return kNaN;
    double c = a;
    double fc = fa;
    constexpr int kMostSteps = 1000;
    for (int step = 0; step < kMostSteps; ++step) {
      const double previous = b - a;
      if (std::fabs(fc) < std::fabs(fb)) {
        a = b;
        b = c;
        c = a;
        fa = fb;
        fb = fc;
        fc = fa;
      }
      const double enough = 2 * std::numeric_limits<double>::epsilon() * std::fabs(b) + tolerance / 2;
      double move = (c - b) / 2;
      if (std::fabs(move) <= enough || fb == 0) return b;
      if (std::fabs(previous) >= enough && std::fabs(fa) > std::fabs(fb)) {
        const double span = c - b;
        double numerator = 0;
        double denominator = 0;
        if (a == c) {
          const double ratio = fb / fa;
          numerator = span * ratio;
          denominator = 1 - ratio;
        } else {
          const double q = fa / fc;
          const double r = fb / fc;
          const double s = fb / fa;
          numerator = s * (span * q * (q - r) - (b - a) * (r - 1));
          denominator = (q - 1) * (r - 1) * (s - 1);
        }
        if (numerator > 0)
          denominator = -denominator;
        else
          numerator = -numerator;
        if (numerator < 0.75 * span * denominator - std::fabs(enough * denominator) / 2 &&
            numerator < std::fabs(previous * denominator / 2))
          move = numerator / denominator;
      }
      if (std::fabs(move) < enough) move = move > 0 ? enough : -enough;
      a = b;
      fa = fb;
      b += move;
      HAMDIL_TRY(fb, f(b));
      if ((fb > 0) == (fc > 0)) {
        c = a;
        fc = fa;
      }
    }
    return b;
  }

  const SurveyDesign& design_;
  const QuantileRequest& request_;
  RowList rows_;
  Values values_;
  Values weights_;
  double degf_;
};

void finish(Row& row, const Terms& terms, std::size_t source, const Cell& cell, const RowList& used,
            const SurveyDesign& design) {
  row.term = row.variable = terms.list()[source].variable;
  row.by = cell.by;
  fill_base(row, design, terms.column(source), cell.rows, used);
  row.cell_rows = row.base_rows;
  add_estimate_flags(row, design, used);
}

}  // namespace

Range woodruff_shares(const ShareWithVariance& share, QuantileInterval interval, double level, double degf, double n) {
  const double t = t_quantile(0.5 + level / 2, degf);
  const double se = std::sqrt(share.variance);
  const double p = share.estimate;
  if (interval == QuantileInterval::kXlogit) {
    const auto back = [](double x) { return 1 / (1 + std::exp(-x)); };
    const double centre = std::log(p / (1 - p));
    const double half = t * se / (p * (1 - p));
    return {back(centre - half), back(centre + half)};
  }
  if (interval == QuantileInterval::kAsin) {
    const auto back = [](double x) { return std::sin(x) * std::sin(x); };
    const double centre = std::asin(std::sqrt(p));
    const double half = t * se / (2 * std::sqrt(p * (1 - p)));
    return {back(centre - half), back(centre + half)};
  }
  if (interval == QuantileInterval::kBeta) {
    const double tail = (1 - level) / 2;
    const double ratio = t_quantile(tail, n - 1) / t_quantile(tail, degf);
    const double effective = p * (1 - p) / share.variance * ratio * ratio;
    return {beta_quantile(tail, effective * p, effective * (1 - p) + 1),
            beta_quantile(1 - tail, effective * p + 1, effective * (1 - p))};
  }
  return {p - t * se, p + t * se};
}

double quantile_at_step(QuantileRule rule, double low, double up, bool flat) {
  if (rule == QuantileRule::kSchool || rule == QuantileRule::kHf2) return flat ? (low + up) / 2 : up;
  return flat ? low : up;
}

void fill_quantile(Row& row, double estimate, const Range& limits, double level, double degf) {
  row.estimate = estimate;
  row.ci_t_domain = row.ci_t = limits;
  const double tail = 0.5 + level / 2;
  row.se = (row.ci_t.upper - row.ci_t.lower) / (2 * t_quantile(tail, degf));
  row.ci_normal = {row.estimate - normal_quantile(tail) * row.se, row.estimate + normal_quantile(tail) * row.se};
  row.cv = row.se / row.estimate;
}

std::optional<QuantileRule> quantile_rule_from_name(std::string_view name) {
  for (std::size_t i = 0; i < kRuleNames.size(); ++i)
    if (name == kRuleNames[i]) return static_cast<QuantileRule>(i);
  return std::nullopt;
}

const char* quantile_rule_name(QuantileRule rule) { return kRuleNames[static_cast<std::size_t>(rule)]; }

std::optional<QuantileInterval> quantile_interval_from_name(std::string_view name) {
  constexpr std::array<const char*, 5> kNames = {"mean", "beta", "xlogit", "asin", "score"};
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<QuantileInterval>(i);
  return std::nullopt;
}

double weighted_quantile(const Values& values, const Values& weights, double p, QuantileRule rule) {
  return quantile_of(Distribution(values, weights), p, rule);
}

Result<ResultTable> estimate_quantiles(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                       const QuantileRequest& request) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, request.variables, Reading::kNumbers));
  HAMDIL_TRY(const std::vector<Cell> cells, split_by(table, request.by, rows));
  ResultTable out;
  out.level = request.level;
  out.degf = degrees_of_freedom(design, rows);
  out.n = rows.size();
  for (std::size_t source = 0; source < terms.sources(); ++source) {
    for (const Cell& cell : cells) {
      const RowList used = request.na_rm ? terms.complete(cell.rows) : cell.rows;
      Values values;
      terms.values(source, used, values);
      CellQuantiles quantiles(design, request, used, std::move(values), degrees_of_freedom(design, used));
      const double degf = degrees_of_freedom(design, cell.rows);
      for (const double p : request.quantiles) {
        HAMDIL_TRY(Row row, quantiles.at(p));
        row.degf_domain = degf;
        finish(row, terms, source, cell, used, design);
        out.rows.push_back(std::move(row));
      }
    }
  }
  return out;
}

Result<ResultTable> estimate_distribution(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                          const std::vector<std::string>& variables, const Values& points, bool na_rm,
                                          double level) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, variables, Reading::kNumbers));
  const RowList used = na_rm ? terms.complete(rows) : rows;
  const Cell whole{{}, rows};
  const QuantileRequest no_request;
  ResultTable out;
  out.level = level;
  out.degf = degrees_of_freedom(design, rows);
  out.n = rows.size();
  for (std::size_t source = 0; source < terms.sources(); ++source) {
    Values values;
    terms.values(source, used, values);
    const bool unknown =
        values.empty() || std::any_of(values.begin(), values.end(), [](double x) { return std::isnan(x); });
    const CellQuantiles cell(design, no_request, used, std::move(values), out.degf);
    for (const double point : points) {
      Row row;
      row.at = point;
      row.degf_domain = out.degf;
      if (!unknown) {
        HAMDIL_TRY(const Share share, cell.share_where([point](double x) { return x <= point; }));
        row.estimate = share.estimate;
        fill_intervals(row, share.variance, out.degf, level);
        row.ci_t_domain = row.ci_t;
      }
      finish(row, terms, source, whole, used, design);
      out.rows.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace hamdil::stats::survey
