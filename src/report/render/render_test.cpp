// The formats: parts of office files by XPath, the page of HTML by a walk over its elements, the same bytes twice.
#include "report/render/render.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <map>
#include <pugixml.hpp>
#include <set>

#include "base/file.hpp"
#include "base/zip.hpp"
#include "exchange/xlsx_write/workbook.hpp"
#include "report/render/markup.hpp"
#include "report/tiny_study.hpp"

// Fontconfig keeps its list of fonts until the process ends; the amount does not grow with use.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libfontconfig\n";
}  // NOLINT: the sanitizer's own name
#endif
#endif

namespace hamdil::report {

namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kSvg =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"300\" height=\"120\"><rect width=\"300\" height=\"120\" "
    "fill=\"#fff\"/>"
    "<circle id=\"dot\" cx=\"150\" cy=\"60\" r=\"40\" fill=\"#0072B2\"/></svg>";

Drawings drawn(const Document& document) {
  Drawings drawings;
  for (const Block& block : document.blocks)
    if (const auto* figure = std::get_if<Figure>(&block)) drawings.svg[figure->id] = kSvg;
  return drawings;
}

struct Office {
  std::map<std::string, std::string> parts;
  pugi::xml_document document;
};

Office opened(const std::string& bytes, const std::string& main) {
  Office office;
  auto zip = ZipReader::open_bytes(bytes, "office");
  EXPECT_TRUE(zip);
  for (const std::string& name : zip->names()) {
    office.parts[name] = *zip->read(name);
    if (name.ends_with(".png")) continue;
    pugi::xml_document xml;
    EXPECT_TRUE(xml.load_string(office.parts[name].c_str(), pugi::parse_full)) << name;
  }
  office.document.load_string(office.parts[main].c_str(), pugi::parse_full | pugi::parse_ws_pcdata);
  return office;
}

std::size_t count(const Office& office, const char* xpath) { return office.document.select_nodes(xpath).size(); }

template <class B>
std::size_t blocks_of(const Document& document) {
  return static_cast<std::size_t>(std::count_if(document.blocks.begin(), document.blocks.end(),
                                                [](const Block& b) { return std::holds_alternative<B>(b); }));
}

// Walks over the tags of our HTML and hands every text with the classes and tags it stands in.
void walk_html(const std::string& html,
               const std::function<void(const std::set<std::string>&, const std::string&)>& visit) {
  std::vector<std::pair<std::string, std::string>> open;  // tag, class
  std::size_t at = 0;
  while (at < html.size()) {
    const std::size_t tag = html.find('<', at);
    if (tag == std::string::npos) break;
    std::set<std::string> around;
    for (const auto& [name, classes] : open) around.insert({name, classes});
    if (tag > at) visit(around, html.substr(at, tag - at));
    const std::size_t end = html.find('>', tag);
    ASSERT_NE(end, std::string::npos);
    const std::string inside = html.substr(tag + 1, end - tag - 1);
    at = end + 1;
    if (inside.starts_with("!")) continue;
    if (inside.starts_with("/")) {
      ASSERT_FALSE(open.empty());
      ASSERT_EQ(open.back().first, inside.substr(1)) << html.substr(tag > 80 ? tag - 80 : 0, 160);
      open.pop_back();
      continue;
    }
    const std::string name = inside.substr(0, inside.find_first_of(" \n"));
    if (name == "meta" || inside.ends_with("/")) continue;
    std::string classes;
    if (const std::size_t from = inside.find("class=\""); from != std::string::npos)
      classes = inside.substr(from + 7, inside.find('"', from + 7) - from - 7);
    open.emplace_back(name, classes);
  }
  ASSERT_TRUE(open.empty());
}

bool has_digit(const std::string& text) {
  if (text.find_first_of("0123456789") != std::string::npos) return true;
  for (std::size_t i = 0; i + 1 < text.size(); ++i)  // Persian digits
    if (static_cast<unsigned char>(text[i]) == 0xDB && static_cast<unsigned char>(text[i + 1]) >= 0xB0 &&
        static_cast<unsigned char>(text[i + 1]) <= 0xB9)
      return true;
  return false;
}

}  // namespace

