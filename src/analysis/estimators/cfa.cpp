// Confirmatory factor analysis and the invariance of scales between groups.
#include "stats/psychometrics/cfa.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "stats/distributions.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::psychometrics;  // NOLINT(google-build-using-namespace): the whole file is about it
using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

struct Answers {
  FactorModel model;
  std::vector<Items> groups;
};

// Answers to the items of the model, by group in the order in which groups first appear; rows without a group are out.
Result<Answers> read_answers(const Context& context, const Call& call) {
  Answers out;
  HAMDIL_TRY(out.model, parse_factor_model(call.options.text("model")));
  HAMDIL_TRY(const auto terms,
             stats::survey::Terms::make(context.table, out.model.items, stats::survey::Reading::kNumbers));
  std::vector<std::vector<double>> values(out.model.items.size());
  for (std::size_t i = 0; i < values.size(); ++i) terms.values(i, context.rows, values[i]);
  if (call.group.empty()) {
    out.groups.push_back(std::move(values));
    return out;
  }
  const data::Column* column = context.table.find(call.group);
  if (column == nullptr)
    return Error("stats.terms.no_column", "There is no column {name}.", {{"name", call.group}})
        .at({.pointer = "/call/group"});
  std::vector<std::string> names;
  for (std::size_t row = 0; row < context.rows.size(); ++row) {
    if (column->is_missing(context.rows[row])) continue;
    const std::string name = column->text_at(context.rows[row]);
    const auto found = std::find(names.begin(), names.end(), name);
    const auto group = static_cast<std::size_t>(found - names.begin());
    if (found == names.end()) {
      names.push_back(name);
      out.groups.emplace_back(values.size());
    }
    for (std::size_t i = 0; i < values.size(); ++i) out.groups[group][i].push_back(values[i][row]);
  }
  if (names.size() < 2 || names.size() > 50)
    return Error("analysis.cfa.groups", "Two to fifty groups can be compared; {group} has {count}.",
                 {{"group", call.group}, {"count", std::to_string(names.size())}})
        .at({.pointer = "/call/group"});
  return out;
}

ResultTable table_of(const Cfa& found, bool with_groups) {
  Figures fit;
  for (const auto& [name, value] : found.fit)
    if (!std::isnan(value)) fit.push_back({name, value});
  std::vector<Figures> parameters;
  for (const CfaParameter& one : found.parameters) {
    Figures record = {{"lhs", one.left}, {"op", one.op}, {"rhs", one.right}};
    if (with_groups) record.push_back({"group", static_cast<double>(one.group + 1)});
    record.insert(record.end(), {{"est", one.estimate}, {"se", one.se}});
    if (!one.fixed) {
      const double z = one.estimate / one.se;
      record.insert(record.end(), {{"z", z}, {"p_value", stats::normal_two_sided(z)}});
    }
    record.insert(record.end(), {{"std_lv", one.standardised_factor}, {"std_all", one.standardised}});
    parameters.push_back(std::move(record));
  }
  ResultTable out;
  out.n = found.n;
  out.figures = {{"converged", found.converged}, {"fit", std::move(fit)}, {"parameters", std::move(parameters)}};
  if (!found.converged) {
    out.flags.push_back(stats::Flag::kNotConverged);
    out.notes.push_back("search: it ended before the likelihood's maximum; the model may not suit the answers");
  }
  return out;
}

// All items are ordered categories, or none is.
Result<bool> items_are_ordered(const FactorModel& model, const std::vector<std::string>& ordered,
                               const std::string& estimator) {
  if (ordered.empty() != (estimator != "WLSMV"))
    return Error("analysis.cfa.ordered", "Ordered items and the estimator WLSMV go together.")
        .at({.pointer = ordered.empty() ? "/call/options/estimator" : "/call/options/ordered"})
        .advise("Name the items in ordered and set estimator to WLSMV, or leave out both.");
  for (const std::string& item : ordered)
    if (std::find(model.items.begin(), model.items.end(), item) == model.items.end())
      return Error("analysis.cfa.ordered", "{item} is named as ordered, but it is no item of the model.",
                   {{"item", item}})
          .at({.pointer = "/call/options/ordered"});
  for (const std::string& item : model.items)
    if (!ordered.empty() && std::find(ordered.begin(), ordered.end(), item) == ordered.end())
      return Error("analysis.cfa.ordered", "{item} is not named as ordered, but others of the model are.",
                   {{"item", item}})
          .at({.pointer = "/call/options/ordered"})
          .advise("Name all items of the model, or none.");
  return !ordered.empty();
}

