// Sums by sampling unit and cell of a breakdown, and the estimates that follow from them. Whoever sums, the dense pass
// in memory (dense.hpp) or a cluster that holds the rows (row_sums.hpp), the arithmetic after it is this one.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "base/result.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {

// Sums of weight times value of a variable's terms by slot (slots x terms), and unweighted rows by cell and level.
struct VariableSums {
  std::size_t terms = 1;
  std::vector<double> sums;
  std::vector<std::uint32_t> rows;  // cells x levels, of categories
  std::vector<double> unanswered;   // by cell: refused, don't know and blank as a share of those asked
};

// A slot is unit * cells + cell.
struct CellSums {
  using Base = SurveyDesign::UnitBase;
  using Labels = std::vector<std::pair<std::string, std::string>>;

  std::size_t units = 0;
  std::vector<Labels> labels;           // by cell
  std::vector<Term> terms;              // the estimates, or numerator and denominator; `source` counts variables
  std::vector<Base> all;                // by slot: rows of the cell
  std::vector<Base> used;               // by slot: those that the estimates stand on
  std::vector<VariableSums> variables;  // by source
  std::size_t rows = 0;                 // of the (sub)population, in a cell or not
  double degf = kNaN;                   // its degrees of freedom
  std::vector<std::uint8_t> held;       // by unit: whether it holds such a row; only for covariance across cells
  std::vector<double>
      simple_squares;  // by term x cells: sum(w (v - its mean)^2), v = y - r x of a ratio; for design effects

  std::size_t cells() const { return labels.size(); }
  std::size_t slots() const { return units * cells(); }
  double sum_at(std::size_t term, std::size_t slot) const {
    const VariableSums& own = variables[terms[term].source];
    return own.sums[slot * own.terms + (terms[term].code < 0 ? 0 : static_cast<std::size_t>(terms[term].code))];
  }
};

// A cell as a whole.
struct CellBase {
  CellSums::Base sum;  // of the rows used
  std::size_t clusters = 0;
  double degf = kNaN;       // of all rows of the cell
  double used_degf = kNaN;  // of the rows used
  std::size_t all_rows = 0;
  bool lonely = false;  // a stratum with a single sampling unit holds some of them
};
CellBase cell_base(const SurveyDesign& design, const CellSums& sums, std::size_t cell);
// Fills what stands behind a row, and the flags that follow from it. `cell_rows` as if it were no share.
void fill_base(Row& row, const CellBase& base, double unanswered_share);

// Means, shares, totals and ratios with their errors, as estimate() documents them. The score of a sampling unit is
// (sum(w y) - r sum(w x)) / X, with r = 0, X = 1 of a total, x = 1 of a mean. Errors: those of covariance().
Result<ResultTable> estimate_from_sums(const SurveyDesign& design, const CellSums& sums,
                                       const EstimateRequest& request);

}  // namespace hamdil::stats::survey
