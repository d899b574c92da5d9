#include "stats/survey/derived.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {
namespace {

double quadratic(const std::vector<double>& gradient, const Matrix& covariance) {
  double out = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i)
    for (std::size_t j = 0; j < gradient.size(); ++j) out += gradient[i] * gradient[j] * covariance.at(i, j);
  return out;
}

}  // namespace

Result<ResultTable> survey_kappa(const SurveyDesign& design, const RowList& rows,
                                 const std::vector<std::int32_t>& first, const std::vector<std::int32_t>& second,
                                 std::size_t categories, double level) {
  const auto q = static_cast<std::int32_t>(categories);
  data::Table pairs;
  pairs.rows = first.size();
  std::vector<std::int32_t> codes;
  std::vector<data::Level> levels;
  for (std::int32_t code = 0; code < q * q; ++code) levels.push_back({std::to_string(code), std::to_string(code)});
  for (std::size_t row = 0; row < first.size(); ++row)
    codes.push_back(first[row] < 0 || second[row] < 0 ? -1 : first[row] * q + second[row]);
  data::Column column = data::Column::of_codes("pair", codes, std::move(levels));
  for (std::size_t row = 0; row < codes.size(); ++row)
    if (codes[row] < 0) column.set_missing(row, data::Missing::kBlank);
  pairs.columns.push_back(std::move(column));
  EstimateRequest request;
  request.variables = {"pair"};
  request.na_rm = true;
  request.level = level;
  HAMDIL_TRY(const ResultTable shares, estimate(design, pairs, rows, request));
  std::vector<double> of_first(categories, 0.0);
  std::vector<double> of_second(categories, 0.0);
  double observed = 0;
  const auto share = [&](std::size_t i, std::size_t j) { return shares.rows[i * categories + j].estimate; };
  for (std::size_t i = 0; i < categories; ++i)
    for (std::size_t j = 0; j < categories; ++j) {
      of_first[i] += share(i, j);
      of_second[j] += share(i, j);
      if (i == j) observed += share(i, j);
    }
  double expected = 0;
  for (std::size_t i = 0; i < categories; ++i) expected += of_first[i] * of_second[i];
  std::vector<double> gradient;
  for (std::size_t i = 0; i < categories; ++i)
    for (std::size_t j = 0; j < categories; ++j)
      gradient.push_back((i == j ? 1 : 0) / (1 - expected) -
                         (1 - observed) * (of_second[i] + of_first[j]) / ((1 - expected) * (1 - expected)));
  ResultTable out;
  out.level = level;
  out.degf = shares.degf;
  out.n = shares.n;
  Row row;
  row.term = row.variable = "kappa";
  row.estimate = expected < 1 ? (observed - expected) / (1 - expected) : kNaN;
  if (!shares.rows.empty()) {
    row.base_rows = row.cell_rows = shares.rows.front().base_rows;
    row.base_clusters = shares.rows.front().base_clusters;
  }
  fill_intervals(row, std::isnan(row.estimate) ? kNaN : quadratic(gradient, shares.vcov), shares.degf, level);
  add_undefined_flags(row);
  if (!(shares.degf >= 8)) add_flag(row, Flag::kFewClusters);
  out.rows.push_back(std::move(row));
  return out;
}

Result<GoodnessOfFit> goodness_of_fit(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                      const std::string& variable, const std::vector<double>& p) {
  EstimateRequest request;
  request.quantity = Quantity::kTotal;
  request.variables = {variable};
  request.reading = Reading::kCategories;
  request.na_rm = true;
  HAMDIL_TRY(const ResultTable totals, estimate(design, table, rows, request));
  const std::size_t q = totals.rows.size();
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  if (p.size() != q || !(sum > 0) || std::any_of(p.begin(), p.end(), [](double one) { return !(one > 0); }))
    return Error("stats.gof.levels", "{variable} has {count} levels; give one positive share for each.",
                 {{"variable", variable}, {"count", std::to_string(q)}});
  double all = 0;
  for (const Row& row : totals.rows) all += row.estimate;
  GoodnessOfFit out;
  out.degf = totals.degf;
  if (!(all > 0)) return out;
  Matrix gradient{q, q, std::vector<double>(q * q, 0.0)};
  out.statistic = 0;
  for (std::size_t i = 0; i < q; ++i) {
    const double share = p[i] / sum;
    const double expected = share * all;
    const double distance = totals.rows[i].estimate - expected;
    out.statistic += distance * distance / expected;
    for (std::size_t j = 0; j < q; ++j)
      gradient.at(i, j) = ((i == j ? 1 : 0) - share - distance * share / (2 * expected)) / std::sqrt(expected);
  }
  const Matrix covariance = multiply(multiply(gradient, totals.vcov), transpose(gradient));
  double mean = 0;
  double square = 0;
  for (const double lambda : eigenvalues(covariance)) {
    mean += lambda / static_cast<double>(q);
    square += lambda * lambda / static_cast<double>(q);
  }
  if (!(mean > 0)) return out;
  const double spread = square / (mean * mean);
  out.scale = mean * spread;
  out.df = static_cast<double>(q) / spread;
  out.p_value = chisq_upper(out.statistic / out.scale, out.df);
  return out;
}

