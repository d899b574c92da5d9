// Change between rounds, and differences of changes, from one design that holds both rounds: settlements visited twice
// count once.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

struct ChangeRequest {
  std::string variable;
  std::string success;  // empty: means; otherwise the share of this level among those who answered
  std::string round;    // column that tells the rounds apart
  std::string from;
  std::string to;
  std::vector<std::string> by;  // one change a cell
  double level = 0.95;
};
// `to` minus `from` of the mean or share, a contrast of domains with their covariance, so that shared clusters lower
// the error. t on the design's degf; p_value two-sided. base_rows and base_clusters are those of the
// smaller round. A cell without one of the rounds gives NaN and the flag undefined. Codes stats.change.no_level,
// stats.change.missing_option.
Result<ResultTable> estimate_change(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                    const ChangeRequest& request);

struct DifferenceRequest {
  ChangeRequest change;  // its `by` as there
  std::string arm;       // column of the two groups
  std::string control;
  std::string treated;
};
// (treated to - treated from) - (control to - control from): four domain means with their covariance; otherwise as
// estimate_change.
Result<ResultTable> estimate_difference_in_differences(const SurveyDesign& design, const data::Table& table,
                                                       const RowList& rows, const DifferenceRequest& request);

}  // namespace hamdil::stats::survey
