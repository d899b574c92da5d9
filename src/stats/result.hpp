// ResultTable: what every estimator and test answers with. Command line, gate, screen and report all use it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hamdil::stats {

inline constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// Statistical trouble is a result that carries a flag, and every output shows it; only an impossible request is an
// error.
enum class Flag : std::uint8_t {
  kFewCases,        // fewer rows behind the estimate than the policy asks for
  kFewClusters,     // fewer than 8 design degrees of freedom
  kLonelyStratum,   // a stratum with one sampling unit contributed by the lonely-PSU rule
  kWideInterval,    // relative standard error above 30 % (or a share's interval wider than 20 points)
  kHighRefusal,     // refused, don't know or missing above 10 % of those asked
  kNotProbability,  // the sample is not a probability sample: no interval may be printed as if it were
  kNotConverged,
  kUndefined,   // no row, or a zero denominator: the estimate is NaN
  kNoInterval,  // the estimate stands, but its sample carries no standard error: one sampling unit, a quantile at the
                // edge of what was observed
};
const char* flag_name(Flag flag);  // "few_cases", ...

struct Range {
  double lower = kNaN;
  double upper = kNaN;
};

// One estimate. NaN means "not defined" or "not asked for".
struct Row {
  std::string term;      // variable, or variable + level ("sexfemale"), as golden/README.md says
  std::string variable;  // the variable alone
  std::string level;     // the level alone; empty for numbers
  std::vector<std::pair<std::string, std::string>> by;  // domain: variable and level, in the order asked
  double at = kNaN;                                     // which quantile (p), or the point of a distribution function
  double estimate = kNaN;
  double se = kNaN;
  Range ci_t;  // t with the design's degrees of freedom
  Range ci_normal;
  double degf_domain = kNaN;
  Range ci_t_domain;  // t with degrees of freedom counted on the PSUs and strata that hold the domain
  double deff = kNaN;
  double cv = kNaN;
  double statistic = kNaN;  // t or z behind p_value
  double p_value = kNaN;
  // What stands behind the estimate, for the disclosure gate and for quality flags: unweighted.
  std::size_t base_rows = 0;      // rows in the denominator (answered the question, in the domain)
  std::size_t base_clusters = 0;  // distinct first-stage units among them
  std::size_t cell_rows = 0;      // rows in this cell, for shares and counts (= base_rows for means)
  double base_weight = kNaN;      // sum of weights of base_rows
  std::size_t missing_rows = 0;   // rows of the domain without a usable answer
  std::vector<Flag> flags;
  std::string ref;  // CellRef, set by `analysis`: leads back to run, dataset version and rows
};

struct Test {
  std::string name;  // "F", "Chisq", "Wald", "adjWald", "saddlepoint", "t"
  double statistic = kNaN;
  double df = kNaN;
  double ddf = kNaN;
  double p_value = kNaN;
};

// Tests of one term of a model: all its coefficients at once.
struct TermTest {
  std::string term;
  double wald = kNaN;  // chi-square form; the F form is wald / df on (df, ddf)
  double df = kNaN;
  double ddf = kNaN;
  double p_f = kNaN;
  double p_chisq = kNaN;
  double lrt = kNaN;           // difference of deviances
  std::vector<double> lambda;  // its scale factors (Rao and Scott)
  double p_lrt = kNaN;
};

// A dense matrix, row by row.
struct Matrix {
  std::size_t rows = 0;
  std::size_t columns = 0;
  std::vector<double> values;
  double& at(std::size_t r, std::size_t c) { return values[r * columns + c]; }
  double at(std::size_t r, std::size_t c) const { return values[r * columns + c]; }
};

// The interval of one method, where several are asked for.
struct MethodInterval {
  std::string method;  // "logit", "beta", ...
  double estimate = kNaN;
  Range ci;
};

// A figure that is no row of estimates, by name and in order: a number, a truth, words, lists, a matrix, further
// figures below it, or a table of records. NaN is "not defined".
struct Figure;
using Figures = std::vector<Figure>;
struct Figure {
  using Value = std::variant<double, bool, std::string, std::vector<double>, std::vector<std::string>, Matrix, Figures,
                             std::vector<Figures>>;
  std::string name;
  Value value;
};

struct ResultTable {
  std::string id;         // name of the analysis within its product; empty for a single run
  std::string estimator;  // "mean", "proportion", "total", ...
  double level = 0.95;
  double degf = kNaN;
  std::vector<Row> rows;
  Matrix vcov;  // covariance of the rows' estimates, where asked for; else empty
  std::vector<Test> tests;
  std::vector<TermTest> term_tests;
  std::size_t n = 0;  // rows of the (sub)design
  std::vector<std::pair<std::string, double>>
      values;  // further named figures: "sum_weights", "df_residual", "aic/AIC", ...
  std::vector<std::pair<std::string, std::string>>
      texts;  // further named words, e.g. which distribution gave a p-value
  std::vector<std::pair<std::string, std::vector<double>>>
      series;  // named lists, e.g. p-values by method of adjustment
  // Everything else that an estimator finds, in the shape in which it is printed. A result that is nothing but a list
  // calls it "list". No gate looks into figures, so none leaves to readers outside the team.
  Figures figures;
  std::vector<Flag> flags;  // of the whole result, where no row can carry them
  std::vector<MethodInterval> methods;
  std::vector<std::string> row_levels;  // of `counts`
  std::vector<std::string> col_levels;
  Matrix counts;                        // weighted two-way table
  Matrix matrix;                        // a matrix of estimates (covariance_matrix) and
  Matrix matrix_se;                     // the standard errors of its entries
  std::vector<std::string> part_names;  // of `parts`, when several analyses were asked for as one
  std::vector<ResultTable> parts;
  std::vector<std::string> notes;  // stable codes with plain words, e.g. how lonely strata were treated
};

// Whether any number among these figures is NaN, at any depth.
bool has_undefined(const Figures& figures);
// Flags the result as undefined and says why; `reason` is plain words without values of rows.
void note_undefined(ResultTable& table, const std::string& reason);

}  // namespace hamdil::stats
