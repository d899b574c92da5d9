#include "exchange/xlsx/write.hpp"

#include <algorithm>
#include <optional>

#include "base/calendar.hpp"
#include "base/markup.hpp"
#include "base/text.hpp"
#include "base/zip.hpp"

namespace hamdil::exchange::xlsx {
namespace {

std::string column_letters(std::size_t column) {
  std::string out;
  for (std::size_t c = column + 1; c > 0; c = (c - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (c - 1) % 26));
  return out;
}

// Digits with a point at most: what a spreadsheet keeps as it is.
bool is_plain_number(const std::string& cell) {
  constexpr std::size_t kDigits = 15;
  const std::string digits = cell.substr(cell.starts_with('-') ? 1 : 0);
  const bool looks = !digits.empty() && digits.find_first_not_of("0123456789.") == std::string::npos &&
                     std::count(digits.begin(), digits.end(), '.') <= 1 && digits.front() != '.' &&
                     digits.back() != '.';
  return looks && digits.size() <= kDigits && (digits.size() < 2 || digits.front() != '0' || digits[1] == '.');
}

// The number that stands for a day in a spreadsheet. Before March 1900 they disagree: 1900 had no 29th of February.
std::optional<std::int64_t> serial_of_day(const std::string& cell) {
  constexpr std::int64_t kEpoch = 25'569;  // 1970-01-01
  constexpr std::int64_t kMarch1900 = 61;
  const auto date = parse_date(cell);
  const std::int64_t serial = date ? days_from_date(*date) + kEpoch : 0;
  return serial >= kMarch1900 ? std::optional(serial) : std::nullopt;
}

std::string view_xml(const Sheet& sheet) {
  std::string out;
  if (sheet.has_head || sheet.right_to_left)
    out += std::string("<sheetViews><sheetView") + (sheet.right_to_left ? " rightToLeft=\"1\"" : "") +
           " workbookViewId=\"0\">" +
           (sheet.has_head ? R"(<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>)" : "") +
           "</sheetView></sheetViews>";
  std::string columns;
  for (std::size_t i = 0; i < sheet.columns.size(); ++i) {
    const Column& column = sheet.columns[i];
    const std::string n = std::to_string(i + 1);
    if (column.width > 0 || column.is_hidden)
      columns += "<col min=\"" + n + "\" max=\"" + n + "\"" +
                 (column.width > 0 ? " width=\"" + text::format_number(column.width) + "\" customWidth=\"1\"" : "") +
                 (column.is_hidden ? " hidden=\"1\"" : "") + "/>";
  }
  return columns.empty() ? out : out + "<cols>" + columns + "</cols>";
}

// "_x000D_" stands for a control character where a spreadsheet reads it: who means these letters writes
// "_x005F_x000D_".
std::string without_codes(const std::string& cell) {
  constexpr std::size_t kCode = 7;
  const auto is_hex = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); };
  std::string out;
  for (std::size_t i = 0; i < cell.size(); ++i) {
    const bool is_code = cell.compare(i, 2, "_x") == 0 && i + kCode <= cell.size() && cell[i + kCode - 1] == '_' &&
                         std::all_of(cell.begin() + static_cast<std::ptrdiff_t>(i) + 2,
                                     cell.begin() + static_cast<std::ptrdiff_t>(i + kCode) - 1, is_hex);
    out += is_code ? "_x005F_" : std::string(1, cell[i]);
  }
  return out;
}

std::string cell_xml(const Sheet& sheet, std::size_t row, std::size_t column) {
  const std::string& cell = sheet.rows[row][column];
  if (cell.empty()) return {};
  const bool is_head = sheet.has_head && row == 0;
  const CellType type = is_head || column >= sheet.columns.size() ? CellType::kText : sheet.columns[column].type;
  const std::string begin =
      "<c r=\"" + column_letters(column) + std::to_string(row + 1) + "\"" + (is_head ? " s=\"1\"" : "");
  if (type == CellType::kNumber && is_plain_number(cell)) return begin + "><v>" + cell + "</v></c>";
  if (const auto day = type == CellType::kDay ? serial_of_day(cell) : std::nullopt)
    return begin + " s=\"2\"><v>" + std::to_string(*day) + "</v></c>";
  return begin + " t=\"inlineStr\"><is><t xml:space=\"preserve\">" + escape_markup(without_codes(cell)) +
         "</t></is></c>";
}

std::string sheet_xml(const Sheet& sheet) {
  std::string out = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">)" +
                    view_xml(sheet) + "<sheetData>";
  for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
    out += "<row r=\"" + std::to_string(r + 1) + "\">";
    for (std::size_t c = 0; c < sheet.rows[r].size(); ++c) out += cell_xml(sheet, r, c);
    out += "</row>";
  }
  return out + "</sheetData></worksheet>";
}

// Plain, bold for heads, and days.
constexpr const char* kStyles = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\-mm\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs></styleSheet>)";

}  // namespace

Result<std::string> write_workbook(const std::vector<Sheet>& sheets) {
  std::string types = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/>)";
  std::string book = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>)";
  std::string relations = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">)";
  ZipWriter zip;
  std::vector<std::string> bodies;
  for (std::size_t i = 0; i < sheets.size(); ++i) {
    const std::string n = std::to_string(i + 1);
    if (sheets[i].name.empty() || sheets[i].name.find_first_of("[]*?:\\/") != std::string::npos)
      return Error("exchange.xlsx.write", "The sheet name {name} is not allowed in a workbook.",
                   {{"name", sheets[i].name}});
    types += "<Override PartName=\"/xl/worksheets/sheet" + n +
             ".xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>";
    book += "<sheet name=\"" + escape_markup(sheets[i].name) + "\" sheetId=\"" + n + "\" r:id=\"rId" + n + "\"/>";
    relations += "<Relationship Id=\"rId" + n +
                 "\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" "
                 "Target=\"worksheets/sheet" +
                 n + ".xml\"/>";
  }
  const std::string last = std::to_string(sheets.size() + 1);
  types +=
      R"(<Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/>)";
  relations +=
      "<Relationship Id=\"rId" + last +
      R"(" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>)";
  zip.add("[Content_Types].xml", types + "</Types>");
  zip.add("_rels/.rels", R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)");
  zip.add("xl/styles.xml", kStyles);
  zip.add("xl/workbook.xml", book + "</sheets></workbook>");
  zip.add("xl/_rels/workbook.xml.rels", relations + "</Relationships>");
  for (std::size_t i = 0; i < sheets.size(); ++i)
    zip.add("xl/worksheets/sheet" + std::to_string(i + 1) + ".xml", sheet_xml(sheets[i]));
  return zip.finish();
}

}  // namespace hamdil::exchange::xlsx
