#include "stats/planning/base_weights.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::stats::planning {

WeightSpread spread_of(const std::vector<double>& weights) {
  WeightSpread out;
  double squares = 0;
  for (const double weight : weights) {
    if (!(weight > 0)) continue;
    out.least = out.n == 0 ? weight : std::min(out.least, weight);
    out.greatest = out.n == 0 ? weight : std::max(out.greatest, weight);
    out.n += 1;
    out.sum += weight;
    squares += weight * weight;
  }
  if (out.n == 0) return out;
  out.largest_ratio = out.greatest / out.least;
  out.effect = out.n * squares / (out.sum * out.sum);
  out.effective_n = out.n / out.effect;
  return out;
}

double taken_equally(double sample, double population) { return sample / population; }

double taken_by_size(double sample, double size, double total) {
  return std::isnan(total) ? kNaN : std::min(1.0, sample * size / total);
}

Result<AnsweredWeights> weigh_for_response(const std::vector<double>& base, const std::vector<bool>& answered,
                                           const std::vector<std::int32_t>& classes, std::size_t count) {
  AnsweredWeights out{std::vector<double>(base.size(), 0.0), std::vector<ResponseClass>(count)};
  std::vector<double> of_all(count), of_answered(count);
  for (std::size_t i = 0; i < base.size(); ++i) {
    const auto c = static_cast<std::size_t>(classes[i]);
    out.classes[c].chosen += 1;
    of_all[c] += base[i];
    if (!answered[i]) continue;
    out.classes[c].answered += 1;
    of_answered[c] += base[i];
  }
  for (std::size_t c = 0; c < count; ++c) {
    if (out.classes[c].chosen > 0 && out.classes[c].answered == 0)
      return Error("stats.weights.empty_class", "Nobody of response class {class} answered.",
                   {{"class", std::to_string(c + 1)}})
          .advise("Put it together with a class of people who are like them.");
    out.classes[c].weighted_rate = of_answered[c] / of_all[c];
    out.classes[c].factor = of_all[c] / of_answered[c];
  }
  for (std::size_t i = 0; i < base.size(); ++i)
    if (answered[i]) out.weights[i] = base[i] * out.classes[static_cast<std::size_t>(classes[i])].factor;
  return out;
}

}  // namespace hamdil::stats::planning
