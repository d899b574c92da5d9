// Experiments within a questionnaire: who endorses a policy, and which attributes of a choice people go by.
#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/survey/cluster_robust.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

// A column of categories whose first level is `first`: treatment contrasts take it as the reference.
data::Column with_reference(const Context& context, const stats::survey::Encoded& levels, const std::string& name,
                            std::int32_t first) {
  std::vector<data::Level> order = {{levels.names[static_cast<std::size_t>(first)], ""}};
  std::vector<std::int32_t> place(levels.names.size(), 0);
  for (std::size_t i = 0; i < levels.names.size(); ++i) {
    if (static_cast<std::int32_t>(i) == first) continue;
    place[i] = static_cast<std::int32_t>(order.size());
    order.push_back({levels.names[i], ""});
  }
  std::vector<std::int32_t> codes(context.table.rows, data::kNoCode);
  for (std::size_t i = 0; i < context.rows.size(); ++i)
    if (levels.codes[i] >= 0) codes[context.rows[i]] = place[static_cast<std::size_t>(levels.codes[i])];
  return data::Column::of_codes(name, std::move(codes), std::move(order));
}

data::Column spread_out(const Context& context, const std::vector<double>& values, const std::string& name) {
  std::vector<double> out(context.table.rows, stats::kNaN);
  for (std::size_t i = 0; i < values.size(); ++i) out[context.rows[i]] = values[i];
  return data::Column::of_numbers(name, std::move(out));
}

// The clusters of the errors; every row one of its own where none are named.
Result<data::Column> clusters_of(const Context& context, const std::string& name) {
  if (name.empty()) {
    std::vector<double> own(context.table.rows);
    for (std::size_t i = 0; i < own.size(); ++i) own[i] = static_cast<double>(i);
    return data::Column::of_numbers("cluster", std::move(own));
  }
  HAMDIL_TRY(const data::Column* found, stats::survey::find_column(context.table, name));
  data::Column out = *found;
  out.name = "cluster";
  return out;
}

Figures figures_of(const stats::Row& row) {
  return {{"estimate", row.estimate},
          {"se", row.se},
          {"t", row.statistic},
          {"p_value", row.p_value},
          {"ci", pair_of(row.ci_t)}};
}

Figures joined(Figures first, Figures second) {
  first.insert(first.end(), std::make_move_iterator(second.begin()), std::make_move_iterator(second.end()));
  return first;
}

Result<ResultTable> run_endorsement(const Context& context, const Call& call) {
  HAMDIL_TRY(const std::vector<double> support, read_numbers(context, call.variable));
  HAMDIL_TRY(const stats::survey::Encoded arms, read_levels(context, call.group));
  const std::string control = call.options.text("control");
  const auto found = std::find(arms.names.begin(), arms.names.end(), control);
  if (found == arms.names.end())
    return Error("analysis.sample.no_level", "{column} has no answer {level}.",
                 {{"column", call.group}, {"level", control}})
        .at({.pointer = "/call/control"});
  data::Table table;
  table.rows = context.table.rows;
  table.put(spread_out(context, support, "support"));
  table.put(with_reference(context, arms, "endorser", static_cast<std::int32_t>(found - arms.names.begin())));
  HAMDIL_TRY(data::Column clusters, clusters_of(context, call.options.text("cluster")));
  table.put(std::move(clusters));
  std::string formula = "support ~ endorser";
  if (const std::string policy = call.options.text("policy"); !policy.empty()) {
    HAMDIL_TRY(const stats::survey::Encoded policies, read_levels(context, policy));
    if (policies.names.empty()) return missing_option(call, "policy");
    table.put(with_reference(context, policies, "policy", 0));
    formula += " + policy";
  }
  HAMDIL_TRY(const ResultTable model,
             stats::survey::cluster_robust(table, context.rows,
                                           {formula, "cluster", "", stats::survey::Robust::kHc1, false, call.level}));
  const std::string prefix = "endorser";
  std::vector<Figures> rows;
  for (const stats::Row& row : model.rows)
    if (row.term.starts_with(prefix))
      rows.push_back(joined({{"endorser", row.term.substr(prefix.size())}}, figures_of(row)));
  ResultTable out = with_figures({{"control", control}, {"effects", std::move(rows)}, {"clusters", model.degf + 1}},
                                 "an arm is empty, or answers do not vary");
  if (std::get<std::vector<Figures>>(out.figures[1].value).empty())
    stats::note_undefined(out, "nobody was asked with an endorser");
  out.n = model.n;
  return out;
}