Result<ResultTable> run_cfa(const Context& context, const Call& call) {
  HAMDIL_TRY(const Answers answers, read_answers(context, call));
  const Options wanted = call.options.object("options");
  const std::string errors = wanted.text("estimator", "ML");
  CfaOptions options{.keep_incomplete = wanted.text("missing", "listwise") != "listwise",
                     .unit_variances = wanted.flag("std.lv", false)};
  if (errors == "MLR") options.errors = CfaErrors::kRobustHuber;
  if (errors == "MLM") options.errors = CfaErrors::kRobustSatorra;
  HAMDIL_TRY(options.ordered, items_are_ordered(answers.model, wanted.texts("ordered"), errors));
  HAMDIL_TRY(const Cfa found, fit_cfa(answers.model, answers.groups, options));
  return table_of(found, false);
}

constexpr std::pair<std::string_view, Invariance> kSteps[] = {{"configural", Invariance::kConfigural},
                                                              {"metric", Invariance::kMetric},
                                                              {"scalar", Invariance::kScalar},
                                                              {"strict", Invariance::kStrict}};

Result<ResultTable> run_multigroup(const Context& context, const Call& call) {
  HAMDIL_TRY(const Answers answers, read_answers(context, call));
  CfaOptions options;
  for (const auto& [name, step] : kSteps)
    if (call.options.text("step", "configural") == name) options.invariance = step;
  HAMDIL_TRY(const Cfa found, fit_cfa(answers.model, answers.groups, options));
  return table_of(found, true);
}

Result<ResultTable> run_invariance(const Context& context, const Call& call) {
  HAMDIL_TRY(const Answers answers, read_answers(context, call));
  std::vector<Figures> steps;
  ResultTable out;
  std::optional<Cfa> before;
  for (const auto& [name, step] : kSteps) {
    HAMDIL_TRY(Cfa found, fit_cfa(answers.model, answers.groups, {.invariance = step}));
    steps.push_back({{"step", std::string(name)}, {"df", found.measure("df")}, {"chisq", found.measure("chisq")}});
    if (before) {
      const auto change = [&](const char* measure) { return found.measure(measure) - before->measure(measure); };
      const double chisq = change("chisq");
      const double df = change("df");
      steps.back().insert(steps.back().end(), {{"chisq_diff", chisq},
                                               {"df_diff", df},
                                               {"p_value", stats::chisq_upper(std::max(chisq, 0.0), df)},
                                               {"delta_cfi", change("cfi")},
                                               {"delta_rmsea", change("rmsea")}});
    }
    if (!found.converged) out.flags.push_back(stats::Flag::kNotConverged);
    out.n = found.n;
    before = std::move(found);
  }
  out.figures = {{"rows", std::move(steps)}};
  return out;
}

OptionInfo model_option() {
  return {
      .name = "model", .type = OptionType::kText, .help = "one factor a line: trust =~ q1 + q2 + q3", .required = true};
}

constexpr std::string_view kListwise = "Only persons who answered every item of the model count.";
constexpr std::string_view kFisher = "Covariances divided by n; Fisher scoring until the slope a person is below 1e-9.";
constexpr std::string_view kCost = "one pass over pairs of items; then parameters squared times items squared a step";

}  // namespace

