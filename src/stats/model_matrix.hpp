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
// A factor as it enters a model: a number, or a category with the levels that its rows hold.
struct FactorCoding {
  std::string name;                 // "age", "x > 3TRUE"; of a category what stands before its level
  std::vector<std::string> levels;  // empty: a number
  bool ordered = false;
  bool categorical() const { return !levels.empty(); }
};
// A column of a model is the product of its parts: a factor's number, or what its level stands for.
struct ColumnPlan {
  struct Part {
    std::size_t factor = 0;
    std::vector<double> by_level;  // empty: the number
  };
  std::string name;
  std::size_t term = 0;     // terms.size() for the intercept
  std::vector<Part> parts;  // none: 1 throughout
};
// The columns of a formula in R's order, from how each of its factors is coded.
std::vector<ColumnPlan> plan_columns(const Formula& formula, const std::vector<FactorCoding>& factors);
// A factor that is a category of the table, by its name alone.
bool is_category(const Factor& factor, const data::Table& table);
// What a factor that is a number is called: R adds TRUE to a comparison.
std::string number_name(const Factor& factor);

// Categories enter by treatment contrasts (first level that occurs is the reference), ordered ones by orthogonal
// polynomials, both in full where their margin is not in the model, as R does. Levels that no row holds are left out.
// Plain numbers are read in place where every row of the table enters: the table must outlive the matrix.
Result<ModelMatrix> make_model_matrix(const Formula& formula, const data::Table& table, const survey::RowList& rows);

}  // namespace hamdil::stats
