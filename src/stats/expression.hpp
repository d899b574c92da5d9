// Arithmetic as R writes it: numbers, names, 'text', + - * / ^, comparisons, & | !, log exp sqrt abs I as.integer
// as.numeric. Used by model formulas and nonlinear contrasts. Depth and length are limited: expressions come from
// outside.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/survey/design.hpp"

namespace hamdil::stats {

struct Expression {
  enum class Kind : std::uint8_t { kNumber, kText, kName, kCall };
  Kind kind = Kind::kNumber;
  double number = 0;
  std::string text;  // of a text or name; the operator or function of a call
  std::vector<Expression> arguments;

  bool is_comparison() const;
  void collect_names(std::vector<std::string>& names) const;  // each once, in order of appearance
};

// Codes stats.expression.syntax (with the position), .unknown_function, .too_deep.
Result<Expression> parse_expression(std::string_view source);

// Values at `rows`, NaN where something missing enters. Comparisons give 1 and 0; a column compares with a text by the
// values its rows store. Codes stats.terms.no_column, stats.expression.text_in_arithmetic.
Result<std::vector<double>> evaluate(const Expression& expression, const data::Table& table,
                                     const survey::RowList& rows);

// One operator or function of one row; NaN where an argument is.
double apply_operator(const std::string& op, double a, double b);
double apply_function(const std::string& function, double a);

// A value and its partial derivatives by `names`, where values[i] is the value of names[i]. Comparisons are not
// differentiable.
struct Gradient {
  double value = 0;
  std::vector<double> partial;
};
// Codes stats.expression.unknown_name, .not_differentiable.
Result<Gradient> differentiate(const Expression& expression, const std::vector<std::string>& names,
                               const std::vector<double>& values);

}  // namespace hamdil::stats
