// Unweighted tests of means and ranks, correlations, quantiles of a sample.
#include <algorithm>
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "analysis/estimators/samples.hpp"
#include "stats/classical/means.hpp"
#include "stats/classical/rank_tests.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::classical;  // NOLINT(google-build-using-namespace): the whole file is about them
using stats::Figures;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

constexpr const char* kTooFew = "a group has too few values, or nothing varies";

ResultTable table_of(Figures figures, std::size_t n) {
  ResultTable out = with_figures(std::move(figures), kTooFew);
  out.n = n;
  return out;
}

bool is_corrected(const Call& call) { return call.options.text("correction", "continuity") == "continuity"; }

Result<ResultTable> run_t_test(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_two_groups(context, call));
  const MeanTest found = t_test(sample.groups[0], sample.groups[1], call.options.flag("var_equal", false), call.level);
  return table_of({{"statistic", found.statistic},
                   {"parameter", found.df},
                   {"p_value", found.p_value},
                   {"ci", pair_of(found.ci)},
                   {"estimate", std::vector<double>{mean(sample.groups[0]), mean(sample.groups[1])}},
                   {"groups", sample.names}},
                  sample.n);
}

Result<ResultTable> run_t_test_paired(const Context& context, const Call& call) {
  HAMDIL_TRY(auto pairs, read_pairs(context, call));
  for (std::size_t i = 0; i < pairs.first.size(); ++i) pairs.first[i] -= pairs.second[i];
  const MeanTest found = t_test(pairs.first, call.mu.value_or(0), call.level);
  return table_of({{"statistic", found.statistic},
                   {"parameter", found.df},
                   {"p_value", found.p_value},
                   {"ci", pair_of(found.ci)},
                   {"estimate", mean(pairs.first)}},
                  pairs.first.size());
}

Result<ResultTable> run_mann_whitney(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_two_groups(context, call));
  const RankTest found = mann_whitney(sample.groups[0], sample.groups[1], is_corrected(call));
  return table_of({{"statistic", found.statistic}, {"p_value", found.p_value}}, sample.n);
}

Result<ResultTable> run_signed_rank(const Context& context, const Call& call) {
  HAMDIL_TRY(auto pairs, read_pairs(context, call));
  for (std::size_t i = 0; i < pairs.first.size(); ++i) pairs.first[i] -= pairs.second[i];
  const RankTest found = signed_rank(pairs.first, is_corrected(call));
  return table_of({{"statistic", found.statistic}, {"p_value", found.p_value}}, pairs.first.size());
}

Result<ResultTable> run_kruskal(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_groups(context, call));
  const RankTest found = kruskal_wallis(sample.groups);
  return table_of({{"statistic", found.statistic}, {"parameter", found.df}, {"p_value", found.p_value}}, sample.n);
}

Result<ResultTable> run_anova(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_groups(context, call));
  const MeanTest found = anova(sample.groups);
  return table_of({{"df", std::vector<double>{found.df, found.df2}},
                   {"ss", std::vector<double>{found.ss_between, found.ss_within}},
                   {"F", found.statistic},
                   {"p_value", found.p_value}},
                  sample.n);
}

Result<ResultTable> run_welch_anova(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_groups(context, call));
  const MeanTest found = welch_anova(sample.groups);
  return table_of({{"statistic", found.statistic},
                   {"parameter", std::vector<double>{found.df, found.df2}},
                   {"p_value", found.p_value}},
                  sample.n);
}

Result<ResultTable> run_levene(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_groups(context, call));
  const MeanTest found = levene(sample.groups);
  return table_of(
      {{"F", found.statistic}, {"df", std::vector<double>{found.df, found.df2}}, {"p_value", found.p_value}}, sample.n);
}

Result<ResultTable> run_tukey(const Context& context, const Call& call) {
  HAMDIL_TRY(const Sample sample, read_groups(context, call));
  if (sample.groups.size() > 200)
    return Error("analysis.sample.many_groups", "All pairs of more than 200 groups are not compared.")
        .at({.pointer = "/call/group"});
  std::vector<Figures> rows;
  for (const Pair& pair : tukey_pairs(sample.groups, call.level))
    rows.push_back({{"pair", sample.names[pair.second] + "-" + sample.names[pair.first]},
                    {"diff", pair.difference},
                    {"lwr", pair.ci.lower},
                    {"upr", pair.ci.upper},
                    {"p_adj", pair.p_value}});
  const bool none = rows.empty();
  ResultTable out = table_of({{"rows", std::move(rows)}}, sample.n);
  if (none) stats::note_undefined(out, "two groups or more are needed");
  return out;
}

