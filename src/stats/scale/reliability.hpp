// How well items hang together.
#pragma once

#include <cstddef>
#include <vector>

namespace hamdil::stats::scale {

struct Alpha {
  std::size_t n = 0;            // complete cases with positive weight
  double alpha = 0;             // NaN with fewer than two items or cases, or without any variance
  std::vector<double> without;  // alpha when the item is left out; NaN with two items
};
// Cronbach (1951): k/(k-1) (1 - sum of item variances / variance of the sum) over persons who answered every item.
// `items[i][person]`. With weights the variances are those of the population that the weights stand for; empty:
// unweighted.
Alpha cronbach_alpha(const std::vector<std::vector<double>>& items, const std::vector<double>& weights = {});

// Reliability of two items: 2 r / (1 + r), r their correlation over complete cases.
double spearman_brown(const std::vector<double>& first, const std::vector<double>& second,
                      const std::vector<double>& weights = {});

}  // namespace hamdil::stats::scale
