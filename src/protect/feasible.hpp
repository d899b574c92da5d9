// What an attacker can work out from printed sums: the least and greatest value of a hidden one (linear programming,
// COIN-OR CLP).
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace hamdil::protect {

// A sum over some of the smallest cells ("atoms", see universe.hpp) that a reader knows.
struct KnownSum {
  std::vector<int> atoms;
  std::vector<int> less;  // atoms taken off again
  double sum = 0;
  bool at_least = false;  // the reader only knows that it is not less
  // The sum of what these people answered instead of their number: every answer lies between 0 and 1.
  bool of_answers = false;
};

// Greatest minus least value of the sum over `target` among all assignments of non-negative numbers to the atoms that
// fit everything known; infinity when it has no bound; nothing when no assignment fits or the programme cannot be
// solved. Cost: two linear programmes of `atoms` columns and `known` rows; with sums of answers among them, twice
// the columns and a row an atom more.
std::optional<double> feasible_width(std::size_t atoms, const std::vector<KnownSum>& known,
                                     const std::vector<int>& target);

}  // namespace hamdil::protect