Figures correlation_figures(const Correlation& found) {
  Figures out = {{"estimate", found.estimate}, {"statistic", found.statistic}, {"p_value", found.p_value}};
  if (!std::isnan(found.df)) out.push_back({"parameter", found.df});
  return out;
}

Result<ResultTable> run_pearson(const Context& context, const Call& call) {
  HAMDIL_TRY(const auto pairs, read_pairs(context, call));
  const Correlation found = pearson(pairs.first, pairs.second, call.level);
  Figures figures = correlation_figures(found);
  figures.push_back({"ci", pair_of(found.ci)});
  return table_of(std::move(figures), pairs.first.size());
}

Result<ResultTable> run_spearman(const Context& context, const Call& call) {
  HAMDIL_TRY(const auto pairs, read_pairs(context, call));
  return table_of(correlation_figures(spearman(pairs.first, pairs.second)), pairs.first.size());
}

Result<ResultTable> run_kendall(const Context& context, const Call& call) {
  HAMDIL_TRY(const auto pairs, read_pairs(context, call));
  return table_of(correlation_figures(kendall(pairs.first, pairs.second)), pairs.first.size());
}

Result<ResultTable> run_sample_quantile(const Context& context, const Call& call) {
  if (call.variable.empty()) return missing_option(call, "variable");
  const double type = call.options.number("type", 7);
  if (type < 1 || type > 9) return unknown_value("type", text::format_number(type), "1 to 9");
  HAMDIL_TRY(std::vector<double> values, read_numbers(context, call.variable));
  const std::size_t all = values.size();
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.size() < all && !call.na_rm.value_or(true))
    return Error("analysis.sample.missing", "Values are missing, and na_rm is false.").at({.pointer = "/call/na_rm"});
  std::sort(values.begin(), values.end());
  std::vector<double> list;
  for (const double p : call.p) list.push_back(sample_quantile(values, p, static_cast<int>(type)));
  return table_of({{"list", std::move(list)}}, values.size());
}

OptionInfo correction_option() {
  return {.name = "correction",
          .type = OptionType::kWord,
          .help = "of the normal approximation",
          .initial = "continuity",
          .allowed = {"continuity", "none"}};
}

constexpr std::string_view kMissing = "Rows with a missing value are left out; with na_rm false they are an error.";
constexpr std::string_view kSort = "one sort of the rows";
constexpr std::string_view kPass = "one pass over the rows";

}  // namespace

