// Items of a scale: how they go together, what lies behind them. Unweighted, as the field's tools do.
#include <cmath>
#include <map>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "base/text.hpp"
#include "stats/psychometrics/factors.hpp"
#include "stats/psychometrics/polychoric.hpp"
#include "stats/psychometrics/reliability.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::psychometrics;  // NOLINT(google-build-using-namespace): the whole file is about it
using stats::Figures;
using stats::Matrix;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

// The number that an answer is taken from to turn it: 7 of "7 - x".
Result<double> reverse_from(const std::string& rule) {
  const std::size_t minus = rule.rfind('-');
  const auto number = minus == std::string::npos ? std::nullopt : text::parse_number(text::trim(rule.substr(0, minus)));
  if (!number || text::trim(rule.substr(minus + 1)) != "x")
    return Error("analysis.items.reverse_rule", "A rule to turn answers is written as \"6 - x\".")
        .at({.pointer = "/call/reverse_rule"})
        .advise("Take the lowest and the highest answer together: 6 for answers from 1 to 5.");
  return *number;
}

Result<Items> read_items(const Context& context, const Call& call, std::size_t least = 2) {
  const std::vector<std::string> names = call.options.texts("items");
  if (names.size() < least) return missing_option(call, "items: two or more columns");
  HAMDIL_TRY(const auto terms, stats::survey::Terms::make(context.table, names, stats::survey::Reading::kNumbers));
  Items out(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) terms.values(i, context.rows, out[i]);
  const std::vector<std::string> reversed = call.options.texts("reversed");
  if (reversed.empty()) return out;
  HAMDIL_TRY(const double from, reverse_from(call.options.text("reverse_rule")));
  for (const std::string& name : reversed) {
    const auto found = std::find(names.begin(), names.end(), name);
    if (found == names.end())
      return Error("analysis.items.reversed", "{name} is to be turned but is not among the items.", {{"name", name}})
          .at({.pointer = "/call/reversed"});
    for (double& answer : out[static_cast<std::size_t>(found - names.begin())]) answer = from - answer;
  }
  return out;
}

constexpr const char* kNoVariation = "an item does not vary, or two items were never answered together";

ResultTable table_of(Figures figures, std::size_t n) {
  ResultTable out = with_figures(std::move(figures), kNoVariation);
  out.n = n;
  return out;
}

Result<ResultTable> run_alpha(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  const std::vector<std::string> names = call.options.texts("items");
  const Reliability found = reliability(items, call.level);
  std::vector<Figures> dropped, each;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const ItemFigures& item = found.items[i];
    dropped.push_back({{"item", names[i]},
                       {"raw_alpha", item.without.raw},
                       {"std_alpha", item.without.standardised},
                       {"lambda6", item.without.lambda6},
                       {"average_r", item.without.average_r}});
    each.push_back({{"item", names[i]},
                    {"n", static_cast<double>(item.n)},
                    {"raw_r", item.raw_r},
                    {"std_r", item.std_r},
                    {"r_cor", item.r_cor},
                    {"r_drop", item.r_drop},
                    {"mean", item.mean},
                    {"sd", item.sd}});
  }
  return table_of({{"raw_alpha", found.alpha.raw},
                   {"std_alpha", found.alpha.standardised},
                   {"guttman_lambda6", found.alpha.lambda6},
                   {"average_r", found.alpha.average_r},
                   {"signal_noise", found.alpha.signal_noise},
                   {"ase", found.standard_error},
                   {"scale_mean", found.scale_mean},
                   {"scale_sd", found.scale_sd},
                   {"median_r", found.alpha.median_r},
                   {"feldt_" + interval_name(call.level), pair_of(found.feldt)},
                   {"alpha_if_dropped", std::move(dropped)},
                   {"items", std::move(each)}},
                  found.n);
}

Result<ResultTable> run_correlations(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  return table_of({{"matrix", pairwise_correlation(items)}}, context.rows.size());
}

Result<ResultTable> run_adequacy(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  const Adequacy found = sampling_adequacy(pairwise_correlation(items), context.rows.size());
  return table_of({{"kmo_overall", found.overall},
                   {"kmo_items", found.items},
                   {"bartlett_chisq", found.bartlett.statistic},
                   {"bartlett_df", found.bartlett.df},
                   {"bartlett_p", found.bartlett.p_value}},
                  context.rows.size());
}

