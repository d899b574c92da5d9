#include "protect/gate.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "protect/feasible.hpp"

namespace hamdil::protect {
namespace {

using stats::ResultTable;
using stats::Row;

// One figure of the product. Cells of all tables stand in one list, so that tables protect each other.
struct Cell {
  std::size_t table;
  std::size_t row;
  Withheld withheld = Withheld::kNo;
};

// Printed figures bound by an equation. With `sums`, the first cell's base is the sum of the others'.
struct Relation {
  std::vector<std::size_t> cells;
  bool sums = false;
};

constexpr const char* kNoAnswer = "\x1F";  // level of people whose answer to a breakdown is missing
constexpr std::size_t kNoCell = static_cast<std::size_t>(-1);

struct Combined {
  std::size_t whole = kNoCell;
  std::vector<std::size_t> parts;
};

// Figures whose numbers of answers are sums over the same smallest cells.
struct Universe {
  std::vector<std::size_t> cells;
  std::size_t atom_count = 0;
  std::map<std::size_t, std::vector<int>> atoms;  // of each figure
  std::vector<KnownSum> empty_places;
  std::vector<KnownSum> missing_places;  // people without an answer to a breakdown
  bool counts_cells = false;             // a count, a cross-table or a sensitive answer
};

using CellKey = std::pair<std::string, Domain>;  // estimator + term, sorted domain

bool counts_each_cell(const std::string& estimator) {
  return estimator == "count" || estimator == "table" || estimator == "total";
}

Withheld judge(const Row& row, const ResultTable& table, const GateInput& input) {
  const Thresholds& limits = input.thresholds;
  const bool sensitive = input.sensitive.contains(row.variable);
  const std::size_t min_rows = sensitive ? std::max(limits.min_rows_sensitive, limits.min_rows) : limits.min_rows;
  if (row.base_rows < min_rows) return Withheld::kFewRows;
  if (input.design_has_clusters && row.base_clusters < limits.min_clusters) return Withheld::kFewClusters;
  const bool is_cell = !row.level.empty();
  // A mean of a sensitive answer is a share in disguise: without the cell behind it nothing is printed.
  if (sensitive && !is_cell) return Withheld::kSmallCell;
  if (is_cell && (sensitive || counts_each_cell(table.estimator))) {
    if (row.cell_rows < min_rows || row.base_rows - std::min(row.cell_rows, row.base_rows) < min_rows)
      return Withheld::kSmallCell;
    if (sensitive && static_cast<double>(row.cell_rows) >= limits.dominance * static_cast<double>(row.base_rows))
      return Withheld::kDominance;
  }
  return Withheld::kNo;
}

// Estimators whose numbers of answers add up across breakdowns; others (reliability) stand on people of their own.
bool adds_up(const std::string& estimator) {
  return estimator == "mean" || estimator == "proportion" || estimator == "ratio" || counts_each_cell(estimator);
}

class Protector {
 public:
  explicit Protector(const GateInput& input) : input_(input) {
    for (const Combination& combination : input.combinations) combined_tables_.insert(combination.table);
    for (std::size_t t = 0; t < input.tables.size(); ++t)
      for (std::size_t r = 0; r < input.tables[t].rows.size(); ++r) {
        const Row& row = input.tables[t].rows[r];
        by_key_[key_of(input.tables[t], row, row.by)].push_back(cells_.size());
        cells_.push_back({t, r, judge(row, input.tables[t], input)});
      }
    relate_totals_to_parts();
    relate_shares_of_one_question();
    find_combinations();
    relate_repeats();
    relate_same_people();
    find_universes();
  }

  // Withholds more until nothing gives a withheld cell away. Every round withholds at least one cell, so it ends. First
  // the plain rule over single equations, which is cheap and finds nearly everything; then the attacker's linear
  // programme over all of them.
  void close() {
    do {
      for (bool changed = true; changed;) {
        changed = mend_repeats();
        for (const Relation& relation : relations_) changed = mend(relation) || changed;
      }
    } while (widen_narrow_cells());
    withhold_combinations();
  }

  Withheld result(std::size_t cell) const { return cells_[cell].withheld; }

 private:
  // Estimator and term with the sorted domain: the same figure wherever it stands. Combined figures (changes, gaps,
  // differences of both) only equal themselves, so their table is part of the key.
  CellKey key_of(const ResultTable& table, const Row& one, Domain domain) const {
    std::sort(domain.begin(), domain.end());
    return {(combined_tables_.contains(table.id) ? table.id : table.estimator) + "\n" + one.term, std::move(domain)};
  }

  const Row& row(std::size_t cell) const { return input_.tables[cells_[cell].table].rows[cells_[cell].row]; }

