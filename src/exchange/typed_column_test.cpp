#include "exchange/typed_column.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <cmath>

#include "base/file.hpp"
#include "exchange/infer.hpp"
#include "exchange/plain_table.hpp"

namespace hamdil::exchange {
namespace {

using data::Column;
using data::ColumnType;

// As the streaming column makes it, read again when it asks for that.
Column typed(const std::vector<std::string>& cells) {
  TypedColumn column("c");
  const auto fill = [&] {
    for (const std::string& cell : cells)
      if (cell.empty())
        column.append_missing(data::Missing::kBlank);
      else
        column.append(cell);
  };
  fill();
  if (column.is_lost()) {
    column.restart_as_text();
    fill();
  }
  return column.finish();
}

void expect_same(const Column& got, const Column& wanted) {
  EXPECT_EQ(got.type, wanted.type) << data::column_type_name(got.type);
  ASSERT_EQ(got.size(), wanted.size());
  EXPECT_EQ(got.levels, wanted.levels);
  for (std::size_t row = 0; row < got.size(); ++row) {
    ASSERT_EQ(got.reason(row), wanted.reason(row)) << row;
    ASSERT_EQ(got.text_at(row), wanted.text_at(row)) << row;
  }
}

// Many different cells of one kind, then one that may be of another.
std::vector<std::string> many(const std::string& before, const std::string& after, const std::string& last) {
  std::vector<std::string> out;
  for (int i = 0; i < 6'000; ++i) {
    if (i % 7 == 0) out.emplace_back();
    out.push_back(before + std::to_string(1'000 + i) + after);
  }
  out.push_back(last);
  return out;
}

TEST(TypedColumn, GivesWhatIsInferredFromTheWhole) {
  const std::vector<std::vector<std::string>> columns = {{},
                                                         {"", ""},
                                                         {"1", "2", "", "1"},
                                                         {"yes", "no", "yes", "yes", "no", "no"},
                                                         {"007", "1"},
                                                         many("", "", "5"),
                                                         many("-", "", "0.25"),
                                                         many("", ".50", "7"),
                                                         many("", "", "none"),
                                                         many("", "", "007"),
                                                         many("", ".5", "1e400"),
                                                         many("w", "", "w"),
                                                         many("2024-01-05T00:0", "0Z", "x")};
  for (const auto& cells : columns) expect_same(typed(cells), infer_type_of_texts(Column::of_texts("c", cells)));
  std::vector<std::string> days;
  for (int i = 0; i < 6'000; ++i) {
    char day[32];
    std::snprintf(day, sizeof day, "%04d-%02d-%02d", 1800 + i / 336, 1 + i / 28 % 12, 1 + i % 28);
    days.emplace_back(day);
  }
  EXPECT_EQ(typed(days).type, ColumnType::kDate);
  for (const char* last : {"2024-05-01", "2024-05-01T10:00:00Z", "May", "12"}) {
    std::vector<std::string> cells = days;
    cells.emplace_back(last);
    expect_same(typed(cells), infer_type_of_texts(Column::of_texts("c", cells)));
  }
}

TEST(TypedColumn, ATableKeepsTextsThatFollowManyNumbers) {
  std::string csv = "id,code,unused\n";
  for (int i = 0; i < 6'000; ++i) csv += std::to_string(i) + ",1." + std::to_string(10'000 + i) + "0,z\n";
  csv += "6000,A-1,z\n";
  const std::string path = ::testing::TempDir() + "hamdil_typed_column.csv";
  ASSERT_TRUE(write_file(path, csv));
  Diagnostics problems;
  const auto table = read_plain_table(path, nullptr, problems);
  ASSERT_TRUE(table);
  EXPECT_EQ(table->table.columns[0].type, ColumnType::kInteger);
  EXPECT_EQ(table->table.columns[1].type, ColumnType::kText);
  EXPECT_EQ(table->table.columns[1].texts[7], "1.100070");  // as it was written
  EXPECT_EQ(table->table.columns[1].texts[6'000], "A-1");
  const auto wanted = read_typed_columns(path, [](const std::string& name) { return name != "unused"; });
  ASSERT_TRUE(wanted);
  ASSERT_EQ(wanted->columns.size(), 2U);
  EXPECT_EQ(wanted->rows, 6'001U);
  expect_same(wanted->columns[1], table->table.columns[1]);
}

TEST(TypedColumn, ManyDecimalCommasBecomeNumbersAndSmallListsToo) {
  TypedColumn many("m"), few("f"), thousands("t"), words("w");
  for (int i = 0; i < 6'000; ++i) {
    many.append(std::to_string(i) + "," + std::to_string(i % 10));
    few.append(i % 2 == 0 ? "-0,5" : "2");
    thousands.append(std::to_string(1 + i % 900) + ",250");
    words.append(i == 0 ? "1,5" : "one, two");
  }
  many.append_missing(data::Missing::kRefused);
  ASSERT_EQ(many.commas(), TypedColumn::Commas::kDecimal);
  ASSERT_EQ(few.commas(), TypedColumn::Commas::kDecimal);
  EXPECT_EQ(thousands.commas(), TypedColumn::Commas::kAmbiguous);
  EXPECT_EQ(words.commas(), TypedColumn::Commas::kNone);
  many.read_decimal_commas();
  few.read_decimal_commas();
  const Column numbers = many.finish(), halves = few.finish();
  EXPECT_EQ(numbers.type, ColumnType::kNumber);
  EXPECT_DOUBLE_EQ(numbers.numbers[5'999], 5'999.9);
  EXPECT_EQ(numbers.reason(6'000), data::Missing::kRefused);
  EXPECT_EQ(halves.type, ColumnType::kNumber);
  EXPECT_DOUBLE_EQ(halves.numbers[0], -0.5);
}

}  // namespace
}  // namespace hamdil::exchange
