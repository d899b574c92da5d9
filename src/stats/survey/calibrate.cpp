#include "stats/survey/calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "stats/formula.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/model_matrix.hpp"
#include "stats/survey/rake.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

double sum_of(const Values& values) { return std::accumulate(values.begin(), values.end(), 0.0); }

// The cell of every row.
Result<Margin> read_margin(const KnownCounts& counts, const data::Table& table) {
  std::map<std::vector<std::string>, std::int32_t> cells;
  Margin out;
  out.name = text::join(counts.by, ", ");
  for (const KnownCounts::Cell& cell : counts.cells) {
    if (!(cell.count >= 0) || std::isinf(cell.count) || !cells.emplace(cell.levels, cells.size()).second)
      return Error("stats.calibrate.unknown_cell", "A known count of {columns} is negative or stands twice.",
                   {{"columns", out.name}});
    out.shares.push_back(cell.count);
  }
  std::vector<const data::Column*> columns;
  for (const std::string& name : counts.by) {
    HAMDIL_TRY(const data::Column* column, find_column(table, name));
    columns.push_back(column);
  }
  std::vector<std::string> levels(columns.size());
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (columns[i]->is_missing(row))
        return Error("stats.calibrate.missing_value",
                     "{column} is missing in some rows; weights cannot be adjusted by it.", {{"column", counts.by[i]}});
      levels[i] = columns[i]->text_at(row);
    }
    const auto found = cells.find(levels);
    if (found == cells.end())
      return Error("stats.calibrate.unknown_cell", "Some rows have a combination of {columns} without a known count.",
                   {{"columns", out.name}});
    out.level_of_row.push_back(found->second);
  }
  return out;
}

// Weighted cross-products of the auxiliaries.
Matrix cross_products(const Calibration& c, const Values& weights) {
  Matrix out{c.columns, c.columns, Values(c.columns * c.columns, 0.0)};
  for (std::size_t row = 0; row < weights.size(); ++row)
    for (std::size_t a = 0; a < c.width; ++a)
      for (std::size_t b = 0; b < c.width; ++b) {
        const std::size_t at_a = row * c.width + a;
        const std::size_t at_b = row * c.width + b;
        const double product = c.value.empty() ? 1 : c.value[at_a] * c.value[at_b];
        out.at(c.index.empty() ? a : static_cast<std::size_t>(c.index[at_a]),
               c.index.empty() ? b : static_cast<std::size_t>(c.index[at_b])) += weights[row] * product;
      }
  return out;
}

Matrix unit_totals(const Calibration& c, const Stage& stage, const Values& weights) {
  Matrix out{stage.units(), c.columns, Values(stage.units() * c.columns, 0.0)};
  for (std::size_t row = 0; row < weights.size(); ++row)
    for (std::size_t a = 0; a < c.width; ++a) {
      const std::size_t at = row * c.width + a;
      out.at(static_cast<std::size_t>(stage.unit_of_row[row]),
             c.index.empty() ? a : static_cast<std::size_t>(c.index[at])) +=
          weights[row] * (c.value.empty() ? 1 : c.value[at]);
    }
  return out;
}

void finish(AdjustedWeights& out, const std::vector<Stage>& stages, const Values& regression_weights) {
  Calibration& c = out.calibration;
  c.inverse = generalized_inverse(cross_products(c, regression_weights));
  for (const Stage& stage : stages) c.unit_totals.push_back(unit_totals(c, stage, out.weights));
}

Result<AdjustedWeights> by_counts(const Adjustment& adjustment, const data::Table& table,
                                  const std::vector<Stage>& stages, const Values& weights) {
  std::vector<Margin> margins;
  double total = stats::kNaN;
  for (const KnownCounts& counts : adjustment.counts) {
    HAMDIL_TRY(Margin margin, read_margin(counts, table));
    const double sum = sum_of(margin.shares);
    if (!std::isnan(total) && !(std::fabs(sum - total) <= 1e-8 * total))
      return Error("stats.calibrate.totals_differ",
                   "The known counts of {columns} add up to another total than those before.",
                   {{"columns", margin.name}});
    if (std::isnan(total)) total = sum;
    margins.push_back(std::move(margin));
  }
  AdjustedWeights out;
  HAMDIL_TRY(out.weights, rake(weights, margins));
  const double scale = total / sum_of(out.weights);
  for (double& weight : out.weights) weight *= scale;
  Calibration& c = out.calibration;
  c.width = margins.size();
  c.index.resize(table.rows * c.width);
  for (std::size_t m = 0; m < margins.size(); ++m) {
    for (std::size_t row = 0; row < table.rows; ++row)
      c.index[row * c.width + m] = margins[m].level_of_row[row] + static_cast<std::int32_t>(c.columns);
    c.columns += margins[m].shares.size();
  }
  if (adjustment.method == Adjustment::Method::kRake) {  // as R's raking: rows count equally
    for (const double weight : out.weights) c.ratio.push_back(weight == 0 ? 0 : 1 / weight);
    Values counted(table.rows, 1.0);
    for (std::size_t row = 0; row < table.rows; ++row) counted[row] = out.weights[row] == 0 ? 0 : 1;
    finish(out, stages, counted);
    return out;
  }
  finish(out, stages, out.weights);
  return out;
}

