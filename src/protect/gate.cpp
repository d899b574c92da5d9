#include "protect/gate.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>

#include "protect/feasible.hpp"
#include "protect/universe.hpp"

namespace hamdil::protect {
namespace {

using stats::ResultTable;
using stats::Row;

// One figure. Cells of all tables stand in one list, so that tables protect each other; those of earlier releases too.
struct Cell {
  const ResultTable* table;
  const Row* row;
  std::string key;  // estimator and term: figures that add up across breakdowns have the same
  Withheld withheld = Withheld::kNo;
  bool known = false;  // readers have it from an earlier release: withholding it now hides nothing
};

// Printed figures bound by an equation. With `sums`, the first cell's base is the sum of the others'.
struct Relation {
  std::vector<std::size_t> cells;
  bool sums = false;
  bool of_people = false;  // the total belongs to another question, which about the same people answered
};

constexpr std::size_t kNoCell = static_cast<std::size_t>(-1);

struct Combined {
  std::size_t whole = kNoCell;
  std::vector<std::size_t> parts;
};

// Figures whose numbers of answers are sums over the same smallest cells.
struct Family {
  std::vector<std::size_t> cells;
  std::map<std::size_t, std::size_t> place;  // of each figure within the universe
  Universe universe;
  bool counts_cells = false;  // a count, a cross-table or a sensitive answer
};

using CellKey = std::pair<std::string, Domain>;  // estimator + term, sorted domain

bool counts_each_cell(const std::string& estimator) {
  return estimator == "count" || estimator == "table" || estimator == "total";
}

Withheld judge(const Row& row, const ResultTable& table, const GateInput& input) {
  const Thresholds& limits = input.thresholds;
  const bool sensitive = input.sensitive.contains(row.variable);
  // A breakdown by a sensitive answer prints how many gave it.
  if (std::any_of(row.by.begin(), row.by.end(), [&](const auto& pair) { return input.sensitive.contains(pair.first); }))
    return Withheld::kSmallCell;
  const bool strict = sensitive || input.partly_sensitive.contains(row.variable);
  const std::size_t min_rows = strict ? std::max(limits.min_rows_sensitive, limits.min_rows) : limits.min_rows;
  if (row.base_rows < min_rows) return Withheld::kFewRows;
  if (input.design_has_clusters && row.base_clusters < limits.min_clusters) return Withheld::kFewClusters;
  const bool is_cell = !row.level.empty();
  // A mean of a sensitive answer is a share in disguise: without the cell behind it nothing is printed.
  if (sensitive && !is_cell) return Withheld::kSmallCell;
  if (is_cell && (sensitive || counts_each_cell(table.estimator) || input.counted.contains(row.variable))) {
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
    for (const ResultTable& table : input.tables)
      for (const Row& row : table.rows) add({&table, &row, key_of(table, row), judge(row, table, input), false});
    printed_now_ = cells_.size();
    for (std::size_t e = 0; e < input.earlier.size(); ++e) add_earlier(input.earlier[e], e);
    relate_totals_to_parts();
    relate_shares_of_one_question();
    find_combinations();
    relate_repeats();
    relate_same_people();
    find_families();
  }

  // Withholds more until nothing that is printed now gives a withheld cell away. Every round withholds at least one
  // cell, so it ends. First the plain rule over single equations, which is cheap and finds nearly everything; then the
  // attacker's linear programme over all of them.
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
  // Estimator and term. Combined figures (changes, gaps, differences of both) only equal themselves, so their table is
  // part of it.
  std::string key_of(const ResultTable& table, const Row& one) const {
    return (combined_tables_.contains(table.id) ? table.id : table.estimator) + "\n" + one.term;
  }

  void add(Cell cell) {
    by_key_[{cell.key, sorted(cell.row->by)}].push_back(cells_.size());
    cells_.push_back(std::move(cell));
  }

  // What readers have already cannot be taken back; what was withheld from them stays a secret to keep. A table whose
  // numbers of answers differ from today's was of another question under the same name and stands for itself. Combined
  // figures tell nothing beyond their parts, which were printed with them.
  void add_earlier(const EarlierRelease& release, std::size_t number) {
    if (release.table.estimator == "contrast") return;
    bool same = true;
    for (const Row& one : release.table.rows) {
      const auto now = by_key_.find({key_of(release.table, one), sorted(one.by)});
      same = same && (now == by_key_.end() || row(now->second.front()).base_rows == one.base_rows);
    }
    for (std::size_t r = 0; r < release.table.rows.size(); ++r) {
      const Row& one = release.table.rows[r];
      const bool comparable = same && !release.changed.contains(one.variable);
      const std::string key = key_of(release.table, one) + (comparable ? "" : "\n" + std::to_string(number));
      add({&release.table, &one, key, release.withheld[r], release.withheld[r] == Withheld::kNo});
      if (release.withheld[r] != Withheld::kNo) continue;
      for (const std::size_t cell : by_key_[{key, sorted(one.by)}]) cells_[cell].known = true;
    }
  }

  static Domain sorted(Domain domain) {
    std::sort(domain.begin(), domain.end());
    return domain;
  }

  const Row& row(std::size_t cell) const { return *cells_[cell].row; }
  const ResultTable& table(std::size_t cell) const { return *cells_[cell].table; }

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
    std::map<std::pair<const ResultTable*, std::pair<std::string, Domain>>, std::vector<std::size_t>> questions;
    for (std::size_t c = 0; c < cells_.size(); ++c)
      if (!row(c).level.empty()) questions[{&table(c), {row(c).variable, row(c).by}}].push_back(c);
    for (const auto& [question, shares] : questions)
      if (shares.size() > 1) relations_.push_back({shares});
  }

