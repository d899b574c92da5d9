// The text of a document as a row of blocks, whatever file it came from: headings, items of lists, paragraphs, rows of
// tables, each with the page where it stands as far as the file tells.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hamdil::exchange {

struct TextBlock {
  enum class Kind : std::uint8_t { kHeading, kItem, kText, kRow } kind = Kind::kText;
  std::size_t level = 0;           // of headings and items, from 1
  std::string label;               // "2.1", "a)", "•"; "" where it has none
  std::string text;                // of rows: the cells joined by " | "
  std::vector<std::string> cells;  // of rows
  std::size_t page = 0;            // from 1; 0 when the file does not tell
  bool is_marked = false;          // the file itself says what it is (a style, a list, a table)
  bool is_bold = false;            // all of it: many who write make headings so
};
const char* text_block_name(TextBlock::Kind kind);

struct TextDocument {
  std::vector<TextBlock> blocks;
  bool is_cut = false;  // there was more than the limits allow
};

// What a document from outside may hold.
struct TextLimits {
  std::size_t blocks = 20'000;
  std::size_t bytes = 4u << 20;  // of text
};

// Text as people paste it or as a program draws it from a PDF: form feeds part pages, blank lines and labels part
// blocks, wide gaps part the cells of a row. What looks like a heading is one (short, and capitals, a number or a colon
// say so).
TextDocument blocks_from_text(std::string_view text, const TextLimits& limits = {});

// "2.1 Text" -> "2.1"; also "a)", "(iv)", "•", "-", digits of every script. "" when the line begins otherwise; `rest`
// is where the text begins.
std::string leading_label(std::string_view line, std::size_t& rest);

}  // namespace hamdil::exchange
