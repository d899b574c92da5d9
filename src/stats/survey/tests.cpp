#include "stats/survey/tests.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/glm_fit.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

// Rows where both are known, the variable's values there, and 0/1 columns for the groups after the first that occurs.
struct Grouped {
  ModelMatrix model;
  std::vector<std::string> groups;
};

Result<Grouped> group_rows(const data::Table& table, const RowList& rows, const std::string& variable,
                           const std::string& group) {
  HAMDIL_TRY(const Terms terms, Terms::make(table, {variable}, Reading::kNumbers));
  HAMDIL_TRY(const std::vector<Cell> cells, split_by(table, {group}, terms.complete(rows)));
  Grouped out;
  std::vector<std::pair<std::uint32_t, std::size_t>> placed;
  for (std::size_t cell = 0; cell < cells.size(); ++cell) {
    out.groups.push_back(cells[cell].by[0].second);
    for (const std::uint32_t row : cells[cell].rows) placed.emplace_back(row, cell);
  }
  std::sort(placed.begin(), placed.end());
  out.model.names.push_back("(Intercept)");
  for (const auto& [row, cell] : placed) out.model.rows.push_back(row);
  std::vector<Values> columns(std::max<std::size_t>(1, cells.size()), Values(placed.size(), 0.0));
  columns[0].assign(placed.size(), 1.0);
  for (std::size_t cell = 1; cell < cells.size(); ++cell) out.model.names.push_back(group + out.groups[cell]);
  for (std::size_t i = 0; i < placed.size(); ++i)
    if (placed[i].second > 0) columns[placed[i].second][i] = 1.0;
  out.model.columns.assign(columns.begin(), columns.end());
  Values response;
  terms.values(0, out.model.rows, response);
  out.model.response = std::move(response);
  return out;
}

// Mid-ranks as shares of the population: the weighted distribution halfway through each value.
Values weighted_ranks(const SurveyDesign& design, const RowList& rows, const Values& values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return values[a] != values[b] ? values[a] < values[b] : a < b; });
  Values ranks(values.size());
  double below = 0;
  double all = 0;
  for (const std::uint32_t row : rows) all += design.weights()[row];
  for (std::size_t begin = 0; begin < order.size();) {
    std::size_t end = begin;
    double tied = 0;
    for (; end < order.size() && values[order[end]] == values[order[begin]]; ++end)
      tied += design.weights()[rows[order[end]]];
    // Within a tie every row gets the mean of the running mid-points, one row after the other as they stand.
    double running = below;
    double middle = 0;
    for (std::size_t i = begin; i < end; ++i) {
      const double weight = design.weights()[rows[order[i]]];
      middle += running + weight / 2;
      running += weight;
    }
    for (std::size_t i = begin; i < end; ++i) ranks[order[i]] = middle / static_cast<double>(end - begin) / all;
    below += tied;
    begin = end;
  }
  return ranks;
}

void score(Values& ranks, RankTest test) {
  for (double& rank : ranks) {
    if (test == RankTest::kVanDerWaerden) rank = normal_quantile(rank);
    if (test == RankTest::kMedian) rank = rank > 0.5 ? 1.0 : 0.0;
  }
}

// The slope of a two-group comparison as a single result.
Result<ResultTable> slope(const SurveyDesign& design, const Grouped& grouped, const std::string& variable,
                          double level) {
  HAMDIL_TRY(const FitWithCovariance found,
             fit_with_covariance(design, grouped.model, Family::kGaussian, Link::kIdentity));
  const auto& [fit, matrix] = found;
  ResultTable out;
  out.degf = degrees_of_freedom(design, grouped.model.rows);
  out.n = grouped.model.rows.size();
  const double df = out.degf - 1;
  Row row;
  row.variable = variable;
  row.term = grouped.groups[1] + " - " + grouped.groups[0];
  row.estimate = fit.coefficients[1];
  fill_intervals(row, fit.kept.size() > 1 ? matrix.at(1, 1) : kNaN, df, level);
  row.degf_domain = df;
  row.ci_t_domain = row.ci_t;
  row.statistic = row.estimate / row.se;
  row.p_value = t_two_sided(row.statistic, df);
  row.base_rows = row.cell_rows = out.n;
  row.base_clusters = count_clusters(design, grouped.model.rows);
  add_estimate_flags(row, design, grouped.model.rows);
  out.rows.push_back(std::move(row));
  out.values.emplace_back("df", df);
  return out;
}

