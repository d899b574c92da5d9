// Unweighted tests of counts and shares, sizes of effects, sample sizes.
#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/classical/effect_sizes.hpp"
#include "stats/classical/tables.hpp"
#include "stats/distributions.hpp"
#include "stats/sample_size.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::classical;  // NOLINT(google-build-using-namespace): the whole file is about them
using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

ResultTable table_of(Figures figures, double n, const char* reason = "there are too few answers, or nothing varies") {
  ResultTable out = with_figures(std::move(figures), reason);
  out.n = static_cast<std::size_t>(n);
  return out;
}

Result<ResultTable> run_chisq(const Context& context, const Call& call) {
  HAMDIL_TRY(const TwoWay table, read_two_way(context, call));
  const TableTest found = chisq_test(table.counts, call.options.flag("yates", false));
  return table_of({{"statistic", found.statistic},
                   {"parameter", found.df},
                   {"p_value", found.p_value},
                   {"table", table.counts},
                   {"std_residuals", found.residuals},
                   {"row_levels", table.row_names},
                   {"col_levels", table.column_names}},
                  table.n);
}

Result<ResultTable> run_fisher(const Context& context, const Call& call) {
  HAMDIL_TRY(const TwoWay table, read_two_by_two(context, call));
  const TableTest found = fisher_exact(table.counts, call.level);
  return table_of({{"statistic", std::vector<double>()},
                   {"p_value", found.p_value},
                   {"ci", pair_of(found.ci)},
                   {"estimate", found.estimate},
                   {"table", table.counts}},
                  table.n);
}

Result<ResultTable> run_mcnemar(const Context& context, const Call& call) {
  HAMDIL_TRY(const TwoWay table, read_two_by_two(context, call));
  const TableTest found = mcnemar_test(table.counts, call.options.flag("correction", true));
  return table_of(
      {{"statistic", found.statistic}, {"parameter", found.df}, {"p_value", found.p_value}, {"table", table.counts}},
      table.n, "nobody changed");
}

Result<ResultTable> run_odds_ratio(const Context& context, const Call& call) {
  HAMDIL_TRY(const TwoWay table, read_two_by_two(context, call));
  const OddsRatio found = odds_ratio(table.counts, call.level);
  return table_of({{"odds_ratio", found.odds_ratio},
                   {"ci", pair_of(found.ci)},
                   {"risk_ratio", found.risk_ratio},
                   {"table", table.counts}},
                  table.n, "a cell of the table is 0");
}

struct Successes {
  double x = 0;
  double n = 0;
};

Successes count_successes(const std::vector<double>& values) {
  Successes out;
  for (const double value : values) {
    if (std::isnan(value)) continue;
    out.x += value;
    out.n += 1;
  }
  return out;
}

// From the column, or from x and n of the call.
Result<Successes> read_counts(const Context& context, const Call& call) {
  if (call.options.has("x") && call.options.has("n")) {
    const Successes out{call.options.number("x", 0), call.options.number("n", 0)};
    if (out.x > out.n || out.n > 1e7)
      return Error("analysis.sample.bad_counts", "x is at most n, and n at most 10 million.")
          .at({.pointer = "/call/x"});
    return out;
  }
  HAMDIL_TRY(const std::vector<double> values, read_successes(context, call));
  return count_successes(values);
}

ResultTable share_table(const ShareTest& found, double n) {
  return table_of({{"statistic", found.statistic},
                   {"parameter", found.df},
                   {"p_value", found.p_value},
                   {"ci", pair_of(found.ci)},
                   {"estimate", found.first}},
                  n);
}

Result<ResultTable> run_wilson(const Context& context, const Call& call) {
  HAMDIL_TRY(const Successes counts, read_counts(context, call));
  return share_table(wilson_test(counts.x, counts.n, call.options.number("p0", 0.5), call.level), counts.n);
}

Result<ResultTable> run_binom(const Context& context, const Call& call) {
  HAMDIL_TRY(const Successes counts, read_counts(context, call));
  return share_table(binomial_test(counts.x, counts.n, call.options.number("p0", 0.5), call.level), counts.n);
}

