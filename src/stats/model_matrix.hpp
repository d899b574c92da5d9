// The columns of numbers that a model formula stands for.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/formula.hpp"

namespace hamdil::stats {

// A column of numbers, one a row of the model: its own, read in place from a table that must outlive it, or 1
// throughout.
class ModelColumn {
 public:
  ModelColumn() : ModelColumn(std::vector<double>()) {}
  ModelColumn(std::vector<double> values);  // NOLINT(google-explicit-constructor): a column is its values
  static ModelColumn in_place(const std::vector<double>& values);
  static ModelColumn ones(std::size_t size);

  std::size_t size() const { return size_; }
  double operator[](std::size_t row) const { return *from(row); }
  // Values from `row` on: to the end, of ones as many as a kernel takes at a time.
  const double* from(std::size_t row) const { return first_ + (constant_ ? 0 : row); }

 private:
  std::shared_ptr<const std::vector<double>> own_;
  const double* first_ = nullptr;
  std::size_t size_ = 0;
  bool constant_ = false;
};

// Columns of the model for the rows where response and factors are known.
struct ModelMatrix {
  survey::RowList rows;
  ModelColumn response;
  std::vector<std::string> names;           // "(Intercept)", "sexmale", "round:arm", ...
  std::vector<ModelColumn> columns;         // each of rows.size()
  std::vector<std::size_t> term_of_column;  // terms.size() for the intercept
};
// Categories enter by treatment contrasts (first level that occurs is the reference), ordered ones by orthogonal
// polynomials, both in full where their margin is not in the model, as R does. Levels that no row holds are left out.
// Plain numbers are read in place where every row of the table enters: the table must outlive the matrix.
Result<ModelMatrix> make_model_matrix(const Formula& formula, const data::Table& table, const survey::RowList& rows);

}  // namespace hamdil::stats
