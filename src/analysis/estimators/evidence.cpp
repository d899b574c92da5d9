// Effects of studies put together, and questions asked so that nobody has to answer for himself.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/classical/means.hpp"
#include "stats/distributions.hpp"
#include "stats/evidence/meta.hpp"
#include "stats/survey/cluster_robust.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

struct Studies {
  std::vector<double> effects;
  std::vector<double> variances;
  std::vector<std::int32_t> clusters;
  std::size_t left_out = 0;  // effects without a value, or a variance of 0 or less
};

Result<Studies> read_studies(const Context& context, const Call& call) {
  HAMDIL_TRY(const std::vector<double> effects, read_numbers(context, call.options.text("effect")));
  HAMDIL_TRY(const std::vector<double> variances, read_numbers(context, call.options.text("variance")));
  const std::string cluster = call.options.text("cluster");
  const std::string study = call.options.text("study");
  stats::survey::Encoded clusters, studies;
  if (!cluster.empty()) {
    HAMDIL_TRY(clusters, read_levels(context, cluster));
  }
  if (!study.empty()) {
    HAMDIL_TRY(studies, read_levels(context, study));
  }
  Studies out;
  std::map<std::int32_t, std::size_t> place;
  std::vector<double> counts;
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const bool is_known = !std::isnan(effects[i]) && variances[i] > 0 && std::isfinite(variances[i]) &&
                          (cluster.empty() || clusters.codes[i] >= 0) && (study.empty() || studies.codes[i] >= 0);
    if (!is_known) {
      ++out.left_out;
      continue;
    }
    const auto own = static_cast<std::int32_t>(i);
    const std::int32_t key = study.empty() ? own : studies.codes[i];
    const auto [found, is_new] = place.emplace(key, out.effects.size());
    if (is_new) {
      out.effects.push_back(0);
      out.variances.push_back(0);
      out.clusters.push_back(cluster.empty() ? key : clusters.codes[i]);
      counts.push_back(0);
    }
    out.effects[found->second] += effects[i];
    out.variances[found->second] += variances[i];
    counts[found->second] += 1;
  }
  for (std::size_t s = 0; s < counts.size(); ++s) {
    out.effects[s] /= counts[s];
    out.variances[s] /= counts[s];
  }
  return out;
}

Result<ResultTable> run_meta(const Context& context, const Call& call) {
  HAMDIL_TRY(const Studies studies, read_studies(context, call));
  const stats::evidence::MetaAnalysis found =
      stats::evidence::random_effects(studies.effects, studies.variances, studies.clusters, call.level);
  ResultTable out = with_figures({{"studies", found.studies},
                                  {"clusters", found.clusters},
                                  {"estimate", found.estimate},
                                  {"se", found.se},
                                  {"se_robust", found.se_robust},
                                  {"p_robust", found.p_robust},
                                  {"ci_robust", pair_of(found.ci_robust)},
                                  {"tau2", found.tau2},
                                  {"I2", found.i2},
                                  {"Q", found.q},
                                  {"converged", found.converged}},
                                 "two studies of two clusters or more are needed");
  out.n = context.rows.size();
  if (!found.converged && found.studies >= 2) out.flags.push_back(stats::Flag::kNotConverged);
  if (studies.left_out > 0)
    out.notes.push_back("left_out: " + std::to_string(studies.left_out) +
                        " rows without an effect or with a variance that is not above 0");
  if (call.options.text("study").empty())
    out.notes.emplace_back("pooling: every row counts as a study of its own; give study to average within studies");
  return out;
}

// Answers of one list: how many items people said yes to.
struct List {
  std::vector<double> answers;
  std::vector<double> counts;  // by answer, from 0 to the items
};

