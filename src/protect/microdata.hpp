// Microdata made safe enough to hand to somebody under agreement: k-anonymity and l-diversity by local suppression.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "data/column.hpp"
#include "protect/policy.hpp"
#include "protect/released.hpp"

namespace hamdil::protect {

struct MicrodataPolicy {
  std::size_t k = disclosure_policy().k_named_recipients;  // smallest group sharing all key variables
  std::size_t l = disclosure_policy().l_diversity;         // different answers to a sensitive question in each group
  std::vector<std::string> keys;                           // quasi-identifiers, the one to blank first in front
  std::set<std::string> keep_long;              // keys that the study compares: blanked only when no other one helps
  std::map<std::string, double> bands;          // width of a key's bands; a sixth of its range where none is given
  std::vector<std::string> sensitive;           // l-diverse among the rows that share all keys
  std::vector<std::string> cluster_columns;     // renumbered, so that a settlement's name does not leave
  std::map<std::string, std::string> left_out;  // columns that stay behind, and why
  // Of category columns: the answers that a form or codebook lists. Others were written by people and are blanked. A
  // column without an entry leaves as it is, or stays behind when its answers are whole sentences.
  std::map<std::string, std::set<std::string>> listed_levels;
};

// What became of one column of the source. Those that left as they were are not listed.
struct ColumnLoss {
  std::string column;
  std::string what;         // "key", "sensitive", "left out", "renumbered", "free answers"
  std::string why;          // of a column that was left out
  std::size_t blanked = 0;  // of `rows`
};

struct MicrodataLoss {
  std::size_t rows = 0;
  std::size_t cells_blanked = 0;      // values turned into Missing::kSuppressed, over all columns
  std::size_t texts_dropped = 0;      // free-text columns left out
  std::size_t rows_left_below_k = 0;  // rows whose keys are all blank and still fewer than k: left out of the file
  std::vector<ColumnLoss> columns;    // in the order of the file
};

struct ReleasedMicrodata {
  data::Table table;
  MicrodataLoss loss;
};

// Left out: free texts, dates, internal columns ("_..."), and columns whose every answer stands in one cluster only,
// which would give the renumbered clusters their names back. Renumbered: clusters and `respondent`. Key columns of
// numbers with many values become bands, the outermost joined until k rows are in them; coded numbers (at most 12
// values, all below two bands, or 20 where no band is given) never.
//
// Rows in groups smaller than k lose one key value at a time, each time of the key that brings the most rows into a
// group of k; where none does, of the key with the most values. A blank value agrees with itself only, and each reason
// for a missing value is a value of its own (a statistics file tells them apart). Then, in groups that give fewer than
// l different answers to a sensitive question, these answers are blanked. Key columns of which nine in ten values ended
// up blank are left out and listed. Deterministic; cost about rows x keys x rounds of blanking.
Released<ReleasedMicrodata> release_microdata(data::Table table, const MicrodataPolicy& policy);

}  // namespace hamdil::protect