Result<ResultTable> one_sample(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                               const TTestRequest& request) {
  EstimateRequest mean;
  mean.variables = {request.variable};
  mean.reading = Reading::kNumbers;
  mean.na_rm = request.na_rm;
  mean.level = request.level;
  HAMDIL_TRY(ResultTable out, estimate(design, table, rows, mean));
  HAMDIL_TRY(const Terms terms, Terms::make(table, {request.variable}, Reading::kNumbers));
  if (request.na_rm) out.degf = degrees_of_freedom(design, terms.complete(rows));
  const double df = out.degf - 1;
  Row& row = out.rows[0];
  row.estimate -= request.mu;
  fill_intervals(row, row.se * row.se, df, request.level);
  row.ci_t_domain = row.ci_t;
  row.statistic = row.estimate / row.se;
  row.p_value = t_two_sided(row.statistic, df);
  out.values.emplace_back("df", df);
  return out;
}

Error two_groups(const std::string& group, std::size_t found) {
  return Error("stats.ttest.groups", "{group} has {found} groups with answers; two are compared.",
               {{"group", group}, {"found", std::to_string(found)}});
}

Result<ResultTable> kruskal_wallis(const SurveyDesign& design, const Grouped& grouped) {
  HAMDIL_TRY(const FitWithCovariance found,
             fit_with_covariance(design, grouped.model, Family::kGaussian, Link::kIdentity));
  const auto& [fit, all] = found;
  const std::size_t k = grouped.groups.size() - 1;
  Matrix matrix{k, k, Values(k * k)};
  Values slopes(k);
  for (std::size_t r = 0; r < k; ++r) {
    slopes[r] = fit.coefficients[r + 1];
    for (std::size_t c = 0; c < k; ++c) matrix.at(r, c) = all.at(r + 1, c + 1);
  }
  ResultTable out;
  out.degf = degrees_of_freedom(design, grouped.model.rows);
  out.n = grouped.model.rows.size();
  const double df = static_cast<double>(k);
  const double ddf = out.degf - df;
  const double chisq = quadratic_form(slopes, matrix);
  const double p = f_upper(chisq / df, df, ddf);
  out.values = {{"chisq", chisq}, {"df", df}, {"ddf", ddf}, {"F", chisq / df}, {"p_value", p}};
  out.tests.push_back({"KruskalWallis", chisq / df, df, ddf, p});
  out.texts.emplace_back("p_value_from", "F(df, ddf)");
  return out;
}

}  // namespace

Result<ResultTable> ttest(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                          const TTestRequest& request) {
  if (request.group.empty()) return one_sample(design, table, rows, request);
  HAMDIL_TRY(const Grouped grouped, group_rows(table, rows, request.variable, request.group));
  if (grouped.groups.size() != 2) return two_groups(request.group, grouped.groups.size());
  return slope(design, grouped, request.variable, request.level);
}

std::optional<RankTest> rank_test_from_name(std::string_view name) {
  constexpr std::array<const char*, 4> kNames = {"wilcoxon", "vanderWaerden", "median", "KruskalWallis"};
  for (std::size_t i = 0; i < kNames.size(); ++i)
    if (name == kNames[i]) return static_cast<RankTest>(i);
  return std::nullopt;
}

Result<ResultTable> rank_test(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                              const std::string& variable, const std::string& group, RankTest test) {
  HAMDIL_TRY(Grouped grouped, group_rows(table, rows, variable, group));
  const bool several = test == RankTest::kKruskalWallis;
  if (grouped.groups.size() < 2 || (!several && grouped.groups.size() > 2))
    return two_groups(group, grouped.groups.size());
  const ModelColumn& response = grouped.model.response;
  Values ranks = weighted_ranks(design, grouped.model.rows, {response.from(0), response.from(0) + response.size()});
  score(ranks, test);
  grouped.model.response = std::move(ranks);
  if (several) return kruskal_wallis(design, grouped);
  return slope(design, grouped, variable, 0.95);
}

}  // namespace hamdil::stats::survey
