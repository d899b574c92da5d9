#include "stats/survey/absorbed.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>

#include "stats/survey/cluster_robust.hpp"

namespace hamdil::stats::survey {
namespace {

// Panels: persons in villages seen in several rounds, with effects of villages and rounds, some cells empty.
data::Table panel(std::size_t rows, int villages, int rounds, unsigned seed) {
  std::mt19937_64 random(seed);
  std::map<const char*, std::vector<double>> columns;
  std::vector<std::int32_t> village_codes, round_codes;
  for (std::size_t i = 0; i < rows; ++i) {
    const auto village = static_cast<int>(random() % static_cast<unsigned>(villages));
    const auto round = static_cast<int>((random() + static_cast<unsigned>(village)) % static_cast<unsigned>(rounds));
    const double x = static_cast<double>(random() % 1000) / 100 + village % 7;
    const double z = static_cast<double>(random() % 1000) / 100 + round;
    const double noise = static_cast<double>(random() % 2000) / 1000 - 1;
    columns["x"].push_back(x);
    columns["z"].push_back(z);
    columns["y"].push_back(0.5 * x - 0.25 * z + (village * 37 % 11) + 0.3 * round + noise * (1 + village % 3));
    columns["w"].push_back(1 + static_cast<double>(random() % 30) / 10);
    columns["village"].push_back(village);
    columns["round"].push_back(round);
    columns["district"].push_back(village / 4);
    columns["of_village"].push_back(village % 5);
    village_codes.push_back(village);
    round_codes.push_back(round);
  }
  data::Table table;
  for (auto& [name, values] : columns) table.put(data::Column::of_numbers(name, values));
  const auto levels = [](int count) {
    std::vector<data::Level> out;
    for (int i = 0; i < count; ++i) out.push_back({"l" + std::to_string(i), ""});
    return out;
  };
  table.put(data::Column::of_codes("village_name", village_codes, levels(villages)));
  table.put(data::Column::of_codes("round_name", round_codes, levels(rounds)));
  return table;
}

RowList rows_of(const data::Table& table) {
  RowList out(table.rows);
  for (std::uint32_t i = 0; i < table.rows; ++i) out[i] = i;
  return out;
}

const Row& row_named(const ResultTable& table, const std::string& term) {
  return *std::find_if(table.rows.begin(), table.rows.end(), [&](const Row& row) { return row.term == term; });
}

double value_of(const ResultTable& table, const std::string& name) {
  for (const auto& [one, value] : table.values)
    if (one == name) return value;
  return kNaN;
}

TEST(Absorbed, OneAndTwoEffectsAgreeWithDummies) {
  const data::Table table = panel(900, 24, 5, 3);
  for (const bool weighted : {false, true})
    for (const bool both : {false, true}) {
      RobustRequest dummies{both ? "y ~ x + z + village_name + round_name" : "y ~ x + z + village_name", "district",
                            weighted ? "w" : "", Robust::kHc0};
      const auto expected = cluster_robust(table, rows_of(table), dummies);
      AbsorbedRequest request{"y ~ x + z",
                              both ? std::vector<std::string>{"village", "round"} : std::vector<std::string>{"village"},
                              "district", weighted ? "w" : "", false};
      const auto found = absorbed_regression(table, rows_of(table), request);
      ASSERT_TRUE(expected && found);
      for (const char* term : {"x", "z"}) {
        EXPECT_NEAR(row_named(*found, term).estimate, row_named(*expected, term).estimate, 1e-9);
        EXPECT_NEAR(row_named(*found, term).se, row_named(*expected, term).se, 1e-9);
      }
      EXPECT_EQ(value_of(*found, "absorbed"), both ? 24 + 5 - 1 : 24);
    }
}

// Villages lie within districts and do not count, so K is the two slopes and the four further rounds.
TEST(Absorbed, TheCorrectionCountsWhatIsNotNestedInTheClusters) {
  const data::Table table = panel(900, 24, 5, 3);
  AbsorbedRequest request{"y ~ x + z", {"village", "round"}, "district"};
  const auto corrected = absorbed_regression(table, rows_of(table), request);
  request.correct = false;
  const auto plain = absorbed_regression(table, rows_of(table), request);
  ASSERT_TRUE(corrected && plain);
  EXPECT_EQ(value_of(*corrected, "absorbed_nested"), 24);
  EXPECT_NEAR(std::pow(row_named(*corrected, "x").se / row_named(*plain, "x").se, 2), 6.0 / 5 * 899 / (900 - 2 - 4),
              1e-9);
  request.normal = true;
  const auto normal = absorbed_regression(table, rows_of(table), request);
  EXPECT_LT(row_named(*normal, "x").p_value, row_named(*plain, "x").p_value);
  EXPECT_EQ(normal->texts[0].second, "normal");
}

TEST(Absorbed, ThousandsOfLevelsInTwoColumns) {
  const data::Table table = panel(40000, 6000, 900, 5);
  const auto found = absorbed_regression(table, rows_of(table), {"y ~ x + z", {"village", "round"}, "village"});
  ASSERT_TRUE(found);
  EXPECT_NEAR(row_named(*found, "x").estimate, 0.5, 5 * row_named(*found, "x").se);
  EXPECT_NEAR(row_named(*found, "z").estimate, -0.25, 5 * row_named(*found, "z").se);
  EXPECT_GT(value_of(*found, "iterations"), 1);
}

TEST(Absorbed, SingletonsAreLeftOutUntilNoneIsLeft) {
  data::Table table;
  // Village 9 occurs once; without it round 3 occurs once; without that village 8 occurs once.
  table.put(data::Column::of_numbers("village", {1, 1, 1, 2, 2, 2, 9, 8, 8}));
  table.put(data::Column::of_numbers("round", {1, 2, 1, 1, 2, 2, 3, 3, 1}));
  table.put(data::Column::of_numbers("x", {1, 2, 4, 3, 5, 1, 7, 2, 2}));
  table.put(data::Column::of_numbers("y", {2, 3, 5, 3, 6, 1, 7, 3, 1}));
  const auto found = absorbed_regression(table, rows_of(table), {"y ~ x", {"village", "round"}, "village"});
  ASSERT_TRUE(found);
  EXPECT_EQ(value_of(*found, "singletons"), 3);
  EXPECT_EQ(found->n, 6u);
  const auto none = absorbed_regression(table, {0, 3, 6}, {"y ~ x", {"village"}, "village"});
  EXPECT_EQ(none.error().code, "stats.absorbed.no_rows");
}

TEST(Absorbed, WhatDoesNotVaryWithinTheEffectsHasNoRow) {
  const data::Table table = panel(400, 12, 3, 11);
  const auto found = absorbed_regression(table, rows_of(table), {"y ~ x + of_village", {"village"}, "district"});
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rows.size(), 1u);
  ASSERT_EQ(found->notes.size(), 1u);
  EXPECT_EQ(found->notes[0],
            "aliased: of_village is determined by the fixed effects or the other columns of the model");
}

}  // namespace
}  // namespace hamdil::stats::survey
