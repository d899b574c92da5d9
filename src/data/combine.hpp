// Tables put together: rounds one under another, a sampling frame beside the answers.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"

namespace hamdil::data {

// Rows of all parts in order, with a category column `round_column` whose levels are the parts' names. A column that a
// part lacks is kNotAsked there; category levels are joined in order of first appearance; of clashing types, text wins
// (numbers and codes as text).
Table stack(const std::vector<Table>& parts, const std::string& round_column);

// Adds the columns `take` of `frame` to `table`, matching all `keys` (compared folded, so "buur_hakaba" meets "Buur
// Hakaba"). A column that `table` already has is not taken again. Rows without a match become kBlank and are counted.
// Codes: data.join.no_column, data.join.ambiguous (a key that the frame holds twice, with its row).
struct JoinReport {
  std::size_t matched = 0;
  std::size_t unmatched = 0;
  std::vector<std::string> unmatched_keys;  // distinct, at most 50
};
Result<JoinReport> join(Table& table, const Table& frame, const std::vector<std::string>& keys,
                        const std::vector<std::string>& take);

}  // namespace hamdil::data