Result<ResultTable> run_list(const Context& context, const Call& call) {
  if (call.variable.empty() || call.group.empty()) return missing_option(call, "variable and group");
  HAMDIL_TRY(const std::vector<double> values, read_numbers(context, call.variable));
  HAMDIL_TRY(const stats::survey::Encoded groups, read_levels(context, call.group));
  const double items = call.options.number("items", 0);
  const std::array<std::string, 2> wanted = {call.options.text("control"), call.options.text("treated")};
  std::array<List, 2> lists;
  stats::survey::RowList rows;
  data::Table table;
  std::vector<double> in_treated(context.table.rows, stats::kNaN);
  for (std::size_t side = 0; side < 2; ++side) {
    lists[side].counts.assign(static_cast<std::size_t>(std::min(items, 1000.0)) + 2, 0.0);
    const auto found = std::find(groups.names.begin(), groups.names.end(), wanted[side]);
    if (found == groups.names.end() && !context.rows.empty())
      return Error("analysis.sample.no_level", "{column} has no answer {level}.",
                   {{"column", call.group}, {"level", wanted[side]}})
          .at({.pointer = side == 0 ? "/call/control" : "/call/treated"});
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (groups.codes[i] != found - groups.names.begin() || std::isnan(values[i])) continue;
      if (values[i] < 0 || values[i] > items + static_cast<double>(side) || values[i] != std::floor(values[i]))
        return Error("analysis.list.answer",
                     "Answers count items: from 0 to {items} in the list without the sensitive one.",
                     {{"items", text::format_number(items)}})
            .at({.pointer = "/call/variable"});
      lists[side].answers.push_back(values[i]);
      lists[side].counts[static_cast<std::size_t>(values[i])] += 1;
      in_treated[context.rows[i]] = static_cast<double>(side);
    }
  }
  for (const std::uint32_t row : context.rows)
    if (!std::isnan(in_treated[row])) rows.push_back(row);
  const double control = stats::classical::mean(lists[0].answers);
  const double treated = stats::classical::mean(lists[1].answers);
  const auto part = [](const List& list) {
    return stats::classical::variance(list.answers) / static_cast<double>(list.answers.size());
  };
  Figures figures = {{"n_control", static_cast<double>(lists[0].answers.size())},
                     {"n_treated", static_cast<double>(lists[1].answers.size())},
                     {"mean_control", control},
                     {"mean_treated", treated},
                     {"estimate", treated - control},
                     {"se_hc2", std::sqrt(part(lists[0]) + part(lists[1]))}};
  const std::string cluster = call.options.text("cluster");
  if (!cluster.empty() && rows.size() > 2) {
    HAMDIL_TRY(const data::Column* clusters, stats::survey::find_column(context.table, cluster));
    table.rows = context.table.rows;
    table.columns.push_back(*clusters);
    table.columns.back().name = "cluster";
    std::vector<double> all(table.rows, stats::kNaN);
    for (std::size_t i = 0; i < values.size(); ++i) all[context.rows[i]] = values[i];
    table.columns.push_back(data::Column::of_numbers("answer", std::move(all)));
    table.columns.push_back(data::Column::of_numbers("treated", in_treated));
    HAMDIL_TRY(const ResultTable robust,
               stats::survey::cluster_robust(
                   table, rows, {"answer ~ treated", "cluster", "", stats::survey::Robust::kHc1, false, call.level}));
    if (robust.rows.size() == 2) {
      const stats::Row& row = robust.rows[1];
      figures.push_back({"se_clustered", row.se});
      figures.push_back({"clusters", robust.degf + 1});
      figures.push_back({"t", row.statistic});
      figures.push_back({"p_value", row.p_value});
      figures.push_back({"ci", pair_of(row.ci_t)});
    }
  }
  figures.push_back({"table", stats::Matrix{2, lists[0].counts.size(), {}}});
  auto& counts = std::get<stats::Matrix>(figures.back().value).values;
  for (const List& list : lists) counts.insert(counts.end(), list.counts.begin(), list.counts.end());
  ResultTable out = with_figures(std::move(figures), "a list has too few answers, or they do not vary");
  out.n = rows.size();
  const std::vector<double>& seen = lists[1].counts;
  const bool no_none = seen.front() == 0 && lists[0].counts.front() > 0;
  const bool no_all = seen.back() == 0 && lists[0].counts[seen.size() - 2] > 0;
  if (!lists[1].answers.empty() && (no_none || no_all)) {
    out.flags.push_back(stats::Flag::kUndefined);
    out.notes.emplace_back(
        "list_extremes: nobody gave the lowest or the highest answer to the longer list, as people do who avoid "
        "telling; the "
        "difference is not the share that it is meant to estimate");
  }
  return out;
}

}  // namespace

