// How a sample is divided among strata, and what that division costs.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"

namespace hamdil::stats::planning {

struct Stratum {
  std::string name;
  double population = 0;  // units
  double sd = 1;          // of what is measured
  double cost = 1;        // of an interview, in any unit
};

enum class Allocation : std::uint8_t {
  kEqual,         // the same in each
  kProportional,  // to the population
  kNeyman,        // to population times standard deviation (Neyman 1934, J. R. Stat. Soc. 97, 558-625)
  kCost,          // that over the root of the cost (Cochran 1977, 5.5)
  kPower,         // to population^q times standard deviation (Bankier 1988, Am. Stat. 42, 174-177)
};

struct AllocationPlan {
  std::vector<double> interviews;  // whole, at least `least`, at most the stratum's population; they sum to the total
  double effective = kNaN;         // Kish: (sum of weights)^2 / sum of squared weights, with weights N_h / n_h
  double weighting_effect = kNaN;  // interviews over that
  double se_of_mean = kNaN;        // of the stratified mean, with finite population corrections
  std::vector<double> se;          // of each stratum's mean
};

// Strata that get too few or too many are set to the bound and the rest is divided again; fractions go to the largest
// remainders. Codes stats.allocation.strata (none, or a population that is not above 0), .total (less than `least` in
// each, or more than there are).
Result<AllocationPlan> allocate(const std::vector<Stratum>& strata, double total, Allocation how, double least,
                                double power);

}  // namespace hamdil::stats::planning
