// Weights from the plan of a sample, and what those who did not answer make of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::planning {

// Spread of a set of weights; those that are 0 count nowhere.
struct WeightSpread {
  double n = 0;
  double sum = 0;
  double least = kNaN;
  double greatest = kNaN;
  double largest_ratio = kNaN;  // greatest / least
  double effect = kNaN;         // n sum w^2 / (sum w)^2 (Kish 1965, 11.7)
  double effective_n = kNaN;    // n / effect
};
WeightSpread spread_of(const std::vector<double>& weights);

// The probability of being taken, of n out of N. NaN where either is missing.
double taken_equally(double sample, double population);
// The same with probability proportional to size: n times own size over the sum of sizes; 1 where it is above (a unit
// so large that it is taken for sure).
double taken_by_size(double sample, double size, double total);

struct ResponseClass {
  double chosen = 0;  // persons
  double answered = 0;
  double weighted_rate = kNaN;  // sum of base weights of those who answered over that of the chosen
  double factor = kNaN;         // 1 / weighted_rate
};
struct AnsweredWeights {
  std::vector<double> weights;  // of those who answered; 0 for the others
  std::vector<ResponseClass> classes;
};
// Those who answered stand for all chosen of their class: base weight over the class's weighted rate (Lohr 2010, 8.5).
// `classes` from 0 to `count` - 1. Code stats.weights.empty_class: a class of which nobody answered, by number.
Result<AnsweredWeights> weigh_for_response(const std::vector<double>& base, const std::vector<bool>& answered,
                                           const std::vector<std::int32_t>& classes, std::size_t count);

}  // namespace hamdil::stats::planning