std::vector<Estimator> cfa_estimators() {
  const auto rows = stats::Basis::kRows;
  const std::vector<std::string_view> sources = {"Joreskog (1969) Psychometrika 34",
                                                 "Bollen (1989) Structural equations with latent variables"};
  return {
      {{.id = "cfa",
        .name = "cfa",
        .family = "psychometrics",
        .title = "Confirmatory factor analysis",
        .what = "does a model of factors fit the answers?",
        .options = {model_option(),
                    {.name = "options",
                     .type = OptionType::kObject,
                     .help = "how it is fitted",
                     .initial = "all as given below",
                     .members = {{.name = "std.lv",
                                  .type = OptionType::kFlag,
                                  .help = "factors have variance 1, instead of first loadings 1",
                                  .initial = "false"},
                                 {.name = "missing",
                                  .type = OptionType::kText,
                                  .help = "only persons who answered every item, or all with what they answered "
                                          "(full-information maximum likelihood; ml and fiml are the same)",
                                  .initial = "listwise",
                                  .allowed = {"listwise", "ml", "fiml"}},
                                 {.name = "estimator",
                                  .type = OptionType::kText,
                                  .help = "maximum likelihood with errors for normal answers, or robust ones (Yuan and "
                                          "Bentler, Satorra and Bentler); weighted least squares for ordered items",
                                  .initial = "ML",
                                  .allowed = {"ML", "MLR", "MLM", "WLSMV"}},
                                 {.name = "ordered",
                                  .type = OptionType::kTexts,
                                  .help = "items that are ordered categories, fitted by their polychoric correlations; "
                                          "all or none",
                                  .initial = "none"}}}},
        .figures =
            {{"fit", "those that are defined: chisq, df, pvalue, cfi, tli, rmsea with interval, srmr and others"},
             {"parameters", "lhs op rhs, estimate, se, std_lv, std_all; z and p_value where the parameter is free"}},
        .statements =
            {kFisher, "RMSEA divides by n df; groups enter as their number.",
             "MLR: sandwich of the observed information; the statistic is scaled by the difference of traces of "
             "free moments and of the model (Mplus variant of Yuan and Bentler).",
             "MLM: Satorra and Bentler's scaling, expected information.",
             "Incomplete persons: free means and covariances by expectation and maximisation, errors from the observed "
             "information; robust measures after Zhang and Savalei (2023), from what the restored moments would give.",
             "WLSMV: two-step polychoric correlations, weights from their variances (outer products of scores, divided "
             "by n - 1), test scaled and shifted, RMSEA per n - 1; robust measures after Savalei (2021)."},
        .missing = "Only persons who answered every item of the model count; with missing ml, all with what they "
                   "answered (answers are then taken to be missing at random, given the others).",
        .references = sources,
        .cost = kCost,
        .basis = rows},
       run_cfa},
      {{.id = "cfa_multigroup",
        .name = "cfa_multigroup",
        .family = "psychometrics",
        .title = "Confirmatory factor analysis of groups",
        .what = "the same factors in several groups, with some parameters equal",
        .options = {model_option(),
                    group_option(),
                    {.name = "step",
                     .type = OptionType::kText,
                     .help = "what is equal: nothing, loadings, also intercepts, also residual variances",
                     .initial = "configural",
                     .allowed = {"configural", "metric", "scalar", "strict"}},
                    {.name = "equal", .type = OptionType::kNote, .help = "the same as step, in other words"}},
        .figures = {{"fit", "as for cfa"}, {"parameters", "by group, groups in the order in which they first appear"}},
        .statements = {kFisher,
                       "Intercepts are in the model; factor means are 0 in the first group, and in all while "
                       "intercepts are free."},
        .missing = kListwise,
        .references = sources,
        .cost = kCost,
        .basis = rows},
       run_multigroup},
      {{.id = "invariance_tests",
        .name = "invariance_tests",
        .family = "psychometrics",
        .title = "Measurement invariance",
        .what = "do groups understand the items alike? Asked before their means are compared",
        .options = {model_option(), group_option()},
        .figures = {{"rows",
                     "step, df, chisq, and the change against the step before: chisq_diff, df_diff, p_value, "
                     "delta_cfi, delta_rmsea"}},
        .statements = {"Steps: configural, metric (loadings equal), scalar (and intercepts), strict (and residuals).",
                       "Means can be compared where the scalar step holds: CFI falls by at most 0.01."},
        .missing = kListwise,
        .references = {"Meredith (1993) Psychometrika 58", "Cheung, Rensvold (2002) Struct. Equ. Modeling 9"},
        .cost = "four fits of cfa_multigroup",
        .basis = rows},
       run_invariance},
  };
}

}  // namespace hamdil::analysis
