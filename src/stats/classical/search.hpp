// Searches whose stopping rules are part of the figures that reference programs print.
#pragma once

#include <functional>
#include <vector>

namespace hamdil::stats::classical {

// A root of f between two ends where its sign differs: Brent (1973) Algorithms for Minimization without Derivatives,
// ch. 4, stopped when the interval is shorter than 4 eps |x| + tolerance. NaN without a change of sign.
double brent_root(const std::function<double(double)>& f, double lower, double upper, double tolerance);

// The minimum of f from `start`: Nelder and Mead (1965) as in Nash (1990) Compact Numerical Methods, algorithm 21, with
// steps of a tenth of the largest start value. Stops when the values at the corners agree within `relative`, when the
// least is below `absolute`, or after 500 values. Values that are not finite count as very large.
std::vector<double> nelder_mead(const std::function<double(const std::vector<double>&)>& f, std::vector<double> start,
                                double absolute, double relative);

}  // namespace hamdil::stats::classical
