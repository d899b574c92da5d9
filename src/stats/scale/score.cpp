#include "stats/scale/score.hpp"

#include <cmath>
#include <limits>

namespace hamdil::stats::scale {
namespace {

constexpr double kMissing = std::numeric_limits<double>::quiet_NaN();
constexpr double kShareSlack = 1e-12;  // half of the items is half, however it was computed

}  // namespace

double rescale(double x, double min, double max, bool reverse, double top) {
  if (!(max > min) || !(x >= min) || !(x <= max)) return kMissing;
  const double score = top * (x - min) / (max - min);
  return reverse ? top - score : score;
}

std::vector<double> rescale(const std::vector<double>& x, double min, double max, bool reverse, double top) {
  std::vector<double> out;
  out.reserve(x.size());
  for (const double value : x) out.push_back(rescale(value, min, max, reverse, top));
  return out;
}

std::vector<double> person_scores(const std::vector<std::vector<double>>& items, double minimum_share) {
  return weighted_scores(items, std::vector<double>(items.size(), 1.0), minimum_share);
}

std::vector<double> weighted_scores(const std::vector<std::vector<double>>& indicators,
                                    const std::vector<double>& weights, double minimum_share) {
  if (indicators.empty()) return {};
  std::vector<double> out(indicators[0].size(), kMissing);
  for (std::size_t person = 0; person < out.size(); ++person) {
    double sum = 0;
    double weight = 0;
    std::size_t answered = 0;
    for (std::size_t i = 0; i < indicators.size(); ++i) {
      if (std::isnan(indicators[i][person])) continue;
      sum += weights[i] * indicators[i][person];
      weight += weights[i];
      ++answered;
    }
    const double share = static_cast<double>(answered) / static_cast<double>(indicators.size());
    if (answered > 0 && weight > 0 && share >= minimum_share - kShareSlack) out[person] = sum / weight;
  }
  return out;
}

double severity_score(const std::vector<double>& severities, const std::vector<double>& weights, double minimum_share) {
  std::vector<std::vector<double>> items;
  for (const double severity : severities) {
    const bool known = severity == 0 || severity == 1 || severity == 2;
    items.push_back({known ? 50 * severity : kMissing});
  }
  return items.empty() ? kMissing : weighted_scores(items, weights, minimum_share)[0];
}

Ladder ladder_score(const std::vector<double>& accepted, std::optional<double> excludes) {
  const double steps = static_cast<double>(accepted.size());
  Ladder out{steps + 1, kMissing, false};
  bool any = false;
  for (std::size_t step = accepted.size(); step-- > 0;) {
    if (std::isnan(accepted[step])) out.closest = kMissing;
    if (accepted[step] != 1) continue;
    out.closest = static_cast<double>(step + 1);
    any = true;
  }
  out.inverted = 10 * (steps + 1 - out.closest) / steps;
  out.inconsistent = any && excludes && *excludes == 1;
  return out;
}

Reproducibility reproducibility(const std::vector<std::vector<double>>& patterns) {
  Reproducibility out{0, 0, kMissing};
  std::size_t answers = 0;
  for (const std::vector<double>& pattern : patterns) {
    std::size_t total = 0;
    bool complete = true;
    for (const double answer : pattern) {
      complete = complete && !std::isnan(answer);
      total += answer == 1;
    }
    if (!complete) continue;
    ++out.persons;
    answers += pattern.size();
    for (std::size_t step = 0; step < pattern.size(); ++step) {
      // Who accepts a close step accepts all farther ones, so a total of k is ideally the last k steps.
      const bool ideal = step >= pattern.size() - total;
      if ((pattern[step] == 1) != ideal) ++out.errors;
    }
  }
  if (answers > 0) out.coefficient = 1 - static_cast<double>(out.errors) / static_cast<double>(answers);
  return out;
}

}  // namespace hamdil::stats::scale
