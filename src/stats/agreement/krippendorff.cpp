#include "stats/agreement/krippendorff.hpp"

#include <algorithm>
#include <cmath>

namespace hamdil::stats::agreement {
namespace {

Matrix squared_differences(const std::vector<double>& totals, const std::vector<double>& numbers, Metric metric,
                           const Matrix& custom) {
  const std::size_t q = totals.size();
  if (metric == Metric::kCustom) return custom;
  Matrix out{q, q, std::vector<double>(q * q, 0.0)};
  for (std::size_t c = 0; c < q; ++c)
    for (std::size_t k = 0; k < q; ++k) {
      if (c == k) continue;
      double difference = 1;
      if (metric == Metric::kOrdinal) {
        difference = -(totals[c] + totals[k]) / 2;
        for (std::size_t g = std::min(c, k); g <= std::max(c, k); ++g) difference += totals[g];
      } else if (metric == Metric::kInterval) {
        difference = numbers[c] - numbers[k];
      } else if (metric == Metric::kRatio) {
        difference = (numbers[c] - numbers[k]) / (numbers[c] + numbers[k]);
      }
      out.at(c, k) = difference * difference;
    }
  return out;
}

}  // namespace

Alpha krippendorff_alpha(const Matrix& counts, const std::vector<double>& numbers, Metric metric,
                         const Matrix& custom) {
  const std::size_t q = counts.columns;
  Alpha out;
  if (metric == Metric::kCustom && (custom.rows != q || custom.columns != q)) return out;
  std::vector<double> totals(q, 0.0);
  Matrix pairs{q, q, std::vector<double>(q * q, 0.0)};  // coincidences
  for (std::size_t unit = 0; unit < counts.rows; ++unit) {
    double m = 0;
    for (std::size_t k = 0; k < q; ++k) m += counts.at(unit, k);
    if (m < 2) continue;
    ++out.units;
    out.pairable += m;
    for (std::size_t c = 0; c < q; ++c) {
      totals[c] += counts.at(unit, c);
      for (std::size_t k = 0; k < q; ++k)
        pairs.at(c, k) += counts.at(unit, c) * (counts.at(unit, k) - (c == k ? 1 : 0)) / (m - 1);
    }
  }
  if (out.units == 0) return out;
  const Matrix differences = squared_differences(totals, numbers, metric, custom);
  double observed = 0;
  double expected = 0;
  for (std::size_t c = 0; c < q; ++c)
    for (std::size_t k = 0; k < q; ++k) {
      observed += pairs.at(c, k) * differences.at(c, k);
      expected += totals[c] * (totals[k] - (c == k ? 1 : 0)) * differences.at(c, k);
    }
  out.observed = observed / out.pairable;
  out.expected = expected / (out.pairable * (out.pairable - 1));
  if (out.expected > 0) out.alpha = 1 - out.observed / out.expected;
  return out;
}

Alpha nominal_alpha_of_table(const Matrix& table) {
  Alpha out;
  double units = 0;
  double same = 0;
  for (const double value : table.values) units += value;
  if (!(units > 0)) return out;
  double squares = 0;
  for (std::size_t k = 0; k < table.rows; ++k) {
    same += table.at(k, k);
    double total = 0;
    for (std::size_t j = 0; j < table.columns; ++j) total += table.at(k, j) + table.at(j, k);
    squares += total * total;
  }
  out.units = static_cast<std::size_t>(units);
  out.pairable = 2 * units;
  out.observed = 1 - same / units;
  out.expected = (out.pairable * out.pairable - squares) / (out.pairable * (out.pairable - 1));
  if (out.expected > 0) out.alpha = 1 - out.observed / out.expected;
  return out;
}

}  // namespace hamdil::stats::agreement