TEST(Html, EveryDigitIsANumberOrPartOfTheStructure) {
  for (const std::string language : {"en", "tg", "fa-AF"}) {
    const auto document = testing::document(language);
    const std::string html = *render_html(document, drawn(*document));
    std::size_t numbers = 0;
    walk_html(html, [&](const std::set<std::string>& around, const std::string& text) {
      if (!has_digit(text)) return;
      if (around.contains("num")) {
        ++numbers;
        return;
      }
      const bool structure = std::any_of(around.begin(), around.end(), [](const std::string& name) {
        static const std::set<std::string> kStructure = {"fact", "fact words", "given", "nr",    "label", "ref",
                                                         "mark", "code",       "title", "style", "svg"};
        return kStructure.contains(name);
      });
      EXPECT_TRUE(structure) << language << ": " << text;
    });
    EXPECT_GT(numbers, 300u);
  }
}

TEST(Html, StandsAloneAndIsAccessible) {
  const auto document = testing::document();
  const std::string html = *render_html(document, drawn(*document));
  EXPECT_THAT(html, HasSubstr("<html lang=\"en\" dir=\"ltr\">"));
  EXPECT_THAT(html, HasSubstr("<a class=\"skip\" href=\"#main\">"));
  EXPECT_THAT(html, HasSubstr("<main id=\"main\">"));
  EXPECT_THAT(html, HasSubstr("<nav class=\"contents\""));
  EXPECT_THAT(html, HasSubstr("<details>"));
  EXPECT_THAT(html, HasSubstr("DEMO"));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("src=")));
  std::set<std::string> ids;
  for (std::size_t at = html.find(" id=\""); at != std::string::npos; at = html.find(" id=\"", at + 1)) {
    const std::string id = html.substr(at + 5, html.find('"', at + 5) - at - 5);
    EXPECT_TRUE(ids.insert(id).second) << "twice: " << id;
  }
  for (std::size_t at = html.find("href=\"#"); at != std::string::npos; at = html.find("href=\"#", at + 1))
    EXPECT_TRUE(ids.contains(html.substr(at + 7, html.find('"', at + 7) - at - 7)));
}

TEST(Html, RightToLeftPagesSaySo) {
  const auto document = testing::document("fa-AF");
  EXPECT_THAT(*render_html(document, {}), HasSubstr("<html lang=\"fa-AF\" dir=\"rtl\">"));
}

TEST(Html, APhoneGetsItsOwnDrawing) {
  const auto document = testing::document();
  Drawings drawings = drawn(*document);
  const auto count = [](const std::string& html, const std::string& part) {
    std::size_t n = 0;
    for (std::size_t at = html.find(part); at != std::string::npos; at = html.find(part, at + 1)) ++n;
    return n;
  };
  EXPECT_EQ(count(*render_html(document, drawings), "class=\"drawing wide\""), 0u)
      << "a single drawing is never hidden";
  drawings.narrow = drawings.svg;
  const std::string html = *render_html(document, drawings);
  EXPECT_EQ(count(html, "class=\"drawing wide\""), drawings.svg.size());
  EXPECT_EQ(count(html, "class=\"drawing narrow\""), drawings.svg.size());
  EXPECT_EQ(count(html, "id=\"" + drawings.svg.begin()->first + "-narrow-dot\""), 1u) << "ids stay unique";
}

TEST(Html, WithoutDrawingsTheReportSaysSoAndShowsTheTables) {
  Drawings none;
  none.problem = "The charts could not be drawn.";
  const std::string html = *render_html(testing::document(), none);
  EXPECT_THAT(html, HasSubstr("<p class=\"no-drawing\" role=\"note\">The charts could not be drawn.</p>"));
  EXPECT_THAT(html, HasSubstr("<details open>"));
}

TEST(Markup, DigitsAndSignsAreNoRightToLeftLetters) {
  EXPECT_FALSE(has_right_to_left_letters("\u2212۰٫۳۱۲٪"));
  EXPECT_FALSE(has_right_to_left_letters("Herat 12; ҳамдил"));
  EXPECT_TRUE(has_right_to_left_letters("۱ حمل ۱۴۰۴"));
}

