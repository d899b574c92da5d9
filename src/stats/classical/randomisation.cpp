#include "stats/classical/randomisation.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "base/random.hpp"

namespace hamdil::stats::classical {
namespace {

struct Block {
  std::vector<double> outcomes;
  std::vector<char> treated;
  double sum = 0;    // of the outcomes
  double given = 0;  // who were treated

  // Mean of the treated less mean of the others, times the persons of the block.
  double weighted_difference() const {
    double own = 0;
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      if (treated[i]) own += outcomes[i];
    const auto n = static_cast<double>(outcomes.size());
    return n * (own / given - (sum - own) / (n - given));
  }
};

std::vector<Block> blocks_of(const std::vector<Drawn>& rows) {
  std::map<std::size_t, Block> all;
  for (const Drawn& one : rows) {
    Block& block = all[one.block];
    block.outcomes.push_back(one.outcome);
    block.treated.push_back(one.treated ? 1 : 0);
    block.sum += one.outcome;
    block.given += one.treated ? 1 : 0;
  }
  std::vector<Block> out;
  for (auto& [name, block] : all)
    if (block.given > 0 && block.given < static_cast<double>(block.outcomes.size())) out.push_back(std::move(block));
  return out;
}

// How many ways there are to draw the treated, up to `most`.
double divisions(const std::vector<Block>& blocks, double most) {
  double out = 1;
  for (const Block& block : blocks)
    for (double i = 1; i <= block.given && out <= most; ++i)
      out *= (static_cast<double>(block.outcomes.size()) - block.given + i) / i;
  return std::round(out);
}

// Counts divisions at least as far from none as the one that was drawn.
struct Tally {
  double drawn;
  double slack;  // differences that are equal but for rounding count as equal
  double far = 0, greater = 0, all = 0;
  void look(double difference) {
    ++all;
    far += std::fabs(difference) >= std::fabs(drawn) - slack;
    greater += difference >= drawn - slack;
  }
};

// From division to division: the next of the first block; after its last one it begins again and the next block moves.
bool advance(std::vector<Block>& blocks, std::vector<double>& parts) {
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const bool moved = std::next_permutation(blocks[i].treated.begin(), blocks[i].treated.end());
    parts[i] = blocks[i].weighted_difference();
    if (moved) return true;
  }
  return false;
}

double sum_of(const std::vector<double>& parts) {
  double out = 0;
  for (const double one : parts) out += one;
  return out;
}

void shuffle(std::vector<char>& treated, Random& random) {
  for (std::size_t left = treated.size(); left > 1; --left) std::swap(treated[left - 1], treated[random.below(left)]);
}

}  // namespace

Randomisation randomisation_test(const std::vector<Drawn>& rows, double draws, double most_exact, std::uint64_t seed) {
  std::vector<Block> blocks = blocks_of(rows);
  Randomisation out;
  out.blocks = blocks.size();
  double spread = 0;
  std::vector<double> parts;
  for (const Block& block : blocks) {
    out.n += block.outcomes.size();
    parts.push_back(block.weighted_difference());
    for (const double outcome : block.outcomes) spread = std::max(spread, std::fabs(outcome));
  }
  if (out.n == 0) return out;
  const auto n = static_cast<double>(out.n);
  const double drawn = sum_of(parts);
  out.difference = drawn / n;
  Tally tally{drawn, 1e-12 * n * spread};
  out.exact = divisions(blocks, most_exact) <= most_exact;
  if (out.exact) {
    for (Block& block : blocks) std::sort(block.treated.begin(), block.treated.end());
    for (std::size_t i = 0; i < blocks.size(); ++i) parts[i] = blocks[i].weighted_difference();
    do tally.look(sum_of(parts));
    while (advance(blocks, parts));
    out.p_two_sided = tally.far / tally.all;
    out.p_greater = tally.greater / tally.all;
  } else {
    // In an order of their own, so that the order of the rows changes nothing.
    for (Block& block : blocks) std::sort(block.outcomes.begin(), block.outcomes.end());
    std::sort(blocks.begin(), blocks.end(), [](const Block& a, const Block& b) {
      return std::tie(a.outcomes, a.given) < std::tie(b.outcomes, b.given);
    });
    for (Block& block : blocks) std::sort(block.treated.begin(), block.treated.end());
    Random random(seed);
    for (double draw = 0; draw < draws; ++draw) {
      double sum = 0;
      for (Block& block : blocks) shuffle(block.treated, random), sum += block.weighted_difference();
      tally.look(sum);
    }
    out.p_two_sided = (1 + tally.far) / (1 + tally.all);
    out.p_greater = (1 + tally.greater) / (1 + tally.all);
  }
  out.draws = tally.all;
  return out;
}

}  // namespace hamdil::stats::classical
