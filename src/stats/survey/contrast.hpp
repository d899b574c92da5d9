// Contrasts: linear combinations of domain means, and smooth functions of joint means.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {

// sum over levels of weight * mean of `variable` in that level of `by`. Levels that are not named have weight 0; each
// mean leaves out its own missing values. Codes stats.contrast.no_level, .no_weight, and
// those of estimate().
Result<ResultTable> contrast(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                             const std::string& variable, const std::string& by,
                             const std::vector<std::pair<std::string, double>>& weights_by_level, double level);

// A function of the means of `variables` over rows where all are known, by the delta method.
Result<ResultTable> contrast_nonlinear(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                       const std::vector<std::string>& variables, const std::string& expression,
                                       double level);

}  // namespace hamdil::stats::survey
