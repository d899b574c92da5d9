// Intervals of a share from a logistic model with an intercept alone.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

// Log odds whose signed root of the scaled deviance stays within t(degf) times the root of the design effect (Rao and
// Scott 1984), found as R's profile does: the root is computed on a grid of a fifth of its largest value, interpolated
// by a cubic spline whose ends follow the cubic through the four outer points (Forsythe, Malcolm, Moler 1977), and
// inverted linearly. The grid makes limits good to about 1e-4 of the exact ones; it is kept so that both programs print
// the same. NaN where all or none succeed.
Result<MethodInterval> likelihood_interval(const SurveyDesign& design, const RowList& rows,
                                           const std::vector<double>& successes, double degf, double level);

// Wald on the log odds: the model's coefficient -/+ t(degf) times its linearised standard error. The coefficient is
// that of the fit, which stops when the deviance does, so the estimate is the share up to about 1e-9. NaN where all or
// none succeed.
Result<MethodInterval> logit_interval(const SurveyDesign& design, const RowList& rows,
                                      const std::vector<double>& successes, double degf, double level);

}  // namespace hamdil::stats::survey
