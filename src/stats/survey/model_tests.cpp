#include "stats/survey/model_tests.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

// Places among the kept coefficients that belong to a term.
std::vector<std::size_t> places_of(const ModelMatrix& model, const Fit& fit, std::size_t term) {
  std::vector<std::size_t> out;
  for (std::size_t j = 0; j < fit.kept.size(); ++j)
    if (model.term_of_column[fit.kept[j]] == term) out.push_back(j);
  return out;
}

// Scale factors of the likelihood ratio: eigenvalues of V0^-1 V, largest first.
Values scale_factors(const Matrix& matrix, const Matrix& bread, const std::vector<std::size_t>& at) {
  Values lambda = eigenvalues(solve(part_of(bread, at, at), part_of(matrix, at, at)));
  std::sort(lambda.rbegin(), lambda.rend());
  return lambda;
}

// Whether another term holds all factors of this one: without it that term would enter by other columns.
bool is_margin(const Formula& formula, std::size_t term) {
  const std::vector<std::size_t>& own = formula.terms[term];
  const auto holds = [&](const std::vector<std::size_t>& other) {
    return std::all_of(own.begin(), own.end(), [&](std::size_t factor) {
      return std::find(other.begin(), other.end(), factor) != other.end();
    });
  };
  return std::count_if(formula.terms.begin(), formula.terms.end(), holds) > 1;
}

// Deviance of the model without a term; NaN when nothing is left of it.
Result<double> deviance_without_term(const FittedModel& fitted, std::size_t term) {
  Formula reduced = fitted.formula;
  reduced.terms.erase(reduced.terms.begin() + static_cast<std::ptrdiff_t>(term));
  if (reduced.terms.empty() && !reduced.intercept) return kNaN;
  if (reduced.intercept && !is_margin(fitted.formula, term)) {
    std::vector<std::size_t> columns;
    for (std::size_t column = 0; column < fitted.model.columns.size(); ++column)
      if (fitted.model.term_of_column[column] == term) columns.push_back(column);
    return deviance_without(fitted.design, fitted.model, fitted.fit, columns);
  }
  HAMDIL_TRY(const ModelMatrix smaller, make_model_matrix(reduced, fitted.table, fitted.model.rows));
  return deviance_of_model(fitted.design, smaller, fitted.fit);
}

// The information about a gaussian model's variance over the spread of its scores: the variance's part of the penalty.
class VariancePenalty : public FitVisitor {
 public:
  VariancePenalty(const ModelMatrix& model, double variance) : model_(model), variance_(variance) {}
  void begin(const Fit&) override { information_ = spread_ = 0; }
  void visit(const FittedStretch& rows) override {
    for (std::size_t i = 0; i < rows.size; ++i) {
      const double residual = model_.response[rows.begin + i] - rows.mean[i];
      const double score = -1 / (2 * variance_) + residual * residual / (2 * variance_ * variance_);
      information_ += rows.prior[i] / (2 * variance_ * variance_);
      spread_ += rows.prior[i] * score * score;
    }
  }
  double value() const { return information_ / spread_; }

 private:
  const ModelMatrix& model_;
  double variance_;
  double information_ = 0;
  double spread_ = 0;
};

}  // namespace

Result<TermTest> test_term(const FittedModel& fitted, std::size_t term) {
  TermTest out;
  out.term = fitted.formula.term_name(term);
  const std::vector<std::size_t> at = places_of(fitted.model, fitted.fit, term);
  out.df = static_cast<double>(at.size());
  out.ddf = fitted.ddf;
  if (at.empty()) return out;
  Values own;
  for (const std::size_t place : at) own.push_back(fitted.fit.coefficients[fitted.fit.kept[place]]);
  out.wald = quadratic_form(own, part_of(fitted.covariance, at, at));
  out.p_f = f_upper(out.wald / out.df, out.df, out.ddf);
  out.p_chisq = chisq_upper(out.wald, out.df);
  HAMDIL_TRY(const double without, deviance_without_term(fitted, term));
  out.lrt = without - fitted.fit.deviance;
  out.lambda = scale_factors(fitted.covariance, fitted.fit.bread, at);
  out.p_lrt = f_mixture_upper(std::max(0.0, out.lrt), out.lambda, out.ddf);
  return out;
}

void add_criteria(const FittedModel& fitted, ResultTable& out) {
  const Fit& fit = fitted.fit;
  std::vector<std::size_t> at;
  for (std::size_t j = 0; j < fit.kept.size(); ++j)
    if (!fitted.formula.intercept || fit.kept[j] != 0) at.push_back(j);
  const double n = fit.weight;
  double penalty = 0;
  for (const double lambda : at.empty() ? Values() : scale_factors(fitted.covariance, fit.bread, at)) penalty += lambda;
  double count = static_cast<double>(at.size());
  double deviance = fit.deviance;
  if (fit.family == Family::kGaussian) {
    const double variance = fit.deviance / n;
    VariancePenalty of_variance(fitted.model, variance);
    visit_fitted(fitted.design, fitted.model, fit, of_variance);
    penalty = penalty / variance + of_variance.value();
    deviance = n * (std::log(2 * M_PI * variance) + 1);
    ++count;
  }
  out.values.emplace_back("aic/eff_p", penalty);
  out.values.emplace_back("aic/AIC", deviance + 2 * penalty);
  out.values.emplace_back("aic/deltabar", penalty / count);
  const double cox_snell = 1 - std::exp((fit.deviance - fit.null_deviance) / n);
  out.values.emplace_back("psrsq/cox_snell", cox_snell);
  out.values.emplace_back("psrsq/nagelkerke", cox_snell / (1 - std::exp(-fit.null_deviance / n)));
}

}  // namespace hamdil::stats::survey
