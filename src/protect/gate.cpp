#include "protect/gate.hpp"

#include <utility>

#include "protect/equations.hpp"
#include "protect/families.hpp"
#include "protect/figures.hpp"

namespace hamdil::protect {
namespace {

using stats::ResultTable;
using stats::Row;

// Everything in a withheld row that tells a figure; the labels and the reference stay.
void blank(Row& row) {
  Row empty;
  empty.term = std::move(row.term);
  empty.variable = std::move(row.variable);
  empty.level = std::move(row.level);
  empty.by = std::move(row.by);
  empty.ref = std::move(row.ref);
  row = std::move(empty);
}

// Withholds more until nothing that is printed now gives a withheld figure away. Every round withholds at least one, so
// it ends. First the plain rule over single equations, which is cheap and finds nearly everything; then the attacker's
// linear programme over all of them.
void close(Figures& figures) {
  Equations equations(figures);
  Families families(figures);
  do
    while (equations.mend()) {
    }
  while (families.widen_narrow_cells());
  equations.withhold_combinations();
}

}  // namespace

Released<TableSet> Gate::release(GateInput input) {
  Figures figures(input);
  close(figures);
  TableSet out;
  out.audience = input.audience;
  std::size_t cell = 0;
  for (ResultTable& table : input.tables) {
    ReleasedTable released;
    for (std::size_t r = 0; r < table.rows.size(); ++r) released.withheld.push_back(figures.cell(cell++).withheld);
    if (input.audience != Audience::kTeam) {
      ResultTable printed;  // only what was judged row by row; tests, matrices and further figures were not
      printed.id = std::move(table.id);
      printed.estimator = std::move(table.estimator);
      printed.level = table.level;
      printed.degf = table.degf;
      printed.rows = std::move(table.rows);
      for (std::size_t r = 0; r < printed.rows.size(); ++r)
        if (released.withheld[r] != Withheld::kNo) blank(printed.rows[r]);
      table = std::move(printed);
    }
    released.table = std::move(table);
    out.tables.push_back(std::move(released));
  }
  return Released<TableSet>(std::move(out));
}

GateSummary summarise(const TableSet& tables) {
  GateSummary out;
  for (const ReleasedTable& table : tables.tables)
    for (const Withheld reason : table.withheld) {
      ++out.cells;
      if (reason == Withheld::kComplementary)
        ++out.withheld_complementary;
      else if (reason != Withheld::kNo)
        ++out.withheld_small;
    }
  return out;
}

}  // namespace hamdil::protect
