#include "stats/survey/summary.hpp"

#include <cmath>

namespace hamdil::stats::survey {

ResultTable design_summary(const SurveyDesign& design, const RowList& rows) {
  double weight = 0;
  double square = 0;
  double n = 0;
  for (const std::uint32_t row : rows) {
    weight += design.weights()[row];
    square += design.weights()[row] * design.weights()[row];
    n += design.weights()[row] != 0;
  }
  ResultTable out;
  out.n = rows.size();
  out.degf = degrees_of_freedom(design, rows);
  const double clusters = static_cast<double>(count_clusters(design, rows));
  const double effective = weight * weight / square;
  out.values = {{"sum_weights", weight},
                {"n_psu", clusters},
                {"n_strata", clusters - out.degf},
                {"kish_n_eff", effective},
                {"kish_deff_w", n / effective}};
  return out;
}

Result<LonelyReport> examine_lonely_strata(const DesignSpec& spec, const data::Table& table, const RowList& rows,
                                           const EstimateRequest& request) {
  LonelyReport out;
  HAMDIL_TRY(const SurveyDesign design, SurveyDesign::make(spec, table));
  const Stage& stage = design.stages()[0];
  std::vector<std::size_t> rows_in(stage.groups(), 0);
  std::vector<double> weight_in(stage.groups(), 0.0);
  double weight = 0;
  for (const std::uint32_t row : rows) {
    const auto group = static_cast<std::size_t>(stage.group_of_unit[static_cast<std::size_t>(stage.unit_of_row[row])]);
    ++rows_in[group];
    weight_in[group] += design.weights()[row];
    weight += design.weights()[row];
  }
  for (std::size_t group = 0; group < stage.groups(); ++group) {
    if (stage.units_in_group[group] != 1) continue;
    LonelyStratum one{design.stratum_names()[group], rows_in[group], weight_in[group] / weight, ""};
    if (stage.groups() > 1) one.neighbour = design.stratum_names()[group + 1 < stage.groups() ? group + 1 : group - 1];
    out.strata.push_back(std::move(one));
  }
  for (const LonelyRule rule :
       {LonelyRule::kFail, LonelyRule::kRemove, LonelyRule::kCertainty, LonelyRule::kAdjust, LonelyRule::kAverage}) {
    DesignSpec other = spec;
    other.lonely = rule;
    HAMDIL_TRY(const SurveyDesign changed, SurveyDesign::make(other, table));
    Result<ResultTable> result = estimate(changed, table, rows, request);
    if (!result && result.error().code != "stats.variance.lonely_stratum") return std::move(result.error());
    LonelyOutcome outcome{rule, !result, {}};
    if (result) outcome.result = *std::move(result);
    out.outcomes.push_back(std::move(outcome));
  }
  return out;
}

}  // namespace hamdil::stats::survey
