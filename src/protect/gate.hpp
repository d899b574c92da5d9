// The disclosure gate: the one place where results become Released (invariant 4).
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protect/policy.hpp"
#include "protect/released.hpp"
#include "protect/table_set.hpp"
#include "protect/universe.hpp"
#include "stats/result.hpp"

namespace hamdil::protect {

// Project defaults of content/data-protection-principles.yaml; a study may set others, with who, when and why.
struct Thresholds {
  std::size_t min_rows = disclosure_policy().min_rows;                      // answers behind an estimate
  std::size_t min_rows_sensitive = disclosure_policy().min_rows_sensitive;  // the same for items marked sensitive
  std::size_t min_clusters =
      disclosure_policy().min_clusters;              // places behind an estimate, where the design has clusters
  double dominance = disclosure_policy().dominance;  // a sensitive answer given by at least this share is withheld
};

// A row that is a linear combination of other printed rows of the same term (a change, a gap): knowing all but one
// gives the last.
struct Combination {
  std::string table;  // id of the table that holds the combined rows
  std::size_t row = 0;
  std::string parts_table;  // estimates of the parts have this estimator and term
  std::vector<Domain> parts;
};

// A table about the same people that readers already hold: its printed figures are known, its withheld ones must stay
// so.
struct EarlierRelease {
  stats::ResultTable table;
  std::vector<Withheld> withheld;  // one a row of `table`
  std::set<std::string> changed;   // variables that had another meaning then: their figures stand for themselves
};

struct GateInput {
  std::vector<stats::ResultTable> tables;  // all tables of one product: they are protected together
  std::vector<EarlierRelease> earlier;     // and together with what has left before
  std::vector<Combination> combinations;
  std::set<std::string> sensitive;         // variables
  std::set<std::string> counted;           // who people are (sex, age group): their shares are counts of people
  std::set<std::string> partly_sensitive;  // scores with a sensitive answer among others: the stricter threshold
  std::map<std::string, std::vector<std::string>> scores;  // a score and the questions it is the mean of
  // Every person counts as one, and readers know it: a mean or share times its number of answers is a sum that has to
  // fit too. Means need their scale, `least` to `greatest` possible answer by variable.
  bool equal_weights = false;
  std::map<std::string, std::pair<double, double>> scales;
  bool design_has_clusters = true;
  Audience audience = Audience::kPublic;
  Thresholds thresholds;
};

struct ReleasedMicrodata;

// How many cells were withheld, by reason; for the report's note on protection.
struct GateSummary {
  std::size_t cells = 0;
  std::size_t withheld_small = 0;  // few rows, few clusters, small cell, dominance
  std::size_t withheld_complementary = 0;
};
GateSummary summarise(const TableSet& tables);

// Person data: an estimate passes when enough answers (and places) stand behind it; for counts, cross-tables and
// sensitive items the cell and its complement are counted too; no breakdown by a sensitive variable passes. Then
// complementary suppression, to a fixed point: wherever printed figures add up or combine, either nothing is withheld
// or at least two cells are, and together they hold at least `min_rows` answers more than nothing; and a score is not
// printed beside all of its questions but one. So no withheld cell can be worked out from totals, from a score or from
// another table of the product or of an earlier one. Deterministic; cost about linear in rows x breakdowns.
//
// The audience `kTeam` sees small cells, each marked (`withheld` holds the reason, the figures stay); documents for it
// carry "not for release". Every other audience gets NaN in their place.
class Gate {
 public:
  static Released<TableSet> release(GateInput input);
  // Microdata after its treatment; release_microdata is the only caller.
  static Released<ReleasedMicrodata> release_treated(ReleasedMicrodata data);
};

}  // namespace hamdil::protect
