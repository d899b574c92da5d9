// Small helpers for results that are figures and not rows of estimates.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "stats/result.hpp"

namespace hamdil::analysis {

// A result of these figures; where one is undefined, flagged with this reason.
inline stats::ResultTable with_figures(stats::Figures figures, const std::string& undefined_because) {
  stats::ResultTable out;
  out.figures = std::move(figures);
  if (stats::has_undefined(out.figures)) stats::note_undefined(out, undefined_because);
  return out;
}

inline std::vector<double> pair_of(const stats::Range& range) { return {range.lower, range.upper}; }

inline bool has_nan(const std::vector<double>& values) {
  return std::any_of(values.begin(), values.end(), [](double value) { return std::isnan(value); });
}

// "ci95" of a level of 0.95.
inline std::string interval_name(double level) { return "ci" + text::format_number(std::round(level * 1e10) / 1e8); }

}  // namespace hamdil::analysis
