#include "analysis/replicate.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/run.hpp"
#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/quantile.hpp"

namespace hamdil::analysis {
namespace {

using stats::ResultTable;
using Values = std::vector<double>;
constexpr const char* kWeightName = "\x01replicate weight";  // no column of a file is called so

// The tables that hold rows: the result itself, or its parts.
std::vector<ResultTable*> leaves(ResultTable& table) {
  if (table.parts.empty()) return {&table};
  std::vector<ResultTable*> out;
  for (ResultTable& part : table.parts) out.push_back(&part);
  return out;
}

class ReplicateRun {
 public:
  ReplicateRun(const AnalysisSpec& spec, const data::Table& table, const data::Table& weights)
      : spec_(spec), plain_(spec), table_(table), weights_(weights) {
    plain_.replicates.reset();
    plain_.design = {};
    plain_.design.weights = spec.design.weights;
    plain_.design.adjustment = spec.design.adjustment;  // each set of weights is adjusted by itself
    plain_.design.lonely = stats::survey::LonelyRule::kRemove;
    if (plain_.call.interval == "quantile") plain_.call.interval = "mean";
  }

  Result<ResultTable> run_all() {
    HAMDIL_TRY(ResultTable out, run(plain_, table_));
    HAMDIL_TRY(const double degf, degrees_of_freedom());
    out.degf = degf;
    HAMDIL_TRY(const std::vector<std::vector<Values>> estimates, estimates_of(plain_, out));
    out.texts.emplace_back("degf_rule", "rank of the replicate weight matrix minus 1");
    const std::vector<ResultTable*> tables = leaves(out);
    for (std::size_t i = 0; i < tables.size(); ++i) {
      tables[i]->degf = degf;
      rewrite(*tables[i], estimates[i], degf);
    }
    if (spec_.call.estimator == "quantile" && spec_.call.interval != "quantile") HAMDIL_CHECK(woodruff(out, degf));
    return out;
  }

 private:
  // Estimates of the rows of `wanted`, NaN for those that a table does not have (a column of a model that is determined
  // by the others when a level has no weight).
  static Values estimates_in(const ResultTable& wanted, const ResultTable& table) {
    const bool variance = table.estimator == "variance";
    Values out(wanted.rows.size(), stats::kNaN);
    std::size_t next = 0;
    for (std::size_t i = 0; i < out.size() && next < table.rows.size(); ++i) {
      const stats::Row& row = table.rows[next];
      if (row.term != wanted.rows[i].term || row.by != wanted.rows[i].by) continue;
      out[i] = variance ? row.estimate / correction(row.base_rows) : row.estimate;
      ++next;
    }
    return out;
  }

  // Estimates by leaf table and replicate, in the rows of `full`.
  Result<std::vector<std::vector<Values>>> estimates_of(const AnalysisSpec& plain, ResultTable& full) {
    const std::vector<ResultTable*> wanted = leaves(full);
    AnalysisSpec spec = plain;
    spec.design.weights = kWeightName;
    data::Table table = table_;
    std::vector<std::vector<Values>> out;
    for (const data::Column& replicate : weights_.columns) {
      data::Column column = replicate;
      column.name = kWeightName;
      table.put(std::move(column));
      HAMDIL_TRY(ResultTable result, run(spec, table));
      const std::vector<ResultTable*> tables = leaves(result);
      out.resize(wanted.size());
      for (std::size_t i = 0; i < std::min(wanted.size(), tables.size()); ++i)
        out[i].push_back(estimates_in(*wanted[i], *tables[i]));
    }
    return out;
  }

  Result<double> degrees_of_freedom() const {
    HAMDIL_TRY(const std::vector<std::uint32_t> rows, select_domain(spec_.domain, table_));
    stats::Matrix matrix{rows.size(), weights_.columns.size(), {}};
    for (const std::uint32_t row : rows)
      for (const data::Column& column : weights_.columns) matrix.values.push_back(column.numbers[row]);
    return static_cast<double>(stats::rank(matrix)) - 1;
  }

  // n/(n-1) of a variance: with replicates n stays that of the sample, whatever weights are 0.
  static double correction(std::size_t rows) { return static_cast<double>(rows) / (static_cast<double>(rows) - 1); }

  double rscale(std::size_t replicate) const {
    return replicate < spec_.replicates->rscales.size() ? spec_.replicates->rscales[replicate] : 1.0;
  }

