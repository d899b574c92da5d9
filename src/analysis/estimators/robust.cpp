// Models with cluster-robust errors, and of ordered answers.
#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "stats/survey/absorbed.hpp"
#include "stats/survey/cluster_robust.hpp"
#include "stats/survey/ordinal.hpp"

namespace hamdil::analysis {
namespace {

using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

// "COLUMN not missing": rows where it is there.
Result<stats::survey::RowList> filtered(const Context& context, const Call& call) {
  const std::string filter = call.options.text("filter");
  if (filter.empty()) return context.rows;
  const std::string ending = " not missing";
  if (!filter.ends_with(ending)) return unknown_value("filter", filter, "COLUMN not missing");
  const std::string name = filter.substr(0, filter.size() - ending.size());
  const data::Column* column = context.table.find(name);
  if (column == nullptr)
    return Error("stats.terms.no_column", "There is no column {name}.", {{"name", name}})
        .at({.pointer = "/call/filter"});
  stats::survey::RowList out;
  for (const std::uint32_t row : context.rows)
    if (!column->is_missing(row)) out.push_back(row);
  return out;
}

Result<ResultTable> run_robust(const Context& context, const Call& call) {
  if (call.formula.empty()) return missing_option(call, "formula");
  stats::survey::RobustRequest request;
  request.formula = call.formula;
  request.cluster = call.options.text("cluster");
  request.weights = call.options.text("weights");
  request.logit = call.estimator == "logit_cluster_robust";
  request.level = call.level;
  const std::string type = call.options.text("type", "HC1");
  request.type = type == "HC0"   ? stats::survey::Robust::kHc0
                 : type == "CR2" ? stats::survey::Robust::kCr2
                                 : stats::survey::Robust::kHc1;
  HAMDIL_TRY(const stats::survey::RowList rows, filtered(context, call));
  return stats::survey::cluster_robust(context.table, rows, request);
}

Result<ResultTable> run_absorbed(const Context& context, const Call& call) {
  if (call.formula.empty()) return missing_option(call, "formula");
  stats::survey::AbsorbedRequest request;
  request.formula = call.formula;
  request.absorb = call.options.texts("absorb");
  request.cluster = call.options.text("cluster");
  request.weights = call.options.text("weights");
  request.correct = call.options.text("type", "HC1") == "HC1";
  request.normal = call.options.text("distribution", "t") == "normal";
  request.level = call.level;
  return stats::survey::absorbed_regression(context.table, context.rows, request);
}

Result<ResultTable> run_ordinal(const Context& context, const Call& call) {
  if (call.formula.empty()) return missing_option(call, "formula");
  return stats::survey::ordinal_logit(context.design, context.table, context.rows, call.formula, call.level);
}

OptionInfo formula_option() {
  return {.name = "formula",
          .type = OptionType::kFormula,
          .help = "as in R: main effects, :, *, I(), comparisons",
          .required = true};
}

constexpr std::string_view kMissing = "Rows with a missing value in the model are left out.";

}  // namespace

std::vector<Estimator> robust_estimators() {
  std::vector<OptionInfo> options = {
      formula_option(),
      {.name = "cluster", .type = OptionType::kColumn, .help = "column of the clusters", .required = true},
      {.name = "type",
       .type = OptionType::kWord,
       .help = "kind of covariance",
       .initial = "HC1",
       .allowed = {"HC0", "HC1", "CR2"}},
      na_rm_option("true"),
      {.name = "filter", .type = OptionType::kText, .help = "rows to keep: COLUMN not missing", .initial = "all"},
      {.name = "small_sample", .type = OptionType::kNote, .help = "the correction that goes with the type"}};
  std::vector<OptionInfo> linear = options;
  linear.push_back({.name = "weights", .type = OptionType::kColumn, .help = "column of weights", .initial = "none"});
  linear.push_back({.name = "weights_role", .type = OptionType::kNote, .help = "what the weights mean"});
  const std::vector<stats::FigureInfo> figures = {{"rows[]", "one a coefficient: estimate, se, t, df, p_value, ci_t"},
                                                  {"vcov", "covariance of the coefficients"},
                                                  {"clusters, n", "clusters and rows of the model"}};
  const std::vector<std::string_view> statements = {
      "HC0 sums the scores of each cluster, without correction; HC1 multiplies by G/(G-1) (n-1)/(n-k). Tests and "
      "intervals "
      "use t on G - 1.",
      "CR2 (linear models) adjusts each cluster's residuals by (I - H)_g (I - H)_g' to the power -1/2, with a working "
      "variance "
      "of 1; tests and intervals use t on Satterthwaite's degrees of freedom of each coefficient."};
  return {
      {{.id = "ols_cluster_robust",
        .name = "ols_cluster_robust",
        .family = "models",
        .title = "Linear regression with cluster-robust errors",
        .what = "least squares, errors robust to clusters",
        .options = linear,
        .figures = figures,
        .statements = statements,
        .missing = kMissing,
        .references = {"Liang, Zeger (1986) Biometrika 73", "Bell, McCaffrey (2002) Survey Methodology 28",
                       "Pustejovsky, Tipton (2018) Journal of Business and Economic Statistics 36"},
        .cost = "one pass a step; CR2 the cube of the largest cluster and the square of their number",
        .basis = stats::Basis::kRows},
       run_robust},
      {{.id = "logit_cluster_robust",
        .name = "logit_cluster_robust",
        .family = "models",
        .title = "Logistic regression with cluster-robust errors",
        .what = "logit, errors robust to clusters; HC0 and HC1",
        .options = options,
        .figures = figures,
        .statements = statements,
        .missing = kMissing,
        .references = {"Liang, Zeger (1986) Biometrika 73"},
        .cost = "one pass a step",
        .basis = stats::Basis::kRows},
       run_robust},
      {{.id = "fixed_effects",
        .name = "fixed_effects",
        .family = "models",
        .title = "Linear regression with absorbed fixed effects",
        .what = "least squares with effects of thousands of villages, persons or rounds, errors robust to clusters",
        .options =
            {formula_option(),
             {.name = "absorb",
              .type = OptionType::kColumns,
              .help = "columns whose levels have an effect each",
              .required = true},
             {.name = "cluster", .type = OptionType::kColumn, .help = "column of the clusters", .required = true},
             {.name = "weights", .type = OptionType::kColumn, .help = "column of weights", .initial = "none"},
             {.name = "type",
              .type = OptionType::kWord,
              .help = "kind of covariance",
              .initial = "HC1",
              .allowed = {"HC0", "HC1"}},
             {.name = "distribution",
              .type = OptionType::kWord,
              .help = "of tests and intervals",
              .initial = "t",
              .allowed = {"t", "normal"}}},
        .figures = {{"rows[]", "one a coefficient: estimate, se, statistic, p_value, ci_t"},
                    {"vcov", "covariance of the coefficients"},
                    {"clusters, singletons", "clusters; rows left out because their level occurs once"},
                    {"absorbed, absorbed_nested", "effects taken out, and of these the ones within clusters"},
                    {"iterations, r2_within", "of taking the effects out; of what they leave"},
                    {"distribution, correction", "t on clusters - 1 or normal; HC1 or HC0"}},
        .statements = {"Coefficients are those of a regression with a dummy for every level (Frisch, Waugh, Lovell).",
                       "Each column is freed of the effects by conjugate gradients on symmetric alternating "
                       "projections until less than 1e-12 of it is left in them.",
                       "HC1 multiplies the clustered covariance by G/(G-1) (n-1)/(n-K). K counts the coefficients and "
                       "the effects that are not nested in the clusters, at least one for the constant.",
                       "Of two columns the effects are counted exactly (levels less connected parts); a third and "
                       "further ones count their levels less one, which may be too many."},
        .missing = kMissing,
        .references = {"Correia (2017) Linear models with high-dimensional fixed effects",
                       "Guimaraes, Portugal (2010) Stata Journal 10",
                       "Cameron, Miller (2015) Journal of Human Resources 50"},
        .cost = "one pass over the rows a step and column",
        .basis = stats::Basis::kRows},
       run_absorbed},
      {{.id = "ordinal_logit",
        .name = "ordinal_logit",
        .family = "models",
        .title = "Proportional odds regression",
        .what = "regression of ordered answers under the design",
        .options = {formula_option(), na_rm_option("true")},
        .figures = {{"rows[]", "coefficients, then cut points (low|high): estimate, se, t, p_value, ci_t"},
                    {"vcov", "covariance of all of them"},
                    {"deviance", "-2 log likelihood with weights of mean 1"},
                    {"df_residual, converged, iterations", "of the fit"}},
        .statements =
            {"P(answer <= j) = 1 / (1 + exp(-(cut_j - x b))).",
             "Weighted maximum likelihood by a variable metric method, stopped when a step changes the log "
             "likelihood by less than "
             "1.5e-8 of itself, as R's svyolr: figures agree with it and lie within about 1e-5 of the maximum.",
             "The covariance is that of the influence values under the design.",
             "A fit that runs away (separated answers) carries the flag not_converged."},
        .missing = "Rows with a missing value in the model are left out as a domain.",
        .references = {"McCullagh (1980) Journal of the Royal Statistical Society B 42",
                       "Binder (1983) International Statistical Review 51"},
        .cost = "one pass over the rows a step"},
       run_ordinal},
  };
}

}  // namespace hamdil::analysis
