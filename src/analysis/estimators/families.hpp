// The families of estimators, one file each. A new family adds its declaration and its name to the list.
#pragma once

#include <vector>

#include "analysis/estimators/estimator.hpp"

namespace hamdil::analysis {

std::vector<Estimator> mean_estimators();
std::vector<Estimator> test_estimators();
std::vector<Estimator> model_estimators();
std::vector<Estimator> scale_estimators();
std::vector<Estimator> several_estimators();
std::vector<Estimator> agreement_estimators();
std::vector<Estimator> measurement_estimators();
std::vector<Estimator> continuum_estimators();
std::vector<Estimator> matching_estimators();
std::vector<Estimator> psychometric_estimators();
std::vector<Estimator> cfa_estimators();
std::vector<Estimator> classical_mean_estimators();
std::vector<Estimator> classical_table_estimators();
std::vector<Estimator> robust_estimators();
std::vector<Estimator> extra_estimators();
std::vector<Estimator> evidence_estimators();
std::vector<Estimator> planning_estimators();
std::vector<Estimator> decision_estimators();
std::vector<Estimator> weight_estimators();
std::vector<Estimator> balance_estimators();
std::vector<Estimator> experiment_estimators();

// clang-format off: a line a family, so that two families can be added side by side
inline constexpr std::vector<Estimator> (*kFamilies[])() = {
    mean_estimators,
    test_estimators,
    model_estimators,
    scale_estimators,
    several_estimators,
    agreement_estimators,
    measurement_estimators,
    continuum_estimators,
    matching_estimators,
    psychometric_estimators,
    cfa_estimators,
    classical_mean_estimators,
    classical_table_estimators,
    robust_estimators,
    extra_estimators,
    evidence_estimators,
    planning_estimators,
    decision_estimators,
    weight_estimators,
    balance_estimators,
    experiment_estimators,
};
// clang-format on

}  // namespace hamdil::analysis
