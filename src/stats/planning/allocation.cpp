#include "stats/planning/allocation.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace hamdil::stats::planning {
namespace {

double share_of(const Stratum& stratum, Allocation how, double power) {
  switch (how) {
    case Allocation::kEqual:
      return 1;
    case Allocation::kProportional:
      return stratum.population;
    case Allocation::kNeyman:
      return stratum.population * stratum.sd;
    case Allocation::kCost:
      return stratum.population * stratum.sd / std::sqrt(stratum.cost);
    case Allocation::kPower:
      return std::pow(stratum.population, power) * stratum.sd;
  }
  return 0;
}

// Not whole yet: whoever would be outside the bounds is set to the bound, and the rest is divided anew.
std::vector<double> within_bounds(const std::vector<double>& shares, const std::vector<double>& most, double least,
                                  double total) {
  std::vector<double> out(shares.size(), 0.0);
  std::vector<bool> fixed(shares.size(), false);
  for (std::size_t round = 0; round <= shares.size(); ++round) {
    double left = total;
    double sum = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) (fixed[i] ? left -= out[i] : sum += shares[i]);
    for (std::size_t i = 0; i < shares.size(); ++i)
      if (!fixed[i]) out[i] = sum > 0 ? left * shares[i] / sum : 0;
    // Only the side that is further out is fixed in one round: the other may come right by it.
    double above = 0;
    double below = 0;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (fixed[i]) continue;
      above += std::max(out[i] - most[i], 0.0);
      below += std::max(std::min(least, most[i]) - out[i], 0.0);
    }
    if (above == 0 && below == 0) break;
    for (std::size_t i = 0; i < shares.size(); ++i) {
      if (fixed[i]) continue;
      const double bound = above >= below ? most[i] : std::min(least, most[i]);
      if (above >= below ? out[i] > bound : out[i] < bound) out[i] = bound, fixed[i] = true;
    }
  }
  return out;
}

// Whole numbers with the same sum: cut down, and one more for the largest fractions that have room.
std::vector<double> whole(const std::vector<double>& amounts, const std::vector<double>& most, double total) {
  std::vector<double> out;
  for (const double one : amounts) out.push_back(std::floor(one + 1e-9));
  std::vector<std::size_t> order(amounts.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return amounts[a] - out[a] > amounts[b] - out[b]; });
  double left = total - std::accumulate(out.begin(), out.end(), 0.0);
  while (left >= 1) {
    const double before = left;
    for (const std::size_t i : order)
      if (left >= 1 && out[i] + 1 <= most[i]) ++out[i], --left;
    if (left == before) break;
  }
  return out;
}

void describe(const std::vector<Stratum>& strata, AllocationPlan& out) {
  double people = 0;
  double squares = 0;
  double variance = 0;
  double interviews = 0;
  for (std::size_t i = 0; i < strata.size(); ++i) {
    const double n = out.interviews[i];
    const double all = strata[i].population;
    people += all;
    interviews += n;
    squares += all * all / n;  // n weights of N/n
    const double own = (1 - n / all) * strata[i].sd * strata[i].sd / n;
    out.se.push_back(n > 0 ? std::sqrt(own) : kNaN);
    variance += all * all * own;
  }
  const bool covered = std::all_of(out.interviews.begin(), out.interviews.end(), [](double n) { return n > 0; });
  if (!covered) return;  // a stratum without interviews has no weight: nothing can be said of the whole
  out.effective = people * people / squares;
  out.weighting_effect = interviews / out.effective;
  out.se_of_mean = std::sqrt(variance) / people;
}

}  // namespace

Result<AllocationPlan> allocate(const std::vector<Stratum>& strata, double total, Allocation how, double least,
                                double power) {
  std::vector<double> shares;
  std::vector<double> most;
  double lowest = 0;
  for (const Stratum& one : strata) {
    if (!(one.population >= 1) || !(one.sd >= 0) || !(one.cost > 0) ||
        !std::isfinite(one.population + one.sd + one.cost))
      return Error("stats.allocation.strata",
                   "Stratum {name} needs a population of 1 or more, a standard deviation of 0 or more and a cost above "
                   "0.",
                   {{"name", one.name}})
          .at({.pointer = "/call/strata"});
    shares.push_back(share_of(one, how, power));
    most.push_back(std::floor(one.population));
    lowest += std::min(least, most.back());
  }
  const double people = std::accumulate(most.begin(), most.end(), 0.0);
  if (strata.empty())
    return Error("stats.allocation.strata", "There are no strata to divide a sample among.")
        .at({.pointer = "/call/strata"});
  if (!(total >= lowest) || total > people)
    return Error("stats.allocation.total", "A sample of {total} cannot be divided: it takes {least} to {most}.",
                 {{"total", std::to_string(static_cast<long long>(std::clamp(total, -1e15, 1e15)))},
                  {"least", std::to_string(static_cast<long long>(lowest))},
                  {"most", std::to_string(static_cast<long long>(std::min(people, 1e15)))}})
        .at({.pointer = "/call/total"})
        .advise("Change the total, or the least of a stratum.");
  AllocationPlan out;
  out.interviews = whole(within_bounds(shares, most, least, total), most, std::floor(total));
  describe(strata, out);
  return out;
}

}  // namespace hamdil::stats::planning