  // A printed total with the parts of one more breakdown: refugees + hosts = all, districts of refugees = refugees.
  void relate_totals_to_parts() {
    std::map<std::pair<CellKey, std::string>, std::vector<std::size_t>> parts;
    for (const auto& [key, cells] : by_key_)
      for (std::size_t i = 0; i < key.second.size(); ++i) {
        Domain parent = key.second;
        const std::string variable = parent[i].first;
        parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(i));
        parts[{{key.first, parent}, variable}].push_back(cells.front());
      }
    for (const auto& [key, children] : parts) {
      const auto parent = by_key_.find(key.first);
      if (parent == by_key_.end()) continue;
      Relation relation{{parent->second.front()}, true};
      relation.cells.insert(relation.cells.end(), children.begin(), children.end());
      relations_.push_back(std::move(relation));
    }
  }

  // The shares of one question in one domain add up to one.
  void relate_shares_of_one_question() {
    std::map<std::pair<std::size_t, std::pair<std::string, Domain>>, std::vector<std::size_t>> questions;
    for (std::size_t c = 0; c < cells_.size(); ++c)
      if (!row(c).level.empty()) questions[{cells_[c].table, {row(c).variable, row(c).by}}].push_back(c);
    for (const auto& [question, shares] : questions)
      if (shares.size() > 1) relations_.push_back({shares, false});
  }

  // A change or a gap goes wherever one of its parts goes: with the other parts printed it would give that one away.
  void find_combinations() {
    for (const Combination& combination : input_.combinations) {
      Combined combined;
      for (std::size_t c = 0; c < cells_.size(); ++c)
        if (input_.tables[cells_[c].table].id == combination.table && cells_[c].row == combination.row)
          combined.whole = c;
      if (combined.whole == kNoCell) continue;
      const std::string term = row(combined.whole).term;
      for (Domain part : combination.parts) {
        std::sort(part.begin(), part.end());
        const auto found = by_key_.find({combination.parts_table + "\n" + term, part});
        if (found != by_key_.end()) combined.parts.push_back(found->second.front());
      }
      combined_.push_back(std::move(combined));
    }
  }

  void withhold_combinations() {
    for (const Combined& combined : combined_)
      if (std::any_of(combined.parts.begin(), combined.parts.end(),
                      [&](std::size_t part) { return is_withheld(part); }))
        withhold(combined.whole);
  }

  // The same figure in two tables is withheld in both.
  void relate_repeats() {
    for (const auto& [key, cells] : by_key_)
      for (std::size_t i = 1; i < cells.size(); ++i) repeats_.push_back({{cells.front(), cells[i]}, false});
  }

  // The same people are behind the same domain of every question: hidden for one, hidden for all, or the numbers of
  // answers of the others would tell. Cells hidden for their answer (sensitive questions, counts) are no secret of size
  // and stand apart.
  void relate_same_people() {
    std::map<Domain, std::vector<std::size_t>> people;
    for (const auto& [key, cells] : by_key_) {
      const std::size_t cell = cells.front();
      const ResultTable& table = input_.tables[cells_[cell].table];
      if (!adds_up(table.estimator) || combined_tables_.contains(table.id)) continue;
      const bool sensitive = input_.sensitive.contains(row(cell).variable);
      if (sensitive || (!row(cell).level.empty() && counts_each_cell(table.estimator))) continue;
      people[key.second].push_back(cell);
    }
    for (const auto& [domain, cells] : people)
      for (std::size_t i = 1; i < cells.size(); ++i) repeats_.push_back({{cells.front(), cells[i]}, false});
  }

  bool withhold(std::size_t cell) {
    if (cells_[cell].withheld != Withheld::kNo) return false;
    cells_[cell].withheld = Withheld::kComplementary;
    return true;
  }

  bool is_withheld(std::size_t cell) const { return cells_[cell].withheld != Withheld::kNo; }

  // One withheld figure too narrowly bounded by the printed ones: another printed figure goes. False when all are wide
  // enough.
  bool widen_narrow_cells() {
    for (Universe& universe : universes_) {
      if (std::none_of(universe.cells.begin(), universe.cells.end(), [&](std::size_t c) { return is_withheld(c); }))
        continue;
      for (const std::size_t cell : universe.cells)
        if (is_withheld(cell) && is_narrow(universe, cell, kNoCell) && widen(universe, cell)) return true;
    }
    return false;
  }

