// Agreement of coders and raters.
#include <cmath>

#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "stats/agreement/chance.hpp"
#include "stats/agreement/krippendorff.hpp"
#include "stats/agreement/ratings.hpp"
#include "stats/distributions.hpp"

namespace hamdil::analysis {
namespace {

using namespace stats::agreement;  // NOLINT(google-build-using-namespace): the whole file is about them
using stats::Figures;
using stats::Matrix;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;

// Judgements from columns of the table, or from `units` of the call.
Result<Ratings> read_ratings(const Context& context, const Call& call) {
  if (call.options.has("units")) {
    std::vector<std::vector<std::string>> units;
    for (const std::vector<Cell>& row : call.options.rows("units")) {
      units.emplace_back();
      for (const Cell& cell : row) units.back().push_back(cell.is_missing ? std::string() : cell.text);
    }
    return ratings_of_texts(units);
  }
  const std::vector<std::string> columns = call.options.texts("columns");
  if (columns.size() < 2) return missing_option(call, "columns (two or more) or units");
  return ratings_of_columns(context.table, context.rows, columns);
}

struct Counts {
  Matrix counts;  // unit x category
  std::vector<std::string> categories;
  std::vector<double> numbers;
};

Status check_counts(const Matrix& counts, const char* where) {
  for (const double value : counts.values)
    if (!(value >= 0) || value != std::floor(value) || value > 1e9)
      return Error("analysis.agreement.bad_count", "Counts are whole numbers, 0 or more.")
          .at({.pointer = std::string("/call/") + where});
  return Done{};
}

Result<Counts> read_counts(const Context& context, const Call& call, bool only_complete) {
  Counts out;
  if (call.options.has("counts")) {
    out.counts = call.options.matrix("counts");
    HAMDIL_CHECK(check_counts(out.counts, "counts"));
    for (std::size_t k = 0; k < out.counts.columns; ++k) {
      out.categories.push_back(std::to_string(k + 1));
      out.numbers.push_back(static_cast<double>(k + 1));
    }
    return out;
  }
  HAMDIL_TRY(Ratings ratings, read_ratings(context, call));
  if (only_complete) ratings = complete_units(ratings);
  return Counts{category_counts(ratings), ratings.categories, ratings.numbers};
}

// The square table of two coders, from `table` of the call or from their judgements.
Result<Matrix> read_table(const Context& context, const Call& call) {
  if (call.options.has("table")) {
    Matrix table = call.options.matrix("table");
    HAMDIL_CHECK(check_counts(table, "table"));
    if (table.rows != table.columns)
      return Error("analysis.agreement.not_square", "The table of two coders has as many rows as columns.")
          .at({.pointer = "/call/table"});
    return table;
  }
  HAMDIL_TRY(const Ratings ratings, read_ratings(context, call));
  if (ratings.coders != 2)
    return Error("analysis.agreement.two_coders", "{estimator} compares two coders.", {{"estimator", call.estimator}})
        .at({.pointer = "/call"});
  return contingency(two_coders(ratings, 0, 1));
}

constexpr const char* kNoVariation =
    "all judgements are the same, or there are none: agreement beyond chance cannot be told";

ResultTable table_of(Figures figures, std::size_t n) {
  ResultTable out = with_figures(std::move(figures), kNoVariation);
  out.n = n;
  return out;
}

Result<ResultTable> run_krippendorff(const Context& context, const Call& call) {
  HAMDIL_TRY(const Counts counts, read_counts(context, call, false));
  const std::string name = call.options.text("metric", "nominal");
  const Metric metric = name == "ordinal"    ? Metric::kOrdinal
                        : name == "interval" ? Metric::kInterval
                        : name == "ratio"    ? Metric::kRatio
                        : name == "custom"   ? Metric::kCustom
                                             : Metric::kNominal;
  const Matrix differences = call.options.matrix("differences");
  if (metric == Metric::kCustom &&
      (differences.rows != counts.categories.size() || differences.columns != counts.categories.size()))
    return missing_option(call, "differences: squared differences of all categories that occur, in their order");
  const bool needs_numbers = metric == Metric::kInterval || metric == Metric::kRatio;
  if (needs_numbers && has_nan(counts.numbers))
    return Error("analysis.agreement.not_numbers", "The metric {metric} needs judgements that are numbers.",
                 {{"metric", name}})
        .at({.pointer = "/call/metric"});
  const Alpha alpha = krippendorff_alpha(counts.counts, counts.numbers, metric, differences);
  return table_of({{"alpha", alpha.alpha},
                   {"units", static_cast<double>(alpha.units)},
                   {"pairable_values", alpha.pairable},
                   {"Do", alpha.observed},
                   {"De", alpha.expected}},
                  alpha.units);
}

stats::Figure category_figure(const Counts& counts, std::size_t k) {
  if (!std::isnan(counts.numbers[k])) return {"category", counts.numbers[k]};
  return {"category", counts.categories[k]};
}

Result<ResultTable> run_fleiss(const Context& context, const Call& call) {
  HAMDIL_TRY(const Counts counts, read_counts(context, call, true));
  const FleissKappa found = fleiss_kappa(counts.counts);
  std::vector<Figures> categories;
  for (std::size_t k = 0; k < found.category_kappa.size(); ++k)
    categories.push_back({category_figure(counts, k), {"kappa", found.category_kappa[k]}, {"se0", found.category_se0}});
  const double z = found.kappa / found.se0;
  ResultTable out = table_of({{"kappa", found.kappa},
                              {"se0", found.se0},
                              {"z", z},
                              {"p_value", stats::normal_two_sided(z)},
                              {"observed", found.observed},
                              {"expected", found.expected},
                              {"subjects", found.subjects},
                              {"raters", found.raters},
                              {"category", std::move(categories)}},
                             counts.counts.rows);
  if (std::isnan(found.raters) && found.subjects > 0)
    stats::note_undefined(out, "units were judged by different numbers of coders, or by one");
  return out;
}

Result<ResultTable> run_ac1(const Context& context, const Call& call) {
  HAMDIL_TRY(const Counts counts, read_counts(context, call, true));
  const Ac1 found = gwet_ac1(counts.counts);
  return table_of({{"ac1", found.ac1}, {"observed", found.observed}, {"expected", found.expected}}, counts.counts.rows);
}

KappaWeights weights_of(const Call& call) {
  const std::string name = call.options.text("weights");
  return name == "linear"      ? KappaWeights::kLinear
         : name == "quadratic" ? KappaWeights::kQuadratic
                               : KappaWeights::kUnweighted;
}

Result<ResultTable> run_cohen(const Context& context, const Call& call) {
  HAMDIL_TRY(const Matrix table, read_table(context, call));
  const Kappa found = cohen_kappa(table, weights_of(call));
  const double z = found.kappa / found.se0;
  const double reach = stats::normal_quantile(0.5 + call.level / 2) * found.se;
  return table_of({{"kappa", found.kappa},
                   {"n", found.n},
                   {"observed", found.observed},
                   {"expected", found.expected},
                   {"se", found.se},
                   {"se0", found.se0},
                   {"z", z},
                   {"p_value", stats::normal_two_sided(z)},
                   {interval_name(call.level), std::vector<double>{found.kappa - reach, found.kappa + reach}}},
                  static_cast<std::size_t>(found.n));
}

Result<ResultTable> run_light(const Context& context, const Call& call) {
  HAMDIL_TRY(const Ratings ratings, read_ratings(context, call));
  double sum = 0;
  double pairs = 0;
  for (std::size_t i = 0; i < ratings.coders; ++i)
    for (std::size_t j = i + 1; j < ratings.coders; ++j, ++pairs)
      sum += cohen_kappa(contingency(two_coders(ratings, i, j))).kappa;
  return table_of({{"estimate", pairs > 0 ? sum / pairs : stats::kNaN}, {"pairs", pairs}}, ratings.units);
}

Result<ResultTable> run_two_coders(const Context& context, const Call& call) {
  HAMDIL_TRY(const Matrix table, read_table(context, call));
  const Kappa kappa = cohen_kappa(table);
  const Alpha alpha = nominal_alpha_of_table(table);
  return table_of({{"n", kappa.n},
                   {"po", kappa.observed},
                   {"pe", kappa.expected},
                   {"kappa", kappa.kappa},
                   {"kappa_max", kappa_max(table)},
                   {"scott_pi", scott_pi(table)},
                   {"bennett_s", bennett_s(table)},
                   {"gwet_ac1", gwet_ac1_of_table(table).ac1},
                   {"se", kappa.se},
                   {"se0", kappa.se0},
                   {"kappa_linear", cohen_kappa(table, KappaWeights::kLinear).kappa},
                   {"kappa_quadratic", cohen_kappa(table, KappaWeights::kQuadratic).kappa},
                   {"krippendorff_alpha_nominal", Figures{{"alpha", alpha.alpha},
                                                          {"Do", alpha.observed},
                                                          {"De", alpha.expected},
                                                          {"pairable_values", alpha.pairable}}}},
                  static_cast<std::size_t>(kappa.n));
}

OptionInfo columns_option(std::string_view help = "one column a coder, one row a unit") {
  return {.name = "columns", .type = OptionType::kColumns, .help = help};
}

OptionInfo units_option() {
  return {.name = "units",
          .type = OptionType::kRows,
          .help = "instead of columns: one row a unit, one entry a coder, null where missing",
          .initial = "columns"};
}

OptionInfo counts_option() {
  return {.name = "counts",
          .type = OptionType::kMatrix,
          .help = "instead of columns: one row a unit, how many coders chose each category",
          .initial = "columns"};
}

OptionInfo table_option() {
  return {.name = "table",
          .type = OptionType::kMatrix,
          .help = "instead of columns: first coder's categories by the second's, counts of units",
          .initial = "columns"};
}

constexpr std::string_view kCategories =
    "Categories are those that occur, numbers in ascending order, levels in theirs.";
constexpr std::string_view kUndefined =
    "Without variation in the judgements the measure is undefined: null, with a note.";
constexpr std::string_view kComplete = "Only units that every coder judged count.";
constexpr std::string_view kOnePass = "one pass over the judgements";

}  // namespace

std::vector<Estimator> agreement_estimators() {
  const auto rows = stats::Basis::kRows;
  return {
      {{.id = "krippendorff_alpha",
        .name = "krippendorff_alpha",
        .family = "agreement",
        .title = "Krippendorff's alpha",
        .what = "agreement of any number of coders, missing judgements allowed",
        .options = {columns_option(),
                    units_option(),
                    counts_option(),
                    {.name = "metric",
                     .type = OptionType::kText,
                     .help = "difference of two categories",
                     .initial = "nominal",
                     .allowed = {"nominal", "ordinal", "interval", "ratio", "custom"}},
                    {.name = "differences",
                     .type = OptionType::kMatrix,
                     .help = "squared differences of the categories that occur, for the metric custom",
                     .initial = "none"}},
        .figures = {{"alpha", "1 - Do/De"},
                    {"units", "with two or more judgements"},
                    {"pairable_values", "judgements in them"},
                    {"Do, De", "observed and expected disagreement"}},
        .statements =
            {"alpha = 1 - Do/De over the coincidences of values within units, each unit's pairs weighted by "
             "1/(m - 1).",
             "Squared differences: nominal 0 or 1; ordinal (sum of counts from c to k minus half of both ends)^2; "
             "interval (c - k)^2; ratio ((c - k)/(c + k))^2.",
             kUndefined, kCategories},
        .missing = "Units with fewer than two judgements are left out; others count with those that they have.",
        .references = {"Krippendorff (2004) Content Analysis, 2nd ed., ch. 11",
                       "Krippendorff (2011) Computing Krippendorff's alpha-reliability",
                       "Hayes, Krippendorff (2007) Communication Methods and Measures 1(1)"},
        .cost = "one pass over the judgements; then categories squared",
        .basis = rows},
       run_krippendorff},
      {{.id = "fleiss_kappa",
        .name = "fleiss_kappa",
        .family = "agreement",
        .title = "Fleiss' kappa",
        .what = "agreement of several coders, overall and by category",
        .options = {columns_option(), units_option(), counts_option()},
        .figures = {{"kappa, se0, z, p_value", "overall, with the standard error under the null"},
                    {"observed, expected", "mean agreement of pairs, and by chance"},
                    {"category[]", "category, kappa, se0"},
                    {"subjects, raters", "units and coders"}},
        .statements =
            {"kappa = (observed - expected) / (1 - expected), expected the sum of squared shares of categories.",
             "se0 is the standard error under the null; p is two-sided normal.", kUndefined},
        .missing = kComplete,
        .references = {"Fleiss (1971) Psychological Bulletin 76(5)",
                       "Fleiss, Nee, Landis (1979) Psychological Bulletin 86(5)"},
        .cost = kOnePass,
        .basis = rows},
       run_fleiss},
      {{.id = "gwet_ac1",
        .name = "gwet_ac1",
        .family = "agreement",
        .title = "Gwet's AC1",
        .what = "agreement that does not break down with skewed categories",
        .options = {columns_option(), units_option(), counts_option()},
        .figures = {{"ac1", "the coefficient"}, {"observed, expected", "agreement, and by chance"}},
        .statements = {"Expected agreement is sum p (1 - p) / (q - 1) over the q categories that occur.", kUndefined},
        .missing = kComplete,
        .references = {"Gwet (2008) British Journal of Mathematical and Statistical Psychology 61"},
        .cost = kOnePass,
        .basis = rows},
       run_ac1},
      {{.id = "cohen_kappa",
        .name = "cohen_kappa",
        .family = "agreement",
        .title = "Cohen's kappa",
        .what = "agreement of two coders, also weighted by distance",
        .options = {columns_option("two columns, one a coder"),
                    units_option(),
                    table_option(),
                    {.name = "weights",
                     .type = OptionType::kText,
                     .help = "how near categories count",
                     .initial = "unweighted",
                     .allowed = {"unweighted", "linear", "quadratic"}}},
        .figures = {{"kappa, n", "the coefficient, and units"},
                    {"observed, expected", "(weighted) agreement, and by chance"},
                    {"se, se0", "standard error at the estimate and under the null"},
                    {"z, p_value", "kappa / se0, two-sided normal"},
                    {"ci95", "kappa -/+ z se; named by the level"}},
        .statements = {"Weights are 1 - d, d the distance of the categories' places over q - 1, or its square.",
                       "Standard errors are those of Fleiss, Cohen and Everitt.", kUndefined, kCategories},
        .missing = "Only units that both judged count.",
        .references = {"Cohen (1960) Educational and Psychological Measurement 20",
                       "Fleiss, Cohen, Everitt (1969) Psychological Bulletin 72"},
        .cost = kOnePass,
        .basis = rows},
       run_cohen},
      {{.id = "light_kappa",
        .name = "light_kappa",
        .family = "agreement",
        .title = "Light's kappa",
        .what = "mean of Cohen's kappa over all pairs of coders",
        .options = {columns_option(), units_option()},
        .figures = {{"estimate", "the mean"}, {"pairs", "how many pairs"}},
        .statements = {"Every pair by the units that both judged, with the categories that occur among them."},
        .missing = "Pair by pair.",
        .references = {"Light (1971) Psychological Bulletin 76"},
        .cost = "one pass a pair of coders",
        .basis = rows},
       run_light},
      {{.id = "two_coders",
        .name = "two_coders",
        .family = "agreement",
        .title = "Two coders, all measures",
        .what = "every usual measure of agreement of two coders beside the others",
        .options = {columns_option("two columns, one a coder"), units_option(), table_option()},
        .figures = {{"po, pe", "observed agreement, and by chance from both margins"},
                    {"kappa, se, se0, kappa_max", "Cohen; the largest that the margins allow"},
                    {"kappa_linear, kappa_quadratic", "weighted by distance"},
                    {"scott_pi, bennett_s, gwet_ac1", "with other models of chance"},
                    {"krippendorff_alpha_nominal", "alpha, Do, De, pairable_values"}},
        .statements = {"pi: chance from the mean of both margins; S: every category equally likely; AC1: see gwet_ac1.",
                       kUndefined},
        .missing = "Only units that both judged count.",
        .references = {"Scott (1955) Public Opinion Quarterly 19",
                       "Bennett, Alpert, Goldstein (1954) Public Opinion Quarterly 18", "Cohen (1960)"},
        .cost = kOnePass,
        .basis = rows},
       run_two_coders},
  };
}

}  // namespace hamdil::analysis
