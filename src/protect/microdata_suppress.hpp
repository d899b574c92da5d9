// Local suppression: which key values to blank so that every combination is shared by k rows.
#pragma once

#include <cstdint>
#include <vector>

#include "data/column.hpp"

namespace hamdil::protect {

// One whole number for each different value of a column; each reason for a missing value is a value of its own.
std::vector<std::int64_t> value_codes(const data::Column& column);

struct SuppressionKey {
  std::vector<std::int64_t> codes;  // one a row
  bool keep_long = false;           // blanked only when no other key helps
};

struct Suppressed {
  std::vector<std::vector<std::size_t>> blanked;  // by key: rows
  std::vector<std::size_t> too_few;               // rows that stay below k with every key blank
};

// Greedy: as long as rows stand in groups smaller than k, the key is blanked that brings the most of them into groups
// of k, in these rows only; where no single key brings any, the key with the most values among them, in all of them.
// Ties go to the key in front. Values already equal to data::Missing::kSuppressed are blank from the start.
Suppressed suppress_below_k(std::vector<SuppressionKey> keys, std::size_t k);

}  // namespace hamdil::protect
