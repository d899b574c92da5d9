// Weighted agreement, goodness of fit, standardisation, and estimates from several imputations.
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/survey/derived.hpp"

namespace hamdil::analysis {
namespace {

using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

Result<ResultTable> run_kappa(const Context& context, const Call& call) {
  if (call.variables.size() != 2) return missing_option(call, "two variables");
  std::vector<std::string> names;
  std::vector<std::vector<std::int32_t>> codes;
  for (const std::string& variable : call.variables) {
    HAMDIL_TRY(const stats::survey::Encoded own, read_levels(context, variable));
    std::vector<std::int32_t> place;
    for (const std::string& name : own.names) {
      const auto known = std::find(names.begin(), names.end(), name);
      place.push_back(static_cast<std::int32_t>(known - names.begin()));
      if (known == names.end()) names.push_back(name);
    }
    codes.emplace_back(context.table.rows, -1);
    for (std::size_t i = 0; i < context.rows.size(); ++i)
      if (own.codes[i] >= 0) codes.back()[context.rows[i]] = place[static_cast<std::size_t>(own.codes[i])];
  }
  if (names.size() > 30)
    return Error("analysis.agreement.many_levels", "Agreement over more than 30 levels is not computed.")
        .at({.pointer = "/call/variables"});
  if (names.empty()) {
    ResultTable out;
    out.figures = {{"estimate", stats::kNaN}};
    stats::note_undefined(out, "no row has both answers");
    return out;
  }
  HAMDIL_TRY(ResultTable out,
             stats::survey::survey_kappa(context.design, context.rows, codes[0], codes[1], names.size(), call.level));
  const stats::Row& row = out.rows.front();
  out.figures = {{"estimate", row.estimate}, {"se", row.se}, {"ci_t", pair_of(row.ci_t)}};
  if (stats::has_undefined(out.figures))
    stats::note_undefined(out, "all answers are the same, or there are too few clusters");
  return out;
}

Result<ResultTable> run_goodness_of_fit(const Context& context, const Call& call) {
  if (call.variables.size() != 1 || call.p.empty()) return missing_option(call, "one variable, and p");
  HAMDIL_TRY(const stats::survey::GoodnessOfFit found,
             stats::survey::goodness_of_fit(context.design, context.table, context.rows, call.variables[0], call.p));
  ResultTable out = with_figures({{"statistic", found.statistic},
                                  {"parameter", std::vector<double>{found.scale, found.df}},
                                  {"p_value", found.p_value}},
                                 "no row has an answer, or the answers do not vary");
  out.degf = found.degf;
  out.n = context.rows.size();
  return out;
}

Result<ResultTable> run_standardisation(const Context& context, const Call& call) {
  const std::vector<std::string> over = call.options.texts("over");
  if (call.variables.empty() || call.by.empty() || over.empty()) return missing_option(call, "variables, by and over");
  return stats::survey::standardized_means(
      context.design, context.table, context.rows,
      {call.variables, call.by, over, call.options.numbers("population"), call.na_rm.value_or(false), call.level});
}

// {column} replaced in every text.
Json with_column(const Json& json, const std::string& column) {
  if (json.is_string()) {
    std::string text = json.get<std::string>();
    const std::string mark = "{column}";
    for (std::size_t at = 0; (at = text.find(mark, at)) != std::string::npos; at += column.size())
      text.replace(at, mark.size(), column);
    return text;
  }
  Json out = json;
  if (out.is_structured())
    for (auto& one : out) one = with_column(one, column);
  return out;
}

std::string common_start(const std::vector<std::string>& names) {
  std::string out = names.front();
  for (const std::string& name : names)
    while (!name.starts_with(out)) out.pop_back();
  return out.empty() ? "{column}" : out;
}

// Rubin's rules for one estimate.
Figures combine(const std::string& term, const std::vector<double>& estimates, const std::vector<double>& variances,
                double df_complete) {
  const auto m = static_cast<double>(estimates.size());
  double mean = 0;
  double within = 0;
  for (std::size_t i = 0; i < estimates.size(); ++i) {
    mean += estimates[i] / m;
    within += variances[i] / m;
  }
  double between = 0;
  for (const double one : estimates) between += (one - mean) * (one - mean) / (m - 1);
  const double r = (1 + 1 / m) * between / within;
  double df = r > 0 ? (m - 1) * (1 + 1 / r) * (1 + 1 / r) : std::numeric_limits<double>::infinity();
  if (std::isfinite(df_complete)) {
    const double observed = (df_complete + 1) / (df_complete + 3) * df_complete * within / (within + between);
    df = 1 / (1 / observed + 1 / df);
  }
  return {{"term", term},
          {"estimate", mean},
          {"se", std::sqrt(within + between * (m + 1) / m)},
          {"df", df},
          {"fmi", (r + 2 / (df + 3)) / (r + 1)}};
}

Result<ResultTable> run_imputations(const Context& context, const Call& call) {
  const std::vector<std::string> columns = call.options.texts("columns");
  const Json& json = call.options.json();
  if (columns.size() < 2 || !json.contains("of") || json["of"].empty())
    return missing_option(call, "columns (two or more imputations) and of (calls)");
  ResultTable out;
  out.degf = stats::survey::degrees_of_freedom(context.design, context.rows);
  out.n = context.rows.size();
  const double df_complete = call.options.number("df_complete", std::numeric_limits<double>::infinity());
  for (std::size_t part = 0; part < json["of"].size(); ++part) {
    const std::string pointer = "/call/of/" + std::to_string(part);
    std::vector<ResultTable> found;
    std::string name;
    for (const std::string& column : columns) {
      HAMDIL_TRY(const Call one, parse_call(with_column(json["of"][part], column), pointer, true));
      name = one.as.empty() ? one.estimator : one.as;
      HAMDIL_TRY(ResultTable result, run_call(context, one));
      if (result.rows.empty() || (!found.empty() && result.rows.size() != found.front().rows.size()))
        return Error("analysis.imputation.rows", "The imputations do not give the same estimates side by side.")
            .at({.pointer = pointer});
      found.push_back(std::move(result));
    }
    std::vector<Figures> rows;
    for (std::size_t i = 0; i < found.front().rows.size(); ++i) {
      std::vector<double> estimates, variances;
      for (const ResultTable& one : found) {
        estimates.push_back(one.rows[i].estimate);
        variances.push_back(one.rows[i].se * one.rows[i].se);
      }
      std::string term = found.front().rows[i].term;
      if (term.starts_with(columns.front())) term = common_start(columns) + term.substr(columns.front().size());
      rows.push_back(combine(term, estimates, variances, df_complete));
    }
    out.figures.push_back({name, std::move(rows)});
  }
  if (stats::has_undefined(out.figures))
    stats::note_undefined(out, "an imputation gives no estimate, or no standard error");
  return out;
}

}  // namespace

std::vector<Estimator> extra_estimators() {
  return {
      {{.id = "cohen_kappa_design",
        .name = "cohen_kappa",
        .family = "agreement",
        .title = "Cohen's kappa, with the design",
        .what = "agreement of two answers of the same people",
        .options = {variables_option("two columns, or comparisons such as \"trust >= 4\""), na_rm_option("true")},
        .figures = {{"estimate, se, ci_t", "kappa"}},
        .statements = {"kappa of the estimated shares of all pairs of answers; variance by its derivatives."},
        .missing = "Rows without both answers are left out as a domain.",
        .references = {"Cohen (1960) Educational and Psychological Measurement 20"},
        .cost = "one pass over the rows; then levels to the fourth",
        .form = {.with_option = "variables"}},
       run_kappa},
      {{.id = "chisq_goodness_of_fit",
        .name = "chisq_goodness_of_fit",
        .family = "tests",
        .title = "Goodness of fit under the design",
        .what = "whether shares are those given",
        .options = {variables_option("one column"),
                    {.name = "p",
                     .type = OptionType::kShares,
                     .help = "share of each level, in their order",
                     .required = true}},
        .figures = {{"statistic", "X2 over estimated totals"},
                    {"parameter", "scale and degrees of freedom"},
                    {"p_value", "of statistic / scale"}},
        .statements =
            {"X2 = sum (O - E)^2 / E; its mixture of chi-squares is approximated by scale times a chi-square with "
             "the same mean and variance (Satterthwaite)."},
        .missing = "Rows without an answer are left out as a domain.",
        .references = {"Rao, Scott (1981) JASA 76"},
        .cost = "one pass over the rows"},
       run_goodness_of_fit},
      {{.id = "direct_standardisation",
        .name = "direct_standardisation",
        .family = "means",
        .title = "Direct standardisation",
        .what = "means of groups as if all had the same composition",
        .options =
            {variables_option("columns of numbers"),
             {.name = "by", .type = OptionType::kColumns, .help = "columns of the composition", .required = true},
             {.name = "over", .type = OptionType::kColumns, .help = "columns of the groups", .required = true},
             {.name = "population",
              .type = OptionType::kNumbers,
              .help = "composition: one number a combination of levels, the first column's running fastest",
              .required = true},
             na_rm_option("false")},
        .figures = {{"rows[]", "one a group: estimate, se, ci_t"}},
        .statements = {"Within each group weights are post-stratified to the composition; standard errors are those of "
                       "residuals from it.",
                       "In a domain the composition is that of the domain."},
        .missing = "A missing value in by or over is an error; in the variables as for mean.",
        .references = {"Kitagawa (1964) Demography 1", "Sarndal, Swensson, Wretman (1992), 7.6"},
        .cost = "two passes over the rows"},
       run_standardisation},
      {{.id = "multiple_imputation_combine",
        .name = "multiple_imputation_combine",
        .family = "several",
        .title = "Several imputations",
        .what = "estimates of imputed columns put together",
        .options = {{.name = "columns",
                     .type = OptionType::kColumns,
                     .help = "the imputations of one variable",
                     .required = true},
                    {.name = "of",
                     .type = OptionType::kCalls,
                     .help = "calls, with {column} where the variable stands, and a name in as",
                     .required = true},
                    {.name = "df_complete",
                     .type = OptionType::kNumber,
                     .help = "degrees of freedom that complete data would have",
                     .initial = "Inf"}},
        .figures = {{"(names of the calls)", "rows of term, estimate, se, df, fmi (fraction of missing information)"}},
        .statements = {"Rubin's rules: the mean, and within plus (1 + 1/m) between variance.",
                       "With df_complete degrees of freedom are Barnard and Rubin's."},
        .missing = "As the calls say.",
        .references = {"Rubin (1987) Multiple Imputation for Nonresponse in Surveys",
                       "Barnard, Rubin (1999) Biometrika 86"},
        .cost = "the calls, once an imputation"},
       run_imputations},
  };
}

}  // namespace hamdil::analysis
