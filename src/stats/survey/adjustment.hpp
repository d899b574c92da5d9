// What is done to design weights after sampling, so that the sample agrees with what is known of the population.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hamdil::stats::survey {

// Known counts of the combinations of some columns' levels.
struct KnownCounts {
  std::vector<std::string> by;
  struct Cell {
    std::vector<std::string> levels;  // one a column of `by`
    double count = 0;
    bool operator==(const Cell&) const = default;
  };
  std::vector<Cell> cells;
  bool operator==(const KnownCounts&) const = default;
};

struct Adjustment {
  enum class Method : std::uint8_t {
    kPostStratify,  // one set of counts
    kRake,          // several, in turn until all agree
    kCalibrate,     // totals of the columns of a model
    kTrim,          // no weight beyond limits
  };
  enum class Distance : std::uint8_t { kLinear, kRaking, kLogit };
  Method method = Method::kPostStratify;
  std::vector<KnownCounts> counts;
  std::string formula;                                 // "~ a + b"
  std::vector<std::pair<std::string, double>> totals;  // of the model's columns, by name
  Distance distance = Distance::kLinear;
  std::optional<std::pair<double, double>> bounds;  // of new weight over old; logit needs them
  double lower = 0;                                 // trim: limits of weights
  double upper = 0;
  bool strict = false;  // trim again until none is beyond
  bool operator==(const Adjustment&) const = default;
};

}  // namespace hamdil::stats::survey
