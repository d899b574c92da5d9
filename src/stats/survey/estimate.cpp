#include "stats/survey/estimate.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/survey/dense.hpp"

namespace hamdil::stats::survey {
namespace {

constexpr std::size_t kFewRows = 30;
constexpr double kFewDegrees = 8;
constexpr double kWideRelative = 0.30;
constexpr double kWideShare = 0.20;
constexpr double kHighRefusal = 0.10;

struct WeightSum {
  double weight = 0;
  double square = 0;
  std::size_t rows = 0;  // with a positive weight
};

WeightSum sum_weights(const SurveyDesign& design, const RowList& rows) {
  WeightSum sum;
  for (const std::uint32_t row : rows) {
    const double weight = design.weights()[row];
    sum.weight += weight;
    sum.square += weight * weight;
    if (weight != 0) ++sum.rows;
  }
  return sum;
}

double dot(const SurveyDesign& design, const RowList& rows, const std::vector<double>& values) {
  double sum = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) sum += design.weights()[rows[i]] * values[i];
  return sum;
}

// sum(w (x - mean)^2)
double squares_about_mean(const SurveyDesign& design, const RowList& rows, const std::vector<double>& values) {
  const double mean = dot(design, rows, values) / sum_weights(design, rows).weight;
  double squares = 0;
  for (std::size_t i = 0; i < rows.size(); ++i)
    squares += design.weights()[rows[i]] * (values[i] - mean) * (values[i] - mean);
  return squares;
}

// One cell's estimates, and beside them what the design effects compare with.
struct CellEstimates {
  Linear linear;
  std::vector<double> simple_variance;
};

CellEstimates estimate_cell(const SurveyDesign& design, const Terms& terms, const RowList& rows,
                            const EstimateRequest& request) {
  const bool ratio = request.quantity == Quantity::kRatio;
  const std::size_t columns = ratio ? 1 : terms.size();
  CellEstimates out{
      Linear{request.na_rm ? terms.complete(rows) : rows, std::vector<double>(columns, kNaN), Totals(design, columns)},
      {}};
  const RowList& used = out.linear.used;
  const WeightSum whole = sum_weights(design, used);
  const double weight = whole.weight;
  out.linear.totals.mark(used);
  std::vector<double> values;
  std::vector<double> denominators;
  std::vector<double> influence(used.size());
  for (std::size_t term = 0; term < columns; ++term) {
    terms.values(term, used, values);
    double centre = 0;
    double scale = 1;
    if (ratio) {
      terms.values(1, used, denominators);
      scale = dot(design, used, denominators);
      const double r = dot(design, used, values) / scale;
      out.linear.estimates[term] = r;
      for (std::size_t i = 0; i < used.size(); ++i) values[i] -= r * denominators[i];
    } else if (request.quantity == Quantity::kMean) {
      scale = weight;
      centre = dot(design, used, values) / weight;
      out.linear.estimates[term] = centre;
    } else {
      out.linear.estimates[term] = used.empty() ? kNaN : dot(design, used, values);
    }
    for (std::size_t i = 0; i < used.size(); ++i)
      influence[i] = design.weights()[used[i]] * (values[i] - centre) / scale;
    out.linear.totals.add(used, influence, term);
    if (request.deff != Deff::kNone)
      out.simple_variance.push_back(
          simple_random_variance(squares_about_mean(design, used, values), whole.rows, weight, request.deff, scale));
  }
  return out;
}

std::size_t count_rows_with(const SurveyDesign& design, const RowList& used, const std::vector<double>& values) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < used.size(); ++i)
    if (values[i] == 1.0 && design.weights()[used[i]] != 0) ++count;
  return count;
}

Row describe(const SurveyDesign& design, const Terms& terms, std::size_t term, const Cell& cell, const Linear& linear,
             const EstimateRequest& request) {
  Row row;
  const Term& what = terms.list()[term];
  const bool ratio = request.quantity == Quantity::kRatio;
  row.term = ratio ? what.variable + "/" + terms.list()[1].variable : what.term;
  row.variable = what.variable;
  row.level = what.level;
  row.by = cell.by;
  row.estimate = linear.estimates[term];
  fill_base(row, design, terms.column(what.source), cell.rows, linear.used);
  row.cell_rows = row.base_rows;
  if (!what.level.empty()) {
    std::vector<double> values;
    terms.values(term, linear.used, values);
    row.cell_rows = count_rows_with(design, linear.used, values);
  }
  return row;
}

}  // namespace

double simple_random_variance(double squares, std::size_t rows, double weight, Deff deff, double scale) {
  const double n = static_cast<double>(rows);
  const double variance = squares / weight * n / (n - 1) / n * weight * weight / (scale * scale);
  if (deff == Deff::kReplace) return variance;
  return weight > n ? variance * (weight - n) / weight : kNaN;
}

double design_effect(double variance, double simple) {
  const double ratio = variance / simple;
  return ratio < 1e-20 ? kNaN : ratio;
}

double weighted_variance(const SurveyDesign& design, const RowList& rows, const std::vector<double>& values) {
  const WeightSum sum = sum_weights(design, rows);
  const double n = static_cast<double>(sum.rows);
  return squares_about_mean(design, rows, values) / sum.weight * n / (n - 1);
}

void fill_intervals(Row& row, double variance, double degf, double level) {
  row.se = variance >= 0 ? std::sqrt(variance) : variance > -1e-300 ? 0.0 : kNaN;
  const double tail = 0.5 + level / 2;
  const auto around = [&](double quantile) {
    return Range{row.estimate - quantile * row.se, row.estimate + quantile * row.se};
  };
  row.ci_normal = around(normal_quantile(tail));
  row.ci_t = around(t_quantile(tail, degf));
  row.cv = row.se / row.estimate;
}

