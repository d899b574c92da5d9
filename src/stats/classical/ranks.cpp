#include "stats/classical/ranks.hpp"

#include <algorithm>
#include <numeric>

namespace hamdil::stats::classical {

Ranks rank(const std::vector<double>& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  Ranks out{std::vector<double>(values.size()), 0};
  for (std::size_t from = 0; from < order.size();) {
    std::size_t to = from + 1;
    while (to < order.size() && values[order[to]] == values[order[from]]) ++to;
    const double shared = (static_cast<double>(from + to) + 1) / 2;
    for (std::size_t i = from; i < to; ++i) out.ranks[order[i]] = shared;
    const auto t = static_cast<double>(to - from);
    out.ties += t * t * t - t;
    from = to;
  }
  return out;
}

}  // namespace hamdil::stats::classical