  // A change or a gap goes wherever one of its parts goes: with the other parts printed it would give that one away.
  void find_combinations() {
    for (const Combination& combination : input_.combinations) {
      Combined combined;
      for (std::size_t c = 0; c < printed_now_; ++c)
        if (table(c).id == combination.table && &row(c) == &table(c).rows[combination.row]) combined.whole = c;
      if (combined.whole == kNoCell) continue;
      const std::string term = row(combined.whole).term;
      for (const Domain& part : combination.parts) {
        const auto found = by_key_.find({combination.parts_table + "\n" + term, sorted(part)});
        if (found != by_key_.end()) combined.parts.push_back(found->second.front());
      }
      combined_.push_back(std::move(combined));
    }
  }

  void withhold_combinations() {
    for (const Combined& combined : combined_)
      if (std::any_of(combined.parts.begin(), combined.parts.end(),
                      [&](std::size_t part) { return cells_[part].withheld != Withheld::kNo; }))
        withhold(combined.whole);
  }

  // The same figure in two tables is withheld in both.
  void relate_repeats() {
    for (const auto& [key, cells] : by_key_)
      for (std::size_t i = 1; i < cells.size(); ++i) repeats_.push_back({{cells.front(), cells[i]}});
  }

  // Mostly the same people answer every question: numbers of answers that differ by less than the threshold tell of
  // each other, so a domain hidden for one such question is hidden for all, and a total of one completes the parts of
  // another. A question that far fewer answered is a secret of its own. Cells hidden for their answer (sensitive
  // questions, counts) are no secret of size and stand apart.
  void relate_same_people() {
    std::map<Domain, std::vector<std::size_t>> people;
    std::map<std::pair<CellKey, std::string>, std::vector<std::size_t>> parts;
    for (const auto& [key, cells] : by_key_) {
      const std::size_t cell = cells.front();
      if (!adds_up(table(cell).estimator) || combined_tables_.contains(table(cell).id)) continue;
      const bool sensitive = input_.sensitive.contains(row(cell).variable);
      if (sensitive || counts_people(cell)) continue;
      people[key.second].push_back(cell);
      for (std::size_t i = 0; i < key.second.size(); ++i) {
        Domain parent = key.second;
        parent.erase(parent.begin() + static_cast<std::ptrdiff_t>(i));
        parts[{{key.first, parent}, key.second[i].first}].push_back(cell);
      }
    }
    for (auto& [domain, cells] : people) {
      std::stable_sort(cells.begin(), cells.end(),
                       [&](std::size_t a, std::size_t b) { return row(a).base_rows < row(b).base_rows; });
      for (std::size_t i = 1; i < cells.size(); ++i)
        if (are_near(row(cells[i - 1]).base_rows, row(cells[i]).base_rows))
          repeats_.push_back({{cells[i - 1], cells[i]}});
    }
    for (const auto& [part, children] : parts) {
      const auto totals = people.find(part.first.second);
      if (totals == people.end()) continue;
      std::size_t together = 0;
      for (const std::size_t child : children) together += row(child).base_rows;
      for (const std::size_t total : totals->second) {
        if (cells_[total].key == part.first.first || !are_near(row(total).base_rows, together)) continue;
        Relation relation{{total}, true, true};
        relation.cells.insert(relation.cells.end(), children.begin(), children.end());
        relations_.push_back(std::move(relation));
        break;  // one such total tells as much as all of them: they are linked
      }
    }
  }

