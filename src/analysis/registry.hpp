// The estimators that exist. Each family stands in a file of estimators/, descriptors and runners together; this is
// where they meet. Specifications, help, schema and docs/methods read this list.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "analysis/estimators/estimator.hpp"

namespace hamdil::analysis {

// Sorted by name; of one name the forms with conditions come first.
const std::vector<Estimator>& estimators();

// The form of an estimator that a call means, by which options it has and whether there is a design; nullptr when no
// estimator has this name.
const Estimator* find_estimator(std::string_view name, const std::function<bool(std::string_view option)>& has_option,
                                bool with_design);
const Estimator* estimator_with_id(std::string_view id);  // nullptr when there is none

}  // namespace hamdil::analysis