namespace {

constexpr const char* kWeightName = "\x01weight";  // no column of a file is called so

// The columns that the standardisation needs. Rows outside the domain have the weight 0, with na_rm those without an
// answer too, so that the composition is that of those who are spoken of.
Result<data::Table> answered_table(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                   const StandardizeRequest& request) {
  std::vector<double> weights(design.weights().size(), 0.0);
  for (const std::uint32_t row : rows) weights[row] = design.weights()[row];
  data::Table out;
  out.rows = table.rows;
  for (const auto* names :
       {&design.spec().ids, &design.spec().strata, &design.spec().fpc, &request.by, &request.over, &request.variables})
    for (const std::string& name : *names) {
      HAMDIL_TRY(const data::Column* column, find_column(table, name));
      if (out.find(name) == nullptr) out.columns.push_back(*column);
      if (names != &request.variables || !request.na_rm) continue;
      for (std::size_t row = 0; row < weights.size(); ++row)
        if (column->is_missing(row)) weights[row] = 0;
    }
  out.columns.push_back(data::Column::of_numbers(kWeightName, std::move(weights)));
  return out;
}

}  // namespace

Result<ResultTable> standardized_means(const SurveyDesign& design, const data::Table& whole, const RowList& rows,
                                       const StandardizeRequest& request) {
  HAMDIL_TRY(const data::Table table, answered_table(design, whole, rows, request));
  const std::vector<double>& weights = table.columns.back().numbers;
  std::size_t cells = 1;
  std::vector<std::vector<std::string>> by_cells = {{}};
  for (const std::string& name : request.by) {
    HAMDIL_TRY(const data::Column* column, find_column(table, name));
    const std::vector<std::string> levels = encode(*column).names;
    cells *= levels.size();
    std::vector<std::vector<std::string>> longer;  // the first column's levels run fastest
    for (const std::string& level : levels)
      for (std::vector<std::string> cell : by_cells) {
        cell.push_back(level);
        longer.push_back(std::move(cell));
      }
    by_cells = std::move(longer);
  }
  const double sum = std::accumulate(request.population.begin(), request.population.end(), 0.0);
  if (cells != request.population.size() || !(sum > 0))
    return Error("stats.standardize.population",
                 "The columns of by have {count} combinations of levels; give one count of the population for each.",
                 {{"count", std::to_string(cells)}});
  HAMDIL_TRY(const std::vector<Cell> groups, split_by(table, request.over, all_rows(design)));
  DesignSpec spec = design.spec();
  spec.weights = kWeightName;
  Adjustment adjustment;
  KnownCounts counts;
  counts.by = request.by;
  counts.by.insert(counts.by.end(), request.over.begin(), request.over.end());
  for (const Cell& group : groups) {
    double weight = 0;
    for (const std::uint32_t row : group.rows) weight += weights[row];
    for (std::size_t i = 0; i < by_cells.size(); ++i) {
      KnownCounts::Cell cell{by_cells[i], weight * request.population[i] / sum};
      for (const auto& [variable, label] : group.by) cell.levels.push_back(label);
      counts.cells.push_back(std::move(cell));
    }
  }
  adjustment.counts.push_back(std::move(counts));
  spec.adjustment = std::move(adjustment);
  HAMDIL_TRY(const SurveyDesign adjusted, SurveyDesign::make(spec, table));
  EstimateRequest means;
  means.variables = request.variables;
  means.by = request.over;
  means.na_rm = request.na_rm;
  means.level = request.level;
  return estimate(adjusted, table, rows, means);
}

}  // namespace hamdil::stats::survey
