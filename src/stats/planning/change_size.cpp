#include "stats/planning/change_size.hpp"

#include <cmath>

#include "stats/distributions.hpp"

namespace hamdil::stats::planning {
namespace {

double quantiles(const Test& test) {
  return normal_quantile(1 - test.alpha / (test.two_sided ? 2 : 1)) + normal_quantile(test.power);
}

// Of one interview of each round, without the finite population.
double variance_of_one(const TwoRounds& plan) {
  const double both = 2 * plan.overlap * plan.correlation * plan.sd_first * plan.sd_second;
  return design_effect(plan.cluster_size, plan.icc) *
         (plan.sd_first * plan.sd_first + plan.sd_second * plan.sd_second - both);
}

}  // namespace

double design_effect(double cluster_size, double icc) { return 1 + (cluster_size - 1) * icc; }

double se_of_change(const TwoRounds& plan, double n) {
  if (!(n > 0) || n > plan.population) return kNaN;
  const double left = std::isnan(plan.population) ? 1 : 1 - n / plan.population;
  return std::sqrt(variance_of_one(plan) * left / n);
}

double smallest_change(const TwoRounds& plan, double n, const Test& test) {
  return quantiles(test) * se_of_change(plan, n);
}

ChangePlan interviews_for_change(const TwoRounds& plan, double change, const Test& test) {
  ChangePlan out;
  const double error = std::fabs(change) / quantiles(test);
  if (!(error > 0)) return out;
  const double many = variance_of_one(plan) / (error * error);
  // v (1 - n/N) / n = e^2 gives n = n0 / (1 + n0/N).
  out.completed = std::isnan(plan.population) ? many : many / (1 + many / plan.population);
  out.chosen = std::ceil(out.completed / plan.response - 1e-9);
  out.clusters = std::ceil(out.completed / plan.cluster_size - 1e-9);
  if (out.chosen > plan.population) out.chosen = kNaN;
  return out;
}

double smallest_second_share(TwoRounds plan, double first, double n, const Test& test) {
  plan.sd_first = std::sqrt(first * (1 - first));
  const auto missing = [&](double second) {
    plan.sd_second = std::sqrt(second * (1 - second));
    return smallest_change(plan, n, test) - (second - first);
  };
  if (!(missing(1) <= 0)) return kNaN;
  double low = first;
  double high = 1;
  for (int step = 0; step < 100; ++step) {
    const double middle = (low + high) / 2;
    (missing(middle) > 0 ? low : high) = middle;
  }
  return high;
}

}  // namespace hamdil::stats::planning
