// Model formulas in R's syntax: "y ~ a + b * c + I(x > 3)", and the model matrix they stand for.
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
  std::vector<std::vector<std::size_t>> terms;    // indices into factors; main effects first, then by order
  std::string term_name(std::size_t term) const;  // "round:arm"
};

// Codes stats.formula.syntax and those of parse_expression. `+`, `:`, `*`, `- 1`, `+ 0` on top, expressions inside.
Result<Formula> parse_formula(std::string_view source);

// Columns of the model for the rows where response and factors are known.
struct ModelMatrix {
  survey::RowList rows;
  std::vector<double> response;
  std::vector<std::string> names;            // "(Intercept)", "sexmale", "round:arm", ...
  std::vector<std::vector<double>> columns;  // by column, each of rows.size()
  std::vector<std::size_t> term_of_column;   // terms.size() for the intercept
};
// Categories enter by treatment contrasts (first level that occurs is the reference), ordered ones by orthogonal
// polynomials, both in full where their margin is not in the model, as R does. Levels that no row holds are left out.
Result<ModelMatrix> make_model_matrix(const Formula& formula, const data::Table& table, const survey::RowList& rows);

}  // namespace hamdil::stats
