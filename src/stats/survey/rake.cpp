#include "stats/survey/rake.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::stats::survey {
namespace {

// Sum of weights of each level.
std::vector<double> level_sums(const std::vector<double>& weights, const Margin& margin) {
  std::vector<double> sums(margin.shares.size(), 0.0);
  for (std::size_t row = 0; row < weights.size(); ++row)
    if (margin.level_of_row[row] >= 0) sums[static_cast<std::size_t>(margin.level_of_row[row])] += weights[row];
  return sums;
}

Status check(const std::vector<double>& weights, const Margin& margin) {
  const std::vector<double> sums = level_sums(weights, margin);
  for (std::size_t level = 0; level < sums.size(); ++level) {
    if (margin.shares[level] > 0 && sums[level] <= 0)
      return Error("stats.rake.empty_level",
                   "Nobody in the sample has level {level} of {name}, which has a known share.",
                   {{"level", std::to_string(level + 1)}, {"name", margin.name}});
    if (!(margin.shares[level] > 0) && sums[level] > 0)
      return Error("stats.rake.unknown_level", "The sample has level {level} of {name}, which has no known share.",
                   {{"level", std::to_string(level + 1)}, {"name", margin.name}});
  }
  return Done{};
}

// Scales the levels to their shares; the largest relative move.
double fit(std::vector<double>& weights, const Margin& margin) {
  const std::vector<double> sums = level_sums(weights, margin);
  double answered = 0, shares = 0;
  for (std::size_t level = 0; level < sums.size(); ++level) {
    answered += sums[level];
    shares += margin.shares[level];
  }
  std::vector<double> factors(sums.size(), 1.0);
  double moved = 0;
  for (std::size_t level = 0; level < sums.size(); ++level) {
    if (sums[level] <= 0) continue;
    factors[level] = answered * margin.shares[level] / shares / sums[level];
    moved = std::max(moved, std::fabs(factors[level] - 1));
  }
  for (std::size_t row = 0; row < weights.size(); ++row)
    if (margin.level_of_row[row] >= 0) weights[row] *= factors[static_cast<std::size_t>(margin.level_of_row[row])];
  return moved;
}

}  // namespace

Result<std::vector<double>> rake(std::vector<double> start, const std::vector<Margin>& margins) {
  for (const Margin& margin : margins) HAMDIL_CHECK(check(start, margin));
  constexpr int kMostRounds = 500;
  for (int round = 0; round < kMostRounds; ++round) {
    double moved = 0;
    for (const Margin& margin : margins) moved = std::max(moved, fit(start, margin));
    if (moved <= 1e-10) return start;
  }
  return Error("stats.rake.not_converged", "The known shares contradict each other in this sample.")
      .advise("Give fewer variables, or join levels that few people have.");
}

}  // namespace hamdil::stats::survey
