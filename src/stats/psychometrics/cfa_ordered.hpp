// Factor models of ordered answers, fitted to their polychoric correlations. For .cpp files of this folder only.
#pragma once

#include "stats/psychometrics/cfa_moments.hpp"
#include "stats/psychometrics/ordered_moments.hpp"

namespace hamdil::stats::psychometrics {

struct OrderedFit {
  Eigen::VectorXd free;        // of the structure
  Eigen::MatrixXd covariance;  // of them
  bool converged = false;
  FitMeasures fit;
};
// Diagonally weighted least squares on the correlations, with errors and tests from the full covariance of these
// (WLSMV: Muthen, du Toit and Spisic 1997; the test scaled and shifted, Asparouhov and Muthen 2010). The structure's
// items have variance 1.
OrderedFit fit_ordered(const Structure& structure, const OrderedMoments& moments);

}  // namespace hamdil::stats::psychometrics