TEST(Html, GivenWordsCannotBecomeMarkup) {
  Context context = testing::context();
  context.study_title = "<script>alert(\"x\")</script>";
  context.programme.organisation = "\"><img src=x>";
  context.dimensions[0].title = "</title><b>";
  const auto document =
      *compose("impact_assessment_report", protect::ReleaseForTests::as_is(testing::tables()), context);
  const std::string html = *render_html(document, drawn(*document));
  EXPECT_THAT(html, Not(HasSubstr("<script")));
  EXPECT_THAT(html, Not(HasSubstr("<img")));
  EXPECT_THAT(html, Not(HasSubstr("</title><b>")));
  EXPECT_EQ(safe_address("javascript:alert(1)"), "");
}

TEST(Docx, CaptionsInDariHaveTheirOwnDigits) {
  const auto document = testing::document("fa-AF");
  const Office office = opened(*render_docx(document, drawn(*document)), "word/document.xml");
  EXPECT_EQ(count(office, "//w:instrText[contains(., 'SEQ ')]"), 0u) << "a field would count in Latin digits";
  std::size_t captions = 0;
  for (const auto& node : office.document.select_nodes("//w:p[w:pPr/w:pStyle/@w:val='Caption']")) {
    const std::string label = node.node().select_node("w:r/w:t").node().text().as_string();
    EXPECT_TRUE(has_right_to_left_letters(label)) << label;
    EXPECT_NE(label.find("\xDB"), std::string::npos) << label;
    EXPECT_EQ(label.find_first_of("0123456789"), std::string::npos) << label;
    ++captions;
  }
  EXPECT_EQ(captions, blocks_of<TableBlock>(*document) + blocks_of<Figure>(*document));
  // The list of contents: one line on how to get page numbers, then links.
  EXPECT_EQ(count(office, "//w:p[w:pPr/w:pStyle/@w:val='TOCHint'][contains(., 'F9')]"), 1u);
  EXPECT_EQ(count(office, "//w:p[starts-with(w:pPr/w:pStyle/@w:val, 'TOC1')][not(w:hyperlink/@w:anchor)]"), 0u);
  EXPECT_EQ(count(office, "//w:fldChar[@w:fldCharType='begin']"), count(office, "//w:fldChar[@w:fldCharType='end']"));
}

TEST(Docx, HasRealStylesFieldsAndPictures) {
  const auto document = testing::document();
  const Office office = opened(*render_docx(document, drawn(*document)), "word/document.xml");
  const std::size_t tables = blocks_of<TableBlock>(*document);
  const std::size_t figures = blocks_of<Figure>(*document);
  EXPECT_EQ(count(office, "//w:p[w:pPr/w:pStyle/@w:val='Heading1']"), 10u);
  EXPECT_EQ(count(office, "//w:instrText[contains(., ' TOC ')]"), 1u);
  EXPECT_EQ(count(office, "//w:instrText[contains(., 'SEQ Table')]"), tables);
  EXPECT_EQ(count(office, "//w:instrText[contains(., 'SEQ Figure')]"), figures);
  EXPECT_EQ(count(office, "//wp:docPr[string-length(@descr) > 20]"), figures);
  EXPECT_EQ(count(office, "//w:tbl"), tables);
  EXPECT_EQ(count(office, "//w:tbl[w:tr/w:trPr/w:tblHeader]"), tables);
  EXPECT_EQ(count(office, "//w:tbl[w:tblPr/w:tblCaption]"), tables);
  EXPECT_EQ(count(office, "//w:pgSz[@w:orient='landscape']"), 0u);  // no table has so many columns
  EXPECT_EQ(count(office, "//w:br[@w:type='page']"), 0u);           // breaks belong to what begins the page
  EXPECT_GT(count(office, "//w:p[w:pPr/w:pageBreakBefore]"), 0u);
  EXPECT_EQ(count(office, "//w:bidi"), 0u);
  for (const auto& hyperlink : office.document.select_nodes("//w:hyperlink/@w:anchor")) {
    const std::string bookmark = std::string("//w:bookmarkStart[@w:name='") + hyperlink.attribute().value() + "']";
    EXPECT_EQ(count(office, bookmark.c_str()), 1u) << hyperlink.attribute().value();
  }
  EXPECT_THAT(office.parts.at("word/header1.xml"), HasSubstr("DEMO"));
  EXPECT_THAT(office.parts.at("word/footer1.xml"), HasSubstr("NUMPAGES"));
  EXPECT_THAT(office.parts.at("docProps/core.xml"), HasSubstr("2025-04-15T08:00:00Z"));
}

