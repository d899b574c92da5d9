// How small a change two rounds of a survey can show, and how many interviews a change asks for.
#pragma once

#include "stats/result.hpp"

namespace hamdil::stats::planning {

// Two rounds of the same design. Means are shares p (variance p(1-p)) or scores with standard deviations.
struct TwoRounds {
  double sd_first = kNaN, sd_second = kNaN;  // of one answer in each round
  double cluster_size = 1;                   // interviews a primary sampling unit
  double icc = 0;                            // intraclass correlation of the answers within a unit
  double overlap = 0;                        // share of the people interviewed in both rounds (a panel: 1)
  double correlation = 0;                    // of the answers of the same person in both
  double population = kNaN;                  // people altogether; NaN: no finite population correction
  double response = 1;                       // share of those chosen who answer
};
struct Test {
  double alpha = 0.05;
  bool two_sided = true;
  double power = 0.8;
};

// 1 + (m - 1) icc: Kish (1965) Survey Sampling, 5.4.
double design_effect(double cluster_size, double icc);

// Standard error of the difference of the two rounds with n interviews that came about in each:
// deff (s1^2 + s2^2 - 2 overlap rho s1 s2) (1 - n/N) / n.
double se_of_change(const TwoRounds& plan, double n);
// The smallest difference that is found with this power: (z_alpha + z_power) times that error.
double smallest_change(const TwoRounds& plan, double n, const Test& test);

struct ChangePlan {
  double completed = kNaN;  // interviews a round, not rounded
  double chosen = kNaN;     // people to choose a round: divided by the response, rounded up
  double clusters = kNaN;   // of this size, rounded up
};
// Interviews a round to find `change`. NaN where the change is 0 or no sample of the population is enough.
ChangePlan interviews_for_change(const TwoRounds& plan, double change, const Test& test);

// For shares, errors under the two shares themselves; the smallest second share above the first that is found. NaN
// where none is.
double smallest_second_share(TwoRounds plan, double first, double n, const Test& test);

}  // namespace hamdil::stats::planning
