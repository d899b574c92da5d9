#include "stats/scale/score.hpp"

#include <cmath>
#include <limits>

namespace hamdil::stats::scale {

std::vector<double> person_scores(const std::vector<Item>& items, double lowest, double highest,
                                  double minimum_answered) {
  const std::size_t people = items.empty() ? 0 : items.front().answers.size();
  std::vector<double> out(people, std::numeric_limits<double>::quiet_NaN());
  for (std::size_t person = 0; person < people; ++person) {
    double sum = 0;
    std::size_t answered = 0;
    for (const Item& item : items) {
      const double answer = item.answers[person];
      if (std::isnan(answer)) continue;
      const double rescaled = lowest + (highest - lowest) * (answer - item.minimum) / (item.maximum - item.minimum);
      sum += item.reverse ? lowest + highest - rescaled : rescaled;
      ++answered;
    }
    if (answered > 0 && static_cast<double>(answered) >= minimum_answered * static_cast<double>(items.size()))
      out[person] = sum / static_cast<double>(answered);
  }
  return out;
}

}  // namespace hamdil::stats::scale
