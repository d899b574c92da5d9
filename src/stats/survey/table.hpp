// Weighted two-way tables and tests of independence.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

// Sums of weights by the levels of two variables; rows with a missing one are left out. `counts`, `row_levels`,
// `col_levels`.
Result<ResultTable> estimate_table(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                   const std::string& row_variable, const std::string& col_variable);

// Tests of independence (Rao and Scott 1984; Koch, Freeman and Freeman 1975), by the names asked for:
// F: second-order corrected Pearson statistic, ndf = tr(D)^2/tr(D^2), ddf = ndf * degf, D the design effect matrix of
// the interaction; Chisq: first-order, X2/mean eigenvalue on (r-1)(c-1); saddlepoint: X2 against the mixture of F with
// weights from D; Wald: of the residuals N_ij - N_i. N_.j / N with their linearised covariance, F on (df, degf);
// adjWald: times (degf - df + 1)/degf. Levels without rows are left out; a table with fewer than two rows or columns
// gives NaN. Codes stats.chisq.unknown_statistic, stats.chisq.two_variables.
Result<ResultTable> chisq_test(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                               const std::vector<std::string>& variables, const std::vector<std::string>& statistics);

}  // namespace hamdil::stats::survey