// How a distance turns a score into the ratio of new to old weight, and its derivative.
class Ratio {
 public:
  explicit Ratio(const Adjustment& adjustment) : distance_(adjustment.distance) {
    if (adjustment.bounds) std::tie(lower_, upper_) = *adjustment.bounds;
  }
  double at(double u) const {
    if (distance_ == Adjustment::Distance::kLogit) {
      const double grown = std::exp(slope() * u);
      if (std::isinf(grown)) return upper_;
      return (lower_ * (upper_ - 1) + upper_ * (1 - lower_) * grown) / (upper_ - 1 + (1 - lower_) * grown);
    }
    return std::clamp(distance_ == Adjustment::Distance::kRaking ? std::exp(u) : 1 + u, lower_, upper_);
  }
  double derivative(double u) const {
    const double ratio = at(u);
    if (distance_ == Adjustment::Distance::kLogit)
      return (ratio - lower_) * (upper_ - ratio) * slope() / (upper_ - lower_);
    if (ratio <= lower_ || ratio >= upper_) return 0;
    return distance_ == Adjustment::Distance::kRaking ? ratio : 1;
  }

 private:
  double slope() const { return (upper_ - lower_) / ((1 - lower_) * (upper_ - 1)); }
  Adjustment::Distance distance_;
  double lower_ = -std::numeric_limits<double>::infinity();
  double upper_ = std::numeric_limits<double>::infinity();
};

Status check_bounds(const Adjustment& adjustment) {
  const bool needed = adjustment.distance == Adjustment::Distance::kLogit;
  const bool fine = adjustment.bounds ? adjustment.bounds->first < 1 && adjustment.bounds->second > 1 &&
                                            (!needed || !std::isinf(adjustment.bounds->second))
                                      : !needed;
  if (fine) return Done{};
  return Error("stats.calibrate.bounds",
               "Bounds of the ratio of new to old weights lie below and above 1; the logit distance needs them.");
}

// The known totals in the order of the model's columns.
Result<Values> ordered_totals(const Adjustment& adjustment, const std::vector<std::string>& names) {
  Values out;
  std::vector<std::string> given;
  for (const auto& [name, total] : adjustment.totals) given.push_back(name);
  for (const std::string& name : names) {
    const auto found = std::find(given.begin(), given.end(), name);
    if (found == given.end())
      return Error("stats.calibrate.names", "The column {name} of the model has no known total.", {{"name", name}})
          .advise("Totals are given for: " + text::join(given, ", ") + ".");
    out.push_back(adjustment.totals[static_cast<std::size_t>(found - given.begin())].second);
  }
  for (const std::string& name : given)
    if (std::find(names.begin(), names.end(), name) == names.end())
      return Error("stats.calibrate.names", "{name} is no column of the model.", {{"name", name}})
          .advise("Its columns are: " + text::join(names, ", ") + ".");
  return out;
}

Error not_met() {
  return Error("stats.calibrate.not_met", "No weights within the bounds meet the known totals.")
      .advise("Widen the bounds, give fewer totals, or check them against the sample.");
}

