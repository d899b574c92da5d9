// What a figure is good for: is a difference too small to matter, large enough to matter, more than the draw of a
// treatment would give, and does it go on over rounds?
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/classical/randomisation.hpp"
#include "stats/classical/trend.hpp"
#include "stats/distributions.hpp"

namespace hamdil::analysis {
namespace {

using stats::Figures;
using stats::kNaN;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

struct Margin {
  double size;
  double alpha;
};

// One row of another estimator's result, looked at with a margin.
Figures against(const stats::Row& row, double degf, const Margin& margin, const std::string& part) {
  const double df = std::isnan(row.degf_domain) ? degf : row.degf_domain;
  const double too_low = stats::t_upper((row.estimate + margin.size) / row.se, df);
  const double too_high = stats::t_upper((margin.size - row.estimate) / row.se, df);
  const double reach = stats::t_quantile(1 - margin.alpha, df) * row.se;
  Figures out = {{"part", part}, {"term", row.term}};
  for (const auto& [variable, level] : row.by) out.push_back({variable, level});
  out.insert(out.end(), {{"estimate", row.estimate},
                         {"se", row.se},
                         {"degf", df},
                         {"p_equivalence", std::max(too_low, too_high)},
                         {"p_minimum_effect", stats::t_upper((std::fabs(row.estimate) - margin.size) / row.se, df) +
                                                  stats::t_upper((std::fabs(row.estimate) + margin.size) / row.se, df)},
                         {"ci", std::vector<double>{row.estimate - reach, row.estimate + reach}}});
  return out;
}

Result<ResultTable> run_equivalence(const Context& context, const Call& call) {
  const Margin margin{call.options.number("margin", 0), call.options.number("alpha", 0.05)};
  if (!(margin.size > 0) || !std::isfinite(margin.size))
    return Error("analysis.equivalence.margin", "The margin is above 0, in the unit of the estimates.")
        .at({.pointer = "/call/margin"});
  if (call.parts.empty()) return missing_option(call, "parts");
  std::vector<Figures> rows;
  ResultTable out;
  for (const Call& part : call.parts) {
    HAMDIL_TRY(const ResultTable result, run_call(context, part));
    out.n = std::max(out.n, result.n);
    for (const stats::Row& row : result.rows)
      if (row.se > 0) rows.push_back(against(row, result.degf, margin, part.as));
  }
  if (rows.empty())
    return Error("analysis.equivalence.no_estimates", "None of the parts gives an estimate with a standard error.")
        .at({.pointer = "/call/parts"})
        .advise("Take a change, a contrast, a ttest or a mean.");
  out.figures = {{"rows", std::move(rows)}};
  return out;
}

Result<ResultTable> run_randomisation(const Context& context, const Call& call) {
  HAMDIL_TRY(const std::vector<double> outcomes, read_numbers(context, call.variable));
  HAMDIL_TRY(const stats::survey::Encoded groups, read_levels(context, call.group));
  if (groups.names.size() != 2)
    return Error(
               "analysis.sample.two_groups", "{estimator} compares two groups; {column} has {count} with answers.",
               {{"estimator", call.estimator}, {"column", call.group}, {"count", std::to_string(groups.names.size())}})
        .at({.pointer = "/call/group"});
  const std::string block = call.options.text("block");
  stats::survey::Encoded blocks;
  if (!block.empty()) {
    HAMDIL_TRY(blocks, read_levels(context, block));
  }
  std::vector<stats::classical::Drawn> rows;
  std::size_t left_out = 0;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const bool has_block = block.empty() || blocks.codes[i] >= 0;
    if (!std::isfinite(outcomes[i]) || groups.codes[i] < 0 || !has_block) {
      ++left_out;
      continue;
    }
    rows.push_back({outcomes[i], groups.codes[i] == 1, block.empty() ? 0 : static_cast<std::size_t>(blocks.codes[i])});
  }
  constexpr double kMostExact = 100000;
  constexpr double kMostDraws = 1e6;
  const double draws = std::min(call.options.number("draws", 10000), kMostDraws);
  const auto found = stats::classical::randomisation_test(rows, draws, kMostExact,
                                                          static_cast<std::uint64_t>(call.options.number("seed", 1)));
  ResultTable out = with_figures({{"difference", found.difference},
                                  {"p_value", found.p_two_sided},
                                  {"p_greater", found.p_greater},
                                  {"draws", found.draws},
                                  {"exact", found.exact},
                                  {"blocks", static_cast<double>(found.blocks)},
                                  {"groups", groups.names}},
                                 "no block has both groups");
  out.n = found.n;
  if (left_out > 0)
    out.notes.push_back("left_out: " + std::to_string(left_out) +
                        " rows without an answer, group or block; who is missing may be an effect of the treatment");
  return out;
}

Result<ResultTable> run_trend(const Context&, const Call& call) {
  std::vector<stats::classical::TrendPoint> points;
  for (const Options& one : call.options.records("points"))
    points.push_back({one.number("time", kNaN), one.number("value", kNaN), one.text("wording")});
  constexpr std::size_t kMostPoints = 2000;  // pairs are its square
  if (points.size() > kMostPoints)
    return Error("analysis.trend.many", "A trend takes up to {most} points; there are {count}.",
                 {{"most", std::to_string(kMostPoints)}, {"count", std::to_string(points.size())}})
        .at({.pointer = "/call/points"})
        .advise("Give one point a round.");
  const stats::classical::Trend found = stats::classical::trend(points, call.level);
  Figures figures = {{"slope", found.slope},     {"s", found.s},
                     {"tau", found.tau},         {"statistic", found.z},
                     {"p_value", found.p_value}, {"pairs", static_cast<double>(found.pairs)},
                     {"series", found.parts}};
  const bool has_interval = !std::isnan(found.ci.lower);
  if (has_interval) figures.insert(figures.begin() + 1, {"ci", pair_of(found.ci)});
  ResultTable out = with_figures(std::move(figures), "fewer than three pairs can be compared, or nothing varies");
  if (!has_interval) out.notes.emplace_back("no_interval: there are too few rounds for an interval of this level");
  out.n = found.n;
  if (found.parts.size() > 1)
    out.notes.push_back("series: " + std::to_string(found.parts.size()) +
                        " wordings; points of different ones are not compared");
  if (found.n < 10) out.notes.emplace_back("few_points: the test is approximate with fewer than 10 points");
  return out;
}

}  // namespace

