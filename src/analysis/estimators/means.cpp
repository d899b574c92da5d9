// Means, shares, totals, ratios, quantiles and variances of a survey.
#include "analysis/estimators/families.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/proportion_ci.hpp"
#include "stats/survey/pushed.hpp"
#include "stats/survey/quantile.hpp"
#include "stats/survey/summary.hpp"
#include "stats/survey/variance.hpp"

namespace hamdil::analysis {
namespace {

using stats::EstimatorInfo;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;
using stats::survey::Deff;
using stats::survey::EstimateRequest;
using stats::survey::QuantileRequest;
using stats::survey::Quantity;
using stats::survey::Reading;
using stats::survey::RowSums;

Deff read_deff(const Call& call) {
  return call.deff == "wor" ? Deff::kWor : call.deff == "replace" ? Deff::kReplace : Deff::kNone;
}

Result<EstimateRequest> estimate_request(const Call& call) {
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
  return request;
}

Result<ResultTable> run_estimate(const Context& context, const Call& call) {
  HAMDIL_TRY(const EstimateRequest request, estimate_request(call));
  return stats::survey::estimate(context.design, context.table, context.rows, request);
}

Result<ResultTable> run_estimate_pushed(RowSums& rows, const Call& call) {
  HAMDIL_TRY(const EstimateRequest request, estimate_request(call));
  return stats::survey::estimate(rows, request);
}

Result<ResultTable> run_variance(const Context& context, const Call& call) {
  if (call.variables.empty()) return missing_option(call, "variables");
  const bool na_rm = call.na_rm.value_or(false);
  if (call.estimator == "variance")
    return stats::survey::estimate_variance(context.design, context.table, context.rows, call.variables, na_rm,
                                            call.level);
  return stats::survey::estimate_covariance_matrix(context.design, context.table, context.rows, call.variables, na_rm);
}

Result<ResultTable> run_variance_pushed(RowSums& rows, const Call& call) {
  if (call.variables.empty()) return missing_option(call, "variables");
  const bool na_rm = call.na_rm.value_or(false);
  if (call.estimator == "variance") return stats::survey::estimate_variance(rows, call.variables, na_rm, call.level);
  return stats::survey::estimate_covariance_matrix(rows, call.variables, na_rm);
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

Result<ResultTable> run_design_summary_pushed(RowSums& rows, const Call&) {
  return stats::survey::design_summary(rows);
}

Result<QuantileRequest> quantile_request(const Call& call) {
  if (call.variables.empty() || call.quantiles.empty()) return missing_option(call, "variables and quantiles");
  const auto rule = stats::survey::quantile_rule_from_name(call.qrule.empty() ? "math" : call.qrule);
  if (!rule) return unknown_value("qrule", call.qrule, "math, school, shahvaish, hf1 to hf9");
  if (call.interval == "quantile")
    return unknown_value("interval", call.interval,
                         "mean, beta, xlogit, asin, score (quantile only with replicate weights)");
  const auto interval = stats::survey::quantile_interval_from_name(call.interval.empty() ? "mean" : call.interval);
  if (!interval) return unknown_value("interval", call.interval, "mean, beta, xlogit, asin, score");
  return QuantileRequest{call.variables, call.quantiles, call.by, *rule, *interval, call.na_rm.value_or(false),
                         call.level};
}

Result<ResultTable> run_quantile(const Context& context, const Call& call) {
  HAMDIL_TRY(const QuantileRequest request, quantile_request(call));
  return stats::survey::estimate_quantiles(context.design, context.table, context.rows, request);
}

Result<ResultTable> run_quantile_pushed(RowSums& rows, const Call& call) {
  HAMDIL_TRY(const QuantileRequest request, quantile_request(call));
  return stats::survey::estimate_quantiles(rows, request);
}

Result<ResultTable> run_cdf(const Context& context, const Call& call) {
  if (call.variables.empty() || call.at.empty()) return missing_option(call, "variables and at");
  return stats::survey::estimate_distribution(context.design, context.table, context.rows, call.variables, call.at,
                                              call.na_rm.value_or(false), call.level);
}

Result<ResultTable> run_cdf_pushed(RowSums& rows, const Call& call) {
  if (call.variables.empty() || call.at.empty()) return missing_option(call, "variables and at");
  return stats::survey::estimate_distribution(rows, call.variables, call.at, call.na_rm.value_or(false), call.level);
}

OptionInfo deff_option() {
  return {
      .name = "deff",
      .type = OptionType::kText,
      .help =
          "design effect, against simple random sampling of the same size without (wor) or with replacement (replace)",
      .initial = "none",
      .allowed = {"wor", "replace"}};
}

OptionInfo covmat_option() {
  return {.name = "covmat",
          .type = OptionType::kFlag,
          .help = "covariance of all rows, also across domains",
          .initial = "only without by"};
}

OptionInfo lonely_option() {
  return {
      .name = "adjust_domain_lonely",
      .type = OptionType::kFlag,
      .help = "the design's rule for single-cluster strata also holds for strata that are single only in the domain",
      .initial = "false"};
}

OptionInfo ci_df_option() {
  return {.name = "ci_df", .type = OptionType::kNote, .help = "intervals use the t distribution with degf"};
}

const stats::FigureInfo kRowsFigure = {
    "rows[]",
    "one a term and domain: estimate, se, ci_t, ci_normal, degf_domain, ci_t_domain, "
    "deff, cv, counts behind it, flags"};
constexpr std::string_view kJointMissing =
    "Without na_rm an estimate with a missing value among its rows is undefined. With it, rows where any variable of "
    "the "
    "call is missing become a domain that is left out: their clusters and strata still count.";
constexpr std::string_view kOnePass = "one pass over the rows for all variables and domains; then units x estimates^2";
constexpr double kSameSums = 1e-10;  // but for the order of summation
constexpr std::string_view kSarndal = "Sarndal, Swensson, Wretman (1992) Model Assisted Survey Sampling, ch. 5";
constexpr std::string_view kWoodruff71 =
    "Woodruff (1971) A simple method for approximating the variance of a complicated estimate, JASA 66";

}  // namespace

std::vector<Estimator> mean_estimators() {
  const std::vector<OptionInfo> usual = {variables_option("columns; a category is read by level"),
                                         by_option(),
                                         na_rm_option("false"),
                                         deff_option(),
                                         covmat_option(),
                                         lonely_option()};
  return {
      {{.id = "mean",
        .name = "mean",
        .family = "means",
        .title = "Mean",
        .what = "weighted mean of numbers; of categories the share of each level",
        .options = usual,
        .figures = {kRowsFigure, {"vcov", "covariance of the rows"}},
        .statements =
            {"The estimate is sum(w x) / sum(w) over the rows of the domain.",
             "Its variance is that of the total of the influence values w (x - mean) / sum(w) under the design.",
             "Clusters and strata without rows of the domain count with total 0.",
             "ci_t uses degf = clusters - strata of the rows asked for, ci_t_domain those that hold the domain.",
             "The mean of a 0/1 variable in a domain equals the ratio of two totals and the coefficient of a "
             "regression on the domains."},
        .missing = kJointMissing,
        .references = {kSarndal, kWoodruff71},
        .cost = kOnePass,
        .pushdown = kSameSums},
       run_estimate,
       run_estimate_pushed},
      {{.id = "proportion",
        .name = "proportion",
        .family = "means",
        .title = "Share of each level",
        .what = "share of each level; numbers by their distinct values",
        .options = usual,
        .figures = {kRowsFigure, {"vcov", "covariance of the rows"}},
        .statements = {"Each level is a 0/1 variable; its share is the mean of it.",
                       "Levels without rows stay, as estimates of 0."},
        .missing = kJointMissing,
        .references = {kSarndal},
        .cost = kOnePass,
        .pushdown = kSameSums},
       run_estimate,
       run_estimate_pushed},
      {{.id = "total",
        .name = "total",
        .family = "means",
        .title = "Total",
        .what = "weighted total of numbers; of categories the count of each level",
        .options = usual,
        .figures = {kRowsFigure, {"vcov", "covariance of the rows"}},
        .statements = {"The estimate is sum(w x); its influence value is w x."},
        .missing = kJointMissing,
        .references = {kSarndal},
        .cost = kOnePass,
        .pushdown = kSameSums},
       run_estimate,
       run_estimate_pushed},
      {{.id = "ratio",
        .name = "ratio",
        .family = "means",
        .title = "Ratio of two totals",
        .what = "total of one variable over the total of another",
        .options = {{.name = "numerator", .type = OptionType::kColumn, .help = "column of numbers"},
                    {.name = "denominator", .type = OptionType::kColumn, .help = "column of numbers"},
                    by_option(),
                    na_rm_option("false"),
                    deff_option(),
                    covmat_option(),
                    lonely_option()},
        .figures = {kRowsFigure},
        .statements = {"The estimate is r = sum(w y) / sum(w x), its influence value w (y - r x) / sum(w x).",
                       "A denominator of zero gives no estimate and the flag undefined."},
        .missing = kJointMissing,
        .references = {kWoodruff71},
        .cost = kOnePass,
        .pushdown = kSameSums},
       run_estimate,
       run_estimate_pushed},
      {{.id = "proportion_ci",
        .name = "proportion_ci",
        .family = "means",
        .title = "Share of one level, with intervals of several kinds",
        .what = "share of one level with intervals of several kinds",
        .options = {variable_option(),
                    {.name = "success", .type = OptionType::kText, .help = "the level counted"},
                    {.name = "methods",
                     .type = OptionType::kTexts,
                     .help = "kinds of interval",
                     .initial = "logit",
                     .allowed = {"logit", "xlogit", "likelihood", "asin", "beta", "mean"}},
                    na_rm_option("true"),
                    ci_df_option()},
        .figures = {{"estimate, se", "the share and its standard error"}, {"methods", "by kind: estimate, ci"}},
        .statements =
            {"logit and xlogit: Wald intervals on the logit scale.",
             "beta: Korn and Graubard, with the effective sample size n_eff (t(n-1)/t(degf))^2, not cut at n.",
             "likelihood: inversion of the Rao-Scott likelihood ratio.",
             "asin: Wald interval on the arcsine square root scale; mean: on the share itself."},
        .missing = "Rows without an answer are left out unless na_rm is false.",
        .references =
            {"Korn, Graubard (1998) Confidence intervals for proportions with small expected number of "
             "positive counts, Survey Methodology 24",
             "Rao, Scott (1984) On chi-squared tests for multiway contingency tables, Annals of Statistics 12"},
        .cost = "one pass over the rows; likelihood: a few refits of one parameter"},
       run_proportion_ci},
      {{.id = "quantile",
        .name = "quantile",
        .family = "means",
        .title = "Quantiles",
        .what = "quantiles by several rules and intervals",
        .options = {variables_option("columns of numbers"),
                    {.name = "quantiles", .type = OptionType::kShares, .help = "which quantiles"},
                    {.name = "qrule",
                     .type = OptionType::kText,
                     .help = "how the weighted distribution function is inverted",
                     .initial = "math",
                     .allowed = {"math", "school", "shahvaish", "hf1", "hf2", "hf3", "hf4", "hf5", "hf6", "hf7", "hf8",
                                 "hf9"}},
                    {.name = "interval",
                     .type = OptionType::kText,
                     .help = "how the interval is found; quantile only with replicate weights",
                     .initial = "mean",
                     .allowed = {"mean", "beta", "xlogit", "asin", "score", "quantile"}},
                    ci_df_option(),
                    by_option(),
                    na_rm_option("false")},
        .figures = {{"rows[]", "term, by, p, estimate, ci, se, degf"}},
        .statements =
            {"math is the lower inverse of the weighted distribution function, school the mean of the two at a "
             "flat spot, hf1 to hf9 weighted forms of Hyndman and Fan's rules.",
             "mean, beta, xlogit and asin are Woodruff intervals: for the share at or below the estimate, then "
             "inverted by the same rule; score inverts a score test.",
             "se is the length of the interval over twice the t quantile."},
        .missing = kJointMissing,
        .references = {"Woodruff (1952) Confidence intervals for medians and other position measures, JASA 47",
                       "Hyndman, Fan (1996) Sample quantiles in statistical packages, The American Statistician 50"},
        .cost = "one sort of the rows of a domain",
        .pushdown = kSameSums,
        .not_pushed = "rules that place single rows (shahvaish, hf3 to hf9) and the interval score"},
       run_quantile,
       run_quantile_pushed},
      {{.id = "cdf",
        .name = "cdf",
        .family = "means",
        .title = "Distribution function",
        .what = "share of values at or below given points",
        .options = {variables_option("columns of numbers"),
                    {.name = "at", .type = OptionType::kNumbers, .help = "points", .unit = "of the variable"},
                    na_rm_option("false")},
        .figures = {{"rows[]", "term, at, estimate, se, ci_t"}},
        .statements = {"The share at or below a point is the mean of a 0/1 variable."},
        .missing = kJointMissing,
        .references = {kSarndal},
        .cost = kOnePass,
        .pushdown = kSameSums},
       run_cdf,
       run_cdf_pushed},
      {{.id = "variance",
        .name = "variance",
        .family = "means",
        .title = "Population variance",
        .what = "population variance of numbers",
        .options = {variables_option("columns of numbers"), na_rm_option("false")},
        .figures = {kRowsFigure},
        .statements = {"The estimate is n/(n-1) sum(w (x - mean)^2) / sum(w), n the rows used with a positive weight."},
        .missing = kJointMissing,
        .references = {kSarndal},
        .cost = "two passes over the rows",
        .pushdown = kSameSums},
       run_variance,
       run_variance_pushed},
      {{.id = "covariance_matrix",
        .name = "covariance_matrix",
        .family = "means",
        .title = "Population covariances",
        .what = "population covariances of numbers",
        .options = {variables_option("columns of numbers"), na_rm_option("false")},
        .figures = {{"matrix", "covariances"}, {"se", "their standard errors"}, {"correlation", "with two variables"}},
        .statements = {"Each entry is n/(n-1) sum(w (x - mx)(y - my)) / sum(w)."},
        .missing = kJointMissing,
        .references = {kSarndal},
        .cost = "two passes over the rows",
        .pushdown = kSameSums},
       run_variance,
       run_variance_pushed},
      {{.id = "design_summary",
        .name = "design_summary",
        .family = "means",
        .title = "What the design amounts to",
        .what = "degrees of freedom, units, strata, effective sample size",
        .figures = {{"n, sum_weights, n_psu, n_strata", "counts of the rows with a positive weight"},
                    {"kish_n_eff, kish_deff_w", "sum(w)^2 / sum(w^2), and n over it"}},
        .statements = {"degf is the number of clusters minus the number of strata among rows with a positive weight."},
        .references = {"Kish (1965) Survey Sampling"},
        .cost = "one pass over the rows",
        .pushdown = kSameSums},
       run_design_summary,
       run_design_summary_pushed},
  };
}

}  // namespace hamdil::analysis
