// Models of a survey, combinations of estimates, change between rounds.
#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "analysis/estimators/families.hpp"
#include "base/text.hpp"
#include "stats/survey/change.hpp"
#include "stats/survey/contrast.hpp"
#include "stats/survey/predict.hpp"
#include "stats/survey/pushed.hpp"
#include "stats/survey/regression.hpp"

namespace hamdil::analysis {
namespace {

using stats::EstimatorInfo;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

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

// A point of the call: values by variable, as text.
Result<stats::survey::Point> read_point(const Options& record, const std::string& pointer) {
  stats::survey::Point out;
  for (const auto& [name, value] : record.json().items()) {
    if (!value.is_string() && !value.is_number())
      return Error("analysis.spec.wrong_type", "A {wanted} is expected here.", {{"wanted", "text or number"}})
          .at({.pointer = pointer + "/" + name});
    out.emplace_back(name, value.is_string() ? value.get<std::string>() : text::format_number(value.get<double>()));
  }
  return out;
}

Status add_predictions(const Context& context, const Call& call, const stats::survey::GlmRequest& request,
                       ResultTable& out) {
  const std::vector<Options> records = call.options.records("predict");
  if (records.empty()) return Done{};
  std::vector<stats::survey::Point> points;
  for (std::size_t i = 0; i < records.size(); ++i) {
    HAMDIL_TRY(stats::survey::Point point, read_point(records[i], "/call/predict/" + std::to_string(i)));
    points.push_back(std::move(point));
  }
  HAMDIL_TRY(const std::vector<stats::survey::Prediction> found,
             stats::survey::predict(out, request.formula, request.link, context.table, context.rows, points));
  std::vector<stats::Figures> rows;
  for (std::size_t i = 0; i < found.size(); ++i) {
    stats::Figures at;
    for (const auto& [name, value] : points[i]) {
      const auto number = text::parse_number(value);
      if (number)
        at.push_back({name, *number});
      else
        at.push_back({name, value});
    }
    rows.push_back({{"at", std::move(at)},
                    {"link", found[i].link},
                    {"link_se", found[i].link_se},
                    {"response", found[i].response},
                    {"response_se", found[i].response_se}});
  }
  out.figures.push_back({"predict", std::move(rows)});
  return Done{};
}

Result<stats::survey::GlmRequest> glm_request(const Call& call) {
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
  return request;
}

Result<ResultTable> run_glm_pushed(stats::survey::RowSums& rows, const Call& call) {
  HAMDIL_TRY(const stats::survey::GlmRequest request, glm_request(call));
  if (!call.options.records("predict").empty())
    return stats::survey::not_pushed("predict", "for people", "the coefficients and their covariance");
  return stats::survey::estimate_glm(rows, request);
}

Result<ResultTable> run_glm(const Context& context, const Call& call) {
  HAMDIL_TRY(const stats::survey::GlmRequest request, glm_request(call));
  HAMDIL_TRY(ResultTable out, stats::survey::estimate_glm(context.design, context.table, context.rows, request));
  HAMDIL_CHECK(add_predictions(context, call, request, out));
  return out;
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

}  // namespace

std::vector<Estimator> model_estimators() {
  return {
      {{.id = "contrast",
        .name = "contrast",
        .family = "models",
        .title = "Linear combination of domain means",
        .what = "linear combination of domain means",
        .options = {{.name = "of",
                     .type = OptionType::kText,
                     .help = "what is combined",
                     .initial = "domain means with covariance"},
                    variable_option("column of numbers"),
                    by_option(),
                    {.name = "weights_by_level", .type = OptionType::kWeights, .help = "factor of each level of by"},
                    na_rm_option("true")},
        .figures = {{"estimate, se, ci_t", "the combination"}},
        .statements = {"The variance takes the covariance between the domains into account."},
        .missing = "Rows with a missing value are left out as a domain.",
        .references = {"Sarndal, Swensson, Wretman (1992), 5.8"},
        .cost = "one pass over the rows"},
       run_contrast},
      {{.id = "contrast_nonlinear",
        .name = "contrast_nonlinear",
        .family = "models",
        .title = "Smooth function of means",
        .what = "smooth function of means",
        .options =
            {{.name = "of", .type = OptionType::kText, .help = "what is combined", .initial = "joint means"},
             variables_option("columns of numbers"),
             {.name = "expression", .type = OptionType::kFormula, .help = "of the means, by the names of the columns"},
             na_rm_option("true")},
        .figures = {{"estimate, se, ci_t", "the value of the function"}},
        .statements =
            {"The variance is that of the linear function with the derivatives at the estimates (delta method)."},
        .missing = "Rows with a missing value in any variable are left out as a domain.",
        .references = {"Woodruff (1971) JASA 66"},
        .cost = "one pass over the rows"},
       run_contrast_nonlinear},
      {{.id = "glm",
        .name = "glm",
        .family = "models",
        .title = "Generalised linear model",
        .what = "generalised linear model",
        .options = {{.name = "formula",
                     .type = OptionType::kFormula,
                     .help = "as in R: main effects, :, *, I(), comparisons, as.integer()"},
                    {.name = "family",
                     .type = OptionType::kText,
                     .help = "gaussian, quasibinomial, quasipoisson",
                     .initial = "gaussian"},
                    {.name = "link",
                     .type = OptionType::kText,
                     .help = "identity, logit, probit, cloglog, log",
                     .initial = "the family's own"},
                    na_rm_option("true"),
                    {.name = "term_tests",
                     .type = OptionType::kFlag,
                     .help = "Wald and likelihood ratio tests of every term",
                     .initial = "true"},
                    {.name = "predict",
                     .type = OptionType::kRecords,
                     .help = "people to predict for: a value of every variable of the right side",
                     .initial = "none"}},
        .figures = {{"rows[]", "one a coefficient: estimate, se, t, p_value, ci_t"},
                    {"vcov", "covariance of the coefficients"},
                    {"term_tests", "by term: wald_F, wald_chisq, rao_scott_lrt"},
                    {"df_residual", "degf + 1 - coefficients"},
                    {"predict[]", "at, link, link_se, response, response_se"},
                    {"dispersion, deviance_scaled_weights, aic", "with weights scaled to mean 1"}},
        .statements =
            {"Coefficients solve the weighted score equations; the search stops when the deviance changes by less "
             "than 1e-8 of itself, and says so when it does not in 50 steps.",
             "The covariance is that of the influence values of the coefficients under the design.",
             "Tests and intervals use t with degf + 1 - coefficients degrees of freedom.",
             "Categories enter by treatment contrasts, the first level that occurs is the reference."},
        .missing = "Rows with a missing value in the model are left out as a domain.",
        .references =
            {"Binder (1983) On the variances of asymptotically normal estimators from complex surveys, "
             "International Statistical Review 51",
             "Lumley, Scott (2014) Tests for regression models fitted to survey data, Australian and New Zealand "
             "Journal of Statistics 56"},
        .cost = "one pass over the columns a step, usually 4 to 8; term tests refit without each term",
        .pushdown = 1e-8,
        .not_pushed = "the links probit and cloglog, and predict"},
       run_glm,
       run_glm_pushed},
      {{.id = "change",
        .name = "change",
        .family = "models",
        .title = "Change between two rounds",
        .what = "difference of a mean or share between two rounds",
        .options = {variable_option(),
                    {.name = "success",
                     .type = OptionType::kText,
                     .help = "level whose share is taken",
                     .initial = "the mean"},
                    {.name = "round", .type = OptionType::kColumn, .help = "column of the rounds"},
                    {.name = "from", .type = OptionType::kText, .help = "level of the earlier round"},
                    {.name = "to", .type = OptionType::kText, .help = "level of the later round"},
                    by_option()},
        .figures = {{"rows[]", "one a domain: estimate, se, ci_t, p_value"}},
        .statements = {"Rounds that share clusters are correlated; the covariance is taken into account."},
        .missing = "Rows with a missing value are left out as a domain.",
        .references = {"Sarndal, Swensson, Wretman (1992), 9.9"},
        .cost = "one pass over the rows"},
       run_change},
      {{.id = "difference_in_differences",
        .name = "difference_in_differences",
        .family = "models",
        .title = "Difference of two changes",
        .what = "difference of two groups' changes",
        .options = {variable_option(),
                    {.name = "success",
                     .type = OptionType::kText,
                     .help = "level whose share is taken",
                     .initial = "the mean"},
                    {.name = "round", .type = OptionType::kColumn, .help = "column of the rounds"},
                    {.name = "from", .type = OptionType::kText, .help = "level of the earlier round"},
                    {.name = "to", .type = OptionType::kText, .help = "level of the later round"},
                    {.name = "arm", .type = OptionType::kColumn, .help = "column of the arms"},
                    {.name = "control", .type = OptionType::kText, .help = "its level without the programme"},
                    {.name = "treated", .type = OptionType::kText, .help = "its level with the programme"},
                    by_option()},
        .figures = {{"rows[]", "one a domain: estimate, se, ci_t, p_value"}},
        .statements = {"The estimate is the change among the treated minus that among the controls."},
        .missing = "Rows with a missing value are left out as a domain.",
        .references = {"Angrist, Pischke (2009) Mostly Harmless Econometrics, 5.2"},
        .cost = "one pass over the rows"},
       run_difference_in_differences},
  };
}

}  // namespace hamdil::analysis
