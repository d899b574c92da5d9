// AnalysisSpec: what to estimate, in the words of the reference cases: `design`, `domain`, `call`.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "analysis/options.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::analysis {

enum class Compare : std::uint8_t { kEqual, kNotEqual, kLess, kLessEqual, kGreater, kGreaterEqual, kIn };

// One condition of a domain; all must hold. A missing value does not meet any.
struct Condition {
  std::string var;
  Compare op = Compare::kEqual;
  std::vector<std::string> texts;  // the value as text; one, or several for kIn
  std::vector<double> numbers;     // as numbers; NaN where it is not one
};

// One call. Which options an estimator takes stands in its descriptor (analysis/registry.hpp). All of them are in
// `options`; the members hold those that several older families share.
struct Call {
  std::string id;         // of the descriptor: which form of the estimator is meant
  std::string estimator;  // as the call says it
  Options options;
  std::string as;
  std::vector<std::string> variables;
  std::string variable;
  std::string numerator;
  std::string denominator;
  std::vector<std::string> by;
  std::string group;
  std::optional<double> mu;
  std::optional<bool>
      na_rm;         // absent: the estimator's own default (means, totals, ratios: false; tests, tables, models: true)
  std::string deff;  // "", "wor", "replace"
  bool covmat = false;
  double level = 0.95;
  std::string success;
  std::vector<std::string> methods;
  std::vector<std::string> statistics;
  std::string of;
  std::vector<std::pair<std::string, double>> weights_by_level;
  std::string expression;
  std::string formula;
  std::string family;
  std::string link;
  bool term_tests = true;
  std::string test;
  std::vector<double> quantiles;
  std::vector<double> at;  // points of a distribution function
  std::string qrule;
  std::string interval;
  std::string round;  // change between rounds: column, and its levels
  std::string from;
  std::string to;
  std::string arm;  // difference in differences: column, and its levels
  std::string control;
  std::string treated;
  std::vector<double> p;  // p-values to adjust; NaN where the list has null
  std::vector<Call> parts;
};

// Replicate weights that came with the data: variance = scale * sum over r of rscales[r] (theta_r - centre)^2, centre
// the mean of the replicates, or with mse the estimate itself. Weights are final ones, not factors.
struct Replicates {
  double scale = 1;
  std::vector<double> rscales;  // empty: all 1
  bool mse = false;
  std::string weights_file;  // a table with one column a replicate, rows in the order of the data; who runs the
                             // analysis reads it
};

struct AnalysisSpec {
  std::string id;
  stats::survey::DesignSpec design;
  std::optional<Replicates> replicates;
  std::vector<Condition> domain;
  Call call;
};

// Reads {"design", "domain", "call"} (also "id"; a whole reference case is read as well, its other members are not
// looked at). Errors carry the JSON pointer: analysis.spec.not_object, .wrong_type, .missing_member,
// .unknown_estimator, .unknown_option, .unknown_value, .unsupported_design, and analysis.run.missing_option.
Result<AnalysisSpec> parse_spec(const Json& json);
Result<AnalysisSpec> parse_spec(std::string_view bytes, const std::string& name);

}  // namespace hamdil::analysis
