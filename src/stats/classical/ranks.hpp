// Ranks with ties.
#pragma once

#include <vector>

namespace hamdil::stats::classical {

struct Ranks {
  std::vector<double> ranks;  // from 1, tied values share their mean; in the order given
  double ties = 0;            // sum of t^3 - t over groups of tied values
};
// Values must not be NaN. Cost: one sort.
Ranks rank(const std::vector<double>& values);

}  // namespace hamdil::stats::classical
