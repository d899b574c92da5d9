// The fast way through means, shares, totals and ratios over domains: one pass a variable, sums per sampling unit and
// cell.
#pragma once

#include <optional>

#include "base/result.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {

// What estimate() gives, from tables of sums instead of row lists; nothing when the request is not of this kind
// (design effects, covariance across domains, second stages, units as many as rows, missing values without
// na_rm). Every variable is summed by one thread in the order of rows, so results do not depend on request.threads.
// Cost: rows x variables; memory: 4 bytes a row and units x cells sums.
Result<std::optional<ResultTable>> estimate_dense(const SurveyDesign& design, const data::Table& table,
                                                  const RowList& rows, const EstimateRequest& request);

}  // namespace hamdil::stats::survey
