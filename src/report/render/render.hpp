// The formats: each a pure function of the released document and its drawings. Same input, same bytes.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "protect/released.hpp"
#include "report/document.hpp"

namespace hamdil::report {

// SVG text of every figure that was drawn, by figure id. A figure without a drawing prints `problem` instead and its
// table twin.
struct Drawings {
  std::map<std::string, std::string> svg;
  std::map<std::string, std::string> narrow;  // the same for a phone, where there is one
  std::string problem;                        // in the document's language; why drawings are missing, "" when none is
};

// One self-contained file: no network, no script, drawings inline, print style included.
Result<std::string> render_html(const protect::Released<Document>& document, const Drawings& drawings);
// A Word file with real styles, captions as fields, a filled table of contents, alt text, page headers and footers.
// Codes: those of ZipWriter, report.svg.unreadable.
Result<std::string> render_docx(const protect::Released<Document>& document, const Drawings& drawings);
// A4 pages with bookmarks, links, page numbers and drawings as vectors; tagged, with language, alternative texts and
// scopes of header cells; a number with a reference is a link whose contents are that reference. Needs the fonts Noto
// Sans and Noto Sans Arabic. Codes: report.pdf.failed, report.svg.unreadable.
Result<std::string> render_pdf(const protect::Released<Document>& document, const Drawings& drawings);
// A workbook: contents, then one sheet a table; numbers are numbers, rounded as printed. Codes:
// exchange.xlsx_write.failed.
Result<std::string> render_xlsx(const protect::Released<Document>& document);

// The formats that `render` knows, as the command line names them: docx, html, pdf, xlsx.
std::vector<std::string> known_formats();
// One of them by name. Codes: report.format.unknown and those of the format.
Result<std::string> render(const std::string& format, const protect::Released<Document>& document,
                           const Drawings& drawings);

}  // namespace hamdil::report
