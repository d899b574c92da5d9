// Comparison groups made alike: propensity scores, matching, weights.
#include "stats/matching/matching.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "stats/formula.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::matching;  // NOLINT(google-build-using-namespace): the whole file is about it
using stats::Figure;
using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

// The rows that have all covariates, who of them was treated, and how likely that was.
struct Groups {
  stats::ModelMatrix model;
  Treated treated;
  Propensity propensity;
};

Result<Groups> read_groups(const Context& context, const Call& call) {
  HAMDIL_TRY(const stats::Formula formula, stats::parse_formula(call.formula));
  HAMDIL_TRY(stats::ModelMatrix model, stats::make_model_matrix(formula, context.table, context.rows));
  HAMDIL_TRY(Treated treated, treated_of(model));
  Groups out{std::move(model), std::move(treated), {}};
  out.propensity = fit_propensity(out.model, out.treated);
  return out;
}

void note_convergence(const Groups& groups, ResultTable& out) {
  if (groups.propensity.converged) return;
  out.flags.push_back(stats::Flag::kNotConverged);
  out.notes.push_back("separation: the covariates tell treated and controls apart completely");
}

bool is_used_by(const stats::Formula& formula, const std::string& name) {
  const auto names = [&](const stats::Factor& factor) { return factor.text.find(name) != std::string::npos; };
  return (formula.has_response && names(formula.response)) ||
         std::any_of(formula.factors.begin(), formula.factors.end(), names);
}

// The outcome: as named, or the one column of numbers that nothing else names; empty when that is not clear.
Result<std::vector<double>> read_outcome(const Context& context, const Call& call, const Groups& groups) {
  std::string name = call.options.text("outcome");
  if (name.empty()) {
    HAMDIL_TRY(const stats::Formula formula, stats::parse_formula(call.formula));
    for (const data::Column& column : context.table.columns) {
      if (!column.is_numeric() || column.name == call.options.text("data_row_id") || is_used_by(formula, column.name))
        continue;
      if (!name.empty()) return std::vector<double>();
      name = column.name;
    }
    if (name.empty()) return std::vector<double>();
  }
  HAMDIL_TRY(const auto terms, stats::survey::Terms::make(context.table, {name}, stats::survey::Reading::kNumbers));
  std::vector<double> out;
  terms.values(0, groups.model.rows, out);
  return out;
}

void add_effect(const std::vector<double>& outcome, const Groups& groups, std::vector<double> weights, const char* name,
                bool with_error, ResultTable& out) {
  if (outcome.empty()) {
    out.notes.push_back("outcome: none was named, so no effect is estimated");
    return;
  }
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (std::isnan(outcome[i])) weights[i] = 0;
  const Effect effect = weighted_difference(outcome, groups.treated, weights);
  out.figures.push_back({name, effect.estimate});
  if (with_error) out.figures.push_back({"se", effect.se});
  if (std::isnan(effect.estimate)) stats::note_undefined(out, "one of the groups is empty after weighting");
}

double count_of(const Groups& groups, const std::vector<double>& weights, bool treated) {
  double out = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) out += groups.treated[i] == treated && weights[i] > 0;
  return out;
}

Figures differences(const Groups& groups, const std::vector<double>& weights) {
  Figures out;
  for (const auto& [name, difference] : standardised_differences(groups.model, groups.treated, weights))
    out.push_back({name, difference});
  return out;
}

// Names of rows in results: a column of numbers or of texts, or the number of the row from 1.
class RowNames {
 public:
  RowNames(const Context& context, const Call& call, const Groups& groups)
      : column_(context.table.find(call.options.text("data_row_id"))), rows_(groups.model.rows) {}
  Figure one(const char* name, std::size_t row) const {
    if (is_text()) return {name, column_->text_at(rows_[row])};
    return {name, number(row)};
  }
  Figure several(const char* name, const std::vector<std::size_t>& rows) const {
    std::vector<std::string> texts;
    std::vector<double> numbers;
    for (const std::size_t row : rows) {
      if (is_text())
        texts.push_back(column_->text_at(rows_[row]));
      else
        numbers.push_back(number(row));
    }
    return is_text() ? Figure{name, std::move(texts)} : Figure{name, std::move(numbers)};
  }

