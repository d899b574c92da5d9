// What the section composers share: the released tables, the context, the words, and the document that grows.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/catalogue.hpp"
#include "protect/table_set.hpp"
#include "report/context.hpp"
#include "report/document.hpp"

namespace hamdil::report {

// An argument of a message: runs to print, and what plural or select forms go by.
struct Arg {
  Runs runs;
  double number = std::numeric_limits<double>::quiet_NaN();
  std::string word;
};
using Args = std::vector<std::pair<std::string, Arg>>;

// A row of a released table with its withheld state. Empty when the product has no such cell.
struct Found {
  const stats::Row* row = nullptr;
  protect::Withheld withheld = protect::Withheld::kNo;
  explicit operator bool() const { return row != nullptr; }
  bool printable() const;  // there, not withheld and defined
};
using Pairs = std::vector<std::pair<std::string, std::string>>;

// One change of the family over which Holm's correction runs.
struct Change {
  const Dimension* dimension = nullptr;
  const Comparison* comparison = nullptr;
  Found change;
  Found before;
  Found after;
  double adjusted_p = std::numeric_limits<double>::quiet_NaN();
  bool clear = false;  // adjusted p below 1 - confidence level and the interval leaves out zero
  double strength =
      0;  // distance from zero of the nearer interval bound, in lengths of the scale; 0 when the interval holds zero
  double width = 0;  // of the interval, in lengths of the scale
};

// Which marks a table has used, so that its notes explain these and no others.
class Marks {
 public:
  void add(const Found& found, bool inference);
  const std::set<stats::Flag>& flags() const { return flags_; }
  const std::set<protect::Withheld>& withheld() const { return withheld_; }
  // Cells that only the team sees (Audience::kTeam): printed, but marked.
  const std::set<protect::Withheld>& shown_in_team() const { return shown_in_team_; }

 private:
  std::set<stats::Flag> flags_;
  std::set<protect::Withheld> withheld_;
  std::set<protect::Withheld> shown_in_team_;
};

class Composition {
 public:
  Composition(const protect::TableSet& tables, const Context& context, const Catalogue& catalogue, Document& document);

  const protect::TableSet& tables() const { return tables_; }
  const Context& context() const { return context_; }
  const Catalogue& catalogue() const { return catalogue_; }
  Document& document() { return document_; }
  bool inference() const { return allows_inference(context_.design.sampling); }
  const std::vector<Change>& changes() const { return changes_; }

  // Words
  Runs say(const std::string& id, const Args& args = {}) const;
  std::string text(const std::string& id, const Args& args = {}) const;  // plain, for alt texts and axis titles
  bool has(const std::string& id) const { return catalogue_.find("en", id) != nullptr; }
  Arg count(std::size_t n, const std::string& source) const;  // a kFact
  Arg fact(double value, int decimals, const std::string& source) const;
  Arg percent_fact(double share, int decimals, const std::string& source) const;
  static Arg given(const std::string& words);
  static Arg words(Runs runs) { return {std::move(runs)}; }
  static Arg choice(std::string word) { return {{}, std::numeric_limits<double>::quiet_NaN(), std::move(word)}; }
  Arg date(const Date& date) const;
  Arg reference(const std::string& block_id) const;
  Runs listed(const std::vector<Runs>& parts) const;  // "A; B; C", for parts that hold commas
  Runs joined(const std::vector<Runs>& parts) const;  // "A, B and C"

  // Blocks
  void heading(int level, const std::string& id, Runs words);
  void paragraph(Runs words);
  void list(std::vector<Runs> items, bool ordered = false);
  void note(NoteKind kind, Runs title, std::vector<Runs> paragraphs);
  template <class B>
  void add(B block) {
    if constexpr (requires { block.id; }) block.id = safe_id(block.id);
    if constexpr (requires { block.twin_of; }) block.twin_of = safe_id(block.twin_of);
    if constexpr (requires { block.table_id; }) block.table_id = safe_id(block.table_id);
    document_.blocks.emplace_back(std::move(block));
  }

  // Cells. The pairs "round" and "comparison" may be missing in a row when the context has only one.
  Found find(const std::string& table_id, const Pairs& by, const std::string& level = "") const;
  Found overall(const Dimension& dimension, const std::string& round) const;

  // Printed estimates. Decimals give two significant digits of the standard error (or 2 for points, 0 for percent
  // without one).
  int decimals(const Found& found, Unit unit) const;
  int common_decimals(const std::vector<Found>& cells, Unit unit) const;  // from the median standard error
  Run number(const Found& found, double value, const std::string& text) const;
  Runs value(const Found& found, Unit unit, int decimals) const;  // 3.41 or 43.2%; "–" with mark when withheld
  Runs change_value(const Found& found, Unit unit,
                    int decimals) const;  // +0.31, signed; shares in percentage points without a sign of unit
  Runs interval(const Found& found, Unit unit, int decimals, bool change) const;  // [0.2; 0.6]; empty without inference
  Runs p_value(const Found& found, double p) const;
  Runs rows_behind(const Found& found) const;
  // The same for table cells, with marks collected.
  Cell value_cell(const Found& found, Unit unit, int decimals, Marks& marks) const;
  Cell change_cell(const Found& found, Unit unit, int decimals, Marks& marks) const;
  Cell interval_cell(const Found& found, Unit unit, int decimals, bool change) const;
  Cell rows_cell(const Found& found) const;
  std::vector<Runs> notes(const Marks& marks) const;
  // A sentence for each flag that asks for care, each with a space before it; empty when there is none.
  Runs hedges(const Found& found) const;
  std::string value_text(const Found& found, Unit unit, int decimals, bool change) const;  // plain, for drawings

 private:
  void find_changes();
  void adjust_changes();

  const protect::TableSet& tables_;
  const Context& context_;
  const Catalogue& catalogue_;
  Document& document_;
  std::vector<Change> changes_;
};

stats::Range interval_of(const stats::Row& row);  // t interval, else the normal one
// Holm's step-down adjustment; NaN stays NaN and does not count. Same order as given.
std::vector<double> holm_adjusted(const std::vector<double>& p);

}  // namespace hamdil::report
