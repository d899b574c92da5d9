// Person scores from several items.
#pragma once

#include <vector>

namespace hamdil::stats::scale {

struct Item {
  std::vector<double> answers;  // one a person; NaN = missing
  double minimum = 1;           // of the answer scale
  double maximum = 5;
  bool reverse = false;
};

// Mean of the person's items, each rescaled from [minimum, maximum] to [lowest, highest] and turned round where
// reversed (content/frameworks.yaml, scoring_rules). NaN where fewer than `minimum_answered` of the items are answered.
std::vector<double> person_scores(const std::vector<Item>& items, double lowest, double highest,
                                  double minimum_answered);

}  // namespace hamdil::stats::scale
