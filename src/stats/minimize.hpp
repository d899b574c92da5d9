// Minimisation of a smooth function, with the stopping rule that R's optim has.
#pragma once

#include <functional>
#include <vector>

namespace hamdil::stats {

struct Minimum {
  std::vector<double> at;
  double value = 0;
  bool converged = false;  // within the number of steps
  int steps = 0;
};
// Variable metric method of Nash (1990) Compact Numerical Methods, algorithm 21 (BFGS with backtracking from the full
// step by a fifth), stopped when a step changes the value by less than `relative` of itself, or after `most` steps.
// Values that are not finite are stepped back from. `start` must have a finite value.
Minimum minimize(const std::function<double(const std::vector<double>&)>& value,
                 const std::function<std::vector<double>(const std::vector<double>&)>& gradient,
                 std::vector<double> start, double relative = 1.490116119384766e-08, int most = 100);

}  // namespace hamdil::stats
