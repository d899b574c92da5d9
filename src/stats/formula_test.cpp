#include <gtest/gtest.h>

#include <cmath>

#include "stats/model_matrix.hpp"

namespace hamdil::stats {
namespace {

data::Table small_table() {
  data::Table table;
  table.put(data::Column::of_numbers("y", {1, 2, 3, 4, std::nan("")}));
  table.put(data::Column::of_numbers("x", {1, 4, 9, 16, 25}));
  table.put(data::Column::of_codes("g", {0, 1, 2, 0, 1}, {{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}}));
  table.put(data::Column::of_codes("h", {0, 1, 0, 1, 1}, {{"no", "no"}, {"yes", "yes"}}));
  return table;
}

std::vector<std::string> columns_of(const std::string& source) {
  const auto formula = parse_formula(source);
  EXPECT_TRUE(formula) << source;
  const auto model = make_model_matrix(*formula, small_table(), {0, 1, 2, 3, 4});
  EXPECT_TRUE(model) << source;
  return model->names;
}

using Names = std::vector<std::string>;

TEST(Formula, TreatmentContrastsInteractionsAndUnusedLevels) {
  EXPECT_EQ(columns_of("y ~ g + x"), (Names{"(Intercept)", "gb", "gc", "x"}));
  EXPECT_EQ(columns_of("y ~ h * x"), (Names{"(Intercept)", "hyes", "x", "hyes:x"}));
  EXPECT_EQ(columns_of("y ~ h:x"), (Names{"(Intercept)", "hno:x", "hyes:x"}));
  EXPECT_EQ(columns_of("y ~ 0 + h"), (Names{"hno", "hyes"}));
  EXPECT_EQ(columns_of("as.integer(y > 2) ~ I(x > 3) + sqrt(x) - 1"), (Names{"I(x > 3)TRUE", "sqrt(x)"}));
}

// Names and order of R's model.matrix for the same formulas.
TEST(Formula, FactorsOfAnInteractionStandAsTheyFirstAppear) {
  EXPECT_EQ(columns_of("y ~ g + x + h:g"), (Names{"(Intercept)", "gb", "gc", "x", "ga:hyes", "gb:hyes", "gc:hyes"}));
  EXPECT_EQ(columns_of("y ~ h:x + x"), (Names{"(Intercept)", "x", "hyes:x"}));
  EXPECT_EQ(columns_of("y ~ x + h + x:h + h:x"), (Names{"(Intercept)", "x", "hyes", "x:hyes"}));
}

TEST(Formula, RowsWithMissingValuesAreLeftOut) {
  const auto model = make_model_matrix(*parse_formula("y ~ sqrt(x)"), small_table(), {0, 1, 2, 3, 4});
  ASSERT_TRUE(model);
  EXPECT_EQ(model->rows.size(), 4u);
  for (std::size_t row = 0; row < 4; ++row) EXPECT_EQ(model->columns[1][row], static_cast<double>(row + 1));
}

TEST(Formula, FaultsHaveCodes) {
  EXPECT_EQ(parse_formula("y").error().code, "stats.formula.syntax");
  EXPECT_EQ(parse_formula("y ~ a +").error().code, "stats.formula.syntax");
  EXPECT_EQ(parse_formula("y ~ system(x)").error().code, "stats.expression.unknown_function");
  EXPECT_EQ(parse_expression(std::string(500, '(')).error().code, "stats.expression.too_deep");
  EXPECT_EQ(parse_expression("1 +").error().code, "stats.expression.syntax");
}

TEST(Expression, DerivativesAgreeWithDifferences) {
  const auto expression = parse_expression("log(a) * b^2 / (1 + exp(-a)) - sqrt(b)");
  ASSERT_TRUE(expression);
  const std::vector<std::string> names{"a", "b"};
  const auto at = [&](double a, double b) { return *differentiate(*expression, names, {a, b}); };
  const double step = 1e-6;
  const Gradient found = at(1.5, 2.5);
  EXPECT_NEAR(found.partial[0], (at(1.5 + step, 2.5).value - at(1.5 - step, 2.5).value) / (2 * step), 1e-7);
  EXPECT_NEAR(found.partial[1], (at(1.5, 2.5 + step).value - at(1.5, 2.5 - step).value) / (2 * step), 1e-7);
  EXPECT_EQ(differentiate(*parse_expression("a > 1"), names, {1, 1}).error().code,
            "stats.expression.not_differentiable");
}

}  // namespace
}  // namespace hamdil::stats
