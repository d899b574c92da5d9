#include "stats/survey/model_tests.hpp"

#include <algorithm>
#include <cmath>

#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

// Places among the kept coefficients that belong to a term.
std::vector<std::size_t> places_of(const ModelRows& rows, const Fit& fit, std::size_t term) {
  std::vector<std::size_t> out;
  for (std::size_t j = 0; j < fit.kept.size(); ++j)
    if (rows.term_of_column()[fit.kept[j]] == term) out.push_back(j);
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
    for (std::size_t column = 0; column < fitted.rows.names().size(); ++column)
      if (fitted.rows.term_of_column()[column] == term) columns.push_back(column);
    return fitted.rows.deviance_without(fitted.fit, columns);
  }
  return fitted.rows.deviance_of(reduced, fitted.fit);
}

// One row a column of the model. Columns that others determine have no coefficient and, as in R's summary, no row; a
// note names them.
void add_coefficients(const FittedModel& fitted, const ModelFacts& facts, ResultTable& out) {
  const Fit& fit = fitted.fit;
  std::size_t next = 0;
  for (std::size_t column = 0; column < fitted.rows.names().size(); ++column) {
    const std::string& name = fitted.rows.names()[column];
    if (next >= fit.kept.size() || fit.kept[next] != column) {
      out.notes.push_back("aliased: " + name + " is determined by the other columns of the model");
      continue;
    }
    Row row;
    row.term = row.variable = name;
    row.estimate = fit.coefficients[column];
    fill_intervals(row, fitted.covariance.at(next, next), fitted.ddf, out.level);
    row.ci_t_domain = row.ci_t;
    row.degf_domain = fitted.ddf;
    row.statistic = row.estimate / row.se;
    row.p_value = t_two_sided(row.statistic, fitted.ddf);
    row.base_rows = row.cell_rows = facts.rows;
    row.base_clusters = facts.clusters;
    add_undefined_flags(row);
    if (!fit.converged) add_flag(row, Flag::kNotConverged);
    if (!(fitted.ddf >= 8)) add_flag(row, Flag::kFewClusters);
    out.rows.push_back(std::move(row));
    ++next;
  }
}

}  // namespace

Result<TermTest> test_term(const FittedModel& fitted, std::size_t term) {
  TermTest out;
  out.term = fitted.formula.term_name(term);
  const std::vector<std::size_t> at = places_of(fitted.rows, fitted.fit, term);
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

Status add_criteria(const FittedModel& fitted, ResultTable& out) {
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
    HAMDIL_TRY(const double spread, fitted.rows.variance_score_square(fit, variance));
    const double information = n / (2 * variance * variance);  // about the variance
    penalty = penalty / variance + information / spread;
    deviance = n * (std::log(2 * M_PI * variance) + 1);
    ++count;
  }
  out.values.emplace_back("aic/eff_p", penalty);
  out.values.emplace_back("aic/AIC", deviance + 2 * penalty);
  out.values.emplace_back("aic/deltabar", penalty / count);
  const double cox_snell = 1 - std::exp((fit.deviance - fit.null_deviance) / n);
  out.values.emplace_back("psrsq/cox_snell", cox_snell);
  out.values.emplace_back("psrsq/nagelkerke", cox_snell / (1 - std::exp(-fit.null_deviance / n)));
  return Done{};
}

Result<ResultTable> model_table(const Formula& formula, ModelRows& rows, const Fit& fit, Matrix covariance,
                                const ModelFacts& facts, const GlmRequest& request) {
  ResultTable out;
  out.level = request.level;
  out.degf = facts.degf;
  out.n = facts.rows;
  const double df = out.degf + 1 - static_cast<double>(fit.kept.size());
  const FittedModel fitted{formula, rows, fit, covariance, df};
  add_coefficients(fitted, facts, out);
  out.values = {{"degf_design", facts.degf_domain},
                {"df_residual", df},
                {"n_used", static_cast<double>(out.n)},
                {"converged", fit.converged ? 1.0 : 0.0},
                {"iterations", static_cast<double>(fit.iterations)},
                {"dispersion", facts.dispersion},
                {"deviance_scaled_weights", fit.deviance},
                {"null_deviance_scaled_weights", fit.null_deviance}};
  HAMDIL_CHECK(add_criteria(fitted, out));
  for (std::size_t term = 0; request.term_tests && term < formula.terms.size(); ++term) {
    HAMDIL_TRY(TermTest test, test_term(fitted, term));
    out.term_tests.push_back(std::move(test));
  }
  out.vcov = std::move(covariance);
  return out;
}

}  // namespace hamdil::stats::survey
