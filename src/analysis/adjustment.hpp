// The adjustment of a design's weights as a specification writes it.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "stats/registry.hpp"
#include "stats/result.hpp"
#include "stats/survey/adjustment.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::analysis {

// Members of `design.adjustment`, for the schema.
const std::vector<stats::OptionInfo>& adjustment_options();
// {"method": "poststratify" | "rake" | "calibrate" | "trim", ...}. Codes of Options::read, analysis.spec.wrong_type.
Result<stats::survey::Adjustment> read_adjustment(const Json& json, const std::string& pointer);

// What an adjustment did: weights_sum, weights_min, weights_max, effects of weighting before and after, the smallest
// and largest ratio of new to old, and the weights themselves of up to 100,000 rows.
void add_adjustment_figures(const stats::survey::SurveyDesign& design, stats::Figures& out);

}  // namespace hamdil::analysis