 private:
  bool is_text() const { return column_ != nullptr && !column_->is_numeric(); }
  double number(std::size_t row) const {
    return column_ == nullptr ? static_cast<double>(rows_[row]) + 1 : column_->number_at(rows_[row]);
  }
  const data::Column* column_;
  const stats::survey::RowList& rows_;
};

Status check_row_name(const Context& context, const Call& call) {
  const std::string name = call.options.text("data_row_id");
  if (name.empty() || context.table.find(name) != nullptr) return Done{};
  return Error("stats.terms.no_column", "There is no column {name}.", {{"name", name}})
      .at({.pointer = "/call/data_row_id"});
}

Result<ResultTable> run_propensity(const Context& context, const Call& call) {
  HAMDIL_TRY(const Groups groups, read_groups(context, call));
  ResultTable out;
  out.n = groups.model.rows.size();
  for (std::size_t i = 0; i < groups.propensity.terms.size(); ++i) {
    stats::Row row;
    row.term = row.variable = groups.propensity.terms[i];
    row.estimate = groups.propensity.coefficients[i];
    row.se = groups.propensity.standard_errors[i];
    row.base_rows = row.cell_rows = out.n;
    out.rows.push_back(std::move(row));
  }
  out.figures = {{"deviance", groups.propensity.deviance}, {"fitted", groups.propensity.fitted}};
  note_convergence(groups, out);
  return out;
}

