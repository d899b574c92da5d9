#include "protect/figures.hpp"

#include <algorithm>

namespace hamdil::protect {
namespace {

using stats::ResultTable;
using stats::Row;

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

}  // namespace

Domain sorted_domain(Domain domain) {
  std::sort(domain.begin(), domain.end());
  return domain;
}

bool adds_up(const std::string& estimator) {
  return estimator == "mean" || estimator == "proportion" || estimator == "ratio" || counts_each_cell(estimator);
}

Figures::Figures(const GateInput& input) : input_(input) {
  for (const Combination& combination : input.combinations) combined_tables_.insert(combination.table);
  for (const ResultTable& table : input.tables)
    for (const Row& row : table.rows) add({&table, &row, key_of(table, row), judge(row, table, input), false});
  printed_now_ = cells_.size();
  for (std::size_t e = 0; e < input.earlier.size(); ++e) add_earlier(input.earlier[e], e);
}

std::string Figures::key_of(const ResultTable& table, const Row& row) const {
  return (is_combined(table.id) ? table.id : table.estimator) + "\n" + row.term;
}

bool Figures::counts_people(std::size_t cell) const {
  return !row(cell).level.empty() &&
         (counts_each_cell(table(cell).estimator) || input_.counted.contains(row(cell).variable));
}

bool Figures::is_hidden_for_its_answer(std::size_t cell) const {
  const std::string& variable = row(cell).variable;
  return input_.sensitive.contains(variable) || input_.partly_sensitive.contains(variable) || counts_people(cell);
}

bool Figures::is_size_secret(std::size_t cell) const {
  if (cells_[cell].withheld == Withheld::kComplementary) return !cells_[cell].for_its_answer;
  return row(cell).base_rows < input_.thresholds.min_rows || cells_[cell].withheld == Withheld::kFewClusters;
}

bool Figures::withhold(std::size_t cell) {
  if (!may_be_hidden(cell)) return false;
  cells_[cell].withheld = Withheld::kComplementary;
  return true;
}

bool Figures::withhold_for_its_answer(std::size_t cell) {
  if (!withhold(cell)) return false;
  return cells_[cell].for_its_answer = true;
}

void Figures::add(Cell cell) {
  by_key_[{cell.key, sorted_domain(cell.row->by)}].push_back(cells_.size());
  cells_.push_back(std::move(cell));
}

// What readers have already cannot be taken back; what was withheld from them stays a secret to keep. A table whose
// numbers of answers differ from today's was of another question under the same name and stands for itself. Combined
// figures tell nothing beyond their parts, which were printed with them.
void Figures::add_earlier(const EarlierRelease& release, std::size_t number) {
  if (release.table.estimator == "contrast") return;
  bool same = true;
  for (const Row& one : release.table.rows) {
    const auto now = by_key_.find({key_of(release.table, one), sorted_domain(one.by)});
    same = same && (now == by_key_.end() || row(now->second.front()).base_rows == one.base_rows);
  }
  for (std::size_t r = 0; r < release.table.rows.size(); ++r) {
    const Row& one = release.table.rows[r];
    const bool comparable = same && !release.changed.contains(one.variable);
    const std::string key = key_of(release.table, one) + (comparable ? "" : "\n" + std::to_string(number));
    add({&release.table, &one, key, release.withheld[r], release.withheld[r] == Withheld::kNo});
    if (release.withheld[r] != Withheld::kNo) continue;
    for (const std::size_t cell : by_key_[{key, sorted_domain(one.by)}]) cells_[cell].known = true;
  }
}

}  // namespace hamdil::protect
