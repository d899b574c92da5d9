// Model formulas in R's syntax: "y ~ a + b * c + I(x > 3)".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "stats/expression.hpp"

namespace hamdil::stats {

struct Factor {
  std::string text;  // as written, without spaces around
  Expression expression;
};

struct Formula {
  bool has_response = false;
  Factor response;
  bool intercept = true;
  std::vector<Factor> factors;                    // each once
  std::vector<std::vector<std::size_t>> terms;    // indices into factors, rising; main effects first, then by order
  std::string term_name(std::size_t term) const;  // "round:arm"
};

// Codes stats.formula.syntax and those of parse_expression. `+`, `:`, `*`, `- 1`, `+ 0` on top, expressions inside.
Result<Formula> parse_formula(std::string_view source);

}  // namespace hamdil::stats
