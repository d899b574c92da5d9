#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.hpp"
#include "exchange/kobo/read.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/read.hpp"

namespace hamdil::exchange::kobo {
namespace {

const std::string kShared = HAMDIL_SHARED_DIR;

[[maybe_unused]] const data::Column* column(const SurveyTable& table, const std::string& name) {
  return table.table.find(name);
}

[[maybe_unused]] std::size_t count(const data::Column& column, data::Missing reason) {
  std::size_t n = 0;
  for (std::size_t row = 0; row < column.size(); ++row) n += column.reason(row) == reason ? 1 : 0;
  return n;
}

// The workbook names its repeats and counts: taken from its XML with a short Python script.
TEST(KoboField, ReadsTheMsnaWorkbookWithItsRepeats) {
  const std::string folder = kShared + "/fieldforms/msna2024/";
  if (!file_exists(folder + "data.xlsx")) GTEST_SKIP() << "fieldforms is not here";
  Diagnostics d;
  const auto form = xlsform::read_xlsform_file(folder + "form.xlsx", d);
  ASSERT_TRUE(form) << form.error().describe();
  EXPECT_FALSE(has_errors(d));
  const auto read = read_survey_export({folder + "data.xlsx"}, &*form, {}, d);
  ASSERT_TRUE(read) << read.error().describe();
  EXPECT_EQ(read->rows_read, 241u + 4 * 965u);
  EXPECT_TRUE(read->rejected.empty());
  ASSERT_EQ(read->tables.size(), 5u);
  EXPECT_EQ(read->tables[0].table.rows, 241u);
  for (std::size_t i = 1; i < 5; ++i) {
    const SurveyTable& table = read->tables[i];
    EXPECT_EQ(table.table.rows, 965u) << table.repeat;
    EXPECT_EQ(std::count(table.parent_rows.begin(), table.parent_rows.end(), kNoParent), 0) << table.repeat;
  }
  EXPECT_EQ(read->tables[1].repeat, "consented/demographics/roster");
}

}  // namespace
}  // namespace hamdil::exchange::kobo
