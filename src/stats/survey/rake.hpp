// Weights that make a sample agree with known shares of several variables.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::stats::survey {

// One variable with known shares.
struct Margin {
  std::string name;
  std::vector<std::int32_t> level_of_row;  // -1: no answer
  std::vector<double> shares;              // of each level; any positive scale
};

// Iterative proportional fitting (Deming and Stephan 1940): each margin's levels in turn are scaled to their shares
// until all agree within 1e-10, relative. `start` are positive weights, one a row; their sum stays. Rows without an
// answer to a margin are left as they are by it; the shares then hold among those who answered. Cost rows x margins x
// rounds. Codes: stats.rake.empty_level (a level with a share but without rows), stats.rake.unknown_level (rows of a
// level without a share), stats.rake.not_converged (after 500 rounds).
Result<std::vector<double>> rake(std::vector<double> start, const std::vector<Margin>& margins);

}  // namespace hamdil::stats::survey
