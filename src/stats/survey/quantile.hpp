// Quantiles and the distribution function of a survey variable.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stats/result.hpp"
#include "stats/survey/covariance.hpp"

namespace hamdil::stats::survey {

// How a quantile is read off the weighted distribution function: kMath lower inverse; kSchool mean of the two values at
// a flat spot; kShahVaish; kHf1..kHf9 weighted forms of Hyndman and Fan (1996).
enum class QuantileRule : std::uint8_t {
  kMath,
  kSchool,
  kShahVaish,
  kHf1,
  kHf2,
  kHf3,
  kHf4,
  kHf5,
  kHf6,
  kHf7,
  kHf8,
  kHf9
};
std::optional<QuantileRule> quantile_rule_from_name(
    std::string_view name);  // "math", "school", "shahvaish", "hf1", ...
const char* quantile_rule_name(QuantileRule rule);

enum class QuantileInterval : std::uint8_t {
  kMean,    // Woodruff (1952): an interval for the share at or below the quantile, inverted with the same rule
  kBeta,    // the same with the Korn-Graubard interval,
  kXlogit,  // on the log odds,
  kAsin,    // on arcsin sqrt
  kScore,   // values that a score test does not reject (Francisco and Fuller 1991)
};
std::optional<QuantileInterval> quantile_interval_from_name(std::string_view name);

struct QuantileRequest {
  std::vector<std::string> variables;
  std::vector<double> quantiles;
  std::vector<std::string> by;
  QuantileRule rule = QuantileRule::kMath;
  QuantileInterval interval = QuantileInterval::kMean;
  bool na_rm = false;
  double level = 0.95;
};
// A row a variable, cell and quantile (`at` is p): estimate, ci_t_domain with the degrees of freedom of the cell, se =
// its length / (2 t). A limit outside the data's share is NaN. Missing values without na_rm give NaN; rows with weight
// 0 count nowhere.
Result<ResultTable> estimate_quantiles(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                       const QuantileRequest& request);

// Weighted share of values at or below each point (`at`), with its design-based error.
Result<ResultTable> estimate_distribution(const SurveyDesign& design, const data::Table& table, const RowList& rows,
                                          const std::vector<std::string>& variables, const std::vector<double>& points,
                                          bool na_rm, double level);

// A share with its variance, and what its interval by a rule other than kScore is (Woodruff 1952, and its kin above);
// `n` is the number of rows.
struct ShareWithVariance {
  double estimate = kNaN;
  double variance = kNaN;
};
Range woodruff_shares(const ShareWithVariance& share, QuantileInterval interval, double level, double degf, double n);
// The quantile by kMath, kSchool, kHf1 or kHf2 where the distribution function steps from `low` to `up`; `flat` when it
// takes exactly the share that is sought between them.
double quantile_at_step(QuantileRule rule, double low, double up, bool flat);
// Fills estimate, limits, se, ci_normal and cv.
void fill_quantile(Row& row, double estimate, const Range& limits, double level, double degf);

// The quantile itself; `values` and `weights` belong together, in any order. NaN without a positive weight.
double weighted_quantile(const std::vector<double>& values, const std::vector<double>& weights, double p,
                         QuantileRule rule);

}  // namespace hamdil::stats::survey
