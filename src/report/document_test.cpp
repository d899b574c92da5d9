// The tree that the tiny study gives, block by block, against a file that a person has read.
#include "report/document.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "report/tiny_study.hpp"

namespace hamdil::report {

namespace {

std::string runs_text(const Runs& runs) {
  std::string out;
  for (const Run& run : runs) {
    if (run.kind == RunKind::kNumber)
      out += "«" + run.text + "|" + run.target + "»";
    else if (run.kind == RunKind::kFact)
      out += "‹" + run.text + "›";
    else if (run.kind == RunKind::kMark)
      out += "^" + run.text;
    else
      out += run.text;
  }
  return out;
}

struct Describe {
  std::string out;
  void rows(const std::vector<TableRow>& list, const char* mark) {
    for (const TableRow& row : list) {
      out += std::string("  ") + mark;
      for (const Cell& cell : row.cells) out += " | " + runs_text(cell.runs) + (cell.withheld ? " #" : "");
      out += "\n";
    }
  }
  void operator()(const Heading& b) {
    out += std::string(static_cast<std::size_t>(b.level), '#') + " " + b.number + " " + runs_text(b.text) + " {" +
           b.id + "}\n";
  }
  void operator()(const Paragraph& b) { out += runs_text(b.runs) + "\n"; }
  void operator()(const List& b) {
    for (const Runs& item : b.items) out += (b.ordered ? "1. " : "* ") + runs_text(item) + "\n";
  }
  void operator()(const TableBlock& b) {
    out += b.label + ": " + runs_text(b.caption) + " {" + b.id + "}" + (b.wide ? " wide" : "") + "\n";
    rows(b.header, "=");
    rows(b.rows, "-");
    for (const Runs& note : b.notes) out += "  ~ " + runs_text(note) + "\n";
  }
  void operator()(const Figure& b) {
    out += b.label + ": " + runs_text(b.caption) + " {" + b.id + " twin " + b.table_id + "}\n  alt: " + b.alt + "\n";
    for (const Runs& note : b.notes) out += "  ~ " + runs_text(note) + "\n";
  }
  void operator()(const Note& b) {
    out += "! " + runs_text(b.title) + "\n";
    for (const Runs& paragraph : b.paragraphs) out += "! " + runs_text(paragraph) + "\n";
  }
  void operator()(const PageBreak&) { out += "---\n"; }
};

std::string described(const Document& document) {
  Describe describe;
  for (const Block& block : document.blocks) std::visit(describe, block);
  return describe.out;
}

}  // namespace

TEST(DocumentTree, IsTheOneOnFile) {
  const std::string path = std::string(HAMDIL_SOURCE_DIR) + "/src/report/testdata/tiny_study.en.txt";
  const std::string now = described(*testing::document());
  if (std::getenv("HAMDIL_WRITE_GOLDEN") != nullptr)
    std::ofstream(path) << now;  // then read the difference before committing
  std::ifstream in(path);
  ASSERT_TRUE(in) << path;
  const std::string expected{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  if (now == expected) return;  // not EXPECT_EQ: the whole tree twice would bury the first difference
  const auto [here, there] = std::mismatch(now.begin(), now.end(), expected.begin(), expected.end());
  const auto at = static_cast<std::size_t>(here - now.begin());
  FAIL() << "now: ..." << now.substr(at, 200) << "\non file: ..."
         << expected.substr(std::min(at, expected.size()), 200);
}

TEST(DocumentTree, CrossReferencesFindTheirBlocks) {
  Document document;
  document.blocks = {Heading{1, "one", {{RunKind::kText, "First"}}, "", true},
                     Paragraph{{{RunKind::kCrossReference, "", "t"}, {RunKind::kCrossReference, "", "gone"}}},
                     TableBlock{.id = "t"}, Heading{2, "two", {{RunKind::kText, "Second"}}, "", true},
                     Heading{1, "three", {{RunKind::kText, "Third"}}, "", true}};
  number_blocks(document, "Table {n}", "Figure {n}",
                [](const std::string&, std::size_t n) { return std::to_string(n); });
  const Runs& runs = std::get<Paragraph>(document.blocks[1]).runs;
  EXPECT_EQ(runs[0].text, "Table 1");
  EXPECT_EQ(runs[1].text, "[gone]");
  EXPECT_EQ(std::get<Heading>(document.blocks[3]).number, "1.1");
  EXPECT_EQ(std::get<Heading>(document.blocks[4]).number, "2");
}

}  // namespace hamdil::report
