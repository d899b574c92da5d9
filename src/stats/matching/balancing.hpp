// Making a comparison group alike: propensity scores, weights from them, entropy balancing, and how alike the groups
// are then.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/model_matrix.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::matching {

// Who was treated, one entry a row; the other rows are the controls.
using Treated = std::vector<bool>;

// Treated or not, from the response of a model; code stats.matching.treatment unless it is 0 or 1 with both occurring.
Result<Treated> treated_of(const ModelMatrix& model);

// The probability to be treated given the covariates (Rosenbaum and Rubin 1983, Biometrika 70, 41-55): logistic
// regression by maximum likelihood, unweighted, iterated until the score vanishes.
struct Propensity {
  std::vector<std::string> terms;
  std::vector<double> coefficients;  // NaN for a column that the others already determine
  std::vector<double> standard_errors;
  std::vector<double> fitted;  // one a row of the model
  double deviance = kNaN;
  bool converged = false;  // false where treated and controls can be told apart completely
};
Propensity fit_propensity(const ModelMatrix& model, const Treated& treated);

enum class Estimand : std::uint8_t { kAtt, kAtc, kAte, kOverlap };
// Inverse probability weights (Li, Morgan and Zaslavsky 2018, J. Am. Stat. Assoc. 113, 390-400, table 1): effect on the
// treated p/(1-p) for controls, on the controls (1-p)/p for the treated, on all 1/p and 1/(1-p), overlap 1-p and p.
std::vector<double> probability_weights(Estimand estimand, const Treated& treated,
                                        const std::vector<double>& propensity);

// Entropy balancing (Hainmueller 2012, Political Analysis 20, 25-46): weights of the controls, nearest to 1 in
// Kullback's sense, under which every column of the model has the mean that it has among the treated. They sum to the
// number of treated; treated rows have weight 1. `imbalance` is the largest difference of means left, in standard
// deviations of the column. Not converged where no weights can do it: a mean of the treated beyond all controls.
struct EntropyWeights {
  std::vector<double> weights;
  double imbalance = kNaN;
  bool converged = false;
};
EntropyWeights entropy_weights(const ModelMatrix& model, const Treated& treated);

// Difference of the weighted means of treated and controls and its linearised standard error, taking the weights as
// known: n/(n-1) times the sum of squared influences. Rows of weight 0 are out; NaN where a group is empty.
struct Effect {
  double estimate = kNaN;
  double se = kNaN;
};
Effect weighted_difference(const std::vector<double>& outcome, const Treated& treated,
                           const std::vector<double>& weights);

// Kish's effective number of rows, (sum of w)^2 / sum of w^2, of treated or of controls.
double effective_rows(const Treated& treated, const std::vector<double>& weights, bool of_treated);

// Difference of means in standard deviations of the treated before weighting, by column without the intercept; NaN for
// a column that does not vary among the treated.
std::vector<std::pair<std::string, double>> standardised_differences(const ModelMatrix& model, const Treated& treated,
                                                                     const std::vector<double>& weights);

}  // namespace hamdil::stats::matching
