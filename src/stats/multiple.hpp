// p-values of several tests adjusted for each other.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace hamdil::stats {

enum class Adjustment : unsigned char {
  kNone,
  kBonferroni,
  kHolm,
  kHochberg,
  kHommel,
  kBenjaminiHochberg,
  kBenjaminiYekutieli
};
std::optional<Adjustment> adjustment_from_name(
    std::string_view name);  // "none", "bonferroni", "holm", "hochberg", "hommel", "BH", "BY"

// Adjusted p-values in the order given, at most 1. NaN stays NaN and is not counted as a test. Holm (1979), Hochberg
// (1988), Hommel (1988), Benjamini and Hochberg (1995), Benjamini and Yekutieli (2001).
std::vector<double> adjust_p_values(const std::vector<double>& p, Adjustment method);

}  // namespace hamdil::stats
