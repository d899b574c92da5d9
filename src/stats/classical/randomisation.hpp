// Inference from how a treatment was drawn, and from nothing else.
#pragma once

#include <cstdint>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::classical {

struct Drawn {
  double outcome = kNaN;
  bool treated = false;
  std::size_t block = 0;  // within which the treatment was drawn
};

struct Randomisation {
  std::size_t n = 0, blocks = 0;  // that count: a block without both groups says nothing
  double difference = kNaN;       // of means within blocks, blocks weighted by their persons
  double p_two_sided = kNaN;      // against no effect on anybody (Fisher 1935)
  double p_greater = kNaN;
  double draws = 0;    // divisions looked at
  bool exact = false;  // all there are; otherwise as many as asked, drawn from the seed
};
// All divisions when there are at most `most_exact`, else `draws` of them with (1 + as far) / (1 + draws) (Phipson and
// Smyth 2010, Stat. Appl. Genet. Mol. Biol. 9). Rows with a missing outcome must be left out before: who is missing is
// part of what was drawn. Cost: rows times divisions.
Randomisation randomisation_test(const std::vector<Drawn>& rows, double draws, double most_exact, std::uint64_t seed);

}  // namespace hamdil::stats::classical