std::vector<Estimator> classical_mean_estimators() {
  const std::vector<OptionInfo> grouped = {variable_option("column of numbers"), group_option(), na_rm_option("true")};
  const std::vector<OptionInfo> paired = {variables_option("two columns of numbers"), na_rm_option("true")};
  const auto with = [](std::vector<OptionInfo> options, OptionInfo more) {
    options.push_back(std::move(more));
    return options;
  };
  const std::vector<stats::FigureInfo> test = {{"statistic, p_value", "two-sided"},
                                               {"parameter", "degrees of freedom"}};
  std::vector<Estimator> out;
  const auto add = [&](std::string_view id, std::string_view title, std::string_view what,
                       std::vector<OptionInfo> options, std::vector<stats::FigureInfo> figures,
                       std::vector<std::string_view> statements, std::string_view source, std::string_view cost,
                       decltype(Estimator::run) run) {
    out.push_back({{.id = id,
                    .name = id,
                    .family = "classical",
                    .title = title,
                    .what = what,
                    .options = std::move(options),
                    .figures = std::move(figures),
                    .statements = std::move(statements),
                    .missing = kMissing,
                    .references = {source},
                    .cost = cost,
                    .basis = stats::Basis::kRows},
                   run});
  };
  add("t_test", "t test of two groups, unweighted", "difference of two group means",
      with(grouped, {.name = "var_equal", .type = OptionType::kFlag, .help = "pool the variances", .initial = "false"}),
      {{"statistic, parameter, p_value", "t, its degrees of freedom, two-sided"},
       {"estimate, groups", "both means, and whose they are"},
       {"ci", "of the first minus the second"}},
      {"Without var_equal degrees of freedom are Welch's; groups stand in the order of their levels."},
      "Student (1908) Biometrika 6; Welch (1938) Biometrika 29", kPass, run_t_test);
  add("t_test_paired", "t test of pairs, unweighted", "mean difference of two columns of the same rows",
      with(paired,
           {.name = "mu", .type = OptionType::kNumber, .help = "difference under the null hypothesis", .initial = "0"}),
      {{"statistic, parameter, p_value", "t, n - 1, two-sided"}, {"estimate, ci", "first minus second column"}},
      {"The one-sample t test of the differences."}, "Student (1908) Biometrika 6", kPass, run_t_test_paired);
  add("mann_whitney", "Wilcoxon rank sum test, unweighted", "whether one of two groups tends to larger values",
      with(grouped, correction_option()), test,
      {"The statistic is the rank sum of the first group minus its least value.",
       "p from the normal approximation with the variance corrected for ties; continuity moves the distance by a "
       "half."},
      "Mann, Whitney (1947) Annals of Mathematical Statistics 18", kSort, run_mann_whitney);
  add("wilcoxon_signed_rank", "Wilcoxon signed rank test, unweighted", "whether differences of pairs lean to one side",
      with(paired, correction_option()), test,
      {"The statistic is the sum of ranks of positive differences; pairs without difference are left out.",
       "p from the normal approximation corrected for ties."},
      "Wilcoxon (1945) Biometrics Bulletin 1", kSort, run_signed_rank);
  add("kruskal_wallis", "Kruskal-Wallis test, unweighted", "whether groups tend to different values", grouped, test,
      {"H divided by 1 - sum(t^3 - t)/(n^3 - n); chi-square on groups - 1."}, "Kruskal, Wallis (1952) JASA 47", kSort,
      run_kruskal);
  add("anova_oneway", "Analysis of variance, unweighted", "whether group means differ", grouped,
      {{"df, ss", "between and within groups"}, {"F, p_value", "the test"}},
      {"F is the ratio of mean squares between and within groups."},
      "Fisher (1925) Statistical Methods for Research Workers", kPass, run_anova);
  add("welch_anova", "Welch's analysis of variance, unweighted", "whether group means differ, with unequal variances",
      grouped, {{"statistic, parameter, p_value", "F and both degrees of freedom"}},
      {"Groups are weighted by n over variance; degrees of freedom are Welch's."}, "Welch (1951) Biometrika 38", kPass,
      run_welch_anova);
  add("levene_median", "Brown-Forsythe test, unweighted", "whether groups spread equally", grouped,
      {{"F, df, p_value", "the test"}}, {"Analysis of variance of the distances from each group's median."},
      "Brown, Forsythe (1974) JASA 69", kSort, run_levene);
  add("tukey_hsd", "Tukey's honest differences, unweighted", "all pairs of group means with joint intervals", grouped,
      {{"rows[]", "pair (later-earlier level), diff, lwr, upr, p_adj"}},
      {"Kramer's form for unequal groups; p_adj from the studentised range.",
       "Intervals use the quantile as R finds it (AS 190.1), which is good to about 1e-5."},
      "Copenhaver, Holland (1988) Journal of Statistical Computation and Simulation 30; Lund, Lund (1983) AS 190",
      kPass, run_tukey);
  add("cor_pearson", "Pearson's correlation, unweighted", "linear association of two numbers", paired,
      {{"estimate, ci", "r, interval by Fisher's z"}, {"statistic, parameter, p_value", "t on n - 2"}},
      {"t = r sqrt((n - 2) / (1 - r^2))."}, "Fisher (1921) Metron 1", kPass, run_pearson);
  add("cor_spearman", "Spearman's correlation, unweighted", "monotone association of two numbers", paired,
      {{"estimate", "rho"}, {"statistic", "(n^3 - n)(1 - rho)/6"}, {"p_value", "by t"}},
      {"Pearson's correlation of ranks, ties at their mean; p by the t approximation on n - 2."},
      "Spearman (1904) American Journal of Psychology 15", kSort, run_spearman);
  add("cor_kendall", "Kendall's correlation, unweighted", "concordance of two rankings", paired,
      {{"estimate", "tau-b"}, {"statistic, p_value", "normal, with the variance for ties"}},
      {"tau-b = S over the geometric mean of untied pairs of either variable."},
      "Kendall (1970) Rank Correlation Methods; Knight (1966) JASA 61", "n log n", run_kendall);
  Estimator quantile = {
      {.id = "sample_quantile",
       .name = "quantile",
       .family = "classical",
       .title = "Quantiles of a sample, unweighted",
       .what = "quantiles by the nine rules of Hyndman and Fan",
       .options =
           {variable_option("column of numbers"),
            {.name = "p", .type = OptionType::kShares, .help = "which quantiles", .required = true},
            {.name = "type", .type = OptionType::kCount, .help = "rule, 1 to 9", .initial = "7", .required = true},
            na_rm_option("true")},
       .figures = {{"list", "one a quantile"}},
       .statements = {"Types 1 to 3 are steps, 4 to 9 interpolate between neighbours."},
       .missing = kMissing,
       .references = {"Hyndman, Fan (1996) The American Statistician 50"},
       .cost = kSort,
       .basis = stats::Basis::kRows,
       .form = {.with_option = "type"}},
      run_sample_quantile};
  out.push_back(std::move(quantile));
  return out;
}

}  // namespace hamdil::analysis