Matrix with_diagonal(Matrix m, const std::vector<double>& diagonal) {
  for (std::size_t i = 0; i < m.rows; ++i) m.at(i, i) = diagonal[i];
  return m;
}

void note_solution(const FactorSolution& solution, ResultTable& out) {
  if (!solution.converged) out.flags.push_back(stats::Flag::kNotConverged);
  if (solution.heywood) out.notes.push_back("heywood: an item is explained completely; fewer factors may do");
}

Result<ResultTable> run_eigenvalues(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  const Matrix r = pairwise_correlation(items);
  HAMDIL_TRY(const FactorSolution one, minimum_residuals(r, 1));
  std::vector<double> shared;
  for (const double unique : one.uniqueness) shared.push_back(1 - unique);
  ResultTable out = table_of({{"pc_values", symmetric_eigenvalues(r)},
                              {"fa_values", symmetric_eigenvalues(with_diagonal(r, one.communality))},
                              {"check_fa_values", symmetric_eigenvalues(with_diagonal(r, shared))}},
                             context.rows.size());
  note_solution(one, out);
  return out;
}

Result<ResultTable> run_minres(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  HAMDIL_TRY(FactorSolution solution, minimum_residuals(pairwise_correlation(items),
                                                        static_cast<std::size_t>(call.options.number("n_factors", 1))));
  const std::string rotation = call.options.text("rotation", "none");
  Figures figures;
  if (rotation == "varimax") solution.loadings = varimax(solution.loadings);
  if (rotation == "oblimin") {
    const Oblique turned = oblimin(solution.loadings);
    solution.loadings = turned.pattern;
    solution.converged = solution.converged && turned.converged;
    figures.push_back({"factor_correlation", turned.factor_correlation});
  }
  std::vector<double> squares(solution.loadings.columns, 0.0);
  for (std::size_t i = 0; i < solution.loadings.rows; ++i)
    for (std::size_t f = 0; f < squares.size(); ++f)
      squares[f] += solution.loadings.at(i, f) * solution.loadings.at(i, f);
  const Figures all = {{"communality", solution.communality},
                       {"loadings", solution.loadings},
                       {"ss", squares},
                       {"rmsr", solution.root_mean_square_residual}};
  figures.insert(figures.begin(), all.begin(), all.end());
  ResultTable out = table_of(std::move(figures), context.rows.size());
  note_solution(solution, out);
  return out;
}

Result<ResultTable> run_omega(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  const Matrix r = pairwise_correlation(items);
  HAMDIL_TRY(const Omega found, omega(r, static_cast<std::size_t>(call.options.number("n_factors", 3))));
  const AlphaFigures alpha = alpha_figures(r);
  return table_of({{"omega_h", found.hierarchical},
                   {"omega_total", found.total},
                   {"alpha", alpha.standardised},
                   {"g6", alpha.lambda6},
                   {"g_loadings", found.general}},
                  context.rows.size());
}

std::vector<Ordered> ordered(const Items& items) {
  std::vector<Ordered> out;
  for (const std::vector<double>& item : items) out.push_back(ordered_categories(item));
  return out;
}

Result<ResultTable> run_polychoric(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  const std::vector<Ordered> categories = ordered(items);
  std::size_t most = 0;
  for (const Ordered& item : categories) most = std::max(most, thresholds(item).size());
  Matrix cuts{items.size(), most, std::vector<double>(items.size() * most, stats::kNaN)};
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::vector<double> own = thresholds(categories[i]);
    std::copy(own.begin(), own.end(), cuts.values.begin() + static_cast<std::ptrdiff_t>(i * most));
  }
  ResultTable out = with_figures({{"rho", polychoric_matrix(categories)}}, kNoVariation);
  out.figures.push_back({"thresholds", std::move(cuts)});
  out.n = context.rows.size();
  return out;
}

Result<ResultTable> run_polychoric_pairs(const Context& context, const Call& call) {
  HAMDIL_TRY(const Items items, read_items(context, call));
  const std::vector<std::string> names = call.options.texts("items");
  const std::vector<Ordered> categories = ordered(items);
  std::vector<Figures> pairs;
  for (std::size_t i = 0; i < items.size(); ++i) {
    for (std::size_t j = i + 1; j < items.size(); ++j) {
      for (const auto method : {PolychoricMethod::kTwoStep, PolychoricMethod::kMaximumLikelihood}) {
        const Polychoric found = polychoric_pair(categories[i], categories[j], method);
        pairs.push_back({{"x", names[i]},
                         {"y", names[j]},
                         {"method", std::string(method == PolychoricMethod::kTwoStep ? "two-step" : "full ML")},
                         {"rho", found.rho},
                         {"se", found.se},
                         {"n", static_cast<double>(found.n)},
                         {"chisq", found.chisq},
                         {"df", found.df}});
      }
    }
  }
  return table_of({{"pairs", std::move(pairs)}}, context.rows.size());
}

