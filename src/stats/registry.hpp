// The estimators that exist: one line each, sorted by name. Specifications, the reference of the command line and the
// conformance runner read this list; a test compares it with what `analysis` can run.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hamdil::stats {

struct EstimatorInfo {
  std::string_view name;
  std::string_view what;
  std::vector<std::string_view> options;  // keys of a call, besides estimator, as, level, words
};

const std::vector<EstimatorInfo>& estimators();
const EstimatorInfo* find_estimator(std::string_view name);  // nullptr when there is none

}  // namespace hamdil::stats
