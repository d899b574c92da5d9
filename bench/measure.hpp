// CPU time and memory of this process, for benchmarks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>

namespace hamdil::bench {

// A 64-bit congruential sequence, top bits used: the same numbers on every machine.
class Sequence {
 public:
  std::uint32_t next(std::uint32_t below) {
    state_ = state_ * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::uint32_t>((state_ >> 33) % below);
  }

 private:
  std::uint64_t state_ = 20260101;
};

inline double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

// Least CPU time of a few runs: other work on the machine only adds.
template <class Work>
double best_of(int runs, Work work) {
  double best = 1e9;
  for (int i = 0; i < runs; ++i) {
    const double begin = cpu_seconds();
    work();
    best = std::min(best, cpu_seconds() - begin);
  }
  return best;
}

// A figure of /proc/self/status in kilobytes: "VmHWM" is the peak, "VmRSS" what is held now.
inline std::size_t kilobytes(const char* name) {
  std::ifstream status("/proc/self/status");
  const std::string wanted = std::string(name) + ":";
  for (std::string line; std::getline(status, line);)
    if (line.rfind(wanted, 0) == 0)
      return static_cast<std::size_t>(std::strtoull(line.c_str() + wanted.size(), nullptr, 10));
  return 0;
}

// From here on the peak is counted anew.
inline void reset_peak() { std::ofstream("/proc/self/clear_refs") << "5"; }

}  // namespace hamdil::bench
