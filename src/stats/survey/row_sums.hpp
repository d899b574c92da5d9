// Rows that stand on another machine, and the sums that may be asked of them. Estimators that need no more than sums
// (pushed.hpp) are written on this interface; analysis/clickhouse answers it.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/expression.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

// What is summed. Expressions are those of expression.hpp, and beside its operators and functions know: the name
// "$weight"; names that `by_cell` and `values` define, which begin with "$"; max(a, b), min(a, b), floor(a) and
// if(condition, a, b); and of a column code(x), its level's place, missing(x), unanswered(x) (refused, don't know,
// blank) and not_asked(x), each 1 or 0. A missing number of a
// column counts as 0; what is computed from a value that is no number is none, comparisons included.
struct SumRequest {
  struct CellValue {
    std::string name;
    std::vector<double> values;  // one a cell of `cells`; 0 for rows in none of them
  };
  bool whole_sample = false;               // not only the rows of the domain
  std::vector<std::string> complete;       // rows where one of these columns is missing stay out,
  std::vector<Expression> finite;          // and those where one of these is not a finite number,
  std::vector<Expression> where;           // and those where one of these is 0
  std::vector<std::string> by;             // columns; rows with a missing label are in no group
  std::vector<Expression> parted_by;       // further parts of the key
  bool by_unit = false;                    // groups are also parted by sampling unit
  std::vector<std::vector<double>> cells;  // keys of `cell_columns`, for by_cell
  std::vector<std::string> cell_columns;
  std::vector<CellValue> by_cell;
  std::vector<std::pair<std::string, Expression>> values;  // each may use by_cell and those before it
  std::vector<Expression> weighted;                        // sums of weight times this
  std::vector<Expression> plain;                           // sums of this, each row counting once
  std::vector<Expression> extremes;                        // least and greatest of this: one or none
};

struct SumGroup {
  std::uint32_t unit = 0;       // 0 unless parted by unit
  std::vector<double> key;      // codes of categories, values of numbers, then of parted_by
  SurveyDesign::UnitBase base;  // of its rows
  std::vector<double> weighted;
  std::vector<double> plain;
  double least = 0;  // of `extremes`
  double greatest = 0;
};

class RowSums {
 public:
  virtual ~RowSums() = default;
  // Strata, sampling units and population sizes; no rows.
  virtual const SurveyDesign& design() const = 0;
  // Columns with their levels; no values. A text column has the texts that occur as levels.
  virtual const data::Table& columns() const = 0;
  virtual bool has_missing(const std::string& column) const = 0;
  // Groups without rows are left out, in ascending order of the key, its first entry fastest, then of the unit. Every
  // figure is finite. Errors: those of whoever sums; nothing is returned when a part of the rows could not be asked.
  virtual Result<std::vector<SumGroup>> sum(const SumRequest& request) = 0;
};

// Building blocks of expressions.
Expression number_of(double value);
Expression name_of(std::string name);
Expression call_of(std::string function, std::vector<Expression> arguments);

// Whether a design's variance follows from sums by first-stage unit: not with adjusted weights, nor where a second
// stage adds. Code stats.pushed.design says what to do.
Status check_sums_are_enough(const DesignSpec& spec);

}  // namespace hamdil::stats::survey