void add_flag(Row& row, Flag flag) {
  if (std::find(row.flags.begin(), row.flags.end(), flag) == row.flags.end()) row.flags.push_back(flag);
}

void fill_base(Row& row, const SurveyDesign& design, const data::Column& column, const RowList& cell,
               const RowList& used) {
  const WeightSum sum = sum_weights(design, used);
  row.base_rows = sum.rows;
  row.base_clusters = count_clusters(design, used);
  row.base_weight = sum.weight;
  row.missing_rows = cell.size() - used.size();
  std::size_t asked = 0;
  std::size_t unanswered = 0;
  for (const std::uint32_t place : cell) {
    const data::Missing reason = column.reason(place);
    if (!was_asked(reason)) continue;
    ++asked;
    if (reason != data::Missing::kPresent) ++unanswered;
  }
  add_base_flags(row, sum.square, asked == 0 ? 0 : static_cast<double>(unanswered) / static_cast<double>(asked));
}

bool was_asked(data::Missing reason) {
  return reason != data::Missing::kNotAsked && reason != data::Missing::kNotApplicable &&
         reason != data::Missing::kSuppressed;
}

void add_base_flags(Row& row, double squared_weights, double unanswered_share) {
  const double effective = squared_weights > 0 ? row.base_weight * row.base_weight / squared_weights : 0;
  if (row.base_rows < kFewRows || effective < static_cast<double>(kFewRows)) add_flag(row, Flag::kFewCases);
  if (unanswered_share > kHighRefusal) add_flag(row, Flag::kHighRefusal);
}

void add_undefined_flags(Row& row) {
  if (std::isnan(row.estimate))
    add_flag(row, Flag::kUndefined);
  else if (std::isnan(row.se))
    add_flag(row, Flag::kNoInterval);
}

void add_estimate_flags(Row& row, bool lonely_stratum) {
  add_undefined_flags(row);
  if (!(row.degf_domain >= kFewDegrees)) add_flag(row, Flag::kFewClusters);
  const double width = row.ci_t.upper - row.ci_t.lower;
  const bool wide =
      row.level.empty() || std::fabs(row.estimate) > 1 ? std::fabs(row.cv) > kWideRelative : width > kWideShare;
  if (wide) add_flag(row, Flag::kWideInterval);
  if (lonely_stratum) add_flag(row, Flag::kLonelyStratum);
}

void add_estimate_flags(Row& row, const SurveyDesign& design, const RowList& used) {
  const Stage& stage = design.stages()[0];
  const auto is_lonely = [&](std::uint32_t place) {
    const auto unit = static_cast<std::size_t>(stage.unit_of_row[place]);
    return stage.units_in_group[static_cast<std::size_t>(stage.group_of_unit[unit])] == 1;
  };
  add_estimate_flags(row, design.has_lonely_stratum() && std::any_of(used.begin(), used.end(), is_lonely));
}

Linear linearize(const SurveyDesign& design, const Terms& terms, const RowList& rows, const EstimateRequest& request) {
  return estimate_cell(design, terms, rows, request).linear;
}

Result<ResultTable> estimate(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                             const EstimateRequest& request) {
  if (design.calibration() != nullptr) return estimate_by_rows(design, table, rows, request);
  HAMDIL_TRY(std::optional<ResultTable> dense, estimate_dense(design, table, rows, request));
  if (dense) return *std::move(dense);
  return estimate_by_rows(design, table, rows, request);
}

Result<ResultTable> estimate_by_rows(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                     const EstimateRequest& request) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, request.variables, request.reading));
  HAMDIL_TRY(const std::vector<Cell> cells, split_by(table, request.by, rows));
  const std::size_t columns = request.quantity == Quantity::kRatio ? 1 : terms.size();
  ResultTable out;
  out.level = request.level;
  out.degf = degrees_of_freedom(design, rows);
  out.n = rows.size();
  out.rows.resize(columns * cells.size());
  const bool whole_matrix = request.covmat && !request.by.empty();
  Totals joint(design, whole_matrix ? out.rows.size() : 0);
  if (whole_matrix) joint.mark(rows);
  for (std::size_t index = 0; index < cells.size(); ++index) {
    const Cell& cell = cells[index];
    const CellEstimates found = estimate_cell(design, terms, cell.rows, request);
    HAMDIL_TRY(Matrix matrix,
               covariance(design, found.linear.totals, request.by.empty() ? MatrixPart::kAll : MatrixPart::kDiagonal));
    const double degf = request.by.empty() ? out.degf : degrees_of_freedom(design, cell.rows);
    for (std::size_t term = 0; term < columns; ++term) {
      Row row = describe(design, terms, term, cell, found.linear, request);
      const double variance = matrix.at(term, term);
      fill_intervals(row, variance, degf, request.level);
      row.ci_t_domain = row.ci_t;
      row.degf_domain = degf;
      if (!request.by.empty()) fill_intervals(row, variance, out.degf, request.level);
      if (!found.simple_variance.empty()) row.deff = design_effect(variance, found.simple_variance[term]);
      add_estimate_flags(row, design, found.linear.used);
      out.rows[term * cells.size() + index] = std::move(row);
    }
    if (request.by.empty()) out.vcov = std::move(matrix);
    if (!whole_matrix) continue;
    joint.place(found.linear.totals, index, cells.size());
  }
  if (whole_matrix) {
    HAMDIL_TRY(out.vcov, covariance(design, joint));
  }
  return out;
}

}  // namespace hamdil::stats::survey
