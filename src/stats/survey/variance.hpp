// Population variances and covariances estimated from a survey, with standard errors.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

// s_xy = n/(n-1) sum(w (x - mx)(y - my)) / sum(w), its standard error that of the mean of these products; n counts the
// rows used with positive weight (rows dropped by na_rm count as outside the domain). One row a variable.
Result<ResultTable> estimate_variance(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                      const std::vector<std::string>& variables, bool na_rm, double level);
// The same for all pairs jointly: `matrix`, `matrix_se`, and with two variables `values` holds their correlation.
Result<ResultTable> estimate_covariance_matrix(const SurveyDesign& design, const data::Table& table,
                                               const RowList& rows, const std::vector<std::string>& variables,
                                               bool na_rm);

}  // namespace hamdil::stats::survey