TEST(Docx, EveryNumberLeadsBackToItsCell) {
  const auto document = testing::document();
  const Office office = opened(*render_docx(document, drawn(*document)), "word/document.xml");
  pugi::xml_document list;
  ASSERT_TRUE(list.load_string(office.parts.at("customXml/item1.xml").c_str()));
  std::size_t numbers = 0;
  for_each_runs(*document, [&](const Runs& runs) {
    for (const auto& run : runs) numbers += run.kind == RunKind::kNumber ? 1 : 0;
  });
  EXPECT_EQ(list.select_nodes("//number[@cell and starts-with(@bookmark, '_ref')]").size(), numbers);
  EXPECT_EQ(count(office, "//w:bookmarkStart[starts-with(@w:name, '_ref')]"), numbers);
}

TEST(Docx, GridsAndCellsAgree) {
  const auto document = testing::document();
  const Office office = opened(*render_docx(document, drawn(*document)), "word/document.xml");
  for (const auto& table : office.document.select_nodes("//w:tbl")) {
    const std::size_t columns = table.node().select_nodes("w:tblGrid/w:gridCol").size();
    for (const auto& row : table.node().select_nodes("w:tr")) {
      std::size_t covered = 0;
      for (const auto& cell : row.node().select_nodes("w:tc")) {
        const auto span = cell.node().select_node("w:tcPr/w:gridSpan/@w:val");
        covered += span ? span.attribute().as_uint() : 1;
      }
      EXPECT_EQ(covered, columns);
    }
  }
}

TEST(Docx, RightToLeftDocumentsAreMirrored) {
  const auto document = testing::document("fa-AF");
  const Office office = opened(*render_docx(document, drawn(*document)), "word/document.xml");
  EXPECT_EQ(count(office, "//w:tbl[w:tblPr/w:bidiVisual]"), blocks_of<TableBlock>(*document));
  EXPECT_EQ(count(office, "//w:sectPr[not(w:bidi)]"), 0u);
  EXPECT_GT(count(office, "//w:rPr/w:rtl"), 300u);
  EXPECT_THAT(office.parts.at("word/styles.xml"), HasSubstr("w:bidi=\"fa-AF\""));
}

TEST(Pdf, HasPagesOutlineLinksAndMetadata) {
  const auto document = testing::document();
  const std::string pdf = *render_pdf(document, drawn(*document));
  EXPECT_TRUE(pdf.starts_with("%PDF-"));
  for (const char* part : {"/Outlines", "/Subtype /Link", "(20250415080000Z)", "(summary-strongest)"})
    EXPECT_NE(pdf.find(part), std::string::npos) << part;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* reader = popen(command.c_str(), "r");
  if (reader == nullptr) return out;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, reader)) out.append(buffer, got);
  pclose(reader);
  return out;
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + part.size())) ++count;
  return count;
}

