// Suspect interviews: flagged and counted, never dropped silently.
#pragma once

#include <string>
#include <vector>

#include "data/column.hpp"

namespace hamdil::services::intake {

struct FlagRules {
  double speeder_share = 1.0 / 3;     // of the median interview length
  std::size_t straight_items = 5;     // at least so many questions of one scale, all answered alike
  std::size_t duplicate_answers = 8;  // at least so many answers, all equal to those of another interview
};

inline constexpr const char* kFlagPrefix = "_flag_";

// Adds columns _flag_speeder, _flag_duplicate_answers, _flag_straight_lining ("0"/"1"). `minutes` has one entry a row,
// NaN where unknown. `scales` lists groups of columns with the same answers (one list of the form). Duplicates: the
// second and later of equal rows.
void add_quality_flags(data::Table& table, const std::vector<double>& minutes,
                       const std::vector<std::vector<std::string>>& scales, const FlagRules& rules);

std::size_t count_flag(const data::Table& table, const std::string& flag);

}  // namespace hamdil::services::intake
