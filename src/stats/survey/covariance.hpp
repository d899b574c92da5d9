// Design-based covariance of estimates from their influence values. Every estimator of this folder ends here.
#pragma once

#include <cstdint>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats::survey {

// Sums of weighted influence values per sampling unit, one column an estimate. Columns combine linearly: the influence
// of a difference of two estimates is the difference of their columns.
class Totals {
 public:
  Totals(const SurveyDesign& design, std::size_t columns);

  std::size_t columns() const { return columns_; }
  // Adds weighted influence values of `rows` to a column and notes which units hold these rows. Same length as `rows`.
  void add(const RowList& rows, const std::vector<double>& values, std::size_t column);
  // Adds factor[i] * columns[c][i] of rows[i] to column c, for all columns of these totals; notes no units.
  void add_products(const std::uint32_t* rows, std::size_t size, const double* factor,
                    const std::vector<const double*>& columns);
  // Notes that the (sub)population holds these rows, without adding anything.
  void mark(const RowList& rows);
  // Direct entry for kernels that sum themselves; only designs whose variance has one stage and whose weights are not
  // adjusted.
  void set(std::size_t unit, std::size_t column, double total) { sums_[0][unit * columns_ + column] = total; }
  void mark_unit(std::size_t unit) { present_[0][unit] = 1; }

  // Copies the columns of `other` to columns first, first + step, first + 2 step, ...
  void place(const Totals& other, std::size_t first, std::size_t step);

  const std::vector<double>& sums(std::size_t stage) const { return sums_[stage]; }
  // The sums of an adjusted design: of influences less what its auxiliaries explain.
  std::vector<double> residual_sums(std::size_t stage) const;
  const std::vector<std::uint8_t>& present(std::size_t stage) const { return present_[stage]; }
  // New columns as linear combinations: result column c = sum over j of coefficients[c][j] * this column j.
  Totals combine(const std::vector<std::vector<double>>& coefficients) const;

 private:
  void project(std::uint32_t row, double value, std::size_t column);

  const SurveyDesign* design_;
  std::size_t columns_;
  std::vector<double> projections_;                 // columns x auxiliaries of an adjusted design
  std::vector<std::vector<double>> sums_;           // by stage: units x columns
  std::vector<std::vector<std::uint8_t>> present_;  // by stage: whether the unit holds a row of the (sub)population
};

enum class MatrixPart : std::uint8_t { kAll, kDiagonal };  // kDiagonal: the variances alone, zero beside them

// Covariance of the columns of `totals` under the design: sum over strata of f n/(n-1) times the cross-products of unit
// totals about their mean, plus the sampling fraction times the same inside each first-stage unit where second-stage
// population sizes are known (Sarndal, Swensson, Wretman 1992, 4.3; as R `survey`). Units without rows of the
// subpopulation count with total 0. Unequal probabilities: Brewer's, Overton's or Hartley-Rao's approximation. Error
// stats.variance.lonely_stratum names the stratum when the rule is kFail; NaN where every stratum is single under
// kAverage. Cost: units x columns^2.
Result<Matrix> covariance(const SurveyDesign& design, const Totals& totals, MatrixPart part = MatrixPart::kAll);

}  // namespace hamdil::stats::survey
