// What is asked of a fitted model as a whole: tests of its terms, information criteria.
#pragma once

#include "base/result.hpp"
#include "stats/survey/glm_fit.hpp"

namespace hamdil::stats::survey {

// A model, its fit and the design-based covariance of its kept coefficients.
struct FittedModel {
  const SurveyDesign& design;
  const data::Table& table;
  const Formula& formula;
  const ModelMatrix& model;
  const Fit& fit;
  const Matrix& covariance;
  double ddf;
};

// Wald test of all coefficients of a term, and the likelihood ratio against the model without it, whose distribution is
// a mixture by the eigenvalues of the design effect matrix (Rao and Scott 1984; Lumley and Scott 2014).
Result<TermTest> test_term(const FittedModel& fitted, std::size_t term);

// Adds aic/eff_p, aic/AIC, aic/deltabar and the pseudo R squared of Cox and Snell and of Nagelkerke to `out.values`.
// The penalty is the sum of the design effects of the coefficients beside the intercept (Lumley and Scott 2015), and in
// a gaussian model that of the variance, as R `survey` 4.5 has it.
void add_criteria(const FittedModel& fitted, ResultTable& out);

}  // namespace hamdil::stats::survey
