#include <gtest/gtest.h>

#include "exchange/dta/read.hpp"
#include "exchange/sav/read.hpp"
#include "exchange/sav/write.hpp"

namespace hamdil::exchange::sav {
namespace {

using data::Column;
using data::ColumnType;
using data::Missing;

data::Table sample() {
  data::Table table;
  table.rows = 4;
  Column trust = Column::of_codes("trust", {0, 1, 2, 0}, {{"1", "Низкое"}, {"2", "متوسط"}, {"5", "High"}}, true);
  trust.label = "Trust in people";
  trust.set_missing(3, Missing::kRefused);
  Column age = Column::of_numbers("home/age", {34, -120, 0, 7}, ColumnType::kInteger);
  age.set_missing(2, Missing::kDontKnow);
  Column share = Column::of_numbers("share", {0.1, 2.5, 1e300, 0});
  share.set_missing(3, Missing::kBlank);
  Column day = Column::of_numbers("day", {0, 19'723, -1, 5}, ColumnType::kDate);
  day.set_missing(0, Missing::kNotAsked);
  Column moment = Column::of_numbers("moment", {1'714'546'800, 0, 60, 1}, ColumnType::kDateTime);
  Column word = Column::of_texts("word", {"Душанбе", "", "x", "سلام"});
  table.columns = {trust, age, share, day, moment, word};
  return table;
}

void expect_same(const data::Table& a, const data::Table& b) {
  ASSERT_EQ(a.rows, b.rows);
  ASSERT_EQ(a.columns.size(), b.columns.size());
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    SCOPED_TRACE(a.columns[i].name);
    EXPECT_EQ(a.columns[i].type, b.columns[i].type);
    EXPECT_EQ(a.columns[i].levels, b.columns[i].levels);
    for (std::size_t row = 0; row < a.rows; ++row) {
      EXPECT_EQ(a.columns[i].reason(row), b.columns[i].reason(row)) << row;
      EXPECT_EQ(a.columns[i].text_at(row), b.columns[i].text_at(row)) << row;
    }
  }
}

TEST(Sav, WhatIsWrittenReadsBackWithLabelsAndReasons) {
  const data::Table table = sample();
  const auto bytes = write_sav(table);
  ASSERT_TRUE(bytes) << bytes.error().describe();
  EXPECT_EQ(*bytes, *write_sav(table));
  Diagnostics d;
  const auto back = read_sav_bytes(*bytes, "t.sav", {}, d);
  ASSERT_TRUE(back) << back.error().describe();
  expect_same(table, *back);
  EXPECT_EQ(back->columns[0].label, "Trust in people");
  EXPECT_TRUE(back->columns[0].ordered);
  EXPECT_EQ(back->columns[1].name, "home_age");
}

TEST(Dta, WhatIsWrittenReadsBackWithLabelsAndReasons) {
  const data::Table table = sample();
  const auto bytes = write_dta(table);
  ASSERT_TRUE(bytes) << bytes.error().describe();
  Diagnostics d;
  const auto back = dta::read_dta_bytes(*bytes, "t.dta", {}, d);
  ASSERT_TRUE(back) << back.error().describe();
  expect_same(table, *back);
}

TEST(Sav, LevelsThatAreWordsBecomeNumbersWithLabels) {
  data::Table table;
  table.rows = 2;
  table.columns = {Column::of_codes("a/b", {0, 1}, {{"yes", "Yes"}, {"no", "No"}}), Column::of_numbers("a_b", {1, 2})};
  Diagnostics d;
  const auto back = read_sav_bytes(*write_sav(table), "t", {}, d);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->columns[0].levels, (std::vector<data::Level>{{"1", "Yes"}, {"2", "No"}}));
  EXPECT_EQ(back->columns[1].name, "a_b_2");
}

TEST(Sav, DamagedFilesAreRefused) {
  Diagnostics d;
  const std::string bytes = *write_sav(sample());
  EXPECT_EQ(read_sav_bytes("", "t", {}, d).error().code, "exchange.stat.damaged");
  EXPECT_EQ(read_sav_bytes(bytes.substr(0, bytes.size() / 2), "t", {}, d).error().code, "exchange.stat.damaged");
  EXPECT_EQ(read_sav_bytes(bytes, "t", {.rows = 2}, d).error().code, "exchange.table.too_many_rows");
  EXPECT_EQ(dta::read_dta_bytes(bytes, "t", {}, d).error().code, "exchange.stat.damaged");
}

}  // namespace
}  // namespace hamdil::exchange::sav
