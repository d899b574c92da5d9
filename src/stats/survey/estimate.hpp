// Means, shares, totals, counts and ratios of a survey, over any breakdown.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"
#include "stats/survey/terms.hpp"

namespace hamdil::stats::survey {

enum class Quantity : std::uint8_t { kMean, kTotal, kRatio };
enum class Deff : std::uint8_t {
  kNone,
  kWor,      // against simple random sampling without replacement of the same size from sum-of-weights units
  kReplace,  // with replacement
};

struct EstimateRequest {
  Quantity quantity = Quantity::kMean;
  std::vector<std::string> variables;  // of a ratio: numerator, denominator
  std::vector<std::string> by;
  Reading reading = Reading::kAsStored;
  bool na_rm =
      false;  // drop rows where any variable is missing (they become a domain); otherwise such estimates are NaN
  Deff deff = Deff::kNone;
  bool covmat = false;  // covariance between all rows, also across domains; without `by` it is always given
  double level = 0.95;
  std::size_t threads = 1;  // for several variables; 0: as many as the machine has. Results do not depend on it.
};

// The same without the fast way of dense.hpp; for tests and as the definition.
Result<ResultTable> estimate_by_rows(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                     const EstimateRequest& request);

// Estimates over `rows` of the design (a subpopulation: rows outside still count in the variance).
// Mean: sum(w x)/sum(w) with influence w (x - mean)/sum(w); total: sum(w x); ratio: sum(w y)/sum(w x) with w (y - r
// x)/sum(w x) (Woodruff 1971; Sarndal et al. 1992, ch. 5). Rows run term by term, each over the domains. degf counts
// `rows`, degf_domain the cell. An empty domain or a zero denominator gives NaN and the flag undefined. Errors: those
// of Terms and covariance().
Result<ResultTable> estimate(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                             const EstimateRequest& request);

// The estimates of one cell with their influence, for estimators that build on them.
struct Linear {
  RowList used;  // rows that the estimates stand on
  std::vector<double> estimates;
  Totals totals;  // one column an estimate
};
Linear linearize(const SurveyDesign& design, const Terms& terms, const RowList& rows, const EstimateRequest& request);

// Fills se, both intervals and cv of a row from its estimate and variance.
void fill_intervals(Row& row, double variance, double degf, double level);
// Fills base_rows, base_clusters, base_weight, missing_rows and the flags that follow from counts and reasons for
// missing.
void fill_base(Row& row, const SurveyDesign& design, const data::Column& column, const RowList& cell,
               const RowList& used);
void add_flag(Row& row, Flag flag);
// few_cases from base_rows and the effective size (base_weight^2 / sum of squared weights); high_refusal from the share
// unanswered.
void add_base_flags(Row& row, double squared_weights, double unanswered_share);
// Whether a row with this reason for missing was asked the question.
bool was_asked(data::Missing reason);
// undefined where there is no estimate, no_interval where only its standard error is missing.
void add_undefined_flags(Row& row);
// Flags that follow from the estimate: undefined, no_interval, few_clusters, wide_interval, lonely_stratum.
void add_estimate_flags(Row& row, bool lonely_stratum);
void add_estimate_flags(Row& row, const SurveyDesign& design, const RowList& used);

// Variance of a total under simple random sampling of as many rows, divided by scale^2, from sum(w (x - mean)^2), the
// rows with a positive weight and their sum of weights; and what a design's variance is beside it (NaN where the design
// leaves none beyond rounding, such as the shares of its own strata).
double simple_random_variance(double squares, std::size_t rows, double weight, Deff deff, double scale);
double design_effect(double variance, double simple);

// sum(w (x - mean)^2)/sum(w) * n/(n-1) over rows with positive weight; `values` belongs to `rows`.
double weighted_variance(const SurveyDesign& design, const RowList& rows, const std::vector<double>& values);

}  // namespace hamdil::stats::survey
