// What a design amounts to, and what its single-unit strata do to an estimate.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {

// `values`: n (rows), sum_weights, n_psu, n_strata, kish_n_eff = sum(w)^2/sum(w^2), kish_deff_w = n/kish_n_eff (rows
// with positive weight).
ResultTable design_summary(const SurveyDesign& design, const RowList& rows);

// The lonely-unit doctor: which strata are single, and the standard error that each rule would give this estimate.
struct LonelyStratum {
  std::string stratum;
  std::size_t rows = 0;
  double weight_share = 0;  // of the sum of weights
  std::string neighbour;    // stratum beside it in order, offered for joining; empty when there is none
};
struct LonelyOutcome {
  LonelyRule rule = LonelyRule::kFail;
  bool fails = false;
  ResultTable result;  // as estimate() under this rule; empty when it fails
};
struct LonelyReport {
  std::vector<LonelyStratum> strata;
  std::vector<LonelyOutcome> outcomes;  // one a rule
};
Result<LonelyReport> examine_lonely_strata(const DesignSpec& spec, const data::Table& table, const RowList& rows,
                                           const EstimateRequest& request);

}  // namespace hamdil::stats::survey
