#include "stats/survey/contrast.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/expression.hpp"

namespace hamdil::stats::survey {
namespace {

ResultTable single(Row row, double variance, double degf, double level) {
  ResultTable out;
  out.level = level;
  out.degf = degf;
  fill_intervals(row, variance, degf, level);
  row.degf_domain = degf;
  row.ci_t_domain = row.ci_t;
  row.statistic = row.estimate / row.se;
  row.p_value = t_two_sided(row.statistic, degf);
  out.values = {{"z", row.statistic}, {"p_normal", 2 * normal_upper(std::fabs(row.statistic))}, {"p_t", row.p_value}};
  out.rows.push_back(std::move(row));
  return out;
}

void fill_counts(Row& row, const SurveyDesign& design, const RowList& used) {
  for (const std::uint32_t place : used) row.base_rows += design.weights()[place] != 0;
  row.cell_rows = row.base_rows;
  row.base_clusters = count_clusters(design, used);
}

}  // namespace

Result<ResultTable> combine_cells(const SurveyDesign& design, const std::vector<Linear>& cells,
                                  const std::vector<double>& weights, double degf, double level) {
  Totals joint(design, cells.size());
  Row row;
  row.estimate = 0;
  RowList used;
  bool first = true;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    joint.place(cells[i].totals, i, 1);
    joint.mark(cells[i].used);
    if (weights[i] == 0) continue;
    row.estimate += weights[i] * cells[i].estimates[0];
    used.insert(used.end(), cells[i].used.begin(), cells[i].used.end());
    Row own;
    fill_counts(own, design, cells[i].used);
    // A difference gives away the smaller of its cells, so that is what stands behind it.
    if (first || own.base_rows < row.base_rows)
      row.base_rows = row.cell_rows = own.base_rows, row.base_clusters = own.base_clusters;
    first = false;
  }
  HAMDIL_TRY(const Matrix matrix, covariance(design, joint.combine({weights})));
  std::sort(used.begin(), used.end());
  ResultTable out = single(std::move(row), matrix.at(0, 0), degf, level);
  out.n = used.size();
  add_estimate_flags(out.rows[0], design, used);
  return out;
}

Result<ResultTable> contrast(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                             const std::string& variable, const std::string& by,
                             const std::vector<std::pair<std::string, double>>& weights_by_level, double level) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, {variable}, Reading::kNumbers));
  HAMDIL_TRY(const std::vector<Cell> cells, split_by(table, {by}, rows));
  EstimateRequest request;
  request.na_rm = true;
  std::vector<Linear> linear;
  std::vector<double> weights(cells.size(), 0.0);
  for (const auto& [name, weight] : weights_by_level) {
    const auto found = std::find_if(cells.begin(), cells.end(),
                                    [&, wanted = name](const Cell& cell) { return cell.by[0].second == wanted; });
    if (found != cells.end())
      weights[static_cast<std::size_t>(found - cells.begin())] = weight;
    else if (weight != 0)
      return Error("stats.contrast.no_level", "{variable} has no row with {level}.",
                   {{"variable", by}, {"level", name}});
  }
  for (const Cell& cell : cells) linear.push_back(linearize(design, terms, cell.rows, request));
  HAMDIL_TRY(ResultTable out, combine_cells(design, linear, weights, degrees_of_freedom(design, rows), level));
  out.rows[0].term = out.rows[0].variable = variable;
  return out;
}

Result<ResultTable> contrast_nonlinear(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                       const std::vector<std::string>& variables, const std::string& expression,
                                       double level) {
  HAMDIL_TRY(const Expression parsed, parse_expression(expression));
  HAMDIL_TRY(const Terms terms, Terms::make(table, variables, Reading::kNumbers));
  EstimateRequest request;
  request.na_rm = true;
  const Linear means = linearize(design, terms, rows, request);
  HAMDIL_TRY(const Gradient gradient, differentiate(parsed, variables, means.estimates));
  HAMDIL_TRY(const Matrix matrix, covariance(design, means.totals.combine({gradient.partial})));
  Row row;
  row.term = expression;
  row.variable = variables.front();
  row.estimate = gradient.value;
  fill_counts(row, design, means.used);
  ResultTable out = single(std::move(row), matrix.at(0, 0), degrees_of_freedom(design, rows), level);
  out.n = means.used.size();
  add_estimate_flags(out.rows[0], design, means.used);
  return out;
}

}  // namespace hamdil::stats::survey