  // Replicates in which an estimate is not defined (a level without weight in a model) are left out.
  stats::Matrix covariance(const Values& full, const std::vector<Values>& replicates) const {
    const std::size_t k = full.size();
    const auto defined = [](const Values& one) {
      return std::none_of(one.begin(), one.end(), [](double value) { return std::isnan(value); });
    };
    Values centre = full;
    if (!spec_.replicates->mse) {
      centre.assign(k, 0.0);
      const auto count = static_cast<double>(std::count_if(replicates.begin(), replicates.end(), defined));
      for (const Values& one : replicates)
        for (std::size_t i = 0; defined(one) && i < k; ++i) centre[i] += one[i] / count;
    }
    stats::Matrix out{k, k, Values(k * k, 0.0)};
    for (std::size_t r = 0; r < replicates.size(); ++r)
      for (std::size_t i = 0; defined(replicates[r]) && i < k; ++i)
        for (std::size_t j = 0; j < k; ++j)
          out.at(i, j) +=
              spec_.replicates->scale * rscale(r) * (replicates[r][i] - centre[i]) * (replicates[r][j] - centre[j]);
    return out;
  }

  void rewrite(ResultTable& table, std::vector<Values> replicates, double degf) const {
    Values full;
    for (const stats::Row& row : table.rows) full.push_back(row.estimate);
    if (table.estimator == "variance")
      for (Values& one : replicates)
        for (std::size_t i = 0; i < one.size(); ++i) one[i] *= correction(table.rows[i].base_rows);
    stats::Matrix matrix = covariance(full, replicates);
    double df = degf;
    for (auto& [name, value] : table.values) {
      if (name == "degf_design") value = degf;
      if (name != "df_residual") continue;
      df = degf + 1 - static_cast<double>(table.rows.size());
      value = df;
    }
    for (std::size_t i = 0; i < table.rows.size(); ++i) {
      stats::Row& row = table.rows[i];
      stats::survey::fill_intervals(row, matrix.at(i, i), df, table.level);
      row.ci_t_domain = row.ci_t;
      row.degf_domain = df;
      row.deff = stats::kNaN;
      if (std::isnan(row.statistic)) continue;
      row.statistic = row.estimate / row.se;
      row.p_value = stats::t_two_sided(row.statistic, df);
    }
    table.term_tests.clear();  // they stand on the covariance of the design without replicates
    std::erase_if(table.values, [](const auto& value) { return value.first.starts_with("aic/"); });
    if (!table.vcov.values.empty()) table.vcov = std::move(matrix);
  }

  // For each quantile an interval for the share at or below it, inverted with the same rule.
  Status woodruff(ResultTable& out, double degf) {
    const auto rule = stats::survey::quantile_rule_from_name(spec_.call.qrule.empty() ? "math" : spec_.call.qrule);
    if (!spec_.call.by.empty() || spec_.call.variables.size() != 1)
      return Error("analysis.run.replicate_quantile",
                   "With replicate weights, quantiles are taken of one variable without breakdown.")
          .at({.pointer = "/call"});
    AnalysisSpec shares = plain_;
    shares.call.estimator = shares.call.id = "cdf";
    for (const stats::Row& row : out.rows) shares.call.at.push_back(row.estimate);
    HAMDIL_TRY(ResultTable full, run(shares, table_));
    HAMDIL_TRY(const auto replicates, estimates_of(shares, full));
    rewrite(full, replicates[0], degf);
    HAMDIL_TRY(const std::vector<std::uint32_t> rows, select_domain(spec_.domain, table_));
    const data::Column& column = *table_.find(spec_.call.variables[0]);
    const data::Column* weight = table_.find(spec_.design.weights);
    Values values;
    Values weights;
    for (const std::uint32_t row : rows) {
      if (std::isnan(column.number_at(row))) continue;
      values.push_back(column.number_at(row));
      weights.push_back(weight == nullptr ? 1.0 : weight->number_at(row));
    }
    const auto limit = [&](double share) {
      return share >= 0 && share <= 1 ? stats::survey::weighted_quantile(values, weights, share, *rule) : stats::kNaN;
    };
    for (std::size_t i = 0; i < out.rows.size(); ++i) {
      stats::Row& row = out.rows[i];
      row.ci_t = row.ci_t_domain = {limit(full.rows[i].ci_t.lower), limit(full.rows[i].ci_t.upper)};
      row.se = (row.ci_t.upper - row.ci_t.lower) / (2 * stats::t_quantile(0.5 + out.level / 2, degf));
    }
    return Done{};
  }

  const AnalysisSpec& spec_;
  AnalysisSpec plain_;
  const data::Table& table_;
  const data::Table& weights_;
};

}  // namespace

Result<ResultTable> run_replicates(const AnalysisSpec& spec, const data::Table& table, const data::Table* weights) {
  const bool fits = weights != nullptr && weights->rows == table.rows && !weights->columns.empty() &&
                    std::all_of(weights->columns.begin(), weights->columns.end(),
                                [](const data::Column& column) { return column.is_numeric(); });
  if (!fits)
    return Error("analysis.run.replicate_weights",
                 "The replicate weights are not there, or are not one number for every row of the data.")
        .at({.pointer = "/design/replicates"});
  return ReplicateRun(spec, table, *weights).run_all();
}

}  // namespace hamdil::analysis