std::vector<OptionInfo> item_options(std::vector<OptionInfo> more = {}) {
  std::vector<OptionInfo> out = {
      {.name = "items", .type = OptionType::kColumns, .help = "columns of the items", .required = true},
      {.name = "reversed", .type = OptionType::kColumns, .help = "items to be turned", .initial = "none"},
      {.name = "reverse_rule",
       .type = OptionType::kText,
       .help = "how: lowest and highest answer together, less the answer, such as \"6 - x\"",
       .initial = "needed where items are reversed"},
      {.name = "missing",
       .type = OptionType::kWord,
       .help = "which answers count",
       .initial = "pairwise",
       .allowed = {"pairwise"}},
  };
  out.insert(out.end(), more.begin(), more.end());
  return out;
}

OptionInfo factors_option(std::string_view initial) {
  return {.name = "n_factors", .type = OptionType::kCount, .help = "number of factors", .initial = initial};
}

constexpr std::string_view kPairwise = "Each pair of items counts the persons who answered both.";
constexpr std::string_view kCost = "one pass over each pair of items";

}  // namespace

std::vector<Estimator> psychometric_estimators() {
  const auto rows = stats::Basis::kRows;
  return {
      {{.id = "item_analysis",
        .name = "cronbach_alpha",
        .family = "psychometrics",
        .title = "Item analysis: alpha and what each item adds",
        .what = "internal consistency of items, unweighted, from pairwise answers",
        .options = item_options(),
        .figures = {{"raw_alpha, std_alpha, guttman_lambda6", "alpha from covariances, from correlations; lambda 6"},
                    {"average_r, median_r, signal_noise", "correlations of items; k r / (1 - r)"},
                    {"ase, feldt_ci95", "standard error (Duhachek and Iacobucci) and interval (Feldt) of raw_alpha"},
                    {"scale_mean, scale_sd", "of persons' means over the items they answered"},
                    {"alpha_if_dropped", "the same without each item"},
                    {"items",
                     "of each item: n, mean, sd, correlation with the scale (raw_r, std_r), corrected for its "
                     "own part (r_cor) and with the other items (r_drop)"}},
        .statements = {"raw_alpha = k/(k-1) (1 - trace/sum) of the pairwise covariances.",
                       "r_cor puts the squared multiple correlation in the place of the item's own variance."},
        .missing = kPairwise,
        .references = {"Cronbach (1951) Psychometrika 16", "Guttman (1945) Psychometrika 10",
                       "Duhachek, Iacobucci (2004) J. Appl. Psychol. 89", "Feldt (1965) Psychometrika 30"},
        .cost = kCost,
        .basis = rows,
        .form = {.with_option = "items"}},
       run_alpha},
      {{.id = "pearson_matrix",
        .name = "pearson_matrix",
        .family = "psychometrics",
        .title = "Correlations of items",
        .what = "Pearson correlations of all pairs",
        .options = item_options(),
        .figures = {{"matrix", "items x items"}},
        .statements = {"Each correlation uses means and variances of the persons who answered both items."},
        .missing = kPairwise,
        .references = {"Pearson (1896) Phil. Trans. R. Soc. A 187"},
        .cost = kCost,
        .basis = rows},
       run_correlations},
      {{.id = "kmo_bartlett",
        .name = "kmo_bartlett",
        .family = "psychometrics",
        .title = "Can these items be factored?",
        .what = "sampling adequacy and the test of sphericity",
        .options = item_options(),
        .figures = {{"kmo_overall, kmo_items", "Kaiser's measure, above 0.6 usable"},
                    {"bartlett_chisq, bartlett_df, bartlett_p", "test that no items correlate"}},
        .statements = {"KMO = sum r^2 / (sum r^2 + sum of squared partial correlations), off the diagonal.",
                       "Chi-square = -(n - 1 - (2p + 5)/6) log det R on p(p-1)/2."},
        .missing = "Pairwise correlations; n is the number of rows.",
        .references = {"Kaiser, Rice (1974) Educ. Psychol. Meas. 34", "Bartlett (1951) Biometrika 38"},
        .cost = kCost,
        .basis = rows},
       run_adequacy},
      {{.id = "parallel_analysis_observed",
        .name = "parallel_analysis_observed",
        .family = "psychometrics",
        .title = "Eigenvalues of the items",
        .what = "eigenvalues that say how many factors there may be",
        .options = item_options(),
        .figures = {{"pc_values", "of the correlation matrix"},
                    {"fa_values", "of the reduced matrix, communalities of one factor on the diagonal"},
                    {"check_fa_values", "the same from the uniquenesses"}},
        .statements = {"The reduced matrix comes from a minimum residual solution with one factor."},
        .missing = kPairwise,
        .references = {"Horn (1965) Psychometrika 30"},
        .cost = kCost,
        .basis = rows},
       run_eigenvalues},
      {{.id = "factor_minres",
        .name = "factor_minres",
        .family = "psychometrics",
        .title = "Exploratory factors by minimum residuals",
        .what = "loadings of items on common factors",
        .options = item_options({factors_option("1"),
                                 {.name = "rotation",
                                  .type = OptionType::kWord,
                                  .help = "how axes are turned",
                                  .initial = "none",
                                  .allowed = {"none", "varimax", "oblimin"}}}),
        .figures = {{"loadings", "items x factors; signs and order of factors are free"},
                    {"communality", "share of each item that factors explain"},
                    {"ss", "sums of squared loadings"},
                    {"rmsr", "root mean square residual off the diagonal"},
                    {"factor_correlation", "with oblimin"}},
        .statements = {"Newton's steps in the uniquenesses, kept at 0.005 or more, until the slope is below 1e-11.",
                       "Varimax with Kaiser's normalisation stops as R's varimax() does, at a growth of 1e-5."},
        .missing = kPairwise,
        .references = {"Harman, Jones (1966) Psychometrika 31", "Kaiser (1958) Psychometrika 23",
                       "Jennrich (2002) Psychometrika 67"},
        .cost = "one pass over each pair of items; then items cubed a step",
        .basis = rows},
       run_minres},
      {{.id = "omega",
        .name = "omega",
        .family = "psychometrics",
        .title = "Omega",
        .what = "how much of a sum score is one general factor",
        .options = item_options({factors_option("3")}),
        .figures = {{"omega_h", "share of the general factor"},
                    {"omega_total", "share of all common factors"},
                    {"alpha, g6", "standardised alpha and lambda 6"},
                    {"g_loadings", "loadings on the general factor"}},
        .statements = {"Schmid and Leiman's transformation of a minimum residual solution turned by oblimin."},
        .missing = kPairwise,
        .references = {"McDonald (1999) Test theory", "Schmid, Leiman (1957) Psychometrika 22"},
        .cost = "one pass over each pair of items; then items cubed a step",
        .basis = rows},
       run_omega},
      {{.id = "polychoric",
        .name = "polychoric",
        .family = "psychometrics",
        .title = "Polychoric correlations",
        .what = "correlations behind ordered answers",
        .options = item_options(),
        .figures = {{"rho", "items x items"}, {"thresholds", "items x cut points; null where an item has fewer"}},
        .statements =
            {"Two-step: thresholds from the margins of those who answered both, then the likelihood's maximum."},
        .missing = kPairwise,
        .references = {"Olsson (1979) Psychometrika 44"},
        .cost = "one pass over each pair of items; then categories squared a step",
        .basis = rows},
       run_polychoric},
      {{.id = "polychoric_pair",
        .name = "polychoric_pair",
        .family = "psychometrics",
        .title = "Polychoric correlations, two-step and maximum likelihood",
        .what = "each pair by two methods, with standard errors and fit",
        .options = item_options(),
        .figures = {{"pairs", "x, y, method, rho, se, n, chisq and df of the fit to the table"}},
        .statements =
            {"Standard errors from the observed information: of rho alone in two steps, of all parameters with "
             "maximum likelihood.",
             "Both are iterated to the maximum. R's polycor 0.8-1 stops its search for the full likelihood before it "
             "(Nelder and Mead, 500 steps): its rho can differ in the second digit."},
        .missing = kPairwise,
        .references = {"Olsson (1979) Psychometrika 44"},
        .cost = "one pass over each pair of items; then categories squared a step",
        .basis = rows},
       run_polychoric_pairs},
  };
}

}  // namespace hamdil::analysis
