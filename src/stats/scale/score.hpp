// From answers to scores: rescaling, person scores, ladders of acceptance, severity of a place. Rules:
// content/frameworks.yaml, scoring_rules. Missing is NaN everywhere; don't know and refused are missing for scoring.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

namespace hamdil::stats::scale {

// top * (x - min) / (max - min), or top minus that when reversed. NaN for a missing x, for max <= min and outside
// min..max.
double rescale(double x, double min, double max, bool reverse, double top);
std::vector<double> rescale(const std::vector<double>& x, double min, double max, bool reverse, double top);

// Mean of a person's item scores where at least `minimum_share` of the items are answered; otherwise missing, never
// zero. `items[i][person]`, all of one length.
std::vector<double> person_scores(const std::vector<std::vector<double>>& items, double minimum_share = 0.5);

// Weighted mean of a person's indicators (a dimension), over those that are there. Weights are not negative.
std::vector<double> weighted_scores(const std::vector<std::vector<double>>& indicators,
                                    const std::vector<double>& weights, double minimum_share = 0.5);

// 100 * sum(weight * severity) / (2 * sum(weight)) over the answered items of a place; severity is 0, 1 or 2. Missing
// below the share.
double severity_score(const std::vector<double>& severities, const std::vector<double>& weights,
                      double minimum_share = 0.5);

// A ladder of acceptance (Guttman), one person: accepted[step] is 1 or 0 from the closest step on, NaN for no answer.
struct Ladder {
  double closest =
      0;  // number of the closest accepted step; steps + 1 when none is; NaN when a step up to there is unanswered
  double inverted = 0;        // 10 * (steps + 1 - closest) / steps: closest accepted 10, none 0
  bool inconsistent = false;  // accepts a step and excludes altogether
};
Ladder ladder_score(const std::vector<double>& accepted, std::optional<double> excludes = std::nullopt);

// Errors against the ideal pattern of the same total (Goodenough-Edwards) and the coefficient of reproducibility 1 -
// errors/answers, over persons who answered every step. NaN without any.
struct Reproducibility {
  std::size_t persons = 0;
  std::size_t errors = 0;
  double coefficient = 0;
};
Reproducibility reproducibility(const std::vector<std::vector<double>>& patterns);

}  // namespace hamdil::stats::scale