// Two levels of two attributes that were never shown together although chance would have brought them five times or
// more.
void note_restrictions(const data::Table& table, const std::vector<std::string>& attributes, ResultTable& out) {
  for (std::size_t a = 0; a < attributes.size(); ++a)
    for (std::size_t b = a + 1; b < attributes.size(); ++b) {
      const data::Column& first = *table.find(attributes[a]);
      const data::Column& second = *table.find(attributes[b]);
      const std::size_t wide = second.levels.size();
      std::vector<double> cells(first.levels.size() * wide), of_first(first.levels.size()), of_second(wide);
      double n = 0;
      for (std::size_t row = 0; row < table.rows; ++row) {
        if (first.is_missing(row) || second.is_missing(row) || first.codes[row] < 0 || second.codes[row] < 0) continue;
        const auto i = static_cast<std::size_t>(first.codes[row]), j = static_cast<std::size_t>(second.codes[row]);
        cells[i * wide + j] += 1, of_first[i] += 1, of_second[j] += 1, n += 1;
      }
      for (std::size_t i = 0; i < of_first.size(); ++i)
        for (std::size_t j = 0; j < wide; ++j)
          if (cells[i * wide + j] == 0 && n > 0 && of_first[i] * of_second[j] / n >= 5) {
            out.notes.push_back("never_together: levels of " + attributes[a] + " and " + attributes[b] +
                                " were kept apart; effects compare levels over other sets of profiles");
            i = of_first.size() - 1;
            break;
          }
    }
}

// In a forced choice exactly one profile of a task is chosen.
Status check_tasks(const Context& context, const Call& call, const std::vector<double>& chosen) {
  const std::string task = call.options.text("task"), respondent = call.options.text("respondent");
  if (task.empty()) return Done{};
  HAMDIL_TRY(const stats::survey::Encoded tasks, read_levels(context, task));
  HAMDIL_TRY(const stats::survey::Encoded people, read_levels(context, respondent));
  std::map<std::pair<std::int32_t, std::int32_t>, double> sums;
  for (std::size_t i = 0; i < chosen.size(); ++i)
    if (tasks.codes[i] >= 0 && people.codes[i] >= 0 && !std::isnan(chosen[i]))
      sums[{people.codes[i], tasks.codes[i]}] += chosen[i];
  const auto wrong = std::count_if(sums.begin(), sums.end(), [](const auto& one) { return one.second != 1; });
  if (wrong > 0)
    return Error("analysis.conjoint.tasks", "In {count} tasks not exactly one profile is chosen.",
                 {{"count", std::to_string(wrong)}})
        .at({.pointer = "/call/task"})
        .advise("Leave out task where profiles were rated and not chosen, or repair these tasks.");
  return Done{};
}

Result<ResultTable> run_conjoint(const Context& context, const Call& call) {
  HAMDIL_TRY(const std::vector<double> outcome, read_numbers(context, call.variable));
  HAMDIL_CHECK(check_tasks(context, call, outcome));
  const std::vector<std::string> attributes = call.options.texts("attributes");
  data::Table table;
  table.rows = context.table.rows;
  std::string formula = "outcome ~ ";
  std::vector<std::string> names;
  for (std::size_t a = 0; a < attributes.size(); ++a) {
    HAMDIL_TRY(const stats::survey::Encoded levels, read_levels(context, attributes[a]));
    if (levels.names.empty())
      return Error("analysis.conjoint.no_levels", "{column} has no levels.", {{"column", attributes[a]}})
          .at({.pointer = "/call/attributes/" + std::to_string(a)});
    names.push_back("a" + std::to_string(a) + ".");  // names of our own: the formula need not read theirs
    table.put(with_reference(context, levels, names.back(), 0));
    formula += (a > 0 ? " + " : "") + names.back();
  }
  table.put(spread_out(context, outcome, "outcome"));
  HAMDIL_TRY(data::Column clusters, clusters_of(context, call.options.text("respondent")));
  table.put(std::move(clusters));
  HAMDIL_TRY(const ResultTable model,
             stats::survey::cluster_robust(table, context.rows,
                                           {formula, "cluster", "", stats::survey::Robust::kHc1, false, call.level}));
  stats::survey::DesignSpec spec;
  spec.ids = {"cluster"};
  spec.lonely = stats::survey::LonelyRule::kRemove;
  HAMDIL_TRY(const auto design, stats::survey::SurveyDesign::make(spec, table));
  std::vector<Figures> effects, means;
  for (std::size_t a = 0; a < names.size(); ++a) {
    const data::Column& column = *table.find(names[a]);
    effects.push_back({{"attribute", attributes[a]}, {"level", column.levels.front().value}, {"baseline", true}});
    for (const stats::Row& row : model.rows)
      if (row.term.starts_with(names[a]))
        effects.push_back(
            joined({{"attribute", attributes[a]}, {"level", row.term.substr(names[a].size())}, {"baseline", false}},
                   figures_of(row)));
    stats::survey::EstimateRequest request;
    request.variables = {"outcome"};
    request.by = {names[a]};
    request.na_rm = true;
    request.level = call.level;
    HAMDIL_TRY(const ResultTable marginal, stats::survey::estimate(design, table, context.rows, request));
    for (const stats::Row& row : marginal.rows)
      means.push_back({{"attribute", attributes[a]},
                       {"level", row.by.front().second},
                       {"estimate", row.estimate},
                       {"se", row.se},
                       {"ci", pair_of(row.ci_t)},
                       {"profiles", static_cast<double>(row.base_rows)}});
  }
  ResultTable out = with_figures(
      {{"effects", std::move(effects)}, {"marginal_means", std::move(means)}, {"respondents", model.degf + 1}},
      "there are too few respondents, or choices do not vary");
  out.n = model.n;
  note_restrictions(table, names, out);
  for (std::string& note : out.notes)
    for (std::size_t a = 0; a < names.size(); ++a)
      for (std::size_t at = note.find(names[a]); at != std::string::npos; at = note.find(names[a]))
        note.replace(at, names[a].size(), attributes[a]);
  return out;
}

}  // namespace

