// Whether a figure rises or falls over rounds at unequal times, and how fast; unweighted, a point a round.
#pragma once

#include <string>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::classical {

struct TrendPoint {
  double time = kNaN;
  double value = kNaN;
  std::string wording;  // points of different wordings or samples are never compared with each other
};

struct Trend {
  std::size_t n = 0;               // points that count
  std::vector<std::string> parts;  // wordings, in the order in which they first appear
  std::size_t pairs = 0;           // of one wording and different times
  double slope = kNaN;             // median of the slopes of the pairs
  Range ci;                        // of the slope
  double s = kNaN;                 // pairs that rise less pairs that fall
  double variance = kNaN;          // of s when there is no trend
  double z = kNaN;                 // with continuity correction
  double p_value = kNaN;           // two-sided
  double tau = kNaN;               // s over the pairs
};
// Theil (1950) and Sen (1968, JASA 63, 1379-1389): median slope, its interval from the ranks (pairs -+ z sqrt(var))/2,
// between ranks by interpolation (Gilbert 1987); no interval where these ranks lie beyond the slopes there are. Mann
// (1945) and Kendall (1970) with ties in values and in times. Over wordings s and its variance are added (Hirsch and
// Slack 1984, Water Resour. Res. 20, 727-732). Points with a missing time or value do not count; NaN with fewer than
// three pairs. Cost: points squared.
Trend trend(const std::vector<TrendPoint>& points, double level);

}  // namespace hamdil::stats::classical
