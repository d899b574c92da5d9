// Gathers the sums of cells (cell_sums.hpp) from rows that another machine holds.
#pragma once

#include <string>
#include <vector>

#include "stats/survey/cell_sums.hpp"
#include "stats/survey/pushed.hpp"

namespace hamdil::stats::survey {

// A column of what is estimated: by level, or the number that `value` gives (its name, or an expression of it).
struct PushedVariable {
  const data::Column* column = nullptr;
  bool by_level = false;
  std::vector<double> keys;         // of the levels, by level
  std::vector<std::string> levels;  // their names
  Expression value;
  Expression gap;                  // 1 where there is none
  bool levels_as_numbers = false;  // a category read as numbers, some of whose levels are none
};
Result<std::vector<PushedVariable>> read_variables(RowSums& rows, const std::vector<std::string>& names,
                                                   Reading reading);

// Leaves out rows where one of the variables is missing.
void keep_complete(const std::vector<PushedVariable>& variables, SumRequest& request);

// The sums of `variables` over the cells of request.by, and what the cells are called there. Rows where one of them
// is missing are left out with request.na_rm; without it the cells that hold such rows have no sums (NaN).
struct PushedCells {
  std::vector<std::vector<double>> keys;  // by cell
  CellSums sums;
  SampleBase sample;
};
Result<PushedCells> sum_cells(RowSums& rows, const std::vector<PushedVariable>& variables,
                              const EstimateRequest& request);

Result<const data::Column*> find_pushed(const RowSums& rows, const std::string& name);
// The two sides of a comparison of a column with a text: what the column stores, and what the text is there.
std::vector<Expression> equal_sides(const data::Column& column, const Expression& name, const std::string& text);
// "female", or the number as text.
std::string label_of(const data::Column& column, double key);

}  // namespace hamdil::stats::survey
