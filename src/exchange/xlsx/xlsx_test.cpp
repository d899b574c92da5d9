#include <gtest/gtest.h>

#include "base/file.hpp"
#include "base/zip.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsx/cells.hpp"
#include "exchange/xlsx/read.hpp"

namespace hamdil::exchange::xlsx {
namespace {

struct Parts {
  std::string workbook_properties;
  std::string sheet;    // inside <worksheet>
  std::string strings;  // inside <sst>; no part when empty
  std::string styles;   // the whole part; none when empty
  std::string sheet_attributes;
};

std::string package(const Parts& parts) {
  ZipWriter zip;
  zip.add("[Content_Types].xml", "<Types/>");
  zip.add("xl/workbook.xml", "<workbook xmlns:r=\"r\">" + parts.workbook_properties +
                                 "<sheets><sheet name=\"A &amp; B\" sheetId=\"1\" " + parts.sheet_attributes +
                                 " r:id=\"rId1\"/></sheets></workbook>");
  zip.add("xl/_rels/workbook.xml.rels",
          "<Relationships><Relationship Id=\"rId1\" Type=\"http://x/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
          "<Relationship Id=\"rId9\" Type=\"http://x/theme\" Target=\"theme/missing.xml\"/></Relationships>");
  zip.add("xl/worksheets/sheet1.xml", "<?xml version=\"1.0\"?><worksheet>" + parts.sheet + "</worksheet>");
  if (!parts.strings.empty()) zip.add("xl/sharedStrings.xml", "<sst>" + parts.strings + "</sst>");
  if (!parts.styles.empty()) zip.add("xl/styles.xml", parts.styles);
  return *zip.finish();
}

struct Sheet {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> numbers;
  Diagnostics diagnostics;
  std::string error;
};

Sheet read(const Parts& parts, const TableLimits& limits = {}) {
  Sheet out;
  const std::string bytes = package(parts);
  auto reader = Reader::open_bytes(bytes, "t.xlsx");
  if (!reader) {
    out.error = reader.error().code;
    return out;
  }
  const Status status = reader->stream(
      0, limits,
      [&](const RowView& row) {
        out.rows.emplace_back(row.cells.begin(), row.cells.end());
        out.numbers.push_back(row.number);
        return true;
      },
      out.diagnostics);
  if (!status) out.error = status.error().code;
  return out;
}

using Rows = std::vector<std::vector<std::string>>;

TEST(Xlsx, EveryKindOfCell) {
  const Sheet s = read({.sheet = R"(<dimension ref="A1:A1"/><sheetData>
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c></row>
      <row r="4"><c r="B4"><v>1.0</v></c><c r="C4" t="b"><v>1</v></c><c r="D4"><f t="shared" si="0"/><v>0.30000000000000004</v></c>
        <c r="E4" t="str"><f>A1</f><v>kept</v></c><c r="F4" t="e"><v>#N/A</v></c><c r="G4"><v>700000000</v></c></row>
      <row><c><v>9</v></c><c><v>8</v></c></row></sheetData>)",
                        .strings = "<si><t>plain</t></si><si><r><t>ri</t></r><r><rPr/><t xml:space=\"preserve\">ch "
                                   "</t></r><rPh><t>no</t></rPh></si>"});
  EXPECT_EQ(s.error, "");
  EXPECT_EQ(s.rows, (Rows{{"plain", "rich ", "inline"},
                          {"", "1", "TRUE", "0.30000000000000004", "kept", "", "700000000"},
                          {"9", "8"}}));
  EXPECT_EQ(s.numbers, (std::vector<std::size_t>{1, 4, 5}));
  ASSERT_EQ(s.diagnostics.size(), 1u);
  EXPECT_EQ(s.diagnostics[0].problem.code, "exchange.xlsx.error_cell");
}

TEST(Xlsx, DatesByNumberFormatIn1900And1904) {
  const std::string styles =
      R"(<styleSheet><numFmts><numFmt numFmtId="170" formatCode="[$-409]d&quot;th of&quot; mmm yy;@"/><numFmt numFmtId="171" formatCode="[Red]0.00"/></numFmts>
    <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="20"/></cellXfs></styleSheet>)";
  const std::string sheet =
      R"(<sheetData><row r="1"><c s="1"><v>45296</v></c><c s="2"><v>45296.5732638889</v></c><c s="3"><v>60.0</v></c><c s="4"><v>5.10</v></c><c s="5"><v>0.5</v></c><c s="99"><v>3</v></c><c s="1"><v>-1</v></c></row></sheetData>)";
  EXPECT_EQ(read({.sheet = sheet, .styles = styles}).rows,
            (Rows{{"2024-01-05", "2024-01-05T13:45:30", "1900-02-28", "5.1", "12:00:00", "3", "-1"}}));
  EXPECT_EQ(read({.workbook_properties = "<workbookPr date1904=\"1\"/>", .sheet = sheet, .styles = styles}).rows[0][0],
            "2028-01-06");
}

TEST(Xlsx, NumberFormats) {
  EXPECT_EQ(classify_format("yyyy-mm-dd"), CellFormat::kDate);
  EXPECT_EQ(classify_format("General"), CellFormat::kPlain);
  EXPECT_EQ(classify_format("#,##0.00 \"days\""), CellFormat::kPlain);
  EXPECT_EQ(classify_format("[h]:mm:ss"), CellFormat::kDuration);
  EXPECT_EQ(classify_format("mm:ss.0"), CellFormat::kTime);
  EXPECT_EQ(classify_format("mmm-yy"), CellFormat::kDate);
  EXPECT_EQ(classify_format("\\d0"), CellFormat::kPlain);
  EXPECT_EQ(classify_format("0.00E+00"), CellFormat::kPlain);
  EXPECT_EQ(number_text("1.0"), "1");
  EXPECT_EQ(number_text("0012"), "12");
  EXPECT_EQ(number_text("1E3"), "1000");
  EXPECT_EQ(column_of_address("AB12"), 28u);
  EXPECT_EQ(column_of_address("12"), 0u);
  EXPECT_EQ(column_letters(28), "AB");
}

