// Estimates of small areas that borrow strength from a model of all of them. What comes out is a model's answer, not
// the survey's.
#pragma once

#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::survey {

// One entry an area. A row of `x` is an area's covariates, the constant among them.
struct AreaData {
  std::vector<double> direct;    // direct estimates
  std::vector<double> variance;  // their sampling variances, taken as known
  Matrix x;
};

struct AreaEstimates {
  std::vector<double> coefficients;
  std::vector<double> coefficient_se;
  double between = kNaN;  // variance of the areas around the model
  double between_se = kNaN;
  std::vector<double> estimate;      // empirical best linear unbiased predictor
  std::vector<double> synthetic;     // what the model alone says
  std::vector<double> direct_share;  // of the direct estimate in `estimate`
  std::vector<double> mse;
  bool converged = false;
  int iterations = 0;
};

// The area-level model of Fay and Herriot (1979), direct_i = x_i b + u_i + e_i, by restricted maximum likelihood with
// Fisher scoring from the median of the variances; a negative variance between areas is 0. The mean squared error is g1
// + g2 + 2 g3 (Prasad and Rao 1990; Datta and Lahiri 2000). Codes stats.small_area.few_areas (not more areas than
// columns), .bad_variance (one that is not above 0, says which area by number), .missing (a value that is not there),
// .collinear.
Result<AreaEstimates> fay_herriot(const AreaData& areas);

}  // namespace hamdil::stats::survey