double standard_deviation(const std::vector<double>& values) {
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

Result<ResultTable> run_nearest(const Context& context, const Call& call) {
  HAMDIL_CHECK(check_row_name(context, call));
  HAMDIL_TRY(const Groups groups, read_groups(context, call));
  HAMDIL_TRY(const std::vector<double> outcome, read_outcome(context, call, groups));
  const Options wanted = call.options.object("options");
  const std::string order = wanted.text("m.order", "largest");
  NearestOptions options{.order = order == "smallest" ? Order::kSmallest
                                  : order == "data"   ? Order::kData
                                                      : Order::kLargest,
                         .ratio = static_cast<std::size_t>(wanted.number("ratio", 1)),
                         .replace = wanted.flag("replace", false)};
  if (options.ratio == 0 || options.ratio > groups.treated.size())
    return Error("analysis.matching.ratio",
                 "The number of controls a treated row must be 1 or more, and not more than rows.")
        .at({.pointer = "/call/options/ratio"});
  const bool as_matchit = call.options.text("as_in") == "MatchIt 4.5.1";
  if (as_matchit) options.search = Search::kBelowFirst;
  const double caliper = wanted.number("caliper", stats::kNaN) * standard_deviation(groups.propensity.fitted);
  if (!as_matchit) options.caliper = caliper;
  const std::vector<Match> matches = nearest_neighbours(groups.treated, groups.propensity.fitted, options);
  const std::vector<double> weights = match_weights(groups.treated, matches);
  ResultTable out;
  out.n = groups.model.rows.size();
  out.figures = {{"n_treated", count_of(groups, weights, true)},
                 {"n_control", count_of(groups, weights, false)},
                 {"weights", weights},
                 {"smd_before", differences(groups, std::vector<double>(weights.size(), 1.0))},
                 {"smd_after", differences(groups, weights)}};
  add_effect(outcome, groups, weights, "att", false, out);
  const RowNames names(context, call, groups);
  std::vector<Figures> pairs;
  for (const Match& match : matches)
    if (!match.controls.empty())
      pairs.push_back({names.one("treated", match.treated), names.several("controls", match.controls)});
  out.figures.push_back({"pairs", std::move(pairs)});
  if (wanted.has("caliper")) out.figures.push_back({"caliper_absolute", caliper});
  note_convergence(groups, out);
  return out;
}

Result<ResultTable> run_exact(const Context& context, const Call& call) {
  HAMDIL_TRY(const Groups groups, read_groups(context, call));
  HAMDIL_TRY(const Strata strata,
             exact_strata(context.table, groups.model.rows, call.options.texts("on"), groups.treated));
  const std::vector<double> weights = stratum_weights(groups.treated, strata);
  ResultTable out;
  out.n = groups.model.rows.size();
  out.figures = {{"n_treated", count_of(groups, weights, true)},
                 {"n_control", count_of(groups, weights, false)},
                 {"weights", weights},
                 {"subclasses", static_cast<double>(strata.count)}};
  return out;
}

Result<ResultTable> run_subclasses(const Context& context, const Call& call) {
  HAMDIL_TRY(const Groups groups, read_groups(context, call));
  const double count = call.options.number("n", 6);
  if (!(count >= 1) || count > static_cast<double>(groups.treated.size()))
    return Error("analysis.matching.subclasses", "The number of subclasses must be 1 or more, and not more than rows.")
        .at({.pointer = "/call/n"});
  const Strata strata = propensity_strata(groups.treated, groups.propensity.fitted, static_cast<std::size_t>(count));
  stats::Matrix counts{strata.count, 2, std::vector<double>(strata.count * 2, 0.0)};
  for (std::size_t i = 0; i < groups.treated.size(); ++i) ++counts.at(strata.of_row[i], groups.treated[i]);
  ResultTable out;
  out.n = groups.model.rows.size();
  out.figures = {{"counts", counts}, {"weights", stratum_weights(groups.treated, strata)}};
  note_convergence(groups, out);
  return out;
}

double sum_of(const Groups& groups, const std::vector<double>& weights, bool treated) {
  double out = 0;
  for (std::size_t i = 0; i < weights.size(); ++i)
    if (groups.treated[i] == treated) out += weights[i];
  return out;
}

Result<ResultTable> run_probability_weights(const Context& context, const Call& call) {
  HAMDIL_TRY(const Groups groups, read_groups(context, call));
  HAMDIL_TRY(const std::vector<double> outcome, read_outcome(context, call, groups));
  const std::string name = call.options.text("estimand", "ATT");
  const Estimand estimand = name == "ATE"       ? Estimand::kAte
                            : name == "ATC"     ? Estimand::kAtc
                            : name == "overlap" ? Estimand::kOverlap
                                                : Estimand::kAtt;
  const std::vector<double> weights = probability_weights(estimand, groups.treated, groups.propensity.fitted);
  ResultTable out;
  out.n = groups.model.rows.size();
  add_effect(outcome, groups, weights, "effect", true, out);
  const Figures more = {{"weights_sum_treated", sum_of(groups, weights, true)},
                        {"weights_sum_control", sum_of(groups, weights, false)},
                        {"ess_control", effective_rows(groups.treated, weights, false)},
                        {"ess_treated", effective_rows(groups.treated, weights, true)}};
  out.figures.insert(out.figures.end(), more.begin(), more.end());
  note_convergence(groups, out);
  return out;
}

Result<ResultTable> run_entropy(const Context& context, const Call& call) {
  HAMDIL_CHECK(check_row_name(context, call));
  HAMDIL_TRY(const Groups groups, read_groups(context, call));
  HAMDIL_TRY(const std::vector<double> outcome, read_outcome(context, call, groups));
  const EntropyWeights balanced = entropy_weights(groups.model, groups.treated);
  std::vector<std::size_t> controls;
  std::vector<double> weights;
  for (std::size_t i = 0; i < groups.treated.size(); ++i) {
    if (groups.treated[i]) continue;
    controls.push_back(i);
    weights.push_back(balanced.weights[i]);
  }
  ResultTable out;
  out.n = groups.model.rows.size();
  out.figures = {RowNames(context, call, groups).several("control_units", controls), {"control_weights", weights}};
  add_effect(outcome, groups, balanced.weights, "effect", true, out);
  out.figures.push_back({"ess_control", effective_rows(groups.treated, balanced.weights, false)});
  out.figures.push_back({"imbalance", balanced.imbalance});
  if (!balanced.converged) {
    out.flags.push_back(stats::Flag::kNotConverged);
    out.notes.push_back("balance: no weights of these controls have the means of the treated");
  }
  return out;
}

OptionInfo formula_option() {
  return {.name = "formula", .type = OptionType::kFormula, .help = "treatment (0 or 1) ~ covariates", .required = true};
}
OptionInfo row_id_option() {
  return {.name = "data_row_id",
          .type = OptionType::kColumn,
          .help = "column that names rows in results",
          .initial = "number of the row from 1"};
}
OptionInfo outcome_option() {
  return {.name = "outcome",
          .type = OptionType::kColumn,
          .help = "column of the outcome",
          .initial = "the one column of numbers that nothing else names"};
}
OptionInfo estimand_option(std::vector<std::string_view> allowed) {
  return {.name = "estimand",
          .type = OptionType::kWord,
          .help = "whose effect: of the treated, of the controls, of all, of those who could be either",
          .initial = "ATT",
          .allowed = std::move(allowed)};
}

constexpr std::string_view kMissing =
    "Rows without the treatment or a covariate are left out; rows without the outcome count "
    "for balance and not for the effect.";
constexpr std::string_view kPropensity =
    "The propensity is fitted by unweighted logistic regression until the score vanishes.";
constexpr std::string_view kBeforeAfter =
    "Standardised differences divide by the standard deviation of the treated before matching.";

}  // namespace

