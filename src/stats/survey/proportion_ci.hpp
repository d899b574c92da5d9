// Intervals for a share.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

struct ProportionCiRequest {
  std::string variable;
  std::string success;               // the level, or the value of a number
  std::vector<std::string> methods;  // logit, xlogit, asin, beta, likelihood, mean
  bool na_rm = true;
  double level = 0.95;
};
// The share of rows equal to `success` among those with a value; intervals use t with the degrees of freedom of all
// `rows`, whether or not they hold a value (R: svyciprop(..., df = degf(design))).
// logit and xlogit: Wald on the log odds; asin: on arcsin sqrt(p); mean: on the share; beta: Clopper-Pearson with the
// effective size n_eff (t(n-1)/t(degf))^2 (Korn and Graubard 1998), n rows with a value; likelihood: shares whose
// scaled log likelihood ratio stays below t^2 (Rao and Scott). `values` holds se_logit. At 0 or 1 only `beta` and
// `mean` are defined. Code stats.proportion_ci.unknown_method.
Result<ResultTable> proportion_ci(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                  const ProportionCiRequest& request);

}  // namespace hamdil::stats::survey