std::vector<Estimator> experiment_estimators() {
  const auto rows = stats::Basis::kRows;
  return {
      {{.id = "endorsement_experiment",
        .name = "endorsement_experiment",
        .family = "evidence",
        .title = "Endorsement experiment",
        .what = "does a policy gain or lose support when somebody is said to endorse it?",
        .options =
            {variable_option("column of support, a number"),
             group_option("column of arms: without and with each endorser"),
             {.name = "control", .type = OptionType::kText, .help = "level without an endorser", .required = true},
             {.name = "policy",
              .type = OptionType::kColumn,
              .help = "column of policies, where a row is a person's answer about one; arms are compared within them",
              .initial = "one policy"},
             {.name = "cluster",
              .type = OptionType::kColumn,
              .help = "column of persons or villages",
              .initial = "every row"}},
        .figures = {{"effects[]", "endorser, estimate, se, t, p_value, ci"},
                    {"control, clusters", "what they are compared with and on"}},
        .statements = {"estimate is the difference of mean support from the control arm, within policies where they "
                       "are given (least "
                       "squares with one effect a policy).",
                       "Errors are robust to clusters (HC1), t on clusters - 1.",
                       "A difference is support for the endorser only where both arms know the policy equally well."},
        .missing = "Rows without an answer, arm or policy are left out.",
        .references =
            {"Bullock, Imai, Shapiro (2011) Statistical analysis of endorsement experiments, Political Analysis 19"},
        .cost = "one pass over the rows",
        .basis = rows},
       run_endorsement},
      {{.id = "conjoint",
        .name = "conjoint",
        .family = "evidence",
        .title = "Conjoint experiment",
        .what = "which attributes of a profile make people choose it?",
        .options = {variable_option("1 for the profile chosen and 0 for the others, or a rating"),
                    {.name = "attributes",
                     .type = OptionType::kColumns,
                     .help = "columns of the attributes",
                     .required = true},
                    {.name = "respondent", .type = OptionType::kColumn, .help = "column of persons", .required = true},
                    {.name = "task",
                     .type = OptionType::kColumn,
                     .help =
                         "column of tasks within persons, of a forced choice: checks that each has one profile chosen",
                     .initial = "not checked"}},
        .figures = {{"effects[]",
                     "attribute, level, baseline, estimate, se, t, p_value, ci: average marginal component effects"},
                    {"marginal_means[]", "attribute, level, estimate, se, ci, profiles"},
                    {"respondents", "clusters of the errors"}},
        .statements = {"Least squares of the outcome on all levels of all attributes; the first level of each is the "
                       "baseline. With attributes "
                       "drawn independently this is the average marginal component effect.",
                       "A marginal mean is the mean outcome of profiles with a level; it needs no baseline.",
                       "Errors are robust to respondents: HC1 with t on respondents - 1; of marginal means as of a "
                       "sample of respondents.",
                       "Levels of two attributes that were never shown together are named in a note."},
        .missing = "Profiles without an outcome or an attribute are left out.",
        .references =
            {"Hainmueller, Hopkins, Yamamoto (2014) Causal inference in conjoint analysis, Political Analysis 22",
             "Leeper, Hobolt, Tilley (2020) Measuring subgroup preferences in conjoint experiments, Political Analysis "
             "28"},
        .cost = "rows times the square of levels",
        .basis = rows},
       run_conjoint},
  };
}

}  // namespace hamdil::analysis
