// Flags of rows that repeat another, against the plain rule: the same answers as an export would write them.
#include "services/intake/quality_flags.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>

namespace hamdil::services::intake {
namespace {

std::vector<bool> repeated_by_text(const data::Table& table, std::size_t least_answers) {
  std::vector<bool> out(table.rows);
  std::set<std::vector<std::string>> seen;
  for (std::size_t row = 0; row < table.rows; ++row) {
    std::vector<std::string> answers;
    std::size_t answered = 0;
    for (const data::Column& column : table.columns) {
      if (column.name.starts_with('_') || column.name == "respondent") continue;
      answers.push_back(column.text_at(row));
      answered += !column.is_missing(row);
    }
    out[row] = answered >= least_answers && !seen.insert(answers).second;
  }
  return out;
}

void expect_as_by_text(data::Table table, std::size_t least_answers) {
  const std::vector<bool> wanted = repeated_by_text(table, least_answers);
  const std::vector<double> minutes(table.rows, std::nan(""));
  FlagRules rules;
  rules.duplicate_answers = least_answers;
  add_quality_flags(table, minutes, {}, rules);
  const data::Column* flag = table.find(std::string(kFlagPrefix) + "duplicate_answers");
  for (std::size_t row = 0; row < table.rows; ++row) EXPECT_EQ(flag->codes[row] == 1, wanted[row]) << "row " << row;
}

TEST(QualityFlags, AnswersThatAreWrittenAlikeAreRepeated) {
  data::Table table;
  table.put(data::Column::of_texts("respondent", {"a", "b", "c", "d", "e", "f"}));
  table.put(data::Column::of_numbers("n", {0.0, -0.0, std::nan(""), std::nan(""), 1, 1}));
  table.put(data::Column::of_texts("t", {"x", "x", "x", "x", "", ""}));
  table.put(data::Column::of_codes("c", {0, 1, 0, 1, 0, -1}, {{"v", "one"}, {"v", "other"}}));
  table.put(data::Column::of_texts("_version", {"1", "2", "3", "4", "5", "6"}));
  table.find("n")->set_missing(3, data::Missing::kRefused);
  EXPECT_EQ(repeated_by_text(table, 1), (std::vector<bool>{false, true, false, true, false, false}));
  for (const std::size_t least : {1u, 2u, 3u, 4u}) expect_as_by_text(table, least);
}

TEST(QualityFlags, RepeatedRowsAreFoundAmongMany) {
  std::mt19937 random(5);  // NOLINT: a fixed seed, so that a failure can be seen again
  for (const std::size_t rows : {0u, 1u, 63u, 64u, 3000u}) {
    std::vector<double> numbers;
    std::vector<std::string> texts;
    std::vector<std::int32_t> codes;
    for (std::size_t row = 0; row < rows; ++row) {
      numbers.push_back(random() % 20 == 0 ? std::nan("") : static_cast<double>(random() % 30) / 4);
      texts.push_back(std::string(random() % 12, 'x'));
      codes.push_back(static_cast<std::int32_t>(random() % 4) - 1);
    }
    data::Table table;
    table.put(data::Column::of_numbers("n", std::move(numbers)));
    table.put(data::Column::of_texts("t", std::move(texts)));
    table.put(data::Column::of_codes("c", std::move(codes), {{"1", "One"}, {"2", "Two"}, {"3", "Three"}}));
    expect_as_by_text(std::move(table), 2);
  }
}

}  // namespace
}  // namespace hamdil::services::intake