Result<ResultTable> run_prop_test(const Context& context, const Call& call) {
  if (call.group.empty()) return missing_option(call, "group");
  HAMDIL_TRY(const std::vector<double> values, read_successes(context, call));
  HAMDIL_TRY(const stats::survey::Encoded groups, read_levels(context, call.group));
  std::vector<Successes> counts(groups.names.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (std::isnan(values[i]) || groups.codes[i] < 0) continue;
    Successes& one = counts[static_cast<std::size_t>(groups.codes[i])];
    one.x += values[i];
    one.n += 1;
  }
  if (counts.size() != 2)
    return Error("analysis.sample.two_groups", "{estimator} compares two groups; {column} has {count} with answers.",
                 {{"estimator", call.estimator}, {"column", call.group}, {"count", std::to_string(counts.size())}})
        .at({.pointer = "/call/group"});
  const ShareTest found = two_shares(counts[0].x, counts[0].n, counts[1].x, counts[1].n, call.level);
  return table_of({{"statistic", found.statistic},
                   {"parameter", found.df},
                   {"p_value", found.p_value},
                   {"ci", pair_of(found.ci)},
                   {"estimate", std::vector<double>{found.first, found.second}},
                   {"groups", groups.names}},
                  counts[0].n + counts[1].n);
}

ResultTable effect_table(const EffectSize& found, double n, const std::string& of = {}) {
  Figures record = {{"estimate", found.estimate}};
  if (!of.empty()) record.push_back({"parameter", of});
  record.push_back({"ci", pair_of(found.ci)});
  record.push_back({"ci_exact", pair_of(found.exact)});
  ResultTable out = table_of({{"list", std::vector<Figures>{std::move(record)}}}, n);
  const double gap =
      std::max(std::fabs(found.ci.lower - found.exact.lower), std::fabs(found.ci.upper - found.exact.upper));
  if (gap > 1e-4)
    out.notes.emplace_back(
        "ci_differs: the search that ci follows stopped early; the limits of ci_exact are the right ones");
  return out;
}

Result<ResultTable> mean_effect(const Context& context, const Call& call, Standardizer by, bool unbiased) {
  HAMDIL_TRY(const Sample sample, read_two_groups(context, call));
  return effect_table(mean_difference(sample.groups[0], sample.groups[1], by, unbiased, call.level),
                      static_cast<double>(sample.n));
}

Standardizer standardizer_of(const Call& call) {
  return call.options.flag("pooled", true) ? Standardizer::kPooled : Standardizer::kAverage;
}

Result<ResultTable> run_cohens_d(const Context& context, const Call& call) {
  return mean_effect(context, call, standardizer_of(call), false);
}

Result<ResultTable> run_hedges_g(const Context& context, const Call& call) {
  return mean_effect(context, call, standardizer_of(call), true);
}

Result<ResultTable> run_glass(const Context& context, const Call& call) {
  return mean_effect(context, call, Standardizer::kSecond, false);
}

Result<ResultTable> run_cliff(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_two_groups(context, call));
  return effect_table(cliffs_delta(sample.groups[0], sample.groups[1], call.level), static_cast<double>(sample.n));
}

Result<ResultTable> run_cramers_v(const Context& context, const Call& call) {
  HAMDIL_TRY(const TwoWay table, read_two_way(context, call));
  return effect_table(cramers_v(table.counts, call.estimator == "cramers_v_adjusted", call.level), table.n);
}

Result<ResultTable> run_phi(const Context& context, const Call& call) {
  HAMDIL_TRY(const TwoWay table, read_two_by_two(context, call));
  return effect_table(cramers_v(table.counts, false, call.level), table.n);
}

Result<ResultTable> run_eta(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_groups(context, call));
  return effect_table(eta_squared(sample.groups, call.estimator == "omega_squared", call.level),
                      static_cast<double>(sample.n), call.group);
}

constexpr const char* kImpossible = "the shares, power and alpha leave no sample size";

Result<ResultTable> run_size_proportions(const Context&, const Call& call) {
  const double deff = call.options.number("deff", 1.6);
  const double p1 = call.options.number("p1", 0);
  const double p2 = call.options.number("p2", 0);
  const double n = p1 == p2 ? stats::kNaN
                            : stats::sample_size_change(p1, p2, call.options.number("alpha", 0.05),
                                                        call.options.number("power", 0.8), deff)
                                  .n_srs;
  return table_of({{"n_per_group", std::isfinite(n) ? n : stats::kNaN},
                   {"n_times_deff", std::isfinite(n) ? n * deff : stats::kNaN},
                   {"deff", deff}},
                  0, kImpossible);
}