TEST(Xlsx, EscapedControlCharactersComeBack) {
  EXPECT_EQ(
      read({.sheet = "<sheetData><row><c t=\"inlineStr\"><is><t>a_x000D_\nb_x005F_c</t></is></c></row></sheetData>"})
          .rows,
      (Rows{{"a\nb_c"}}));
}

TEST(Xlsx, HostilePackagesAreRefused) {
  EXPECT_EQ(read({.sheet = "</worksheet><!DOCTYPE x [<!ENTITY a \"b\">]><worksheet>"}).error, "exchange.xml.syntax");
  ZipWriter dtd;
  dtd.add("xl/workbook.xml", "<!DOCTYPE lolz [<!ENTITY lol \"lol\">]><workbook/>");
  const std::string with_dtd = *dtd.finish();
  EXPECT_EQ(Reader::open_bytes(with_dtd, "t").error().code, "exchange.xml.doctype");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "<x>";
  EXPECT_EQ(read({.sheet = "<sheetData><row><c><v>1</v></c></row>" + deep}).error, "exchange.xml.too_deep");
  EXPECT_EQ(
      read({.sheet = "<sheetData><row><c><v>1</v></c></row><row><c><v>2</v></c></row></sheetData>"}, {.rows = 1}).error,
      "exchange.table.too_many_rows");
  EXPECT_EQ(read({.sheet = "<sheetData><row><c t=\"str\"><v>12345</v></c></row></sheetData>"}, {.cell_bytes = 4}).error,
            "exchange.table.cell_too_long");
  // A shared string that is not there, a column far out.
  const Sheet lost = read({.sheet = "<sheetData><row r=\"1\"><c r=\"A1\" t=\"s\"><v>7</v></c><c "
                                    "r=\"ZZZZZ1\"><v>1</v></c><c r=\"B1\"><v>2</v></c></row></sheetData>"});
  EXPECT_EQ(lost.rows, (Rows{{"", "2"}}));
  EXPECT_EQ(lost.diagnostics.size(), 2u);
  // A megabyte of nothing in a few bytes.
  ZipWriter bomb;
  bomb.add("xl/workbook.xml", "<workbook><!--" + std::string(64u << 20, ' ') + "--></workbook>");
  const std::string packed = *bomb.finish();
  EXPECT_EQ(Reader::open_bytes(packed, "t", {.ratio = 100}).error().code, "base.zip.bomb");
}

TEST(Xlsx, AMillionUsedRowsThatHoldNothing) {
  std::string sheet = "<sheetData><row r=\"1\"><c><v>1</v></c></row>";
  for (int row = 2; row < 20'000; ++row) sheet += "<row r=\"" + std::to_string(row) + "\" s=\"3\"><c s=\"1\"/></row>";
  sheet += "<row r=\"1048576\"><c r=\"XFD1048576\" s=\"1\"/></row></sheetData>";
  const Sheet s = read({.sheet = sheet}, {.rows = 10});
  EXPECT_EQ(s.error, "");
  EXPECT_EQ(s.rows.size(), 1u);
}

TEST(Workbook, TheContentDecidesNotTheName) {
  const auto kind_of = [](const std::string& bytes) { return open_workbook_bytes(bytes, "form.xlsx"); };
  EXPECT_EQ(kind_of("%PDF-1.7").error().code, "exchange.workbook.unknown_format");
  EXPECT_EQ(kind_of("<!DOCTYPE html><html>").error().args[0].second, "a web page");
  EXPECT_EQ(kind_of(std::string("a\0b", 3)).error().args[0].second, "a binary file");
  EXPECT_EQ(kind_of("a,b\n1,2\n")->format(), WorkbookFormat::kCsv);
  EXPECT_EQ(kind_of("survey,,\n,type,name\n,text,a\n")->format(), WorkbookFormat::kCsvSheets);
  EXPECT_EQ(kind_of("| survey |\n|  | type |\n|  | text |\n")->format(), WorkbookFormat::kMarkdown);
  ZipWriter docx;
  docx.add("[Content_Types].xml", "<Types/>");
  docx.add("word/document.xml", "<w/>");
  EXPECT_EQ(kind_of(*docx.finish()).error().args[0].second, "a text document (.docx)");
  const auto hidden = kind_of(package({.sheet = "<sheetData/>", .sheet_attributes = "state=\"veryHidden\""}));
  ASSERT_TRUE(hidden);
  EXPECT_EQ(hidden->sheets()[0].name, "A & B");
  EXPECT_TRUE(hidden->sheets()[0].is_hidden);
}

TEST(Workbook, OldWorkbooksRead) {
  const std::string path = std::string(HAMDIL_SHARED_DIR) + "/golden-xlsform/workbooks/simple_loop.xls";
  if (!file_exists(path)) GTEST_SKIP() << "golden-xlsform is not here";
  auto workbook = open_workbook(path);
  ASSERT_TRUE(workbook) << workbook.error().describe();
  EXPECT_EQ(workbook->format(), WorkbookFormat::kXls);
  Diagnostics d;
  const auto survey = workbook->read(*workbook->find_sheet("SURVEY"), d);
  ASSERT_TRUE(survey);
  EXPECT_TRUE(survey->column("type").has_value());
}

}  // namespace
}  // namespace hamdil::exchange::xlsx