TEST(Pdf, StructureHeadersAlternativesAndLanguageAreThere) {
  const auto document = testing::document();
  const std::string pdf = *render_pdf(document, drawn(*document));
  std::size_t figures = 0;
  std::size_t headers = 0;
  std::size_t headings = 0;
  for (const Block& block : document->blocks) {
    if (std::holds_alternative<Figure>(block)) ++figures;
    if (std::holds_alternative<Heading>(block)) ++headings;
    const auto* table = std::get_if<TableBlock>(&block);
    if (table == nullptr) continue;
    for (const TableRow& row : table->header) headers += row.cells.size();
    headers += table->rows.size();  // the first cell names the row
  }
  ASSERT_GT(figures, 0u);
  // The last revision repeats the elements that it adds to.
  EXPECT_EQ(count_of(pdf, "/S /Figure\n"), 2 * figures);
  EXPECT_EQ(count_of(pdf, "/Alt "), figures);
  EXPECT_EQ(count_of(pdf, "/S /TH\n"), 2 * headers);
  EXPECT_EQ(count_of(pdf, "/Scope /Row") + count_of(pdf, "/Scope /Column"), headers);
  std::size_t heading_elements = 0;
  for (const char* tag : {"/S /H1\n", "/S /H2\n", "/S /H3\n", "/S /H4\n"}) heading_elements += count_of(pdf, tag);
  EXPECT_EQ(heading_elements, headings);
  for (const char* part :
       {"/S /Document\n", "/S /P\n", "/S /L\n", "/S /LI\n", "/S /Lbl\n", "/S /LBody\n", "/S /Table\n", "/S /TR\n",
        "/S /TD\n", "/S /Caption\n", "/S /TOC\n", "/Lang (en)", "/MarkInfo", "/DisplayDocTitle true"})
    EXPECT_NE(pdf.find(part), std::string::npos) << part;
}

// Every number that carries a reference in HTML is a link here whose contents are that reference.
TEST(Pdf, EveryNumberLeadsBackToItsCell) {
  const auto document = testing::document();
  const std::string pdf = *render_pdf(document, drawn(*document));
  std::map<std::string, std::size_t> wanted;
  for_each_runs(*document, [&](const Runs& runs) {
    for (const auto& run : runs)
      if (run.kind == RunKind::kNumber && !run.target.empty()) ++wanted[run.target];
  });
  ASSERT_FALSE(wanted.empty());
  std::map<std::string, std::size_t> found;
  for (std::size_t at = pdf.find("/Contents("); at != std::string::npos; at = pdf.find("/Contents(", at + 1))
    ++found[pdf.substr(at + 10, pdf.find(')', at) - at - 10)];
  for (const auto& [target, times] : wanted) EXPECT_GE(found[target], times) << target;
  EXPECT_NE(pdf.find("/Dest(annex-rerun)"), std::string::npos);
}

TEST(Pdf, AnotherReaderFindsTheStructure) {
  // ./test installs it; who runs this program alone may lack it.
  if (access("/usr/bin/pdfinfo", X_OK) != 0) GTEST_SKIP() << "pdfinfo is not installed";
  const auto document = testing::document();
  const std::string path = ::testing::TempDir() + "hamdil_structure_test_" + std::to_string(getpid()) + ".pdf";
  ASSERT_TRUE(write_file(path, *render_pdf(document, drawn(*document))));
  const std::string found = output_of("/usr/bin/pdfinfo -struct-text " + path + " 2>&1");
  std::filesystem::remove(path);
  std::size_t headings = 0;
  for (const auto& block : document->blocks) headings += std::holds_alternative<Heading>(block) ? 1 : 0;
  std::size_t read = 0;
  for (const char* level : {"H1 (block)", "H2 (block)", "H3 (block)", "H4 (block)"}) read += count_of(found, level);
  EXPECT_EQ(read, headings);
  EXPECT_EQ(found.find("Error"), std::string::npos) << found.substr(0, 500);
  EXPECT_NE(found.find("/Scope /Row"), std::string::npos);
}

TEST(Pdf, TextCanBeReadOut) {
  const std::string pdftotext = "/usr/bin/pdftotext";
  if (access(pdftotext.c_str(), X_OK) != 0) GTEST_SKIP() << "pdftotext is not installed";
  const auto document = testing::document();
  const std::string path = ::testing::TempDir() + "hamdil_render_test_" + std::to_string(getpid()) + ".pdf";
  ASSERT_TRUE(write_file(path, *render_pdf(document, drawn(*document))));
  FILE* reader = popen((pdftotext + " -layout " + path + " -").c_str(), "r");
  ASSERT_NE(reader, nullptr);
  std::string text;
  char buffer[4096];
  while (const std::size_t got = fread(buffer, 1, sizeof buffer, reader)) text.append(buffer, got);
  pclose(reader);
  unlink(path.c_str());
  for (const char* part :
       {"Contents", "Page 1 of", "+0.310", "[+0.204; +0.416]", "DEMO: invented data", "10.4 How to compute it again"})
    EXPECT_NE(text.find(part), std::string::npos) << part;
}

