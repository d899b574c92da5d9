// Variables as columns of numbers: a number is one term, a category one 0/1 term a level.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

enum class Reading : std::uint8_t {
  kAsStored,    // numbers as they are, categories and texts by level
  kCategories,  // everything by level; numbers by their distinct values
  kNumbers,     // categories by the number that their levels write ("3"), missing where they write none
};

struct Term {
  std::string term;      // "age", "sexfemale"
  std::string variable;  // "age", "sex"
  std::string level;     // "", "female"
  std::size_t source = 0;
  std::int32_t code = -1;  // the level's code; -1: a number
};

class Terms {
 public:
  // Code stats.terms.no_column. Levels without rows stay, as estimates of 0.
  static Result<Terms> make(const data::Table& table, const std::vector<std::string>& variables, Reading reading);

  const std::vector<Term>& list() const { return terms_; }
  std::size_t size() const { return terms_.size(); }
  bool is_missing(std::size_t source, std::size_t row) const;
  // Rows where no variable is missing.
  RowList complete(const RowList& rows) const;
  // Values of a term at `rows`; NaN where missing.
  void values(std::size_t term, const RowList& rows, std::vector<double>& out) const;
  // Variables one by one, for kernels that pass over whole columns.
  std::size_t sources() const { return sources_.size(); }
  bool is_category(std::size_t source) const { return sources_[source].encoded != nullptr; }
  std::size_t levels(std::size_t source) const { return sources_[source].encoded->names.size(); }
  const std::vector<std::int32_t>& codes(std::size_t source) const { return sources_[source].encoded->codes; }
  const std::vector<double>& numbers(std::size_t source) const { return sources_[source].numbers(); }
  // False only when surely no row is missing.
  bool has_missing(std::size_t source) const {
    return sources_[source].own_numbers || !sources_[source].column->missing.empty();
  }
  const data::Column& column(std::size_t source) const { return *sources_[source].column; }

 private:
  struct Source {
    const data::Column* column = nullptr;
    std::shared_ptr<const std::vector<double>> own_numbers;  // set when they differ from the column's
    std::shared_ptr<const Encoded> encoded;                  // set when read by level
    const std::vector<double>& numbers() const { return own_numbers ? *own_numbers : column->numbers; }
  };
  std::vector<Term> terms_;
  std::vector<Source> sources_;
};

// A cell of a breakdown: its labels and its rows.
struct Cell {
  std::vector<std::pair<std::string, std::string>> by;
  RowList rows;
};
// The non-empty cells of `by` among `rows`, the first variable running fastest; rows with a missing label are in none.
// Without `by` one cell without labels, which may be empty. Code stats.terms.no_column.
Result<std::vector<Cell>> split_by(const data::Table& table, const std::vector<std::string>& by, const RowList& rows);

Result<const data::Column*> find_column(const data::Table& table, const std::string& name);

}  // namespace hamdil::stats::survey