Result<ResultTable> run_size_means(const Context&, const Call& call) {
  const double d = call.options.number("d", 0);
  const double alpha = call.options.number("alpha", 0.05);
  const double power = call.options.number("power", 0.8);
  std::vector<double> at = call.options.numbers("power_at");
  if (at.empty()) at = {100};
  Figures out = {{"n_per_group", stats::sample_size_two_means(d, alpha, power)}};
  for (const double n : at) out.push_back({"power_at_" + text::format_number(n), stats::power_two_means(d, alpha, n)});
  return table_of(std::move(out), 0, kImpossible);
}

Result<ResultTable> run_size_share(const Context&, const Call& call) {
  const double z = call.options.number("z", stats::normal_quantile(0.5 + call.level / 2));
  const double margin = call.options.number("margin", 0);
  const double response = call.options.number("response", 1);
  const double population = call.options.number("population", std::numeric_limits<double>::infinity());
  if (!(margin > 0) || !(response > 0) || !(population > 0))
    return Error("analysis.sample.bad_size", "margin, response and population are above 0.").at({.pointer = "/call"});
  const stats::ShareSize found = stats::sample_size_share(call.options.number("p", 0.5), margin, z, population,
                                                          call.options.number("deff", 1), response);
  return table_of({{"n0", found.n0}, {"n_fpc", found.n_fpc}, {"n", found.n_final}}, 0, kImpossible);
}

OptionInfo note(std::string_view name, std::string_view help) {
  return {.name = name, .type = OptionType::kNote, .help = help};
}

constexpr std::string_view kMissing = "Rows with a missing value are left out; with na_rm false they are an error.";

}  // namespace

