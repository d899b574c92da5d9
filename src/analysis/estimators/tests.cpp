// Tests of a survey, and p-values adjusted for each other.
#include "stats/survey/tests.hpp"

#include "analysis/estimators/families.hpp"
#include "stats/multiple.hpp"
#include "stats/survey/table.hpp"

namespace hamdil::analysis {
namespace {

using stats::EstimatorInfo;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

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

Result<ResultTable> run_p_adjust(const Context&, const Call& call) {
  ResultTable out;
  for (const char* name : {"holm", "hochberg", "hommel", "bonferroni", "BH", "BY"})
    out.series.emplace_back(name, stats::adjust_p_values(call.p, *stats::adjustment_from_name(name)));
  return out;
}

}  // namespace

std::vector<Estimator> test_estimators() {
  return {
      {{.id = "table",
        .name = "table",
        .family = "tests",
        .title = "Two-way table",
        .what = "weighted two-way table",
        .options = {variables_option("two columns"), na_rm_option("true")},
        .figures = {{"row_levels, col_levels", "labels"}, {"counts", "sums of weights"}},
        .statements = {"A cell is the sum of the weights of its rows."},
        .missing = "Rows with a missing value in either variable are left out.",
        .cost = "one pass over the rows"},
       run_table},
      {{.id = "chisq",
        .name = "chisq",
        .family = "tests",
        .title = "Independence of two categories",
        .what = "tests of independence of two categories under the design",
        .options = {variables_option("two columns"),
                    na_rm_option("true"),
                    {.name = "statistics",
                     .type = OptionType::kTexts,
                     .help = "which tests",
                     .initial = "F",
                     .allowed = {"F", "Chisq", "Wald", "adjWald", "saddlepoint"}}},
        .figures = {{"tests", "by name: statistic, df or ndf and ddf, p_value"}, {"counts", "the weighted table"}},
        .statements = {"F: second-order Rao-Scott correction, ndf and ddf = ndf degf are fractional.",
                       "Chisq: first-order correction. Wald and adjWald: of the log odds. saddlepoint: mixture of "
                       "chi-squares by approximation, good to about 1e-3."},
        .missing = "Rows with a missing value in either variable are left out.",
        .references = {"Rao, Scott (1984) Annals of Statistics 12",
                       "Thomas, Rao (1987) Small-sample comparisons of level and power for simple goodness-of-fit "
                       "statistics under cluster sampling, JASA 82"},
        .cost = "one pass over the rows"},
       run_chisq},
      {{.id = "ttest",
        .name = "ttest",
        .family = "tests",
        .title = "t test under the design",
        .what = "difference of two groups, or of a mean from a value",
        .options =
            {variable_option("column of numbers"),
             group_option("column with two groups; without it the mean against mu"),
             {.name = "mu", .type = OptionType::kNumber, .help = "value under the null hypothesis", .initial = "0"},
             na_rm_option("false")},
        .figures = {{"estimate, se, ci_t", "difference or mean"}, {"statistic, p_value", "t on degf - 1 or degf"}},
        .statements = {"Two groups: the coefficient of a regression on the group; t on degf - 1.",
                       "One sample: the mean minus mu; t on degf."},
        .missing =
            "Without na_rm a missing value makes the result undefined; with it such rows are left out as a domain.",
        .references = {"Korn, Graubard (1999) Analysis of Health Surveys"},
        .cost = "one pass over the rows"},
       run_ttest},
      {{.id = "ranktest",
        .name = "ranktest",
        .family = "tests",
        .title = "Rank tests under the design",
        .what = "rank tests between groups",
        .options = {variable_option("column of numbers"),
                    group_option(),
                    {.name = "test",
                     .type = OptionType::kText,
                     .help = "the scores of the ranks",
                     .initial = "wilcoxon",
                     .allowed = {"wilcoxon", "vanderWaerden", "median", "KruskalWallis"}}},
        .figures = {{"estimate, statistic, p_value", "difference of mean rank scores, or F"}},
        .statements =
            {"Ranks are those of the estimated population; the test compares mean rank scores under the design."},
        .missing = "Rows with a missing value are left out.",
        .references = {"Lumley, Scott (2013) Two-sample rank tests under complex sampling, Biometrika 100"},
        .cost = "one sort of the rows"},
       run_ranktest},
      {{.id = "p_adjust",
        .name = "p_adjust",
        .family = "tests",
        .title = "p-values adjusted for several tests",
        .what = "p-values adjusted for several tests",
        .options = {{.name = "p", .type = OptionType::kShares, .help = "p-values"}},
        .figures = {{"holm, hochberg, hommel, bonferroni, BH, BY", "adjusted p-values in the order given"}},
        .statements = {"A missing p-value stays missing and is not counted as a test."},
        .missing = "null stays null",
        .references = {"Holm (1979)", "Hochberg (1988)", "Hommel (1988)", "Benjamini, Hochberg (1995)",
                       "Benjamini, Yekutieli (2001)"},
        .cost = "none: no data",
        .basis = stats::Basis::kParameters},
       run_p_adjust},
  };
}

}  // namespace hamdil::analysis