  // Counts, cross-tables and shares of who people are: the cell itself is counted, not only its base.
  bool counts_people(std::size_t cell) const {
    return !row(cell).level.empty() &&
           (counts_each_cell(table(cell).estimator) || input_.counted.contains(row(cell).variable));
  }

  bool are_near(std::size_t a, std::size_t b) const {
    return std::max(a, b) - std::min(a, b) < input_.thresholds.min_rows;
  }

  // False when it is withheld already or withholding it would hide nothing.
  bool withhold(std::size_t cell) {
    if (cells_[cell].withheld != Withheld::kNo || cells_[cell].known) return false;
    cells_[cell].withheld = Withheld::kComplementary;
    return true;
  }

  // From the reader: neither printed now nor before.
  bool is_hidden(std::size_t cell) const { return cells_[cell].withheld != Withheld::kNo && !cells_[cell].known; }
  bool may_be_hidden(std::size_t cell) const { return cells_[cell].withheld == Withheld::kNo && !cells_[cell].known; }

  // One withheld figure too narrowly bounded by the printed ones: another printed figure goes. False when all are wide
  // enough, or nothing that could be withheld would help.
  bool widen_narrow_cells() {
    for (const Family& family : families_)
      for (const std::size_t cell : family.cells) {
        if (!is_hidden(cell) || wide_.contains(cell)) continue;
        if (!is_narrow(family, cell, kNoCell))
          wide_.insert(cell);  // and stays so: withholding more tells less
        else if (widen(family, cell))
          return true;
      }
    return false;
  }

  // Of the figures that may still go, the smallest that makes the cell wide enough; where no single one does, the
  // smallest of them.
  bool widen(const Family& family, std::size_t narrow) {
    std::vector<std::size_t> candidates;
    for (const std::size_t cell : family.cells)
      if (may_be_hidden(cell)) candidates.push_back(cell);
    std::stable_sort(candidates.begin(), candidates.end(),
                     [&](std::size_t a, std::size_t b) { return row(a).base_rows < row(b).base_rows; });
    for (const std::size_t candidate : candidates)
      if (!is_narrow(family, narrow, candidate)) return withhold(candidate);
    return !candidates.empty() && withhold(candidates.front());
  }

  // Whether a reader can place the hidden numbers within the threshold: the answers behind the cell and, where cells
  // themselves are counted, those in it. What earlier releases told is not told by today's figures.
  bool is_narrow(const Family& family, std::size_t target, std::size_t unprinted) {
    const double limit =
        static_cast<double>(input_.thresholds.min_rows) + 0.5;  // whole numbers, solved in floating point
    const auto narrow = [&](std::size_t Row::* number) {
      const double now = width(family, target, number, [&](std::size_t cell) {
                           return !is_hidden(cell) && cell != unprinted;
                         }).value_or(0);
      return now <= limit && now + 1e-6 < width_before(family, target, number);
    };
    return narrow(&Row::base_rows) || (family.counts_cells && narrow(&Row::cell_rows));
  }

  // How wide the cell was before today's figures; infinite when nothing has left before.
  double width_before(const Family& family, std::size_t target, std::size_t Row::* number) {
    constexpr double kUnbounded = std::numeric_limits<double>::infinity();
    if (cells_.size() == printed_now_) return kUnbounded;
    const auto [entry, fresh] = width_before_.try_emplace({target, number == &Row::base_rows}, kUnbounded);
    if (fresh)
      entry->second =
          width(family, target, number, [&](std::size_t cell) { return cells_[cell].known; }).value_or(kUnbounded);
    return entry->second;
  }

  // How far the cell's number can move while every printed one holds. People without an answer to a breakdown stand in
  // no part of it; they only give room where the printed numbers cannot do without them. Nothing when it cannot be
  // solved.
  template <class Printed>
  std::optional<double> width(const Family& family, std::size_t target, std::size_t Row::* number,
                              Printed is_printed) const {
    const Universe& universe = family.universe;
    const auto atoms = [&](std::size_t cell) { return universe.atoms(family.place.at(cell)); };
    for (const bool with_missing : {false, true}) {
      std::vector<KnownSum> known = universe.always();
      if (!with_missing) known.insert(known.end(), universe.nobody_missing().begin(), universe.nobody_missing().end());
      for (const std::size_t cell : family.cells)
        if (is_printed(cell))
          known.push_back({atoms(cell), {}, static_cast<double>(row(cell).*number), false});
        else if (number == &Row::base_rows)
          known.push_back({atoms(cell), {}, 1, true});  // a withheld row is listed: somebody stands behind it
      if (const auto found = feasible_width(universe.atom_count(), known, atoms(target))) return found;
    }
    return std::nullopt;
  }

