// What ordered answers say of the variables behind them: cut points and correlations, and how certain these are. For
// .cpp files of this folder only.
#pragma once

#include <Eigen/Dense>
#include <vector>

#include "base/result.hpp"
#include "stats/psychometrics/items.hpp"

namespace hamdil::stats::psychometrics {

struct OrderedMoments {
  double n = 0;                           // persons who answered every item
  std::vector<std::vector<double>> cuts;  // by item
  Eigen::MatrixXd correlation;            // polychoric, two-step
  // Covariance, times n, of all cut points (item after item) and then of the correlations (of items 1 and 2, 1 and 3,
  // ..., 2 and 3, ...): Muthen (1984), Psychometrika 49, 115-132, with outer products of the scores, times n / (n - 1).
  Eigen::MatrixXd covariance;
  Eigen::Index cut_count() const;
};

// Codes stats.cfa.few_cases, .few_categories (an item that does not vary), .many_categories (more than kMostCategories:
// such items are numbers).
inline constexpr std::size_t kMostCategories = 20;
Result<OrderedMoments> ordered_moments(const Items& items);

}  // namespace hamdil::stats::psychometrics