std::vector<Estimator> evidence_estimators() {
  const auto rows = stats::Basis::kRows;
  return {
      {{.id = "meta_analysis",
        .name = "meta_analysis",
        .family = "evidence",
        .title = "Random-effects meta-analysis",
        .what = "effects of studies put together, errors robust to clusters",
        .options =
            {{.name = "effect", .type = OptionType::kColumn, .help = "column of effects", .required = true},
             {.name = "variance",
              .type = OptionType::kColumn,
              .help = "column of their sampling variances",
              .required = true},
             {.name = "study",
              .type = OptionType::kColumn,
              .help = "column of studies: effects and variances are averaged within them",
              .initial = "every row is a study"},
             {.name = "cluster", .type = OptionType::kColumn, .help = "column of papers", .initial = "the study"}},
        .figures = {{"estimate, se", "mean effect, and its error in the model"},
                    {"se_robust, p_robust, ci_robust", "by cluster, t on clusters - 1"},
                    {"tau2, I2, Q", "variance between studies, its share in per cent, Cochran's heterogeneity"},
                    {"studies, clusters, converged", "what stands behind it"}},
        .statements =
            {"Weights are 1/(variance + tau2); tau2 by restricted maximum likelihood, Fisher scoring from Hedges' "
             "estimator until it moves by at most 1e-5, as metafor.",
             "Averaging within studies or taking every effect as a study is a choice, and a note names it.",
             "The robust variance is n/(n-1) sum over clusters of (sum w e)^2 over (sum w)^2.",
             "I2 = 100 tau2 / (tau2 + s2), s2 the typical sampling variance of Higgins and Thompson."},
        .missing =
            "Rows without an effect, a positive variance, a study or a cluster are left out; a note counts them.",
        .references = {"Viechtbauer (2005) Journal of Educational and Behavioral Statistics 30",
                       "Viechtbauer (2010) Journal of Statistical Software 36",
                       "Hedges, Tipton, Johnson (2010) Research Synthesis Methods 1",
                       "Higgins, Thompson (2002) Statistics in Medicine 21"},
        .cost = "one pass over the studies a step",
        .basis = rows},
       run_meta},
      {{.id = "list_experiment",
        .name = "list_experiment",
        .family = "evidence",
        .title = "List experiment",
        .what = "share that a sensitive item adds to a count of items",
        .options =
            {variable_option("column of counts"),
             group_option("column of the lists"),
             {.name = "control",
              .type = OptionType::kText,
              .help = "level of the list without the sensitive item",
              .required = true},
             {.name = "treated", .type = OptionType::kText, .help = "level of the list with it", .required = true},
             {.name = "items", .type = OptionType::kCount, .help = "items of the shorter list", .required = true},
             {.name = "cluster", .type = OptionType::kColumn, .help = "column of the clusters", .initial = "none"}},
        .figures = {{"estimate, se_hc2", "difference of means, errors of unequal variances"},
                    {"se_clustered, clusters, t, p_value, ci", "robust to clusters (HC1), t on clusters - 1"},
                    {"mean_control, mean_treated, n_control, n_treated", "of either list"},
                    {"table", "answers 0, 1, ... of the shorter and of the longer list"}},
        .statements =
            {"The estimate is the mean of the longer list minus that of the shorter one.",
             "Where nobody gives the lowest or highest answer to the longer list although the shorter one has such "
             "people, the result is flagged: they avoid telling, and the difference is not the share."},
        .missing = "Rows without an answer are left out.",
        .references = {"Blair, Imai (2012) Statistical analysis of list experiments, Political Analysis 20"},
        .cost = "one pass over the rows",
        .basis = rows},
       run_list},
  };
}

}  // namespace hamdil::analysis