  // All figures of one estimator and term over the same people: their numbers of answers add up across breakdowns.
  void find_families() {
    std::map<std::string, std::vector<std::size_t>> by_term;
    for (const auto& [key, cells] : by_key_) {
      const std::size_t cell = cells.front();
      if (combined_tables_.contains(table(cell).id)) continue;
      const bool shares_people = adds_up(table(cell).estimator) && cells_[cell].key == key_of(table(cell), row(cell));
      by_term[shares_people ? row(cell).term : key.first].push_back(cell);
    }
    for (const auto& [term, cells] : by_term) {
      families_.push_back(make_family(cells));
      if (!families_.back().universe.too_large()) continue;
      for (const std::size_t cell : cells) withhold(cell);  // what cannot be checked is not printed
      families_.pop_back();
    }
  }

  Family make_family(const std::vector<std::size_t>& cells) const {
    std::vector<ListedCell> listed;
    std::map<std::size_t, std::size_t> place;
    for (const std::size_t cell : cells) {
      place[cell] = listed.size();
      listed.push_back({sorted(row(cell).by), row(cell).base_rows});
    }
    const bool counts_cells = std::any_of(cells.begin(), cells.end(), [&](std::size_t c) {
      return counts_people(c) || (!row(c).level.empty() && input_.sensitive.contains(row(c).variable));
    });
    return {cells, std::move(place), Universe(listed), counts_cells};
  }

  bool mend_repeats() {
    bool changed = false;
    for (const Relation& pair : repeats_)
      if (is_hidden(pair.cells[0]) != is_hidden(pair.cells[1]))
        changed = withhold(is_hidden(pair.cells[0]) ? pair.cells[1] : pair.cells[0]) || changed;
    return changed;
  }

  std::size_t rest_of(const Relation& relation) const {
    if (!relation.sums || relation.of_people) return 0;  // fewer may have answered one question than another
    std::size_t parts = 0;
    for (std::size_t i = 1; i < relation.cells.size(); ++i) parts += row(relation.cells[i]).base_rows;
    const std::size_t total = row(relation.cells.front()).base_rows;
    return total > parts ? total - parts : 0;
  }

  bool mend(const Relation& relation) {
    std::size_t hidden = 0;
    // Answers that the hidden parts share among them, known to a reader as total minus printed parts.
    std::size_t hidden_rows = 0;
    for (const std::size_t cell : relation.cells)
      if (is_hidden(cell)) {
        ++hidden;
        hidden_rows += row(cell).base_rows;
      }
    // People in the total who belong to no printed part are a part themselves: total minus parts would tell about them.
    const std::size_t rest = rest_of(relation);
    if (rest > 0 && rest < input_.thresholds.min_rows) {
      ++hidden;
      hidden_rows += rest;
    }
    if (hidden == 0) return false;
    const bool total_is_printed = relation.sums && !is_hidden(relation.cells.front());
    const bool too_narrow = total_is_printed && hidden_rows <= input_.thresholds.min_rows;
    if (hidden >= 2 && !too_narrow) return false;
    // The smallest printed part goes too: it costs the reader least. The total is the last to go.
    std::size_t best = kNoCell;
    for (std::size_t i = relation.sums ? 1 : 0; i < relation.cells.size(); ++i) {
      const std::size_t cell = relation.cells[i];
      if (may_be_hidden(cell) && (best == kNoCell || row(cell).base_rows < row(best).base_rows)) best = cell;
    }
    if (best == kNoCell && relation.sums) best = relation.cells.front();
    return best != kNoCell && withhold(best);
  }

  const GateInput& input_;
  std::vector<Cell> cells_;
  std::size_t printed_now_ = 0;  // cells of today's tables; those of earlier releases follow
  std::map<CellKey, std::vector<std::size_t>> by_key_;
  std::vector<Relation> relations_;
  std::vector<Family> families_;
  std::vector<Combined> combined_;
  std::set<std::string> combined_tables_;
  std::vector<Relation> repeats_;
  std::set<std::size_t> wide_;
  std::map<std::pair<std::size_t, bool>, double> width_before_;
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
