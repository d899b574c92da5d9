#include "stats/survey/combine_rows.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace hamdil::stats::survey {

TEST(CombineRows, AChangeUsesTheCovarianceOfItsRounds) {
  ResultTable table;
  table.degf = 20;
  table.rows.resize(2);
  table.rows[0].estimate = 50;
  table.rows[0].base_rows = 90;
  table.rows[1].estimate = 57;
  table.rows[1].base_rows = 80;
  table.vcov = {2, 2, {4, 1, 1, 3}};
  const Row change = combine_rows(table, {{1, 1.0}, {0, -1.0}});
  EXPECT_DOUBLE_EQ(change.estimate, 7);
  EXPECT_DOUBLE_EQ(change.se, std::sqrt(4 + 3 - 2 * 1));
  EXPECT_EQ(change.base_rows, 80u);
  EXPECT_NEAR(change.ci_t.upper - change.estimate, 2.0859634472658364 * change.se, 1e-9);  // t(.975, 20)
}

TEST(CombineRows, WithoutCovarianceThereIsNoStandardError) {
  ResultTable table;
  table.rows.resize(2);
  EXPECT_TRUE(std::isnan(combine_rows(table, {{0, 1.0}, {1, -1.0}}).se));
}

}  // namespace hamdil::stats::survey
