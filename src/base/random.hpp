// Pseudo-random numbers from a seed that somebody chose; there is no generator of the program's own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace hamdil {

// Pseudo-random numbers that are the same on every machine (SplitMix64; distributions of our own).
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  double uniform();                      // [0, 1)
  double normal();                       // mean 0, variance 1 (Box-Muller)
  std::size_t below(std::size_t count);  // 0 .. count - 1
  // `count` of `total` indices, in increasing order, each subset equally likely.
  std::vector<std::size_t> sample(std::size_t count, std::size_t total);

 private:
  std::uint64_t state_;
  double spare_ = 0;
  bool has_spare_ = false;
};

}  // namespace hamdil
