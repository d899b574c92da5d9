// The families and links of generalised linear models, row by row (McCullagh and Nelder 1989, 2.2).
#pragma once

#include <cstdint>

#include "stats/model_matrix.hpp"
#include "stats/survey/stretch.hpp"

namespace hamdil::stats::survey {

enum class Family : std::uint8_t { kGaussian, kBinomial, kPoisson };
enum class Link : std::uint8_t { kIdentity, kLogit, kProbit, kCloglog, kLog };

// The mean at a linear predictor, and its derivative by it.
double mean_at(Link link, double eta);
double slope_at(Link link, double eta);
// Whether the family allows the response: any number, 0 to 1, or 0 and above.
bool in_range(Family family, double y);
// Variance of one observation of this mean, without dispersion.
double variance_of(Family family, double mean);
// What one observation adds to the deviance.
double deviance_of(Family family, double y, double mean);

// Working values of rows at linear predictors. Logistic models of 0 and 1 have a kernel of their own; it agrees with
// the general formulas to rounding. Pure, thread-safe.
class RowKernel {
 public:
  RowKernel(Family family, Link link, const ModelColumn& response);

  // Fills the stretch at the linear predictors that iteration starts from, and these.
  void start(const RowStretch& rows, double* eta) const;
  // Fills mean, weight, score and, where asked for, deviance of the stretch at `eta`, which stays as it is.
  void update(const RowStretch& rows, double* eta) const;
  bool zero_one() const { return zero_one_; }

 private:
  Family family_;
  Link link_;
  bool zero_one_;  // a logistic model whose response is 0 or 1 throughout
  const StretchKernels& kernels_;
};

}  // namespace hamdil::stats::survey