std::vector<Estimator> decision_estimators() {
  const OptionInfo alpha = {
      .name = "alpha", .type = OptionType::kShare, .help = "of each one-sided test", .initial = "0.05"};
  return {
      {{.id = "equivalence",
        .name = "equivalence",
        .family = "tests",
        .title = "Equivalence and minimum effect",
        .what = "is a difference smaller than what matters, or larger?",
        .options = {{.name = "parts",
                     .type = OptionType::kCalls,
                     .help = "calls whose estimates are looked at, each with a name in as",
                     .required = true},
                    {.name = "margin",
                     .type = OptionType::kNumber,
                     .help = "the smallest difference that matters, in the unit of the estimates; set before the data "
                             "were seen",
                     .required = true},
                    alpha},
        .figures = {{"rows[]", "part, term, estimate, se, degf, p_equivalence, p_minimum_effect, ci of 1 - 2 alpha"}},
        .statements = {"p_equivalence: the larger of the one-sided p-values against -margin and margin (two one-sided "
                       "tests); below alpha exactly when ci lies within the margin.",
                       "p_minimum_effect: of an estimate as far from 0 or farther, to either side, when the effect is "
                       "the margin.",
                       "t with the degrees of freedom of the part's design."},
        .missing = "As the parts say.",
        .references = {"Schuirmann (1987) J. Pharmacokinet. Biopharm. 15", "Murphy, Myors (1999) J. Appl. Psychol. 84"},
        .cost = "the sum of the parts"},
       run_equivalence},
      {{.id = "randomisation_inference",
        .name = "randomisation_inference",
        .family = "tests",
        .title = "Randomisation inference by blocks, unweighted",
        .what = "would the draw of the treatment alone give such a difference?",
        .options = {variable_option("column of numbers"),
                    group_option("column with two groups; the second level was treated"),
                    {.name = "block",
                     .type = OptionType::kColumn,
                     .help = "within which the treatment was drawn",
                     .initial = "one block"},
                    {.name = "draws", .type = OptionType::kCount, .help = "divisions drawn", .initial = "10000"},
                    {.name = "seed", .type = OptionType::kCount, .help = "of the draws", .initial = "1"}},
        .figures = {{"difference", "of means within blocks, blocks weighted by their persons"},
                    {"p_value, p_greater", "against no effect on anybody"},
                    {"draws, exact", "divisions looked at, and whether these are all"},
                    {"blocks, groups", "blocks that have both groups; the groups"}},
        .statements = {"All divisions when there are 100,000 or fewer; otherwise (1 + as far) / (1 + draws).",
                       "A block without both groups says nothing and does not count.",
                       "Where villages were drawn, and not persons, give it the means of villages."},
        .missing = "Rows without an answer, group or block are left out, and a note says how many.",
        .references = {"Fisher (1935) The Design of Experiments",
                       "Phipson, Smyth (2010) Stat. Appl. Genet. Mol. Biol. 9"},
        .cost = "rows times divisions",
        .basis = stats::Basis::kRows},
       run_randomisation},
      {{.id = "trend",
        .name = "trend",
        .family = "tests",
        .title = "Trend over unequal rounds",
        .what = "does a figure rise or fall over rounds, and how fast?",
        .options = {{.name = "points",
                     .type = OptionType::kRecords,
                     .help = "a point a round",
                     .required = true,
                     .members = {{.name = "time",
                                  .type = OptionType::kNumber,
                                  .help = "of the round, as 2026.5",
                                  .required = true,
                                  .unit = "years"},
                                 {.name = "value", .type = OptionType::kNumber, .help = "figure", .required = true},
                                 {.name = "wording",
                                  .type = OptionType::kText,
                                  .help = "of the question, or sample: where it changes a new series begins",
                                  .initial = "one series"}}}},
        .figures = {{"slope, ci", "Theil and Sen: median slope of the pairs, per unit of time; no ci with few rounds"},
                    {"s, tau, statistic, p_value", "Mann and Kendall"},
                    {"pairs, series", "pairs that were compared; wordings"}},
        .statements = {"Points of different wordings are not compared; S and its variance are added over them.",
                       "Variance with ties in values and times; continuity correction; normal approximation.",
                       "Every point counts the same, however certain it is."},
        .missing = "Points without a time or value do not count.",
        .references = {"Sen (1968) JASA 63", "Kendall (1970) Rank Correlation Methods",
                       "Hirsch, Slack (1984) Water Resour. Res. 20"},
        .cost = "points squared",
        .basis = stats::Basis::kParameters},
       run_trend},
  };
}

}  // namespace hamdil::analysis
