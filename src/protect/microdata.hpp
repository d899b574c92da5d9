// Microdata made safe enough to hand to somebody under agreement: k-anonymity by local suppression.
#pragma once

#include <string>
#include <vector>

#include "data/column.hpp"
#include "protect/released.hpp"

namespace hamdil::protect {

struct MicrodataPolicy {
  std::size_t k = 3;              // smallest group sharing all key variables (k_anonymity_internal; 5 for the public)
  std::vector<std::string> keys;  // quasi-identifiers, the one to blank first in front
  std::vector<std::string> cluster_columns;  // renumbered, so that a settlement's name does not leave
  std::vector<std::string> left_out;  // columns that stay behind: weights and sizes of a settlement tell which it is
  double age_band = 10;               // whole-number key columns become bands of this width
};

struct MicrodataLoss {
  std::size_t rows = 0;
  std::size_t cells_blanked = 0;      // key values turned into Missing::kSuppressed
  std::size_t texts_dropped = 0;      // free-text columns left out
  std::size_t rows_left_below_k = 0;  // rows whose keys are all blank and still fewer than k: left out of the file
};

struct ReleasedMicrodata {
  data::Table table;
  MicrodataLoss loss;
};

// Free-text, date and internal columns ("_...") are left out, cluster names renumbered, whole-number keys banded. Rows
// in groups smaller than k lose their key values one after another, in the order of `keys`, until the group is large
// enough; a blank value agrees with itself only. Deterministic; cost rows x keys x log rows.
Released<ReleasedMicrodata> release_microdata(data::Table table, const MicrodataPolicy& policy);

}  // namespace hamdil::protect
