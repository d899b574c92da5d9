#include "exchange/docx/read.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "base/zip.hpp"
#include "exchange/docx/numbering.hpp"
#include "exchange/xml.hpp"

namespace hamdil::exchange::docx {
namespace {

constexpr ZipLimits kLimits{.entries = 4'000, .entry_bytes = 64u << 20, .total_bytes = 160u << 20, .ratio = 400};
constexpr std::size_t kDeepestStyle = 12;

struct Style {
  std::string based_on;
  std::size_t heading = 0;
  ListPlace list;
};

// Which paragraph styles are headings or lists, by the id that paragraphs name.
class Styles {
 public:
  Status read(std::string_view xml) {
    std::string id;
    return parse_xml(xml, "word/styles.xml",
                     {.start =
                          [&](std::string_view name, const XmlAttributes& attributes) {
                            const std::string value(attributes.get("val"));
                            if (name == "style") {
                              id = attributes.get("styleId");
                            } else if (name == "name") {
                              const std::string folded = text::fold(value);
                              if (folded.starts_with("heading ")) set_heading(id, folded.substr(8));
                              if (folded == "title") styles_[id].heading = 1;
                            } else if (name == "basedOn") {
                              styles_[id].based_on = value;
                            } else if (name == "outlineLvl") {
                              if (const auto level = text::parse_integer(value); level && *level >= 0 && *level < 9)
                                styles_[id].heading = static_cast<std::size_t>(*level) + 1;
                            } else if (name == "numId") {
                              styles_[id].list.number = value;
                            } else if (name == "ilvl") {
                              styles_[id].list.level = level_of(value);
                            }
                            return styles_.size() < 10'000;
                          },
                      .end = {},
                      .text = {}});
  }
  std::size_t heading_of(const std::string& id) const {
    const Style* style = nearest(id, [](const Style& one) { return one.heading > 0; });
    return style == nullptr ? 0 : style->heading;
  }
  ListPlace list_of(const std::string& id) const {
    const Style* style = nearest(id, [](const Style& one) { return !one.list.number.empty(); });
    return style == nullptr ? ListPlace{} : style->list;
  }

 private:
  void set_heading(const std::string& id, const std::string& level) {
    if (const auto number = text::parse_integer(level); number && *number >= 1 && *number <= 9)
      styles_[id].heading = static_cast<std::size_t>(*number);
  }
  template <class Wanted>
  const Style* nearest(std::string id, const Wanted& wanted) const {
    for (std::size_t depth = 0; depth < kDeepestStyle; ++depth) {
      const auto found = styles_.find(id);
      if (found == styles_.end()) return nullptr;
      if (wanted(found->second)) return &found->second;
      id = found->second.based_on;
    }
    return nullptr;
  }
  std::map<std::string, Style> styles_;
};

// The body, element by element.
class Body {
 public:
  Body(const Styles& styles, Numbering& numbering, const TextLimits& limits)
      : styles_(styles), numbering_(numbering), limits_(limits) {}

  bool start(std::string_view name, const XmlAttributes& attributes) {
    if (skipped_ > 0 || name == "Fallback" || name == "moveFrom" || name == "del" || name == "footnote") {
      ++skipped_;
      return true;
    }
    if (name == "p")
      begin_paragraph();
    else if (name == "r")
      bold_run_ = false;
    else if (name == "t")
      in_text_ = true;
    else if (name == "tab")
      text_ += '\t';
    else if (name == "br" || name == "cr")
      line_break(attributes.get("type") == "page");
    else if (name == "lastRenderedPageBreak")
      next_page();
    else if (name == "noBreakHyphen")
      text_ += '-';
    else if (name == "tbl")
      ++tables_;
    else if (name == "tr" && tables_ == 1)
      cells_.clear();
    else if (name == "tc" && tables_ == 1)
      cells_.emplace_back();
    else
      property(name, attributes);
    return !out_.is_cut;
  }
  bool end(std::string_view name) {
    if (skipped_ > 0) {
      --skipped_;
      return true;
    }
    if (name == "t") in_text_ = false;
    if (name == "pPr") in_properties_ = false;
    if (name == "p") end_paragraph();
    if (name == "tr" && tables_ == 1) end_row();
    if (name == "tbl" && tables_ > 0) --tables_;
    return !out_.is_cut;
  }
  void text(std::string_view piece) {
    if (!in_text_ || skipped_ > 0 || text_.size() >= limits_.bytes) return;
    text_.append(piece);
    if (!bold_run_ && !text::trim(std::string(piece)).empty()) plain_text_ = true;
  }
  TextDocument finish() {
    if (!saw_page_)
      for (TextBlock& block : out_.blocks) block.page = 0;
    return std::move(out_);
  }

 private:
  void property(std::string_view name, const XmlAttributes& attributes) {
    if (name == "pPr") in_properties_ = true;
    if (!in_properties_ && name == "b") bold_run_ = attributes.get("val") != "0" && attributes.get("val") != "false";
    if (!in_properties_) return;
    if (name == "pStyle") style_ = attributes.get("val");
    if (name == "numId") list_.number = attributes.get("val");
    if (name == "ilvl") list_.level = level_of(attributes.get("val"));
    if (name == "pageBreakBefore") next_page();
    if (name == "outlineLvl")
      if (const auto level = text::parse_integer(attributes.get("val")); level && *level >= 0 && *level < 9)
        heading_ = static_cast<std::size_t>(*level) + 1;
  }
  void begin_paragraph() {
    text_.clear();
    style_.clear();
    list_ = {};
    heading_ = 0;
    plain_text_ = false;
  }
  void line_break(bool of_page) {
    if (of_page)
      next_page();
    else
      text_ += '\n';
  }
  void next_page() {
    saw_page_ = true;
    ++page_;
  }
  void end_paragraph() {
    const std::string written = text::join(text::split_words(text_), " ");
    text_.clear();
    TextBlock block;
    block.page = page_;
    block.text = written;
    ListPlace list = list_.number.empty() ? styles_.list_of(style_) : list_;
    if (!list_.number.empty() || !list.number.empty()) block.label = numbering_.next(list);
    if (written.empty()) return;
    if (tables_ > 0) {
      add_to_cell(block.label.empty() ? written : block.label + " " + written);
      return;
    }
    const std::size_t heading = heading_ > 0 ? heading_ : styles_.heading_of(style_);
    block.is_marked = heading > 0 || !block.label.empty();
    if (heading > 0) {
      block.kind = TextBlock::Kind::kHeading;
      block.level = heading;
    } else if (!block.label.empty()) {
      block.kind = TextBlock::Kind::kItem;
      block.level = list.level + 1;
    } else {
      typed_label(block);
    }
    block.is_bold = !plain_text_;
    add(std::move(block));
  }
  // A list or a heading that somebody typed by hand.
  void typed_label(TextBlock& block) {
    TextDocument guess = blocks_from_text(block.text, limits_);
    if (guess.blocks.size() != 1 || guess.blocks.front().kind == TextBlock::Kind::kRow) return;
    const std::size_t page = block.page;
    block = std::move(guess.blocks.front());
    block.page = page;
  }
  void add_to_cell(const std::string& written) {
    if (cells_.empty()) cells_.emplace_back();
    std::string& cell = cells_.back();
    cell += (cell.empty() ? "" : "\n") + written;
  }
  void end_row() {
    TextBlock block;
    block.kind = TextBlock::Kind::kRow;
    block.page = page_;
    block.is_marked = true;
    block.cells = std::move(cells_);
    cells_.clear();
    if (std::all_of(block.cells.begin(), block.cells.end(), [](const std::string& cell) { return cell.empty(); }))
      return;
    block.text = text::join(block.cells, " | ");
    add(std::move(block));
  }
  void add(TextBlock block) {
    bytes_ += block.text.size();
    out_.is_cut = out_.blocks.size() >= limits_.blocks || bytes_ > limits_.bytes;
    if (!out_.is_cut) out_.blocks.push_back(std::move(block));
  }

  const Styles& styles_;
  Numbering& numbering_;
  const TextLimits& limits_;
  TextDocument out_;
  std::string text_;
  std::string style_;
  ListPlace list_;
  std::vector<std::string> cells_;
  std::size_t heading_ = 0;
  std::size_t tables_ = 0;  // how deep
  std::size_t skipped_ = 0;
  std::size_t page_ = 1;
  std::size_t bytes_ = 0;
  bool in_text_ = false;
  bool bold_run_ = false;    // the run that is read
  bool plain_text_ = false;  // some of the paragraph is not bold
  bool in_properties_ = false;
  bool saw_page_ = false;
};

Error not_a_document(const std::string& name) {
  return Error("exchange.docx.not_a_document", "This is not a DOCX document.")
      .at({.file = name})
      .advise("Save it again as DOCX, or paste its text.");
}

}  // namespace

Result<TextDocument> read_text(std::string_view bytes, const std::string& name, const TextLimits& limits) {
  HAMDIL_TRY(ZipReader zip, ZipReader::open_bytes(bytes, name, kLimits));
  const std::string part = "word/document.xml";
  if (!zip.contains(part)) return not_a_document(name);
  Styles styles;
  Numbering numbering;
  if (zip.contains("word/styles.xml")) {
    HAMDIL_TRY(const std::string xml, zip.read("word/styles.xml"));
    HAMDIL_CHECK(styles.read(xml));
  }
  if (zip.contains("word/numbering.xml")) {
    HAMDIL_TRY(const std::string xml, zip.read("word/numbering.xml"));
    HAMDIL_CHECK(numbering.read(xml));
  }
  Body body(styles, numbering, limits);
  bool has_body = false;
  XmlParser parser({.start =
                        [&](std::string_view element, const XmlAttributes& attributes) {
                          has_body = has_body || element == "body";
                          return body.start(element, attributes);
                        },
                    .end = [&](std::string_view element) { return body.end(element); },
                    .text = [&](std::string_view piece) { body.text(piece); }},
                   part);
  HAMDIL_CHECK(zip.stream(part, [&](std::string_view piece) { return parser.feed(piece); }));
  parser.finish();
  HAMDIL_CHECK(parser.status());
  if (!has_body) return not_a_document(name);
  return body.finish();
}

}  // namespace hamdil::exchange::docx
