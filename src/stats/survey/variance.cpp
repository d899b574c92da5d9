#include "stats/survey/variance.hpp"

#include <cmath>

#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

struct Products {
  RowList rows;
  double weight = 0;
  double correction = kNaN;     // n/(n-1)
  std::vector<Values> centred;  // by variable
};

Result<Products> centre(const SurveyDesign& design, const Terms& terms, const RowList& rows, bool na_rm) {
  Products out{na_rm ? terms.complete(rows) : rows, 0, kNaN, {}};
  double n = 0;
  for (const std::uint32_t row : out.rows) {
    out.weight += design.weights()[row];
    n += design.weights()[row] != 0;
  }
  out.correction = n > 1 ? n / (n - 1) : kNaN;
  for (std::size_t term = 0; term < terms.size(); ++term) {
    Values values;
    terms.values(term, out.rows, values);
    double mean = 0;
    for (std::size_t i = 0; i < values.size(); ++i) mean += design.weights()[out.rows[i]] * values[i];
    mean /= out.weight;
    for (double& value : values) value -= mean;
    out.centred.push_back(std::move(values));
  }
  return out;
}

struct Moment {
  double estimate = kNaN;
  double variance = kNaN;
};

Result<Moment> moment(const SurveyDesign& design, const Products& products, std::size_t left, std::size_t right) {
  const std::size_t n = products.rows.size();
  Values values(n);
  double mean = 0;
  for (std::size_t i = 0; i < n; ++i) {
    values[i] = products.correction * products.centred[left][i] * products.centred[right][i];
    mean += design.weights()[products.rows[i]] * values[i];
  }
  mean /= products.weight;
  for (std::size_t i = 0; i < n; ++i)
    values[i] = design.weights()[products.rows[i]] * (values[i] - mean) / products.weight;
  Totals totals(design, 1);
  totals.add(products.rows, values, 0);
  HAMDIL_TRY(const Matrix matrix, covariance(design, totals));
  return Moment{mean, matrix.at(0, 0)};
}

}  // namespace

Result<ResultTable> estimate_variance(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                      const std::vector<std::string>& variables, bool na_rm, double level) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, variables, Reading::kNumbers));
  HAMDIL_TRY(const Products products, centre(design, terms, rows, na_rm));
  ResultTable out;
  out.level = level;
  out.degf = degrees_of_freedom(design, rows);
  out.n = rows.size();
  for (std::size_t term = 0; term < terms.size(); ++term) {
    HAMDIL_TRY(const Moment found, moment(design, products, term, term));
    Row row;
    row.term = row.variable = terms.list()[term].variable;
    row.estimate = found.estimate;
    fill_intervals(row, found.variance, out.degf, level);
    row.degf_domain = out.degf;
    row.ci_t_domain = row.ci_t;
    fill_base(row, design, terms.column(term), rows, products.rows);
    row.cell_rows = row.base_rows;
    add_estimate_flags(row, design, products.rows);
    out.rows.push_back(std::move(row));
  }
  return out;
}

Result<ResultTable> estimate_covariance_matrix(const SurveyDesign& design, const data::Table& table,
                                               const RowList& rows, const std::vector<std::string>& variables,
                                               bool na_rm) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, variables, Reading::kNumbers));
  HAMDIL_TRY(const Products products, centre(design, terms, rows, na_rm));
  const std::size_t k = terms.size();
  ResultTable out;
  out.degf = degrees_of_freedom(design, rows);
  out.n = rows.size();
  out.matrix = out.matrix_se = Matrix{k, k, Values(k * k, kNaN)};
  for (std::size_t r = 0; r < k; ++r) {
    for (std::size_t c = r; c < k; ++c) {
      HAMDIL_TRY(const Moment found, moment(design, products, r, c));
      out.matrix.at(r, c) = out.matrix.at(c, r) = found.estimate;
      out.matrix_se.at(r, c) = out.matrix_se.at(c, r) = std::sqrt(found.variance);
    }
  }
  if (k == 2)
    out.values.emplace_back("correlation", out.matrix.at(0, 1) / std::sqrt(out.matrix.at(0, 0) * out.matrix.at(1, 1)));
  return out;
}

}  // namespace hamdil::stats::survey