std::vector<Estimator> classical_table_estimators() {
  std::vector<Estimator> out;
  const auto add = [&](std::string_view id, std::string_view family, std::string_view title, std::string_view what,
                       std::vector<OptionInfo> options, std::vector<stats::FigureInfo> figures,
                       std::vector<std::string_view> statements, std::string_view source,
                       decltype(Estimator::run) run) {
    const bool data = family != "sample size";
    out.push_back({{.id = id,
                    .name = id,
                    .family = family,
                    .title = title,
                    .what = what,
                    .options = std::move(options),
                    .figures = std::move(figures),
                    .statements = std::move(statements),
                    .missing = data ? kMissing : std::string_view(),
                    .references = {source},
                    .cost = data ? "one pass over the rows" : "none: no data",
                    .basis = data ? stats::Basis::kRows : stats::Basis::kParameters},
                   run});
  };
  const OptionInfo two = variables_option("two columns, or comparisons such as \"trust >= 4\"");
  const OptionInfo yes = na_rm_option("true");
  const OptionInfo success = {
      .name = "success", .type = OptionType::kText, .help = "the answer counted", .initial = "1, or the last level"};
  const OptionInfo p0 = {
      .name = "p0", .type = OptionType::kShare, .help = "share under the null hypothesis", .initial = "0.5"};
  const OptionInfo x = {.name = "x",
                        .type = OptionType::kCount,
                        .help = "successes, instead of the column",
                        .initial = "from the column"};
  const OptionInfo n = {
      .name = "n", .type = OptionType::kCount, .help = "answers, instead of the column", .initial = "from the column"};
  const std::vector<stats::FigureInfo> effect = {
      {"list[]", "estimate, ci, ci_exact; parameter names the groups where it is of one"}};
  constexpr std::string_view search =
      "ci follows the search of R's effectsize 0.8 (a simplex over both ends, stopped at 1e-9), so that figures agree "
      "with "
      "it; ci_exact solves for each end. They part where the lower end is 0; a note says so, and ci_exact is right.";

  add("chisq_unweighted", "classical", "Independence of two categories, unweighted", "Pearson's chi-square test",
      {two,
       yes,
       {.name = "yates", .type = OptionType::kFlag, .help = "Yates' correction, 2 x 2 only", .initial = "false"}},
      {{"statistic, parameter, p_value", "chi-square"},
       {"table, row_levels, col_levels", "counts"},
       {"std_residuals", "standardised residuals"}},
      {"Levels without rows are left out.",
       "Standardised residuals are (O - E) / sqrt(E (1 - row share)(1 - column share))."},
      "Pearson (1900) Philosophical Magazine 50; Yates (1934); Agresti (2013) Categorical Data Analysis, 3.3",
      run_chisq);
  out.back().info.name = "chisq";
  out.back().info.form = {.without_option = "statistics", .without_design = true};
  add("fisher_exact", "classical", "Fisher's exact test, unweighted", "independence in a 2 x 2 table, exactly",
      {two, yes},
      {{"p_value", "two-sided"},
       {"estimate, ci", "odds ratio: conditional maximum likelihood, exact interval"},
       {"table", "counts"}},
      {"p sums the tables at most as probable as the one seen (within 1e-7).",
       "Estimate and limits are roots found by Brent's search with R's tolerance (eps^(1/4)); figures agree with it."},
      "Fisher (1935) The Design of Experiments; Cornfield (1956)", run_fisher);
  add("mcnemar", "classical", "McNemar's test, unweighted", "whether answers of the same people moved to one side",
      {two,
       yes,
       {.name = "correction", .type = OptionType::kFlag, .help = "Edwards' continuity correction", .initial = "true"}},
      {{"statistic, parameter, p_value", "chi-square on 1"}, {"table", "counts"}},
      {"(|b - c| - 1)^2 / (b + c) over the cells that changed."}, "McNemar (1947) Psychometrika 12", run_mcnemar);
  add("odds_ratio", "classical", "Odds ratio and risk ratio, unweighted", "of a 2 x 2 table",
      {two, yes, note("ci", "the interval is Wald's on the log scale")},
      {{"odds_ratio, ci", "cross-product ratio"},
       {"risk_ratio", "share of the second row in the second column over the first"},
       {"table", "counts"}},
      {"A zero cell leaves no interval."}, "Woolf (1955) Annals of Human Genetics 19", run_odds_ratio);
  add("prop_test", "classical", "Two shares, unweighted", "difference of a share between two groups",
      {variable_option(), success, group_option("column with two groups"), yes},
      {{"statistic, parameter, p_value", "chi-square on 1"},
       {"estimate, groups", "both shares"},
       {"ci", "of the first minus the second"}},
      {"Pearson's test without correction; the interval is Wald's."},
      "Pearson (1900); Newcombe (1998) Statistics in Medicine 17", run_prop_test);
  add("binom_exact", "classical", "Exact binomial test, unweighted", "one share against a value",
      {variable_option(), success, x, n, p0, yes},
      {{"statistic, parameter", "successes and answers"},
       {"estimate, ci", "share, Clopper-Pearson"},
       {"p_value", "two-sided"}},
      {"p sums the outcomes at most as probable as the one seen (within 1e-7)."},
      "Clopper, Pearson (1934) Biometrika 26", run_binom);
  add("wilson", "classical", "Wilson's interval, unweighted", "one share with the score interval",
      {variable_option(), success, x, n, p0, yes},
      {{"estimate, ci", "share, Wilson"}, {"statistic, parameter, p_value", "score test against p0"}},
      {"The interval holds the shares that the score test does not reject."}, "Wilson (1927) JASA 22", run_wilson);

  const OptionInfo variable = variable_option("column of numbers");
  const OptionInfo group = group_option("column with two groups");
  const OptionInfo pooled = {
      .name = "pooled", .type = OptionType::kFlag, .help = "pool the variances; else their mean", .initial = "true"};
  const OptionInfo ci = note("ci", "which distribution gives the interval");
  add("cohens_d", "effect size", "Cohen's d, unweighted", "difference of means in standard deviations",
      {variable, group, pooled, ci, yes}, effect,
      {"d = (m1 - m2) / s; not pooled: s^2 the mean of both variances, Welch's degrees of freedom.", search},
      "Cohen (1988) Statistical Power Analysis; Steiger, Fouladi (1997)", run_cohens_d);
  add("hedges_g", "effect size", "Hedges' g, unweighted", "Cohen's d without its small-sample bias",
      {variable, group, pooled, ci, yes}, effect, {"d times Gamma(df/2) / (sqrt(df/2) Gamma((df - 1)/2)).", search},
      "Hedges (1981) Journal of Educational Statistics 6", run_hedges_g);
  add("glass_delta", "effect size", "Glass's delta, unweighted",
      "difference of means in standard deviations of the second group", {variable, group, ci, yes}, effect,
      {"Degrees of freedom are n2 - 1.", search}, "Glass (1976) Educational Researcher 5", run_glass);
  add("cliffs_delta", "effect size", "Cliff's delta, unweighted", "how much more often the first group is larger",
      {variable, group, ci, yes}, effect,
      {"P(x > y) - P(x < y).", "Interval by Fisher's z with variance (n1 + n2 + 1) / (3 n1 n2)."},
      "Cliff (1993) Psychological Bulletin 114", run_cliff);
  for (const auto& [id, title] : {std::pair<std::string_view, std::string_view>{"cramers_v", "Cramer's V, unweighted"},
                                  {"cramers_v_adjusted", "Cramer's V without its bias, unweighted"}})
    add(id, "effect size", title, "association of two categories", {two, ci, yes}, effect,
        {"V = sqrt(chi-square / (n (min(rows, columns) - 1))); adjusted: Bergsma's correction of table size and "
         "chi-square.",
         search},
        "Cramer (1946); Bergsma (2013) Journal of the Korean Statistical Society 42", run_cramers_v);
  add("phi", "effect size", "phi, unweighted", "association in a 2 x 2 table", {two, ci, yes}, effect,
      {"sqrt(chi-square / n).", search}, "Cramer (1946) Mathematical Methods of Statistics", run_phi);
  for (const auto& [id, title] :
       {std::pair<std::string_view, std::string_view>{"eta_squared", "Eta squared, unweighted"},
        {"omega_squared", "Omega squared, unweighted"}})
    add(id, "effect size", title, "share of variance between groups", {variable, group_option(), ci, yes}, effect,
        {"eta^2 = SSb / (SSb + SSw); omega^2 = (SSb - df MSw) / (SSt + MSw), not below 0.",
         "The interval comes from the noncentral F; that of omega^2 from the F that would give it as eta^2.", search},
        "Kelley (1935); Hays (1963); Steiger (2004) Psychological Methods 9", run_eta);

  const OptionInfo power = {.name = "power", .type = OptionType::kShare, .help = "chance to find it", .initial = "0.8"};
  const OptionInfo alpha = {.name = "alpha", .type = OptionType::kShare, .help = "two-sided", .initial = "0.05"};
  add("sample_size_two_proportions", "sample size", "Sample size for two shares",
      "interviews a group to tell two shares apart",
      {{.name = "p1", .type = OptionType::kShare, .help = "first share", .required = true},
       {.name = "p2", .type = OptionType::kShare, .help = "second share", .required = true},
       power,
       alpha,
       {.name = "deff", .type = OptionType::kNumber, .help = "design effect", .initial = "1.6"}},
      {{"n_per_group", "not rounded"}, {"n_times_deff, deff", "times the design effect"}},
      {"n = (z_a sqrt(2 p q) + z_b sqrt(p1 q1 + p2 q2))^2 / (p1 - p2)^2, p the mean of both.",
       "The default design effect, 1.6, is about that of clusters of 13 interviews with an intraclass correlation of "
       "0.05."},
      "Fleiss (1981) Statistical Methods for Rates and Proportions", run_size_proportions);
  add("sample_size_two_means", "sample size", "Sample size for two means", "interviews a group to tell two means apart",
      {{.name = "d",
        .type = OptionType::kNumber,
        .help = "difference",
        .required = true,
        .unit = "standard deviations"},
       power,
       alpha,
       {.name = "power_at",
        .type = OptionType::kNumbers,
        .help = "interviews a group whose power is told",
        .initial = "100"}},
      {{"n_per_group", "not rounded"}, {"power_at_100", "power with so many a group"}},
      {"The noncentral t with 2 (n - 1) degrees of freedom and noncentrality d sqrt(n/2), upper tail only."},
      "Cohen (1988) Statistical Power Analysis for the Behavioral Sciences", run_size_means);
  add("sample_size_share", "sample size", "Sample size for one share",
      "interviews for a share to be known within a margin",
      {{.name = "margin", .type = OptionType::kShare, .help = "half the width of the interval", .required = true},
       {.name = "p", .type = OptionType::kShare, .help = "expected share", .initial = "0.5"},
       {.name = "z",
        .type = OptionType::kNumber,
        .help = "normal quantile as printed in a handbook",
        .initial = "from level"},
       {.name = "population", .type = OptionType::kNumber, .help = "people altogether", .initial = "no correction"},
       {.name = "deff", .type = OptionType::kNumber, .help = "design effect", .initial = "1"},
       {.name = "response", .type = OptionType::kShare, .help = "share of those asked who answer", .initial = "1"}},
      {{"n0", "simple random sample of many"},
       {"n_fpc", "of this population"},
       {"n", "times deff over response, rounded up"}},
      {"n0 = z^2 p (1 - p) / margin^2; n_fpc = n0 / (1 + (n0 - 1)/N); n = n_fpc deff / response."},
      "Cochran (1977) Sampling Techniques, ch. 4", run_size_share);
  return out;
}

}  // namespace hamdil::analysis
