// Who stayed and who left, and whether two groups were alike before anything was done: tables of differences.
#include <algorithm>
#include <cmath>
#include <map>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/distributions.hpp"
#include "stats/linear_algebra.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/regression.hpp"

namespace hamdil::analysis {
namespace {

using stats::Figures;
using stats::kNaN;
using stats::OptionType;
using stats::ResultTable;
using stats::survey::RowList;

constexpr const char* kSide = "hamdil.side";

// The rows that have a side, 0 or 1, and a table that has it as a column beside those that are asked for.
struct Sides {
  data::Table table;
  RowList rows;
  std::string names[2];
};

Result<Sides> read_sides(const Context& context, const Call& call, const std::string& column,
                         const std::vector<std::string>& variables, const std::string& pointer) {
  HAMDIL_TRY(const stats::survey::Encoded levels, read_levels(context, column));
  std::map<std::int32_t, std::size_t> seen;
  for (const std::int32_t code : levels.codes)
    if (code >= 0) seen.emplace(code, 0);
  if (seen.size() != 2)
    return Error("analysis.sample.two_groups", "{estimator} compares two groups; {column} has {count} with answers.",
                 {{"estimator", call.estimator}, {"column", column}, {"count", std::to_string(seen.size())}})
        .at({.pointer = pointer});
  Sides out;
  std::size_t next = 0;
  for (auto& [code, side] : seen) {
    side = next++;
    out.names[side] = levels.names[static_cast<std::size_t>(code)];
  }
  out.table.rows = context.table.rows;
  for (const std::string& name : variables) {
    const data::Column* found = context.table.find(name);
    if (found == nullptr)
      return Error("stats.terms.no_column", "There is no column {name}.", {{"name", name}})
          .at({.pointer = "/call/variables"});
    out.table.put(*found);
  }
  std::vector<double> side(context.table.rows, kNaN);
  for (std::size_t i = 0; i < context.rows.size(); ++i)
    if (levels.codes[i] >= 0) {
      side[context.rows[i]] = static_cast<double>(seen[levels.codes[i]]);
      out.rows.push_back(context.rows[i]);
    }
  out.table.put(data::Column::of_numbers(kSide, std::move(side)));
  return out;
}

double sd_of(const Context& context, const Sides& sides, const stats::Row& row) {
  const double side = row.by.front().second == "1" ? 1 : 0;
  const data::Column& column = *sides.table.find(row.variable);
  RowList used;
  std::vector<double> values;
  const std::vector<double>& of_side = sides.table.find(kSide)->numbers;
  for (const std::uint32_t at : sides.rows) {
    if (of_side[at] != side || column.is_missing(at)) continue;
    used.push_back(at);
    values.push_back(row.level.empty() ? column.number_at(at) : column.text_at(at) == row.level ? 1.0 : 0.0);
  }
  return std::sqrt(stats::survey::weighted_variance(context.design, used, values));
}

// The difference of one mean or share between the sides, under the design.
Figures difference(const Context& context, const Sides& sides, const ResultTable& means, std::size_t first) {
  const stats::Row& a = means.rows[first];
  const stats::Row& b = means.rows[first + 1];
  const double distance = b.estimate - a.estimate;
  const double variance =
      means.vcov.at(first, first) + means.vcov.at(first + 1, first + 1) - 2 * means.vcov.at(first, first + 1);
  const double se = variance > 0 ? std::sqrt(variance) : kNaN;
  const double spread = std::sqrt((std::pow(sd_of(context, sides, a), 2) + std::pow(sd_of(context, sides, b), 2)) / 2);
  return {{"term", a.term},
          {"mean_0", a.estimate},
          {"mean_1", b.estimate},
          {"difference", distance},
          {"se", se},
          {"p_value", stats::t_two_sided(distance / se, means.degf)},
          {"standardised", spread > 0 ? distance / spread : kNaN},
          {"n_0", static_cast<double>(a.base_rows)},
          {"n_1", static_cast<double>(b.base_rows)}};
}

Result<std::vector<Figures>> differences(const Context& context, const Sides& sides,
                                         const std::vector<std::string>& variables) {
  std::vector<Figures> out;
  for (const std::string& variable : variables) {
    stats::survey::EstimateRequest request;
    request.variables = {variable};
    request.by = {kSide};
    request.na_rm = true;
    request.covmat = true;
    HAMDIL_TRY(const ResultTable means, stats::survey::estimate(context.design, sides.table, sides.rows, request));
    for (std::size_t i = 0; i + 1 < means.rows.size(); i += 2)
      if (means.rows[i].term == means.rows[i + 1].term) out.push_back(difference(context, sides, means, i));
  }
  return out;
}

// Do all variables together tell the sides apart? A design-based logit of the side, Wald's F of all slopes.
Figures joint_test(const Context& context, const Sides& sides, const std::vector<std::string>& variables) {
  Figures nothing = {{"F", kNaN}, {"df", kNaN}, {"ddf", kNaN}, {"p_value", kNaN}, {"n", kNaN}};
  std::string formula = std::string("`") + kSide + "` ~ ";
  for (std::size_t i = 0; i < variables.size(); ++i) formula += (i > 0 ? " + `" : "`") + variables[i] + "`";
  const auto found = stats::survey::estimate_glm(
      context.design, sides.table, sides.rows,
      {formula, stats::survey::Family::kBinomial, stats::survey::Link::kLogit, 0.95, false});
  if (!found || found->rows.size() < 2) return nothing;
  const auto value = [&](const char* name) {
    const auto at =
        std::find_if(found->values.begin(), found->values.end(), [&](const auto& one) { return one.first == name; });
    return at == found->values.end() ? kNaN : at->second;
  };
  // Where the groups are told apart completely, slopes run away and nothing is left to explain.
  const bool is_told_apart = value("deviance_scaled_weights") < 1e-6 * value("null_deviance_scaled_weights");
  if (value("converged") != 1 || is_told_apart) return nothing;
  std::vector<double> slopes;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < found->rows.size(); ++i)
    if (found->rows[i].term != "(Intercept)") slopes.push_back(found->rows[i].estimate), places.push_back(i);
  const auto k = static_cast<double>(slopes.size());
  const double f = stats::quadratic_form(slopes, stats::part_of(found->vcov, places, places)) / k;
  const double ddf = value("df_residual");
  return {
      {"F", f}, {"df", k}, {"ddf", ddf}, {"p_value", stats::f_upper(f, k, ddf)}, {"n", static_cast<double>(found->n)}};
}

Result<Figures> balance_of(const Context& context, const Call& call, const std::string& column,
                           const std::vector<std::string>& variables, const std::string& pointer) {
  HAMDIL_TRY(const Sides sides, read_sides(context, call, column, variables, pointer));
  HAMDIL_TRY(std::vector<Figures> rows, differences(context, sides, variables));
  return Figures{{"groups", std::vector<std::string>{sides.names[0], sides.names[1]}},
                 {"rows", std::move(rows)},
                 {"joint", joint_test(context, sides, variables)}};
}

constexpr const char* kNoDifference =
    "a group does not vary, its design has too few clusters, or the variables tell the groups apart completely";

Result<ResultTable> run_balance(const Context& context, const Call& call) {
  if (call.variables.empty()) return missing_option(call, "variables");
  HAMDIL_TRY(Figures found, balance_of(context, call, call.group, call.variables, "/call/group"));
  ResultTable out = with_figures(std::move(found), kNoDifference);
  out.n = context.rows.size();
  return out;
}

// Share that left in each arm, and the difference between two.
Result<Figures> rates(const Context& context, const Sides& sides, const std::string& arm) {
  data::Table table = sides.table;
  std::vector<double> left = table.find(kSide)->numbers;
  for (double& one : left) one = 1 - one;
  table.put(data::Column::of_numbers(kSide, std::move(left)));
  stats::survey::EstimateRequest request;
  request.variables = {kSide};
  if (!arm.empty()) request.by = {arm};
  request.na_rm = true;
  request.covmat = true;
  HAMDIL_TRY(const ResultTable means, stats::survey::estimate(context.design, table, sides.rows, request));
  std::vector<Figures> rows;
  for (const stats::Row& row : means.rows)
    rows.push_back({{"arm", row.by.empty() ? std::string("all") : row.by.front().second},
                    {"left", row.estimate},
                    {"se", row.se},
                    {"n", static_cast<double>(row.base_rows)}});
  Figures out = {{"rates", std::move(rows)}};
  if (means.rows.size() == 2) {
    const double distance = means.rows[1].estimate - means.rows[0].estimate;
    const double se = std::sqrt(means.vcov.at(0, 0) + means.vcov.at(1, 1) - 2 * means.vcov.at(0, 1));
    out.push_back(
        {"difference_of_rates",
         Figures{{"difference", distance}, {"se", se}, {"p_value", stats::t_two_sided(distance / se, means.degf)}}});
  }
  return out;
}

Result<ResultTable> run_attrition(const Context& context, const Call& call) {
  if (call.variables.empty()) return missing_option(call, "variables");
  const std::string stayed = call.options.text("stayed");
  const std::string arm = call.options.text("arm");
  std::vector<std::string> needed = call.variables;
  if (!arm.empty()) needed.push_back(arm);
  HAMDIL_TRY(const Sides sides, read_sides(context, call, stayed, needed, "/call/stayed"));
  HAMDIL_TRY(Figures out, rates(context, sides, arm));
  HAMDIL_TRY(Figures leavers, balance_of(context, call, stayed, call.variables, "/call/stayed"));
  out.push_back({"stayed_and_left", std::move(leavers)});
  if (!arm.empty()) {
    RowList stayers;
    for (const std::uint32_t row : sides.rows)
      if (sides.table.find(kSide)->numbers[row] == 1) stayers.push_back(row);
    HAMDIL_TRY(Figures arms,
               balance_of({context.design, context.table, stayers}, call, arm, call.variables, "/call/arm"));
    out.push_back({"arms_of_those_who_stayed", std::move(arms)});
  }
  ResultTable table = with_figures(std::move(out), kNoDifference);
  table.n = sides.rows.size();
  table.notes.emplace_back(
      "attrition: that those who left look alike in these variables does not say that they are alike in others");
  return table;
}

}  // namespace

