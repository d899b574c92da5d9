// Internal consistency of items, with the weights of the design.
#include <algorithm>
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "stats/scale/reliability.hpp"
#include "stats/scale/score.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using stats::EstimatorInfo;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;
using stats::survey::Reading;

// Items side by side, and what stands behind a coefficient of them: people who answered every item.
struct Items {
  std::vector<std::vector<double>> values;  // by item, of the rows of the domain
  std::vector<double> weights;
  ResultTable table;
};

Result<Items> read_items(const Context& context, const Call& call) {
  if (call.variables.size() < 2) return missing_option(call, "two or more variables");
  HAMDIL_TRY(const auto terms, stats::survey::Terms::make(context.table, call.variables, Reading::kNumbers));
  Items out;
  out.values.resize(terms.size());
  for (std::size_t i = 0; i < out.values.size(); ++i) terms.values(i, context.rows, out.values[i]);
  stats::Row row;
  std::vector<bool> met(context.design.stages()[0].units(), false);
  for (std::size_t i = 0; i < context.rows.size(); ++i) {
    out.weights.push_back(context.design.weights()[context.rows[i]]);
    const bool complete = out.weights.back() > 0 && std::none_of(out.values.begin(), out.values.end(),
                                                                 [&](const auto& item) { return std::isnan(item[i]); });
    if (!complete) continue;
    ++row.base_rows;
    const auto unit = static_cast<std::size_t>(context.design.stages()[0].unit_of_row[context.rows[i]]);
    row.base_clusters += !met[unit];
    met[unit] = true;
  }
  row.term = row.variable = call.variables.front();
  row.cell_rows = row.base_rows;
  out.table.degf = stats::survey::degrees_of_freedom(context.design, context.rows);
  out.table.n = row.base_rows;
  out.table.rows.push_back(std::move(row));
  return out;
}

ResultTable coefficient(Items items, double estimate) {
  items.table.rows[0].estimate = estimate;
  items.table.values.emplace_back("estimate", estimate);
  return std::move(items.table);
}

Result<ResultTable> run_cronbach_alpha(const Context& context, const Call& call) {
  HAMDIL_TRY(Items items, read_items(context, call));
  stats::scale::Alpha alpha = stats::scale::cronbach_alpha(items.values, items.weights);
  items.table.series.emplace_back("alpha_without", std::move(alpha.without));
  return coefficient(std::move(items), alpha.alpha);
}

Result<ResultTable> run_spearman_brown(const Context& context, const Call& call) {
  HAMDIL_TRY(Items items, read_items(context, call));
  if (items.values.size() != 2) return missing_option(call, "two variables");
  const double found = stats::scale::spearman_brown(items.values[0], items.values[1], items.weights);
  return coefficient(std::move(items), found);
}

Result<ResultTable> run_reproducibility(const Context& context, const Call& call) {
  HAMDIL_TRY(Items items, read_items(context, call));
  std::vector<std::vector<double>> patterns(items.weights.size());
  for (const std::vector<double>& item : items.values)
    for (std::size_t row = 0; row < item.size(); ++row) patterns[row].push_back(item[row]);
  return coefficient(std::move(items), stats::scale::reproducibility(patterns).coefficient);
}

}  // namespace

std::vector<Estimator> scale_estimators() {
  constexpr std::string_view complete = "Only rows where every item is answered count.";
  return {
      {{.id = "cronbach_alpha",
        .name = "cronbach_alpha",
        .family = "scales",
        .title = "Cronbach's alpha, with weights",
        .what = "internal consistency of items, design-weighted, complete cases",
        .options = {variables_option("columns of the items"), na_rm_option("true")},
        .figures = {{"estimate", "alpha"}, {"alpha_without", "alpha when the item is left out"}},
        .statements = {"alpha = k/(k-1) (1 - sum of item variances / variance of the sum), with weighted variances."},
        .missing = complete,
        .references = {"Cronbach (1951) Coefficient alpha and the internal structure of tests, Psychometrika 16"},
        .cost = "one pass over the items",
        .basis = stats::Basis::kWeights},
       run_cronbach_alpha},
      {{.id = "spearman_brown",
        .name = "spearman_brown",
        .family = "scales",
        .title = "Reliability of two items",
        .what = "reliability of two items, design-weighted, complete cases",
        .options = {variables_option("two columns"), na_rm_option("true")},
        .figures = {{"estimate", "2 r / (1 + r)"}},
        .statements = {"2 r / (1 + r), r the weighted correlation."},
        .missing = complete,
        .references =
            {"Eisinga, te Grotenhuis, Pelzer (2013) The reliability of a two-item scale, International Journal of "
             "Public Health 58"},
        .cost = "one pass over the items",
        .basis = stats::Basis::kWeights},
       run_spearman_brown},
      {{.id = "reproducibility",
        .name = "reproducibility",
        .family = "scales",
        .title = "Coefficient of a ladder of steps",
        .what = "coefficient of a ladder of yes-or-no steps, unweighted, complete cases",
        .options = {variables_option("columns of 0 and 1, from the closest step on"), na_rm_option("true")},
        .figures = {{"estimate", "1 - errors / answers"}},
        .statements = {"Errors are counted against the ideal pattern of the same total (Goodenough and Edwards)."},
        .missing = complete,
        .references = {"Guttman (1950) The basis for scalogram analysis"},
        .cost = "one pass over the items",
        .basis = stats::Basis::kRows},
       run_reproducibility},
  };
}

}  // namespace hamdil::analysis
