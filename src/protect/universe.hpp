// The smallest cells behind a set of printed figures, written down as an attacker would: which of them add up to which
// figure, and what he knows of them without any figure.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "protect/feasible.hpp"

namespace hamdil::protect {

using Domain = std::vector<std::pair<std::string, std::string>>;  // variable and level, as in stats::Row::by

// A figure of a table: whom it is about, and how many answers stand behind it.
struct ListedCell {
  Domain domain;  // sorted
  std::size_t rows = 0;
};

// The atoms of a full cross-classification of all variables would be too many after a few breakdowns. Tables that share
// only some variables are cross-classified each on its own and tied together where they overlap. With the sets of
// variables in a tree (decomposable, made so by merging where they are not) this says exactly as much as the full
// cross-classification: non-negative tables that agree on their overlap always have a common extension (Lauritzen,
// Graphical Models, 1996, chapter 3).
class Universe {
 public:
  // More atoms than this cannot be solved while somebody waits; `too_large` then, and nothing else is filled.
  static constexpr double kMostAtoms = 20000;

  explicit Universe(const std::vector<ListedCell>& cells);

  bool too_large() const { return too_large_; }

  std::size_t atom_count() const { return atom_count_; }
  const std::vector<int>& atoms(std::size_t cell) const { return atoms_[cell]; }
  // True whatever is printed: overlaps agree; what a printed table does not list is empty.
  const std::vector<KnownSum>& always() const { return always_; }
  // People without an answer to a breakdown: nobody, unless the printed numbers cannot do without them.
  const std::vector<KnownSum>& nobody_missing() const { return nobody_missing_; }

 private:
  bool too_large_ = false;
  std::size_t atom_count_ = 0;
  std::vector<std::vector<int>> atoms_;
  std::vector<KnownSum> always_;
  std::vector<KnownSum> nobody_missing_;
};

}  // namespace hamdil::protect
