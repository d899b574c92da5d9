// The search, the covariance of what it finds, and how well the model fits. For .cpp files of this folder only.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "stats/psychometrics/cfa_moments.hpp"

namespace hamdil::stats::psychometrics {

struct CfaSolution {
  Eigen::VectorXd free;
  double discrepancy = kNaN;  // of the likelihood from that of free moments, a person: chisq / n
  bool converged = false;
};
CfaSolution minimise(const Structure& structure, const std::vector<Sample>& samples);

// Expected information of the free parameters, all persons together.
Eigen::MatrixXd expected_information(const Structure& structure, const std::vector<Sample>& samples,
                                     const Eigen::VectorXd& free);

// Of incomplete persons: the test statistic that the moments of all answers would give if everybody were complete, and
// what it is expected to be when the model holds (Zhang and Savalei 2023, Psychological Methods).
struct Restored {
  double chisq = 0;
  double correction = 0;
};

struct RobustParts {
  Eigen::MatrixXd covariance;      // of the free parameters
  double scaling = kNaN;           // of the test statistic; NaN where it is not scaled
  double baseline_scaling = kNaN;  // of the model of independent items
  std::optional<Restored> restored, restored_baseline;
};
RobustParts robust_parts(const Structure& structure, const std::vector<Sample>& samples, const CfaSolution& found,
                         CfaErrors errors);

FitMeasures fit_measures(const Structure& structure, const std::vector<Sample>& samples, const CfaSolution& found,
                         double moments, const RobustParts& robust);

}  // namespace hamdil::stats::psychometrics