std::vector<Estimator> matching_estimators() {
  const auto rows = stats::Basis::kRows;
  return {
      {{.id = "propensity_logit",
        .name = "propensity_logit",
        .family = "matching",
        .title = "Propensity score",
        .what = "probability to be treated given covariates",
        .options = {formula_option(), row_id_option()},
        .figures = {{"rows", "coefficients and standard errors"},
                    {"deviance", "-2 log likelihood"},
                    {"fitted", "propensities, in the order of rows"}},
        .statements = {kPropensity, "Standard errors from the inverse information."},
        .missing = "Rows without the treatment or a covariate are left out.",
        .references = {"Rosenbaum, Rubin (1983) The central role of the propensity score, Biometrika 70"},
        .cost = "some ten passes over rows x columns",
        .basis = rows},
       run_propensity},
      {{.id = "match_nearest",
        .name = "match_nearest",
        .family = "matching",
        .title = "Nearest neighbours on the propensity",
        .what = "greedy matching of controls to the treated",
        .options = {formula_option(),
                    row_id_option(),
                    outcome_option(),
                    estimand_option({"ATT"}),
                    {.name = "distance",
                     .type = OptionType::kWord,
                     .help = "what is near",
                     .initial = "propensity",
                     .allowed = {"propensity"}},
                    {.name = "as_in",
                     .type = OptionType::kText,
                     .help = "repeats a mistake of another program, for comparison",
                     .initial = "no other",
                     .allowed = {"MatchIt 4.5.1"}},
                    {.name = "options",
                     .type = OptionType::kObject,
                     .help = "how matches are chosen",
                     .initial = "all as given below",
                     .members = {{.name = "m.order",
                                  .type = OptionType::kText,
                                  .help = "which treated rows choose first",
                                  .initial = "largest",
                                  .allowed = {"largest", "smallest", "data"}},
                                 {.name = "ratio",
                                  .type = OptionType::kCount,
                                  .help = "controls a treated row",
                                  .initial = "1"},
                                 {.name = "replace",
                                  .type = OptionType::kFlag,
                                  .help = "a control may serve several treated rows",
                                  .initial = "false"},
                                 {.name = "caliper",
                                  .type = OptionType::kNumber,
                                  .help = "largest distance allowed",
                                  .initial = "any",
                                  .unit = "standard deviations of the propensity"}}}},
        .figures = {{"n_treated, n_control", "matched rows"},
                    {"weights", "in the order of rows; 0: not matched"},
                    {"smd_before, smd_after", "standardised differences of covariates"},
                    {"att", "difference of weighted mean outcomes"},
                    {"pairs", "treated rows and their controls"},
                    {"caliper_absolute", "as a distance"}},
        .statements = {kPropensity,
                       "Without replacement every treated row gets a first control before any gets a second.",
                       "Of equal distances the earlier row is taken.",
                       "A treated row without a control within the caliper is left out, with weight 0.", kBeforeAfter,
                       "R's MatchIt 4.5.1 looked only below the treated row's propensity and ignored calipers (its "
                       "issue 163): as_in does "
                       "the same, to check the rest against its results. Never use it for a finding."},
        .missing = kMissing,
        .references = {"Ho, Imai, King, Stuart (2007) Matching as nonparametric preprocessing, Political Analysis 15"},
        .cost = "rows times the logarithm of controls, after the propensity",
        .basis = rows},
       run_nearest},
      {{.id = "match_exact",
        .name = "match_exact",
        .family = "matching",
        .title = "Exact matching",
        .what = "strata of rows alike in some columns",
        .options = {formula_option(),
                    row_id_option(),
                    {.name = "on",
                     .type = OptionType::kColumns,
                     .help = "columns in which rows must be equal",
                     .required = true}},
        .figures = {{"n_treated, n_control", "rows in strata with both groups"},
                    {"weights", "in the order of rows"},
                    {"subclasses", "strata with both groups"}},
        .statements =
            {"Treated rows weigh 1, controls the treated per control of their stratum, scaled to sum to their number."},
        .missing = "A missing value of a matching column is a value of its own; rows without a covariate are left out.",
        .references = {"Stuart (2010) Matching methods for causal inference, Statistical Science 25"},
        .cost = "one pass over the columns",
        .basis = rows},
       run_exact},
      {{.id = "subclassification",
        .name = "subclassification",
        .family = "matching",
        .title = "Subclasses of the propensity",
        .what = "rows cut at quantiles of the treated's propensity",
        .options = {formula_option(),
                    row_id_option(),
                    {.name = "n", .type = OptionType::kCount, .help = "number of subclasses", .initial = "6"}},
        .figures = {{"counts", "controls and treated by subclass"}, {"weights", "in the order of rows"}},
        .statements = {kPropensity, "Cuts are quantiles (type 7) of the propensity among the treated.",
                       "Weights as for exact matching."},
        .missing = "Rows without the treatment or a covariate are left out.",
        .references = {"Rosenbaum, Rubin (1984) Reducing bias by subclassification, J. Am. Stat. Assoc. 79"},
        .cost = "one pass after the propensity",
        .basis = rows},
       run_subclasses},
      {{.id = "inverse_probability_weighting",
        .name = "inverse_probability_weighting",
        .family = "matching",
        .title = "Inverse probability weights",
        .what = "effect by weights from the propensity",
        .options = {formula_option(), row_id_option(), outcome_option(),
                    estimand_option({"ATT", "ATC", "ATE", "overlap"})},
        .figures = {{"effect, se", "difference of weighted means, weights taken as known"},
                    {"weights_sum_treated, weights_sum_control", "sums of weights"},
                    {"ess_control, ess_treated", "effective numbers of rows (Kish)"}},
        .statements = {kPropensity,
                       "ATT: controls p/(1-p). ATC: treated (1-p)/p. ATE: 1/p and 1/(1-p). Overlap: 1-p and p.",
                       "The standard error is linearised: n/(n-1) times the sum of squared influences."},
        .missing = kMissing,
        .references = {"Li, Morgan, Zaslavsky (2018) Balancing covariates via propensity score weighting, J. Am. Stat. "
                       "Assoc. 113"},
        .cost = "one pass after the propensity",
        .basis = rows},
       run_probability_weights},
      {{.id = "entropy_balancing",
        .name = "entropy_balancing",
        .family = "matching",
        .title = "Entropy balancing",
        .what = "weights of controls under which means of covariates equal those of the treated",
        .options = {formula_option(),
                    row_id_option(),
                    outcome_option(),
                    estimand_option({"ATT"}),
                    {.name = "base_weights",
                     .type = OptionType::kText,
                     .help = "weights to stay near",
                     .initial = "1",
                     .allowed = {"1"}},
                    {.name = "max_imbalance", .type = OptionType::kNote, .help = "of the reference"}},
        .figures = {{"control_units, control_weights", "controls and their weights, which sum to the number treated"},
                    {"effect, se", "difference of weighted means, weights taken as known"},
                    {"ess_control", "effective number of controls (Kish)"},
                    {"imbalance", "largest difference of means left, in standard deviations"}},
        .statements = {"The dual is minimised by Newton's steps until means agree to 1e-13 standard deviations.",
                       "Where no weights balance all means the result is flagged as not converged."},
        .missing = kMissing,
        .references = {"Hainmueller (2012) Entropy balancing for causal effects, Political Analysis 20"},
        .cost = "some ten passes over controls x columns",
        .basis = rows},
       run_entropy},
  };
}

}  // namespace hamdil::analysis
