// Krippendorff's alpha of judgements (2004 ch. 11; 2011).
#pragma once

#include <vector>

#include "stats/result.hpp"

namespace hamdil::stats::agreement {

enum class Metric : unsigned char { kNominal, kOrdinal, kInterval, kRatio, kCustom };

struct Alpha {
  double alpha = kNaN;     // undefined without variation
  double observed = kNaN;  // mean squared difference of pairs within units
  double expected = kNaN;  // of all pairs
  std::size_t units = 0;   // with two or more values
  double pairable = 0;     // values in them
};
// counts.at(unit, category); `numbers` are the values of the categories (interval and ratio), in their order; `custom`
// holds squared differences. Units with fewer than two values are left out. The ordinal difference of two categories is
// the number of values between them, ends counted half; ratio is (c - k)/(c + k).
Alpha krippendorff_alpha(const Matrix& counts, const std::vector<double>& numbers, Metric metric,
                         const Matrix& custom = {});

// Nominal alpha of two coders by their table.
Alpha nominal_alpha_of_table(const Matrix& table);

}  // namespace hamdil::stats::agreement
