#include "exchange/xlsx/write.hpp"

#include "base/markup.hpp"
#include "base/zip.hpp"

namespace hamdil::exchange::xlsx {
namespace {

std::string column_letters(std::size_t column) {
  std::string out;
  for (std::size_t c = column + 1; c > 0; c = (c - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (c - 1) % 26));
  return out;
}

std::string sheet_xml(const Sheet& sheet) {
  std::string out = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>)";
  for (std::size_t r = 0; r < sheet.rows.size(); ++r) {
    const std::string row = std::to_string(r + 1);
    out += "<row r=\"" + row + "\">";
    for (std::size_t c = 0; c < sheet.rows[r].size(); ++c)
      if (!sheet.rows[r][c].empty())
        out += "<c r=\"" + column_letters(c) + row + "\" t=\"inlineStr\"><is><t xml:space=\"preserve\">" +
               escape_markup(sheet.rows[r][c]) + "</t></is></c>";
    out += "</row>";
  }
  return out + "</sheetData></worksheet>";
}

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
  zip.add("[Content_Types].xml", types + "</Types>");
  zip.add("_rels/.rels", R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>)");
  zip.add("xl/workbook.xml", book + "</sheets></workbook>");
  zip.add("xl/_rels/workbook.xml.rels", relations + "</Relationships>");
  for (std::size_t i = 0; i < sheets.size(); ++i)
    zip.add("xl/worksheets/sheet" + std::to_string(i + 1) + ".xml", sheet_xml(sheets[i]));
  return zip.finish();
}

}  // namespace hamdil::exchange::xlsx