  // Of the printed figures that share people with the cell or stand beside it, the smallest that makes it wide enough;
  // where no single one does, the smallest of them.
  bool widen(const Universe& universe, std::size_t narrow) {
    std::vector<std::size_t> candidates;
    for (const std::size_t cell : universe.cells)
      if (!is_withheld(cell)) candidates.push_back(cell);
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](std::size_t a, std::size_t b) { return row(a).base_rows < row(b).base_rows; });
    for (const std::size_t candidate : candidates)
      if (!is_narrow(universe, narrow, candidate)) return withhold(candidate);
    return !candidates.empty() && withhold(candidates.front());
  }

  // Whether a reader can place the hidden numbers within the threshold: the answers behind the cell and, where cells
  // themselves are counted, those in it.
  bool is_narrow(const Universe& universe, std::size_t target, std::size_t unprinted) const {
    const double limit =
        static_cast<double>(input_.thresholds.min_rows) + 0.5;  // whole numbers, solved in floating point
    return width(universe, target, unprinted, &Row::base_rows) <= limit ||
           (universe.counts_cells && width(universe, target, unprinted, &Row::cell_rows) <= limit);
  }

  // How far the cell's number can move while every printed one (but that of `unprinted`) holds. People without an
  // answer to a breakdown stand in no part of it; they only give room where the printed numbers cannot do without them.
  // What cannot be solved counts as narrow.
  double width(const Universe& universe, std::size_t target, std::size_t unprinted, std::size_t Row::* number) const {
    for (const bool with_missing : {false, true}) {
      std::vector<KnownSum> known = universe.empty_places;
      if (!with_missing) known.insert(known.end(), universe.missing_places.begin(), universe.missing_places.end());
      for (const std::size_t cell : universe.cells)
        if (!is_withheld(cell) && cell != unprinted)
          known.push_back({universe.atoms.at(cell), static_cast<double>(row(cell).*number), false});
        else if (number == &Row::base_rows)
          known.push_back({universe.atoms.at(cell), 1, true});  // a withheld row is listed: somebody stands behind it
      if (const auto found = feasible_width(universe.atom_count, known, universe.atoms.at(target))) return *found;
    }
    return 0;
  }

  // All figures of one estimator and term over the same people: their numbers of answers add up across breakdowns.
  void find_universes() {
    std::map<std::string, std::vector<std::size_t>> by_term;
    for (const auto& [key, cells] : by_key_) {
      const ResultTable& table = input_.tables[cells_[cells.front()].table];
      if (combined_tables_.contains(table.id)) continue;
      by_term[adds_up(table.estimator) ? row(cells.front()).term : key.first].push_back(cells.front());
    }
    for (const auto& [term, cells] : by_term) universes_.push_back(make_universe(cells));
  }

  // Variables whose parts fall short of a total somewhere: some people have no answer to them.
  std::set<std::string> incomplete_breakdowns(const std::vector<std::size_t>& cells) const {
    std::map<Domain, std::size_t> totals;
    std::map<std::pair<Domain, std::string>, std::size_t> sums;
    for (const std::size_t cell : cells) {
      Domain domain = row(cell).by;
      std::sort(domain.begin(), domain.end());
      totals[domain] = row(cell).base_rows;
      for (std::size_t i = 0; i < domain.size(); ++i) {
        Domain parent = domain;
        parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(i));
        sums[{std::move(parent), domain[i].first}] += row(cell).base_rows;
      }
    }
    std::set<std::string> out;
    for (const auto& [part, sum] : sums)
      if (const auto total = totals.find(part.first); total != totals.end() && total->second != sum)
        out.insert(part.second);
    return out;
  }

  Universe make_universe(const std::vector<std::size_t>& cells) const {
    Universe out;
    out.cells = cells;
    out.counts_cells = std::any_of(cells.begin(), cells.end(), [&](std::size_t c) {
      return !row(c).level.empty() &&
             (input_.sensitive.contains(row(c).variable) || counts_each_cell(input_.tables[cells_[c].table].estimator));
    });
    std::map<std::string, std::set<std::string>> levels;
    std::map<std::set<std::string>, std::set<Domain>> listed;
    for (const std::size_t cell : cells) {
      std::set<std::string> variables;
      Domain domain = row(cell).by;
      std::sort(domain.begin(), domain.end());
      for (const auto& [variable, level] : domain) {
        levels[variable].insert(level);
        variables.insert(variable);
      }
      listed[variables].insert(domain);
    }
    std::vector<Domain> atoms = {{}};
    for (const auto& [variable, values] : levels) {
      std::vector<Domain> next;
      for (const Domain& atom : atoms)
        for (const std::string& value : values) {
          next.push_back(atom);
          next.back().emplace_back(variable, value);
        }
      for (const Domain& atom : atoms) {
        next.push_back(atom);
        next.back().emplace_back(variable, kNoAnswer);
      }
      atoms = std::move(next);
    }
    out.atom_count = atoms.size();
    const auto has_missing = [](const Domain& place) {
      return std::any_of(place.begin(), place.end(), [](const auto& pair) { return pair.second == kNoAnswer; });
    };
    // A reader knows which breakdowns everybody answered: only the others give room.
    const std::set<std::string> incomplete = incomplete_breakdowns(cells);
    for (std::size_t a = 0; a < atoms.size(); ++a) {
      if (!has_missing(atoms[a])) continue;
      const bool possible = std::all_of(atoms[a].begin(), atoms[a].end(), [&](const auto& pair) {
        return pair.second != kNoAnswer || incomplete.contains(pair.first);
      });
      (possible ? out.missing_places : out.empty_places).push_back({{static_cast<int>(a)}, 0, false});
    }
    const auto inside = [](const Domain& atom, const Domain& domain) {
      return std::includes(atom.begin(), atom.end(), domain.begin(), domain.end());
    };
    for (const std::size_t cell : cells) {
      Domain domain = row(cell).by;
      std::sort(domain.begin(), domain.end());
      for (std::size_t a = 0; a < atoms.size(); ++a)
        if (inside(atoms[a], domain)) out.atoms[cell].push_back(static_cast<int>(a));
    }
    // A combination that a printed table does not list is empty, and the reader sees it.
    for (const auto& [variables, domains] : listed)
      for (std::size_t a = 0; a < atoms.size(); ++a) {
        Domain place;
        for (const auto& pair : atoms[a])
          if (variables.contains(pair.first)) place.push_back(pair);
        if (has_missing(place)) continue;
        if (!domains.contains(place)) out.empty_places.push_back({{static_cast<int>(a)}, 0, false});
      }
    return out;
  }

  bool mend_repeats() {
    bool changed = false;
    for (const Relation& pair : repeats_) {
      const bool first = cells_[pair.cells[0]].withheld != Withheld::kNo;
      const bool second = cells_[pair.cells[1]].withheld != Withheld::kNo;
      if (first != second) changed = withhold(first ? pair.cells[1] : pair.cells[0]) || changed;
    }
    return changed;
  }

  std::size_t rest_of(const Relation& relation) const {
    if (!relation.sums) return 0;
    std::size_t parts = 0;
    for (std::size_t i = 1; i < relation.cells.size(); ++i) parts += row(relation.cells[i]).base_rows;
    const std::size_t total = row(relation.cells.front()).base_rows;
    return total > parts ? total - parts : 0;
  }

  bool mend(const Relation& relation) {
    bool changed = false;
    std::size_t hidden = 0;
    std::size_t hidden_rows =
        0;  // answers that the hidden parts share among them, known to a reader as total minus printed parts
    for (const std::size_t cell : relation.cells)
      if (cells_[cell].withheld != Withheld::kNo) {
        ++hidden;
        hidden_rows += row(cell).base_rows;
      }
    // People in the total who belong to no printed part are a part themselves: total minus parts would tell about them.
    const std::size_t rest = rest_of(relation);
    if (rest > 0 && rest < input_.thresholds.min_rows) {
      ++hidden;
      hidden_rows += rest;
    }
    if (hidden == 0) return changed;
    const bool total_is_printed = relation.sums && cells_[relation.cells.front()].withheld == Withheld::kNo;
    const bool too_narrow = total_is_printed && hidden_rows <= input_.thresholds.min_rows;
    if (hidden >= 2 && !too_narrow) return changed;
    // The smallest printed part goes too: it costs the reader least. The total is the last to go.
    std::size_t best = relation.cells.size();
    for (std::size_t i = relation.sums ? 1 : 0; i < relation.cells.size(); ++i) {
      const std::size_t cell = relation.cells[i];
      if (cells_[cell].withheld != Withheld::kNo) continue;
      if (best == relation.cells.size() || row(cell).base_rows < row(relation.cells[best]).base_rows) best = i;
    }
    if (best == relation.cells.size() && relation.sums && total_is_printed) best = 0;
    if (best == relation.cells.size()) return changed;
    return withhold(relation.cells[best]) || changed;
  }

  const GateInput& input_;
  std::vector<Cell> cells_;
  std::map<CellKey, std::vector<std::size_t>> by_key_;
  std::vector<Relation> relations_;
  std::vector<Universe> universes_;
  std::vector<Combined> combined_;
  std::set<std::string> combined_tables_;
  std::vector<Relation> repeats_;
};

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

}  // namespace

Released<TableSet> Gate::release(GateInput input) {
  Protector protector(input);
  protector.close();
  TableSet out;
  out.audience = input.audience;
  std::size_t cell = 0;
  for (ResultTable& table : input.tables) {
    ReleasedTable released;
    for (std::size_t r = 0; r < table.rows.size(); ++r) released.withheld.push_back(protector.result(cell++));
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