std::vector<Estimator> balance_estimators() {
  const std::vector<std::string_view> statements = {
      "mean_0 and mean_1 are weighted means (shares of a category's levels) of the first and second group; difference "
      "is "
      "mean_1 - mean_0, its error of their covariance under the design, t with the design's degrees of freedom.",
      "standardised is the difference over the root of the mean of both groups' variances; it does not shrink with the "
      "sample, p_value does.",
      "joint: a design-based logit of the group on all variables, Wald's F of its slopes on the residual degrees of "
      "freedom of the model."};
  const std::vector<std::string_view> references = {
      "Imbens, Rubin (2015) Causal Inference, 14.2",
      "Stuart (2010) Matching methods for causal inference, Statistical Science 25"};
  constexpr std::string_view kMissing =
      "A variable's rows without a value are left out for that variable; the joint test takes complete rows.";
  return {
      {{.id = "balance_table",
        .name = "balance_table",
        .family = "tests",
        .title = "Balance table",
        .what = "were two groups alike in what was known before?",
        .options = {variables_option("columns known before"), group_option("column with two groups")},
        .figures = {{"groups", "the first and the second"},
                    {"rows[]", "term, mean_0, mean_1, difference, se, p_value, standardised, n_0, n_1"},
                    {"joint", "F, df, ddf, p_value, n"}},
        .statements = statements,
        .missing = kMissing,
        .references = references,
        .cost = "one pass over the rows a variable"},
       run_balance},
      {{.id = "attrition",
        .name = "attrition",
        .family = "tests",
        .title = "Attrition table",
        .what = "who left between two rounds, how many of each arm, and are those who stayed still alike?",
        .options = {variables_option("columns of the first round"),
                    {.name = "stayed",
                     .type = OptionType::kColumn,
                     .help = "two levels; the second one stayed (1 of 0 and 1)",
                     .required = true},
                    {.name = "arm", .type = OptionType::kColumn, .help = "column with two arms", .initial = "none"}},
        .figures = {{"rates[]", "arm, left, se, n"},
                    {"difference_of_rates", "difference, se, p_value, of two arms"},
                    {"stayed_and_left", "a balance table of those who left and those who stayed"},
                    {"arms_of_those_who_stayed", "a balance table of the arms among them"}},
        .statements = statements,
        .missing = kMissing,
        .references = references,
        .cost = "one pass over the rows a variable"},
       run_attrition},
  };
}

}  // namespace hamdil::analysis
