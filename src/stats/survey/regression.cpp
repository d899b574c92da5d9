#include "stats/survey/regression.hpp"

#include <cmath>

#include "stats/survey/model_tests.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

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
  double pearson_variance() const { return variance_of_sums(weight_, sum_, square_, n_); }

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

class VarianceScores : public FitVisitor {
 public:
  VarianceScores(const ModelMatrix& model, double variance) : model_(model), variance_(variance) {}
  void begin(const Fit&) override { square_ = 0; }
  void visit(const FittedStretch& rows) override {
    for (std::size_t i = 0; i < rows.size; ++i) {
      const double residual = model_.response[rows.begin + i] - rows.mean[i];
      const double score = -1 / (2 * variance_) + residual * residual / (2 * variance_ * variance_);
      square_ += rows.prior[i] * score * score;
    }
  }
  double square() const { return square_; }

 private:
  const ModelMatrix& model_;
  double variance_;
  double square_ = 0;
};

class RowsInMemory : public ModelRows {
 public:
  RowsInMemory(const SurveyDesign& design, const data::Table& table, const ModelMatrix& model)
      : design_(design), table_(table), model_(model) {}
  const std::vector<std::string>& names() const override { return model_.names; }
  const std::vector<std::size_t>& term_of_column() const override { return model_.term_of_column; }
  Result<double> deviance_without(const Fit& fit, const std::vector<std::size_t>& columns) override {
    return survey::deviance_without(design_, model_, fit, columns);
  }
  Result<double> deviance_of(const Formula& formula, const Fit& like) override {
    HAMDIL_TRY(const ModelMatrix smaller, make_model_matrix(formula, table_, model_.rows));
    return deviance_of_model(design_, smaller, like);
  }
  Result<double> variance_score_square(const Fit& fit, double variance) override {
    VarianceScores scores(model_, variance);
    visit_fitted(design_, model_, fit, scores);
    return scores.square();
  }

 private:
  const SurveyDesign& design_;
  const data::Table& table_;
  const ModelMatrix& model_;
};

}  // namespace

double variance_of_sums(double weight, double sum, double square, double n) {
  return (square - sum * sum / weight) / weight * n / (n - 1);
}

Result<Formula> formula_with_response(const std::string& text) {
  HAMDIL_TRY(Formula formula, parse_formula(text));
  if (!formula.has_response)
    return Error("stats.formula.syntax", "The formula cannot be read at \"{part}\".", {{"part", text.substr(0, 60)}});
  return formula;
}

Result<ResultTable> estimate_glm(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                 const GlmRequest& request) {
  HAMDIL_TRY(const Formula formula, formula_with_response(request.formula));
  HAMDIL_TRY(const ModelMatrix model, make_model_matrix(formula, table, rows));
  const double mean_weight = mean_weight_of(design, rows);
  FitSums sums(design, model);
  HAMDIL_TRY(const Fit fit, fit_glm(design, model, request.family, request.link, mean_weight, sums));
  HAMDIL_TRY(Matrix matrix, covariance(design, sums.scores().influence(fit)));
  const ModelFacts facts{model.rows.size(), count_clusters(design, model.rows), degrees_of_freedom(design, model.rows),
                         degrees_of_freedom(design, rows),
                         sums.pearson_variance() * mean_weight_of(design, model.rows) / mean_weight};
  RowsInMemory asked(design, table, model);
  return model_table(formula, asked, fit, std::move(matrix), facts, request);
}

}  // namespace hamdil::stats::survey
