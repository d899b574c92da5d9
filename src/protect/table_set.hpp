// What passes the gate: the tables of one product, with withheld cells blanked and the reason kept.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "stats/result.hpp"

namespace hamdil::protect {

// Why a cell is not printed. The reader is told in plain words.
enum class Withheld : std::uint8_t {
  kNo,
  kFewRows,        // fewer answers behind it than the threshold
  kFewClusters,    // from fewer places than the threshold
  kSmallCell,      // the counted cell itself, or its complement, is below the threshold
  kDominance,      // nearly all gave the same sensitive answer
  kComplementary,  // could be worked out from the other figures of this product
  kAudience,       // this class of number does not go to this audience
};
const char* withheld_name(Withheld reason);     // "few_rows", ...
Withheld withheld_of(const std::string& name);  // the inverse; kAudience for a name it does not know

// The name that readers outside the team get: few who gave a sensitive answer and nearly all who gave it are one
// reason, "sensitive", because the difference would tell what is withheld. Tables of counts (`estimator` total, count,
// table) also hold answers that are not sensitive: there both are "small_cell", too few in the cell or outside it.
const char* reader_reason(Withheld reason, const std::string& estimator = {});

struct ReleasedTable {
  stats::ResultTable table;        // withheld rows keep term, by and ref; every figure in them is NaN or 0
  std::vector<Withheld> withheld;  // one a row of `table`
};

enum class Audience : std::uint8_t { kTeam, kNamedRecipients, kPublic };

struct TableSet {
  Audience audience = Audience::kPublic;
  std::vector<ReleasedTable> tables;
  const ReleasedTable* find(const std::string& id) const;
};

}  // namespace hamdil::protect
