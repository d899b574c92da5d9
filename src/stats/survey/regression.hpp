// Generalised linear models of a survey: weighted fit, linearised covariance.
#pragma once

#include <string>

#include "base/result.hpp"
#include "stats/formula.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

enum class Family : std::uint8_t { kGaussian, kBinomial, kPoisson };
enum class Link : std::uint8_t { kIdentity, kLogit, kProbit, kCloglog, kLog };

struct Fit {
  std::vector<double> coefficients;  // NaN for a column that the others already determine
  std::vector<std::size_t> kept;     // columns with a coefficient
  Matrix bread;                      // inverse of X'WX over the kept columns, weights scaled to mean 1
  std::vector<double> fitted;
  std::vector<double> working_weights;  // includes the scaled weights
  std::vector<double> working_residuals;
  std::vector<double> prior_weights;  // scaled to mean 1
  double deviance = kNaN;
  double null_deviance = kNaN;
  int iterations = 0;
  bool converged = false;
};

// Weighted maximum likelihood by iteratively reweighted least squares (McCullagh and Nelder 1989, 2.5), stopped when
// the deviance changes by less than 1e-8 of itself, at most 50 times. Codes stats.glm.no_rows, .bad_response (outside
// the family's range).
// Weights are divided by `mean_weight` (0: their own mean), which deviances follow.
Result<Fit> fit_glm(const SurveyDesign& design, const ModelMatrix& model, Family family, Link link,
                    double mean_weight = 0);

// Influence totals of the kept coefficients: bread times the scores (Binder 1983).
Totals coefficient_totals(const SurveyDesign& design, const ModelMatrix& model, const Fit& fit);

struct GlmRequest {
  std::string formula;
  Family family = Family::kGaussian;
  Link link = Link::kIdentity;
  double level = 0.95;
  bool term_tests = true;  // Wald and likelihood ratio tests of every term; the latter refit the model without it
};
// One row a coefficient: estimate, se, t and p_value on df_residual = degf of the rows used + 1 - coefficients, ci_t.
// `values` hold degf_design, df_residual, n_used, converged, iterations, dispersion, deviance_scaled_weights,
// null_deviance_scaled_weights. Rows with a missing value in the model are a domain that is left out.
Result<ResultTable> estimate_glm(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                 const GlmRequest& request);

}  // namespace hamdil::stats::survey
