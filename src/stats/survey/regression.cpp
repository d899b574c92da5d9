#include "stats/survey/regression.hpp"

#include <cmath>

#include "stats/distributions.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/model_tests.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

// One row a column of the model. Columns that others determine have no coefficient and, as in R's summary, no row; a
// note names them.
void add_coefficients(const SurveyDesign& design, const ModelMatrix& model, const Fit& fit, const Matrix& matrix,
                      double df, ResultTable& out) {
  const std::size_t clusters = count_clusters(design, model.rows);
  std::size_t next = 0;
  for (std::size_t column = 0; column < model.columns.size(); ++column) {
    if (next >= fit.kept.size() || fit.kept[next] != column) {
      out.notes.push_back("aliased: " + model.names[column] + " is determined by the other columns of the model");
      continue;
    }
    Row row;
    row.term = row.variable = model.names[column];
    row.estimate = fit.coefficients[column];
    fill_intervals(row, matrix.at(next, next), df, out.level);
    row.ci_t_domain = row.ci_t;
    row.degf_domain = df;
    row.statistic = row.estimate / row.se;
    row.p_value = t_two_sided(row.statistic, df);
    row.base_rows = row.cell_rows = model.rows.size();
    row.base_clusters = clusters;
    if (std::isnan(row.estimate)) add_flag(row, Flag::kUndefined);
    if (!fit.converged) add_flag(row, Flag::kNotConverged);
    if (!(df >= 8)) add_flag(row, Flag::kFewClusters);
    out.rows.push_back(std::move(row));
    ++next;
  }
}

// What one pass over the rows of a fit gives: scores, and the variance of the Pearson residuals.
class FitSums : public FitVisitor {
 public:
  FitSums(const SurveyDesign& design, const ModelMatrix& model) : scores_(design, model), model_(model) {}
  void begin(const Fit& fit) override {
    scores_.begin(fit);
    family_ = fit.family;
    weight_ = sum_ = square_ = n_ = 0;
  }
  void visit(const FittedStretch& rows) override {
    scores_.visit(rows);
    for (std::size_t i = 0; i < rows.size; ++i) {
      const double residual = model_.response[rows.begin + i] - rows.mean[i];
      const double pearson = residual / std::sqrt(variance_of(family_, rows.mean[i]));
      weight_ += rows.prior[i];
      sum_ += rows.prior[i] * pearson;
      square_ += rows.prior[i] * pearson * pearson;
      n_ += rows.prior[i] != 0;
    }
  }
  const ScoreTotals& scores() const { return scores_; }
  double pearson_variance() const { return (square_ - sum_ * sum_ / weight_) / weight_ * n_ / (n_ - 1); }

 private:
  ScoreTotals scores_;
  const ModelMatrix& model_;
  Family family_ = Family::kGaussian;
  double weight_ = 0;
  double sum_ = 0;
  double square_ = 0;
  double n_ = 0;
};

double mean_weight_of(const SurveyDesign& design, const RowList& rows) {
  double sum = 0;
  for (const std::uint32_t row : rows) sum += design.weights()[row];
  return sum / static_cast<double>(rows.size());
}

}  // namespace

Result<ResultTable> estimate_glm(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                 const GlmRequest& request) {
  HAMDIL_TRY(const Formula formula, parse_formula(request.formula));
  if (!formula.has_response)
    return Error("stats.formula.syntax", "The formula cannot be read at \"{part}\".",
                 {{"part", request.formula.substr(0, 60)}});
  HAMDIL_TRY(const ModelMatrix model, make_model_matrix(formula, table, rows));
  const double mean_weight = mean_weight_of(design, rows);
  FitSums sums(design, model);
  HAMDIL_TRY(const Fit fit, fit_glm(design, model, request.family, request.link, mean_weight, sums));
  HAMDIL_TRY(Matrix matrix, covariance(design, sums.scores().influence(fit)));
  ResultTable out;
  out.level = request.level;
  out.degf = degrees_of_freedom(design, model.rows);
  out.n = model.rows.size();
  const double df = out.degf + 1 - static_cast<double>(fit.kept.size());
  add_coefficients(design, model, fit, matrix, df, out);
  const double used_mean_weight = mean_weight_of(design, model.rows);
  out.values = {{"degf_design", degrees_of_freedom(design, rows)},
                {"df_residual", df},
                {"n_used", static_cast<double>(out.n)},
                {"converged", fit.converged ? 1.0 : 0.0},
                {"iterations", static_cast<double>(fit.iterations)},
                {"dispersion", sums.pearson_variance() * used_mean_weight / mean_weight},
                {"deviance_scaled_weights", fit.deviance},
                {"null_deviance_scaled_weights", fit.null_deviance}};
  const FittedModel fitted{design, table, formula, model, fit, matrix, df};
  add_criteria(fitted, out);
  for (std::size_t term = 0; request.term_tests && term < formula.terms.size(); ++term) {
    HAMDIL_TRY(TermTest test, test_term(fitted, term));
    out.term_tests.push_back(std::move(test));
  }
  out.vcov = std::move(matrix);
  return out;
}

}  // namespace hamdil::stats::survey