Result<AdjustedWeights> by_totals(const Adjustment& adjustment, const data::Table& table,
                                  const std::vector<Stage>& stages, const Values& weights) {
  HAMDIL_CHECK(check_bounds(adjustment));
  HAMDIL_TRY(const Formula formula, parse_formula(adjustment.formula));
  RowList all(table.rows);
  std::iota(all.begin(), all.end(), 0U);
  HAMDIL_TRY(const ModelMatrix model, make_model_matrix(formula, table, all));
  if (model.rows.size() != table.rows)
    return Error("stats.calibrate.missing_value", "{column} is missing in some rows; weights cannot be adjusted by it.",
                 {{"column", adjustment.formula}});
  HAMDIL_TRY(const Values totals, ordered_totals(adjustment, model.names));
  AdjustedWeights out;
  Calibration& c = out.calibration;
  c.width = c.columns = model.columns.size();
  c.value.resize(table.rows * c.width);
  for (std::size_t column = 0; column < c.width; ++column)
    for (std::size_t row = 0; row < table.rows; ++row) c.value[row * c.width + column] = model.columns[column][row];

  const Ratio ratio(adjustment);
  Values lambda(c.columns, 0.0);
  Values scores(table.rows, 0.0);
  double largest = 0;
  for (const double total : totals) largest = std::max(largest, std::fabs(total));
  for (int step = 0; step < 100; ++step) {
    Values misfit = totals;
    Values slopes(table.rows);
    out.weights.resize(table.rows);
    for (std::size_t row = 0; row < table.rows; ++row) {
      out.weights[row] = weights[row] * ratio.at(scores[row]);
      slopes[row] = weights[row] * ratio.derivative(scores[row]);
      for (std::size_t j = 0; j < c.width; ++j) misfit[j] -= out.weights[row] * c.value[row * c.width + j];
    }
    double worst = 0;
    for (const double one : misfit) worst = std::max(worst, std::fabs(one));
    if (!std::isfinite(worst)) return not_met();
    if (worst <= 1e-12 * largest) break;
    if (step == 99 && worst > 1e-9 * largest) return not_met();
    const Matrix move = multiply(generalized_inverse(cross_products(c, slopes)), Matrix{c.columns, 1, misfit});
    for (std::size_t row = 0; row < table.rows; ++row) {
      scores[row] = 0;
      for (std::size_t j = 0; j < c.width; ++j)
        scores[row] += (lambda[j] + move.values[j]) * c.value[row * c.width + j];
    }
    for (std::size_t j = 0; j < c.width; ++j) lambda[j] += move.values[j];
  }
  c.ratio.resize(table.rows);
  for (std::size_t row = 0; row < table.rows; ++row)
    c.ratio[row] = out.weights[row] == 0 ? 0 : weights[row] / out.weights[row];
  finish(out, stages, weights);
  return out;
}

Result<AdjustedWeights> by_limits(const Adjustment& adjustment, const Values& weights) {
  AdjustedWeights out{weights, {}};
  if (!(adjustment.upper > adjustment.lower))
    return Error("stats.calibrate.trim", "The upper limit of weights lies above the lower one.");
  const auto is_beyond = [&](double weight) { return weight < adjustment.lower || weight > adjustment.upper; };
  for (int round = 0; round < 1000; ++round) {
    double cut = 0;
    double free = 0;
    for (const double weight : out.weights) {
      // Rows outside the sample stay there, and rows at a limit stay at it.
      const bool at_limit = weight == 0 || (round > 0 && (weight == adjustment.lower || weight == adjustment.upper));
      if (weight != 0 && is_beyond(weight))
        cut += weight - std::clamp(weight, adjustment.lower, adjustment.upper);
      else if (!at_limit)
        free += 1;
    }
    if (cut == 0) return out;
    if (free == 0) return Error("stats.calibrate.trim", "No weight lies between the limits to take what was cut.");
    for (double& weight : out.weights) {
      if (weight == 0 || (round > 0 && (weight == adjustment.lower || weight == adjustment.upper))) continue;
      weight = is_beyond(weight) ? std::clamp(weight, adjustment.lower, adjustment.upper) : weight + cut / free;
    }
    if (!adjustment.strict) return out;
  }
  return Error("stats.calibrate.trim", "The limits leave no room for the sum of the weights.");
}

}  // namespace

Result<AdjustedWeights> adjust_weights(const Adjustment& adjustment, const data::Table& table,
                                       const std::vector<Stage>& stages, const std::vector<double>& weights) {
  switch (adjustment.method) {
    case Adjustment::Method::kPostStratify:
    case Adjustment::Method::kRake:
      return by_counts(adjustment, table, stages, weights);
    case Adjustment::Method::kCalibrate:
      return by_totals(adjustment, table, stages, weights);
    case Adjustment::Method::kTrim:
      break;
  }
  return by_limits(adjustment, weights);
}

Status SurveyDesign::adjust(const data::Table& table) {
  HAMDIL_TRY(AdjustedWeights adjusted, adjust_weights(*spec_.adjustment, table, stages_, weights_));
  initial_weights_ = std::exchange(weights_, std::move(adjusted.weights));
  if (adjusted.calibration.columns > 0)
    calibration_ = std::make_shared<const Calibration>(std::move(adjusted.calibration));
  return Done{};
}

}  // namespace hamdil::stats::survey
