// Agreement of measurements: numbers that several raters gave to the same units.
#include "analysis/estimators/families.hpp"
#include "analysis/estimators/figures.hpp"
#include "stats/agreement/icc.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::analysis {
namespace {

using stats::Figures;
using stats::Matrix;
using stats::OptionInfo;
using stats::OptionType;
using stats::ResultTable;
using stats::agreement::Concordance;
using stats::agreement::IccForm;

ResultTable table_of(Figures figures, std::size_t n) {
  ResultTable out = with_figures(std::move(figures), "the measurements do not vary, or there are too few");
  out.n = n;
  return out;
}

// Measurements of the rows where every rater gave one.
Result<Matrix> read_measurements(const Context& context, const Call& call) {
  const std::vector<std::string> columns = call.options.texts("columns");
  if (columns.size() < 2) return missing_option(call, "columns (two or more)");
  std::vector<const data::Column*> found;
  for (const std::string& name : columns) {
    HAMDIL_TRY(const data::Column* column, stats::survey::find_column(context.table, name));
    found.push_back(column);
  }
  Matrix out{0, columns.size(), {}};
  for (const std::uint32_t row : context.rows) {
    std::vector<double> values;
    for (const data::Column* column : found) values.push_back(column->number_at(row));
    if (has_nan(values)) continue;
    ++out.rows;
    out.values.insert(out.values.end(), values.begin(), values.end());
  }
  return out;
}

Result<ResultTable> run_icc(const Context& context, const Call& call) {
  HAMDIL_TRY(const Matrix values, read_measurements(context, call));
  std::vector<Figures> forms;
  for (const IccForm& form : stats::agreement::intraclass_correlations(values, call.level))
    forms.push_back({{"form", form.form},
                     {"estimate", form.estimate},
                     {"F", form.f},
                     {"df1", form.df1},
                     {"df2", form.df2},
                     {"p_value", form.p_value},
                     {"ci", pair_of(form.ci)}});
  const bool none = forms.empty();
  ResultTable out = table_of({{"forms", std::move(forms)}}, values.rows);
  if (none) stats::note_undefined(out, "two units and two raters without missing values are needed");
  return out;
}

Result<ResultTable> run_kendall_w(const Context& context, const Call& call) {
  HAMDIL_TRY(const Matrix values, read_measurements(context, call));
  const Concordance found = stats::agreement::kendall_w(values);
  return table_of(
      {{"W", found.w}, {"chisq", found.chisq}, {"df", found.df}, {"p_value", found.p_value}, {"ties", found.ties}},
      values.rows);
}

OptionInfo columns_option(std::string_view help) {
  return {.name = "columns", .type = OptionType::kColumns, .help = help};
}

constexpr std::string_view kComplete = "Only units that every rater measured count.";
constexpr std::string_view kOnePass = "one pass over the measurements";

}  // namespace

std::vector<Estimator> measurement_estimators() {
  const auto rows = stats::Basis::kRows;
  return {
      {{.id = "icc",
        .name = "icc",
        .family = "agreement",
        .title = "Intraclass correlations",
        .what = "agreement of measurements, six forms",
        .options = {columns_option("one column of numbers a rater, one row a unit")},
        .figures = {{"forms[]", "form (ICC1, ICC2, ICC3, ICC1k, ICC2k, ICC3k), estimate, F, df1, df2, p_value, ci"}},
        .statements =
            {"1: raters differ from unit to unit; 2: the same raters, drawn from many; 3: these raters. k: of "
             "the mean of all raters.",
             "Estimates from mean squares; intervals from F, of ICC2 with Satterthwaite's degrees of freedom."},
        .missing = kComplete,
        .references = {"Shrout, Fleiss (1979) Psychological Bulletin 86",
                       "McGraw, Wong (1996) Psychological Methods 1"},
        .cost = kOnePass,
        .basis = rows},
       run_icc},
      {{.id = "kendall_w",
        .name = "kendall_w",
        .family = "agreement",
        .title = "Kendall's W",
        .what = "concordance of the ranks that raters give",
        .options = {columns_option("one column of numbers a rater, one row a unit")},
        .figures = {{"W", "from 0 to 1"},
                    {"chisq, df, p_value", "k (n - 1) W on n - 1"},
                    {"ties", "whether there were any"}},
        .statements = {"W = 12 S / (k^2 (n^3 - n) - k sum(t^3 - t)), S the spread of the sums of ranks."},
        .missing = kComplete,
        .references = {"Kendall, Babington Smith (1939) Annals of Mathematical Statistics 10"},
        .cost = "one sort a rater",
        .basis = rows},
       run_kendall_w},
  };
}

}  // namespace hamdil::analysis
