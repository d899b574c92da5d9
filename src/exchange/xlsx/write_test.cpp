#include "exchange/xlsx/write.hpp"

#include <gtest/gtest.h>

#include "base/zip.hpp"
#include "exchange/xlsx/read.hpp"

namespace hamdil::exchange::xlsx {
namespace {

using Rows = std::vector<std::vector<std::string>>;

TEST(XlsxWrite, DaysAndNumbersAreWrittenAsSuchAndReadBackAsTheyWere) {
  const Rows rows = {{"Day", "Amount", "id"},
                     {"2026-11-24", "12.5", "7"},
                     {"1900-03-01", "0012", "8"},
                     {"1899-12-31", "a lot", "9"},
                     {"soon", "", "10"}};
  const auto bytes =
      write_workbook({{"list", rows, {{CellType::kDay}, {CellType::kNumber}, {.is_hidden = true}}, true}});
  ASSERT_TRUE(bytes);
  auto reader = Reader::open_bytes(*bytes, "t");
  ASSERT_TRUE(reader);
  Rows back;
  Diagnostics diagnostics;
  ASSERT_TRUE(reader->stream(
      0, {},
      [&](const RowView& row) {
        back.emplace_back(row.cells.begin(), row.cells.end());
        return true;
      },
      diagnostics));
  EXPECT_EQ(back, rows);
  auto zip = ZipReader::open_bytes(*bytes, "t");
  ASSERT_TRUE(zip);
  const auto sheet = zip->read("xl/worksheets/sheet1.xml");
  ASSERT_TRUE(sheet);
  EXPECT_NE(sheet->find(R"(<c r="A2" s="2"><v>46350</v></c>)"), std::string::npos) << *sheet;
  EXPECT_NE(sheet->find(R"(<c r="A3" s="2"><v>61</v></c>)"), std::string::npos) << "spreadsheets agree from here on";
  EXPECT_NE(sheet->find(R"(<c r="B2"><v>12.5</v></c>)"), std::string::npos);
  EXPECT_NE(sheet->find(R"(<col min="3" max="3" hidden="1"/>)"), std::string::npos);
}

}  // namespace
}  // namespace hamdil::exchange::xlsx