TEST(Pdf, ADrawingThatIsNoDrawingIsAnError) {
  const auto document = testing::document();
  Drawings broken = drawn(*document);
  broken.svg.begin()->second = "<p>no</p>";
  EXPECT_EQ(render_pdf(document, broken).error().code, "report.svg.unreadable");
  EXPECT_EQ(render_docx(document, broken).error().code, "report.svg.unreadable");
}

TEST(Xlsx, HasASheetForEveryTableAndNumbersAreNumbers) {
  const auto document = testing::document();
  const Office office = opened(*render_xlsx(document), "xl/workbook.xml");
  EXPECT_EQ(count(office, "//sheet"), blocks_of<TableBlock>(*document) + 1);
  pugi::xml_document sheet;
  sheet.load_string(office.parts.at("xl/worksheets/sheet4.xml").c_str());
  EXPECT_NEAR(sheet.select_node("//c[@r='E4']/v").node().text().as_double(), 0.31, 1e-12);
  EXPECT_NEAR(sheet.select_node("//c[@r='F4']/v").node().text().as_double(), 0.204, 1e-12);
  for (const auto& [name, bytes] : office.parts) EXPECT_EQ(bytes.find("<f>"), std::string::npos) << name;
}

// `ref` stands behind the numbers of every row, as `hamdil trace` takes it.
TEST(Xlsx, EveryNumberOfATableLeadsBackToItsCell) {
  const auto document = testing::document();
  const Office office = opened(*render_xlsx(document), "xl/workbook.xml");
  std::string all;
  for (const auto& [name, bytes] : office.parts)
    if (name.ends_with("sharedStrings.xml") || name.find("worksheets/sheet") != std::string::npos) all += bytes;
  std::size_t numbers = 0;
  for (const auto& block : document->blocks) {
    const auto* table = std::get_if<TableBlock>(&block);
    if (table == nullptr) continue;
    for (const TableRow& row : table->rows) {
      for (const Cell& cell : row.cells) {
        for (const auto& run : cell.runs) {
          if (run.kind != RunKind::kNumber || run.target.empty()) continue;
          ++numbers;
          EXPECT_NE(all.find(run.target), std::string::npos) << run.target;
        }
      }
    }
  }
  EXPECT_GT(numbers, 0u);
  EXPECT_NE(all.find(">ref<"), std::string::npos);
}

TEST(Xlsx, TextsCannotBecomeFormulas) {
  EXPECT_EQ(exchange::neutralised("=1+1"), "'=1+1");
  EXPECT_EQ(exchange::neutralised("@x"), "'@x");
  EXPECT_EQ(exchange::neutralised("plain"), "plain");
  EXPECT_EQ(exchange::sheet_name("a/b:c"), "a b c");
  EXPECT_EQ(exchange::write_workbook({{"same", {}}, {"same", {}}}, {}).error().code, "exchange.xlsx_write.failed");
}

TEST(Formats, EveryKnownOneIsRendered) {
  const auto document = testing::document();
  for (const std::string& format : known_formats()) EXPECT_TRUE(render(format, document, drawn(*document))) << format;
  EXPECT_EQ(render("odt", document, {}).error().code, "report.format.unknown");
}

TEST(Formats, SameInputSameBytes) {
  for (const std::string language : {"en", "fa-AF"}) {
    const auto document = testing::document(language);
    const Drawings drawings = drawn(*document);
    EXPECT_EQ(*render_html(document, drawings), *render_html(document, drawings));
    EXPECT_EQ(*render_docx(document, drawings), *render_docx(document, drawings));
    EXPECT_EQ(*render_pdf(document, drawings), *render_pdf(document, drawings));
    EXPECT_EQ(*render_xlsx(document), *render_xlsx(document));
  }
}

}  // namespace hamdil::report
