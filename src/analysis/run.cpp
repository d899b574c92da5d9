#include "analysis/run.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "analysis/replicate.hpp"
#include "stats/multiple.hpp"
#include "stats/scale/reliability.hpp"
#include "stats/scale/score.hpp"
#include "stats/survey/change.hpp"
#include "stats/survey/contrast.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/proportion_ci.hpp"
#include "stats/survey/quantile.hpp"
#include "stats/survey/regression.hpp"
#include "stats/survey/summary.hpp"
#include "stats/survey/table.hpp"
#include "stats/survey/tests.hpp"
#include "stats/survey/variance.hpp"

namespace hamdil::analysis {
namespace {

using stats::ResultTable;
using stats::survey::Deff;
using stats::survey::EstimateRequest;
using stats::survey::Quantity;
using stats::survey::Reading;
using stats::survey::RowList;
using stats::survey::SurveyDesign;

struct Context {
  const SurveyDesign& design;
  const data::Table& table;
  const RowList& rows;
};

Error missing_option(const Call& call, const char* option) {
  return Error("analysis.run.missing_option", "{estimator} needs {option}.",
               {{"estimator", call.estimator}, {"option", option}})
      .at({.pointer = "/call"});
}

Deff read_deff(const Call& call) {
  return call.deff == "wor" ? Deff::kWor : call.deff == "replace" ? Deff::kReplace : Deff::kNone;
}

Result<ResultTable> run_estimate(const Context& context, const Call& call) {
  EstimateRequest request;
  request.variables = call.variables;
  request.by = call.by;
  request.na_rm = call.na_rm.value_or(false);
  request.deff = read_deff(call);
  request.covmat = call.covmat;
  request.level = call.level;
  if (call.estimator == "total") request.quantity = Quantity::kTotal;
  if (call.estimator == "proportion") request.reading = Reading::kCategories;
  if (call.estimator == "ratio") {
    if (call.numerator.empty() || call.denominator.empty()) return missing_option(call, "numerator and denominator");
    request.quantity = Quantity::kRatio;
    request.reading = Reading::kNumbers;
    request.variables = {call.numerator, call.denominator};
    if (request.by.empty() && request.deff == Deff::kNone) request.deff = Deff::kWor;
  }
  if (request.variables.empty()) return missing_option(call, "variables");
  return stats::survey::estimate(context.design, context.table, context.rows, request);
}

Error unknown_value(const char* member, const std::string& value, const char* known) {
  return Error("analysis.spec.unknown_value", "{value} is not known here; known are {known}.",
               {{"value", value}, {"known", known}})
      .at({.pointer = std::string("/call/") + member});
}

Result<ResultTable> run_variance(const Context& context, const Call& call) {
  if (call.variables.empty()) return missing_option(call, "variables");
  const bool na_rm = call.na_rm.value_or(false);
  if (call.estimator == "variance")
    return stats::survey::estimate_variance(context.design, context.table, context.rows, call.variables, na_rm,
                                            call.level);
  return stats::survey::estimate_covariance_matrix(context.design, context.table, context.rows, call.variables, na_rm);
}

Result<ResultTable> run_table(const Context& context, const Call& call) {
  if (call.variables.size() != 2) return missing_option(call, "two variables");
  return stats::survey::estimate_table(context.design, context.table, context.rows, call.variables[0],
                                       call.variables[1]);
}

Result<ResultTable> run_chisq(const Context& context, const Call& call) {
  const std::vector<std::string> usual = {"F"};
  return stats::survey::chisq_test(context.design, context.table, context.rows, call.variables,
                                   call.statistics.empty() ? usual : call.statistics);
}

Result<ResultTable> run_proportion_ci(const Context& context, const Call& call) {
  if (call.variable.empty() || call.success.empty()) return missing_option(call, "variable and success");
  stats::survey::ProportionCiRequest request{call.variable, call.success, call.methods, call.na_rm.value_or(true),
                                             call.level};
  if (request.methods.empty()) request.methods = {"logit"};
  return stats::survey::proportion_ci(context.design, context.table, context.rows, request);
}

Result<ResultTable> run_design_summary(const Context& context, const Call&) {
  return stats::survey::design_summary(context.design, context.rows);
}

Result<ResultTable> run_contrast(const Context& context, const Call& call) {
  if (!call.of.empty() && call.of != "domain means with covariance")
    return unknown_value("of", call.of, "domain means with covariance");
  if (call.variable.empty() || call.by.size() != 1 || call.weights_by_level.empty())
    return missing_option(call, "variable, one by and weights_by_level");
  return stats::survey::contrast(context.design, context.table, context.rows, call.variable, call.by[0],
                                 call.weights_by_level, call.level);
}

Result<ResultTable> run_contrast_nonlinear(const Context& context, const Call& call) {
  if (!call.of.empty() && call.of != "joint means") return unknown_value("of", call.of, "joint means");
  if (call.variables.empty() || call.expression.empty()) return missing_option(call, "variables and expression");
  return stats::survey::contrast_nonlinear(context.design, context.table, context.rows, call.variables, call.expression,
                                           call.level);
}

Result<ResultTable> run_glm(const Context& context, const Call& call) {
  using stats::survey::Family;
  using stats::survey::Link;
  if (call.formula.empty()) return missing_option(call, "formula");
  stats::survey::GlmRequest request{call.formula, Family::kGaussian, Link::kIdentity, call.level, call.term_tests};
  if (call.family == "quasibinomial" || call.family == "binomial")
    request.family = Family::kBinomial, request.link = Link::kLogit;
  else if (call.family == "quasipoisson" || call.family == "poisson")
    request.family = Family::kPoisson, request.link = Link::kLog;
  else if (!call.family.empty() && call.family != "gaussian")
    return unknown_value("family", call.family, "gaussian, quasibinomial, quasipoisson");
  const std::array<std::pair<const char*, Link>, 5> links = {{{"identity", Link::kIdentity},
                                                              {"logit", Link::kLogit},
                                                              {"probit", Link::kProbit},
                                                              {"cloglog", Link::kCloglog},
                                                              {"log", Link::kLog}}};
  const auto link =
      std::find_if(links.begin(), links.end(), [&](const auto& known) { return call.link == known.first; });
  if (link != links.end())
    request.link = link->second;
  else if (!call.link.empty())
    return unknown_value("link", call.link, "identity, logit, probit, cloglog, log");
  return stats::survey::estimate_glm(context.design, context.table, context.rows, request);
}

Result<ResultTable> run_ttest(const Context& context, const Call& call) {
  if (call.variable.empty()) return missing_option(call, "variable");
  return stats::survey::ttest(context.design, context.table, context.rows,
                              {call.variable, call.group, call.mu.value_or(0), call.na_rm.value_or(false), call.level});
}

Result<ResultTable> run_ranktest(const Context& context, const Call& call) {
  if (call.variable.empty() || call.group.empty()) return missing_option(call, "variable and group");
  const auto test = stats::survey::rank_test_from_name(call.test.empty() ? "wilcoxon" : call.test);
  if (!test) return unknown_value("test", call.test, "wilcoxon, vanderWaerden, median, KruskalWallis");
  return stats::survey::rank_test(context.design, context.table, context.rows, call.variable, call.group, *test);
}

stats::survey::ChangeRequest change_request(const Call& call) {
  return {call.variable, call.success, call.round, call.from, call.to, call.by, call.level};
}

Result<ResultTable> run_change(const Context& context, const Call& call) {
  return stats::survey::estimate_change(context.design, context.table, context.rows, change_request(call));
}

Result<ResultTable> run_difference_in_differences(const Context& context, const Call& call) {
  return stats::survey::estimate_difference_in_differences(
      context.design, context.table, context.rows, {change_request(call), call.arm, call.control, call.treated});
}

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

Result<ResultTable> run_p_adjust(const Context&, const Call& call) {
  ResultTable out;
  for (const char* name : {"holm", "hochberg", "hommel", "bonferroni", "BH", "BY"})
    out.series.emplace_back(name, stats::adjust_p_values(call.p, *stats::adjustment_from_name(name)));
  return out;
}

Result<ResultTable> run_quantile(const Context& context, const Call& call) {
  if (call.variables.empty() || call.quantiles.empty()) return missing_option(call, "variables and quantiles");
  const auto rule = stats::survey::quantile_rule_from_name(call.qrule.empty() ? "math" : call.qrule);
  if (!rule) return unknown_value("qrule", call.qrule, "math, school, shahvaish, hf1 to hf9");
  if (call.interval == "quantile")
    return unknown_value("interval", call.interval,
                         "mean, beta, xlogit, asin, score (quantile only with replicate weights)");
  const auto interval = stats::survey::quantile_interval_from_name(call.interval.empty() ? "mean" : call.interval);
  if (!interval) return unknown_value("interval", call.interval, "mean, beta, xlogit, asin, score");
  return stats::survey::estimate_quantiles(
      context.design, context.table, context.rows,
      {call.variables, call.quantiles, call.by, *rule, *interval, call.na_rm.value_or(false), call.level});
}

Result<ResultTable> run_cdf(const Context& context, const Call& call) {
  if (call.variables.empty() || call.at.empty()) return missing_option(call, "variables and at");
  return stats::survey::estimate_distribution(context.design, context.table, context.rows, call.variables, call.at,
                                              call.na_rm.value_or(false), call.level);
}

Result<ResultTable> run_several(const Context& context, const Call& call);

struct Runner {
  const char* name;
  Result<ResultTable> (*run)(const Context&, const Call&);
};
constexpr std::array kRunners = {
    Runner{"cdf", run_cdf},
    Runner{"change", run_change},
    Runner{"chisq", run_chisq},
    Runner{"contrast", run_contrast},
    Runner{"contrast_nonlinear", run_contrast_nonlinear},
    Runner{"covariance_matrix", run_variance},
    Runner{"cronbach_alpha", run_cronbach_alpha},
    Runner{"design_summary", run_design_summary},
    Runner{"difference_in_differences", run_difference_in_differences},
    Runner{"glm", run_glm},
    Runner{"mean", run_estimate},
    Runner{"p_adjust", run_p_adjust},
    Runner{"proportion", run_estimate},
    Runner{"proportion_ci", run_proportion_ci},
    Runner{"quantile", run_quantile},
    Runner{"ranktest", run_ranktest},
    Runner{"ratio", run_estimate},
    Runner{"reproducibility", run_reproducibility},
    Runner{"several", run_several},
    Runner{"spearman_brown", run_spearman_brown},
    Runner{"table", run_table},
    Runner{"total", run_estimate},
    Runner{"ttest", run_ttest},
    Runner{"variance", run_variance},
};

Result<ResultTable> dispatch(const Context& context, const Call& call) {
  const auto found = std::find_if(kRunners.begin(), kRunners.end(),
                                  [&](const Runner& runner) { return call.estimator == runner.name; });
  if (found == kRunners.end())
    return Error("analysis.spec.unknown_estimator", "The estimator {name} is not known.", {{"name", call.estimator}});
  HAMDIL_TRY(ResultTable out, found->run(context, call));
  out.estimator = call.estimator;
  out.level = call.level;
  return out;
}

Result<ResultTable> run_several(const Context& context, const Call& call) {
  ResultTable out;
  out.degf = stats::survey::degrees_of_freedom(context.design, context.rows);
  out.n = context.rows.size();
  for (const Call& part : call.parts) {
    if (part.as.empty()) return missing_option(part, "as");
    HAMDIL_TRY(ResultTable result, dispatch(context, part));
    out.part_names.push_back(part.as);
    out.parts.push_back(std::move(result));
  }
  return out;
}

Result<ResultTable> run_on(const AnalysisSpec& spec, const data::Table& table, const SurveyDesign& design) {
  HAMDIL_TRY(const RowList rows, select_domain(spec.domain, table));
  HAMDIL_TRY(ResultTable out, dispatch({design, table, rows}, spec.call));
  out.id = spec.id;
  if (!spec.domain.empty()) {
    out.values.emplace_back("degf_full_design",
                            stats::survey::degrees_of_freedom(design, stats::survey::all_rows(design)));
    out.values.emplace_back("n_domain", static_cast<double>(rows.size()));
  }
  if (design.has_lonely_stratum())
    out.notes.push_back(std::string("lonely_psu.") + stats::survey::lonely_rule_name(spec.design.lonely));
  return out;
}

}  // namespace

Result<ResultTable> run(const AnalysisSpec& spec, const data::Table& table, const data::Table* replicate_weights) {
  if (spec.replicates) return run_replicates(spec, table, replicate_weights);
  HAMDIL_TRY(const SurveyDesign design, SurveyDesign::make(spec.design, table));
  return run_on(spec, table, design);
}

Result<std::vector<Result<ResultTable>>> run_many(const std::vector<AnalysisSpec>& specs, const data::Table& table,
                                                  const Control& control) {
  std::vector<Result<ResultTable>> out;
  std::optional<Result<SurveyDesign>> design;
  const stats::survey::DesignSpec* current = nullptr;
  for (const AnalysisSpec& spec : specs) {
    HAMDIL_CHECK(control.step(static_cast<double>(out.size()) / static_cast<double>(specs.size())));
    if (spec.replicates) {
      out.push_back(run(spec, table));
      continue;
    }
    if (current == nullptr || !(*current == spec.design)) {
      design = SurveyDesign::make(spec.design, table);
      current = &spec.design;
    }
    if (!*design)
      out.emplace_back(design->error());
    else
      out.push_back(run_on(spec, table, **design));
  }
  return out;
}

std::vector<std::string> runnable_estimators() {
  std::vector<std::string> names;
  for (const Runner& runner : kRunners) names.emplace_back(runner.name);
  return names;
}

}  // namespace hamdil::analysis
