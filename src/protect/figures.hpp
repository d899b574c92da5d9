// All figures of a product, and of earlier releases about the same people, in one list: what is withheld and why. The
// gate's own; nothing else includes it.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protect/gate.hpp"

namespace hamdil::protect {

// One figure. Cells of all tables stand in one list, so that tables protect each other; those of earlier releases too.
struct Cell {
  const stats::ResultTable* table;
  const stats::Row* row;
  std::string key;  // estimator and term: figures that add up across breakdowns have the same
  Withheld withheld = Withheld::kNo;
  bool known = false;           // readers have it from an earlier release: withholding it now hides nothing
  bool for_its_answer = false;  // withheld for what people said, not for how many they are
};

constexpr std::size_t kNoCell = static_cast<std::size_t>(-1);

using CellKey = std::pair<std::string, Domain>;  // estimator + term, sorted domain

Domain sorted_domain(Domain domain);
// Estimators whose numbers of answers add up across breakdowns; others (reliability) stand on people of their own.
bool adds_up(const std::string& estimator);

// Judges each figure by itself (thresholds, small cells, dominance); withholding more is what `Equations` and
// `Families` are for. The input must outlive it.
class Figures {
 public:
  explicit Figures(const GateInput& input);

  const GateInput& input() const { return input_; }
  std::size_t size() const { return cells_.size(); }
  std::size_t printed_now() const { return printed_now_; }  // figures of today's tables; the earlier ones follow
  const Cell& cell(std::size_t number) const { return cells_[number]; }
  const stats::Row& row(std::size_t cell) const { return *cells_[cell].row; }
  const stats::ResultTable& table(std::size_t cell) const { return *cells_[cell].table; }
  const std::map<CellKey, std::vector<std::size_t>>& by_key() const { return by_key_; }

  // Estimator and term. Combined figures (changes, gaps, differences of both) only equal themselves, so their table is
  // part of it.
  std::string key_of(const stats::ResultTable& table, const stats::Row& row) const;
  bool is_combined(const std::string& table) const { return combined_tables_.contains(table); }
  // Counts, cross-tables and shares of who people are: the cell itself is counted, not only its base.
  bool counts_people(std::size_t cell) const;
  bool is_hidden_for_its_answer(std::size_t cell) const;

  // From the reader: neither printed now nor before.
  bool is_hidden(std::size_t cell) const { return cells_[cell].withheld != Withheld::kNo && !cells_[cell].known; }
  bool may_be_hidden(std::size_t cell) const { return cells_[cell].withheld == Withheld::kNo && !cells_[cell].known; }
  // A hidden figure whose number of people may not be known; of the others, only what they said.
  bool is_size_secret(std::size_t cell) const;

  // False when it is withheld already or withholding it would hide nothing.
  bool withhold(std::size_t cell);
  bool withhold_for_its_answer(std::size_t cell);

 private:
  void add(Cell cell);
  void add_earlier(const EarlierRelease& release, std::size_t number);

  const GateInput& input_;
  std::vector<Cell> cells_;
  std::size_t printed_now_ = 0;
  std::map<CellKey, std::vector<std::size_t>> by_key_;
  std::set<std::string> combined_tables_;
};

}  // namespace hamdil::protect
