// Generalised linear models of a survey: weighted fit, linearised covariance, tests of terms.
#pragma once

#include <string>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"
#include "stats/survey/family.hpp"

namespace hamdil::stats::survey {

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
