// Estimators from sums of rows that another machine holds. Each gives what its namesake with a table in memory gives,
// but for the order of summation; codes are those of the namesake and of RowSums.
#pragma once

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/estimate.hpp"
#include "stats/survey/quantile.hpp"
#include "stats/survey/regression.hpp"
#include "stats/survey/row_sums.hpp"

namespace hamdil::stats::survey {

// Two or three requests, whatever the number of cells; a category costs one more.
Result<ResultTable> estimate(RowSums& rows, const EstimateRequest& request);

// Three requests: means, then products about them.
Result<ResultTable> estimate_variance(RowSums& rows, const std::vector<std::string>& variables, bool na_rm,
                                      double level);
Result<ResultTable> estimate_covariance_matrix(RowSums& rows, const std::vector<std::string>& variables, bool na_rm);

Result<ResultTable> estimate_distribution(RowSums& rows, const std::vector<std::string>& variables,
                                          const std::vector<double>& points, bool na_rm, double level);

// Weights are summed by bins of the value, and the bins that hold what is sought are parted again until they hold one
// value; then one request a quantile for the interval. Only rules that look at the distribution function alone (math,
// school, hf1, hf2) and intervals for a share: code stats.pushed.option.
Result<ResultTable> estimate_quantiles(RowSums& rows, const QuantileRequest& request);

// One request of cross-products an iteration, one for the scores by sampling unit. Links identity, logit and log: code
// stats.pushed.option.
Result<ResultTable> estimate_glm(RowSums& rows, const GlmRequest& request);

Result<ResultTable> design_summary(RowSums& rows);

// Rows of the domain, their degrees of freedom and first-stage units.
struct SampleBase {
  std::size_t rows = 0;
  double degf = 0;
  std::size_t clusters = 0;
  double weight = 0;
  double square = 0;
  std::size_t positive = 0;
  std::vector<std::uint8_t> held;  // by unit: whether it holds such a row
};
// Of the rows that a request means; its sums are not looked at.
Result<SampleBase> sample_base(RowSums& rows, SumRequest request);

// An option whose value needs the rows: code stats.pushed.option.
Error not_pushed(const char* option, const char* value, const char* known);

}  // namespace hamdil::stats::survey
