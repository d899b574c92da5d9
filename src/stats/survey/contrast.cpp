#include "stats/survey/contrast.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/expression.hpp"
#include "stats/survey/combine_rows.hpp"

namespace hamdil::stats::survey {
namespace {

void add_tests(ResultTable& out) {
  const Row& row = out.rows[0];
  out.values = {{"z", row.statistic}, {"p_normal", 2 * normal_upper(std::fabs(row.statistic))}, {"p_t", row.p_value}};
}

ResultTable single(Row row, double variance, double degf, double level) {
  ResultTable out;
  out.level = level;
  out.degf = degf;
  fill_intervals(row, variance, degf, level);
  row.degf_domain = degf;
  row.ci_t_domain = row.ci_t;
  row.statistic = row.estimate / row.se;
  row.p_value = t_two_sided(row.statistic, degf);
  out.rows.push_back(std::move(row));
  add_tests(out);
  return out;
}

void fill_counts(Row& row, const SurveyDesign& design, const RowList& used) {
  for (const std::uint32_t place : used) row.base_rows += design.weights()[place] != 0;
  row.cell_rows = row.base_rows;
  row.base_clusters = count_clusters(design, used);
}

}  // namespace

Result<ResultTable> contrast(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                             const std::string& variable, const std::string& by,
                             const std::vector<std::pair<std::string, double>>& weights_by_level, double level) {
  EstimateRequest request;
  request.variables = {variable};
  request.reading = Reading::kNumbers;
  request.by = {by};
  request.na_rm = true;
  request.covmat = true;
  request.level = level;
  HAMDIL_TRY(const ResultTable means, estimate(design, table, rows, request));
  std::vector<std::pair<std::size_t, double>> parts;
  ResultTable out;
  for (const auto& [name, weight] : weights_by_level) {
    if (weight == 0) continue;
    const auto found = std::find_if(means.rows.begin(), means.rows.end(),
                                    [&, wanted = name](const Row& row) { return row.by[0].second == wanted; });
    if (found == means.rows.end())
      return Error("stats.contrast.no_level", "{variable} has no row with {level}.",
                   {{"variable", by}, {"level", name}});
    parts.emplace_back(found - means.rows.begin(), weight);
    out.n += found->base_rows;
  }
  if (parts.empty())
    return Error("stats.contrast.no_weight", "No level of {variable} has a weight other than 0.", {{"variable", by}});
  out.level = level;
  out.degf = means.degf;
  out.rows.push_back(combine_rows(means, parts));
  add_tests(out);
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
