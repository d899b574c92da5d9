// Weights that agree with the population, and what the agreement takes off the variance.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/result.hpp"
#include "stats/survey/adjustment.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

// The auxiliary variables of an adjusted design: the influence of an estimate is replaced by its residual from a
// regression on them (Deville and Sarndal 1992; Sarndal, Swensson, Wretman 1992, 6.6). Row i has `width` entries, entry
// j in column index[i * width + j] (empty: column j) with value value[i * width + j] (empty: 1).
struct Calibration {
  std::size_t columns = 0;
  std::size_t width = 0;
  std::vector<std::int32_t> index;
  std::vector<double> value;
  std::vector<double> ratio;        // weight in the regression over the adjusted weight; empty: 1
  Matrix inverse;                   // of the weighted cross-products; generalised where columns depend on each other
  std::vector<Matrix> unit_totals;  // by stage: adjusted weight times the auxiliaries, units x columns
};

struct AdjustedWeights {
  std::vector<double> weights;
  Calibration calibration;  // no columns: the adjustment does not change influences
};

// Post-stratification and raking use rake(); the weights sum to the known counts. Calibration solves for the totals of
// the model's columns: linear distance in one step, others and bounds by Newton's method until every total is met
// within 1e-12 of the largest, relative. Trimming cuts weights at the limits and spreads what was cut equally over the
// others, once or
// (`strict`) until none is beyond. Codes: stats.calibrate.missing_value, .unknown_cell, .totals_differ, .names (totals
// and model columns differ), .bounds, .not_met (no weights within the bounds meet the totals), .trim, and those of
// rake(). Cost: rows x auxiliaries a step.
Result<AdjustedWeights> adjust_weights(const Adjustment& adjustment, const data::Table& table,
                                       const std::vector<Stage>& stages, const std::vector<double>& weights);

}  // namespace hamdil::stats::survey
