#include <gtest/gtest.h>

#include "base/zip.hpp"
#include "exchange/docx/read.hpp"
#include "exchange/pdf/read_text.hpp"

namespace hamdil::exchange {
namespace {

std::string docx_of(const std::string& body, const std::string& numbering = {}, const std::string& styles = {}) {
  ZipWriter zip;
  zip.add("[Content_Types].xml", "<Types/>");
  if (!styles.empty()) zip.add("word/styles.xml", styles);
  if (!numbering.empty()) zip.add("word/numbering.xml", numbering);
  zip.add("word/document.xml", "<w:document xmlns:w=\"w\"><w:body>" + body + "</w:body></w:document>");
  return *zip.finish();
}
std::string paragraph(const std::string& text, const std::string& properties = {}) {
  return "<w:p><w:pPr>" + properties + "</w:pPr><w:r><w:t>" + text + "</w:t></w:r></w:p>";
}
std::string listed(int list, int level) {
  return "<w:numPr><w:ilvl w:val=\"" + std::to_string(level) + "\"/><w:numId w:val=\"" + std::to_string(list) +
         "\"/></w:numPr>";
}
std::string shown(const TextDocument& document) {
  std::string out;
  for (const TextBlock& block : document.blocks)
    out += std::string(text_block_name(block.kind)) + std::to_string(block.level) + " [" + block.label + "] " +
           block.text + "\n";
  return out;
}

TEST(DocxRead, HeadingsListsTablesAndWhatIsPassedOver) {
  const std::string styles =
      "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"H2\"><w:name w:val=\"heading 2\"/></w:style>"
      "<w:style w:styleId=\"Mine\"><w:name w:val=\"Mine\"/><w:basedOn w:val=\"H2\"/></w:style></w:styles>";
  const std::string numbering =
      "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"7\"><w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/>"
      "<w:numFmt w:val=\"decimal\"/><w:lvlText w:val=\"%1.\"/></w:lvl><w:lvl w:ilvl=\"1\"><w:numFmt "
      "w:val=\"lowerLetter\"/><w:lvlText w:val=\"%1.%2)\"/></w:lvl></w:abstractNum>"
      "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"7\"/></w:num></w:numbering>";
  const std::string body =
      paragraph("Tasks", "<w:pStyle w:val=\"Mine\"/>") + paragraph("first", listed(1, 0)) +
      paragraph("below", listed(1, 1)) + paragraph("second", listed(1, 0)) + paragraph("below it", listed(1, 1)) +
      "<w:p><w:r><w:t>kept "
      "</w:t></w:r><w:del><w:r><w:t>gone</w:t></w:r></w:del><w:ins><w:r><w:t>added</w:t></w:r></w:ins>"
      "</w:p><w:tbl><w:tr><w:tc>" +
      paragraph("Report") + "</w:tc><w:tc>" + paragraph("15 March 2026") + paragraph("noon") + "</w:tc></w:tr></w:tbl>";
  const auto document = docx::read_text(docx_of(body, numbering, styles), "t.docx");
  ASSERT_TRUE(document) << document.error().describe();
  EXPECT_EQ(shown(*document),
            "heading2 [] Tasks\nitem1 [1.] first\nitem2 [1.a)] below\nitem1 [2.] second\nitem2 [2.a)] below it\n"
            "text0 [] kept added\nrow0 [] Report | 15 March 2026\nnoon\n");
}

TEST(DocxRead, HostilePackagesAreRefused) {
  EXPECT_EQ(docx::read_text("PK", "t").error().code, "base.zip.not_a_zip");
  ZipWriter other;
  other.add("xl/workbook.xml", "<workbook/>");
  EXPECT_EQ(docx::read_text(*other.finish(), "t").error().code, "exchange.docx.not_a_document");
  ZipWriter entity;
  entity.add("word/document.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]><x>&a;</x>");
  EXPECT_EQ(docx::read_text(*entity.finish(), "t").error().code, "exchange.xml.doctype");
  std::string deep;
  for (int i = 0; i < 5'000; ++i) deep += "<w:tbl>";
  EXPECT_FALSE(docx::read_text(docx_of(deep), "t"));
  EXPECT_EQ(docx::read_text(docx_of(std::string(40u << 20, ' ')), "t").error().code, "base.zip.bomb");
}

TEST(DocxRead, ALongDocumentIsCutAndSaysSo) {
  std::string body;
  for (int i = 0; i < 30; ++i) body += paragraph("one");
  const auto document = docx::read_text(docx_of(body), "t", {.blocks = 10});
  ASSERT_TRUE(document);
  EXPECT_TRUE(document->is_cut);
  EXPECT_EQ(document->blocks.size(), 10U);
}

std::string tiny_pdf(const std::string& line) {
  const std::string drawing = "BT /F1 12 Tf 72 700 Td (" + line + ") Tj ET";
  std::string out = "%PDF-1.4\n";
  std::vector<std::size_t> places;
  for (const std::string& object :
       {std::string("<</Type/Catalog/Pages 2 0 R>>"), std::string("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        std::string("<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"),
        "<</Length " + std::to_string(drawing.size()) + ">>stream\n" + drawing + "\nendstream",
        std::string("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")}) {
    places.push_back(out.size());
    out += std::to_string(places.size()) + " 0 obj" + object + "endobj\n";
  }
  const std::size_t table = out.size();
  out += "xref\n0 6\n0000000000 65535 f \n";
  for (const std::size_t place : places) {
    const std::string number = std::to_string(place);
    out += std::string(10 - number.size(), '0') + number + " 00000 n \n";
  }
  return out + "trailer<</Size 6/Root 1 0 R>>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n";
}

TEST(PdfRead, TextIsDrawnOutByAProcessOfItsOwn) {
  const auto document = pdf::read_text(tiny_pdf("4. Deliverables"), "t.pdf");
  if (!document && document.error().code == "exchange.pdf.no_program") GTEST_SKIP() << "pdftotext is not installed";
  ASSERT_TRUE(document) << document.error().describe();
  ASSERT_EQ(document->blocks.size(), 1U);
  EXPECT_EQ(document->blocks.front().label, "4.");
  EXPECT_EQ(document->blocks.front().text, "Deliverables");
  EXPECT_EQ(document->blocks.front().page, 1U);
  EXPECT_EQ(pdf::read_text(tiny_pdf(""), "t.pdf").error().code, "exchange.pdf.no_text");
}

TEST(PdfRead, WhatCannotBeReadSaysWhy) {
  EXPECT_EQ(pdf::read_text("hello", "t").error().code, "exchange.pdf.not_a_pdf");
  EXPECT_EQ(pdf::read_text("%PDF-1.4", "t", {.program = "/no/such/program"}).error().code, "exchange.pdf.no_program");
  EXPECT_EQ(pdf::read_text("%PDF-1.4", "t", {.program = "/bin/false"}).error().code, "exchange.pdf.failed");
  EXPECT_EQ(pdf::read_text("%PDF-1.4", "t", {.program = "/usr/bin/yes", .output_bytes = 1 << 20}).error().code,
            "exchange.pdf.failed");
}

TEST(TextBlocks, PlainTextTellsHeadingsItemsAndRows) {
  EXPECT_EQ(shown(blocks_from_text("SCOPE OF WORK\n\nOne sentence\nover two lines.\n\n1. first\n   goes on\n2.1 below\n"
                                   "• bullet\n\nName      Date       Share\nReport    1 May      20%\n")),
            "heading1 [] SCOPE OF WORK\ntext0 [] One sentence over two lines.\nitem1 [1.] first goes on\n"
            "item2 [2.1] below\nitem3 [•] bullet\nrow0 [] Name | Date | Share\nrow0 [] Report | 1 May | 20%\n");
  std::size_t rest = 0;
  for (const char* none : {"3 districts", "2026 was", "e.g. this", "will be", "3.1.2026 is a day"})
    EXPECT_EQ(leading_label(none, rest), "") << none;
  for (const char* some : {"a) x", "(iv) x", "۱. x", "б) x", "ب) x", "- x"})
    EXPECT_NE(leading_label(some, rest), "") << some;
}

}  // namespace
}  // namespace hamdil::exchange
