// Proportional odds regression of ordered answers.
#pragma once

#include <string>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

// P(answer <= j) = 1 / (1 + exp(-(cut_j - x b))) (McCullagh 1980). Rows: coefficients, then cut points ("low|high"),
// with t, p_value and ci_t on degf + 1 - parameters; vcov; `values` deviance (weights scaled to mean 1), df_residual,
// converged, iterations. Weighted maximum likelihood by Newton's method, covariance of the influence values under the
// design (Binder 1983). The response is a column of levels in their order, or of numbers by their distinct values. Rows
// with a missing value are a domain that is left out. Codes: those of formulas, stats.ordinal.response (no plain
// column, or fewer than three answers), stats.glm.no_rows.
Result<ResultTable> ordinal_logit(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                  const std::string& formula, double level);

}  // namespace hamdil::stats::survey
