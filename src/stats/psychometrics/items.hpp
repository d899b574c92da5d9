// Answers to several items side by side, and the matrices that describe how they go together.
#pragma once

#include <cstddef>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::psychometrics {

// items[i][person]; NaN where the person did not answer the item. All items have the same number of persons.
using Items = std::vector<std::vector<double>>;

// Covariances (n - 1) of each pair of items over the persons who answered both; NaN where fewer than two did.
Matrix pairwise_covariance(const Items& items);
// Pearson correlations of each pair over the persons who answered both; NaN where one of them does not vary there.
Matrix pairwise_correlation(const Items& items);
// A covariance matrix scaled to a diagonal of 1.
Matrix to_correlation(const Matrix& covariance);
// Squared multiple correlation of each item with all others, 1 - 1/diag(R^-1); NaN when R cannot be inverted.
std::vector<double> squared_multiple_correlations(const Matrix& correlation);

// Correlation of two lists over the places where both are known.
double correlation(const std::vector<double>& x, const std::vector<double>& y);

// Kaiser's measure of sampling adequacy (Kaiser and Rice 1974, Educ. Psychol. Meas. 34, 111-117) and Bartlett's test
// that a correlation matrix of n persons is the identity (1951, Biometrika 38, 337-344). NaN for a singular matrix.
struct Adequacy {
  double overall = kNaN;
  std::vector<double> items;
  Test bartlett;
};
Adequacy sampling_adequacy(const Matrix& correlation, std::size_t n);

}  // namespace hamdil::stats::psychometrics
