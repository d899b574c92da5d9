#include "exchange/text_document.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hamdil::exchange {
namespace {

constexpr std::size_t kHeadingLetters = 90;
constexpr std::size_t kGap = 3;  // blanks that part cells

std::size_t letters_in(std::string_view s) {
  return static_cast<std::size_t>(
      std::count_if(s.begin(), s.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

// Length of one UTF-8 character at `at`.
std::size_t width_at(std::string_view s, std::size_t at) {
  const auto first = static_cast<unsigned char>(s[at]);
  const std::size_t width = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  return std::min(width, s.size() - at);
}

bool is_digit_at(std::string_view s, std::size_t at) {
  if (at >= s.size()) return false;
  if (s[at] >= '0' && s[at] <= '9') return true;
  const std::string_view one = s.substr(at, 2);  // Arabic and Persian digits: U+0660-0669, U+06F0-06F9
  return one.size() == 2 && ((one[0] == '\xD9' && one[1] >= '\xA0' && one[1] <= '\xA9') ||
                             (one[0] == '\xDB' && one[1] >= '\xB0' && one[1] <= '\xB9'));
}

bool is_blank_at(std::string_view s, std::size_t at) {
  return at >= s.size() || s[at] == ' ' || s[at] == '\t' || s.substr(at, 2) == "\xC2\xA0";
}

// One line of the text with the blanks in front of it.
struct Line {
  std::string text;
  std::size_t indent = 0;
  std::vector<std::pair<std::size_t, std::string>> cells;  // where each begins, counted in letters
};

Line read_line(std::string_view raw) {
  Line out;
  std::size_t column = 0;
  std::size_t blanks = 0;
  std::string cell;
  std::size_t begins = 0;
  for (std::size_t at = 0; at < raw.size();) {
    const std::size_t width = width_at(raw, at);
    const bool blank = raw[at] == ' ' || raw[at] == '\t' || raw[at] == '\r';
    if (blank) {
      blanks += raw[at] == '\t' ? kGap : 1;
    } else {
      if (!cell.empty() && blanks >= kGap) {
        out.cells.emplace_back(begins, cell);
        cell.clear();
      } else if (!cell.empty() && blanks > 0) {
        cell += ' ';
      }
      if (cell.empty()) begins = column;
      cell.append(raw.substr(at, width));
      blanks = 0;
    }
    column += raw[at] == '\t' ? 8 - column % 8 : 1;
    at += width;
  }
  if (!cell.empty()) out.cells.emplace_back(begins, cell);
  if (!out.cells.empty()) out.indent = out.cells.front().first;
  std::vector<std::string> texts;
  for (const auto& [where, text] : out.cells) texts.push_back(text);
  out.text = text::trim(text::join(texts, " "));
  return out;
}

// Latin and Cyrillic letters; other writings know no capitals.
bool is_in_capitals(std::string_view s) {
  std::size_t capitals = 0;
  for (std::size_t at = 0; at < s.size(); at += width_at(s, at)) {
    const auto first = static_cast<unsigned char>(s[at]);
    const auto second = static_cast<unsigned char>(at + 1 < s.size() ? s[at + 1] : 0);
    if ((first >= 'a' && first <= 'z') || (first == 0xD0 && second >= 0xB0) || (first == 0xD1 && second <= 0x9F))
      return false;
    if ((first >= 'A' && first <= 'Z') || (first == 0xD0 && second <= 0xAF)) ++capitals;
  }
  return capitals >= 4;
}

// Capitals only, or a colon at the end of a few words.
bool looks_like_heading(const std::string& text) {
  if (text.empty() || letters_in(text) > kHeadingLetters) return false;
  const char last = text.back();
  if (last == ':') return letters_in(text) <= 60;
  return last != '.' && last != ';' && last != ',' && is_in_capitals(text);
}

// "4.1" and "4.2" are of one sort, "4.", "4)", "a)" and bullets of others.
std::string sort_of(const std::string& label) {
  std::string out;
  for (std::size_t at = 0; at < label.size(); at += width_at(label, at)) {
    if (is_digit_at(label, at)) {
      if (!out.ends_with('1')) out += '1';
    } else if (label[at] == '.' || label[at] == ')' || label[at] == '(') {
      out += label[at];
    } else if (label.size() <= 3 && label.find_first_of(".)") == std::string::npos) {
      return label;  // a bullet
    } else if (!out.ends_with('a')) {
      out += 'a';
    }
  }
  return out;
}

bool begins_small(std::string_view s) {
  if (s.size() < 2) return false;
  const auto first = static_cast<unsigned char>(s[0]);
  const auto second = static_cast<unsigned char>(s[1]);
  return (first >= 'a' && first <= 'z') || (first == 0xD0 && second >= 0xB0) || (first == 0xD1 && second <= 0x9F);
}

class TextReader {
 public:
  explicit TextReader(const TextLimits& limits) : limits_(limits) {}

  void take(const Line& line) {
    if (line.text.empty()) {
      close();
      return;
    }
    std::size_t rest = 0;
    const std::string label = leading_label(line.text, rest);
    if (is_row_rest(line)) {
      continue_row(line);
    } else if (line.cells.size() >= 2 &&
               !(line.cells.size() == 2 && !label.empty() && text::trim(line.cells.front().second) == label)) {
      begin_row(line);
    } else if (!label.empty()) {
      begin_item(line, label, rest);
    } else if (goes_on(line)) {
      block_.text += " " + line.text;
      last_letters_ = letters_in(line.text);
    } else {
      begin(TextBlock::Kind::kText, line.text);
      heading_alone_ = looks_like_heading(line.text);
    }
  }
  void next_page() { ++page_; }
  void close() {
    if (!open_) return;
    open_ = false;
    if (block_.kind == TextBlock::Kind::kRow) {
      block_.text = text::join(block_.cells, " | ");
    } else if (looks_like_heading(block_.text)) {
      block_.level = block_.kind == TextBlock::Kind::kItem ? block_.level : 1;
      block_.kind = TextBlock::Kind::kHeading;
    }
    bytes_ += block_.text.size();
    if (out_.blocks.size() >= limits_.blocks || bytes_ > limits_.bytes) out_.is_cut = true;
    if (!out_.is_cut) out_.blocks.push_back(std::move(block_));
    block_ = {};
    heading_alone_ = false;
  }
  TextDocument finish() {
    close();
    return std::move(out_);
  }

 private:
  void begin(TextBlock::Kind kind, const std::string& text) {
    close();
    if (kind != TextBlock::Kind::kItem) levels_.clear();
    block_ = {};
    block_.kind = kind;
    block_.text = text;
    block_.page = page_;
    last_letters_ = letters_in(text);
    open_ = true;
  }
  // A line that was broken for want of room: the one before is long, or this one begins small, or stands further in
  // than the label of its item.
  bool goes_on(const Line& line) const {
    constexpr std::size_t kLongLine = 50;
    if (!open_ || block_.kind == TextBlock::Kind::kRow || heading_alone_) return false;
    if (block_.kind == TextBlock::Kind::kItem && line.indent > indent_) return true;
    return last_letters_ >= kLongLine || begins_small(line.text);
  }
  void begin_item(const Line& line, const std::string& label, std::size_t rest) {
    begin(TextBlock::Kind::kItem, text::trim(line.text.substr(rest)));
    block_.label = label;
    indent_ = line.indent;
    block_.level = level_of(label, line.indent);
  }
  // Labels of one sort are of one level; another sort begins a level below, unless it stands further out.
  std::size_t level_of(const std::string& label, std::size_t indent) {
    const std::string sort = sort_of(label);
    while (!levels_.empty() && levels_.back().second > indent && levels_.back().first != sort) levels_.pop_back();
    const auto known = std::find_if(levels_.begin(), levels_.end(), [&](const auto& one) { return one.first == sort; });
    if (known != levels_.end())
      levels_.erase(known + 1, levels_.end());
    else
      levels_.emplace_back(sort, indent);
    return levels_.size();
  }
  void begin_row(const Line& line) {
    begin(TextBlock::Kind::kRow, "");
    starts_.clear();
    for (const auto& [where, text] : line.cells) {
      starts_.push_back(where);
      block_.cells.push_back(text);
    }
  }
  // A line below a row whose cells begin where those of the row do, but not the first one.
  bool is_row_rest(const Line& line) const {
    if (!open_ || block_.kind != TextBlock::Kind::kRow || line.cells.empty()) return false;
    if (column_of(line.cells.front().first) == 0 && line.cells.size() * 2 >= starts_.size()) return false;
    return std::all_of(line.cells.begin(), line.cells.end(),
                       [this](const auto& cell) { return column_of(cell.first) < starts_.size(); });
  }
  std::size_t column_of(std::size_t where) const {
    for (std::size_t i = 0; i < starts_.size(); ++i)
      if (where + 2 >= starts_[i] && where <= starts_[i] + 2) return i;
    return starts_.size();
  }
  void continue_row(const Line& line) {
    for (const auto& [where, text] : line.cells) block_.cells[column_of(where)] += " " + text;
  }

  const TextLimits& limits_;
  TextDocument out_;
  TextBlock block_;
  std::vector<std::size_t> starts_;                          // of the cells of the row
  std::vector<std::pair<std::string, std::size_t>> levels_;  // sorts of labels of the list and how far in they stand
  std::size_t page_ = 1;
  std::size_t bytes_ = 0;
  std::size_t indent_ = 0;        // of the item's label
  std::size_t last_letters_ = 0;  // of the line before
  bool open_ = false;
  bool heading_alone_ = false;
};

// "a)", "iv.", "(b)": up to four Latin or one Cyrillic or Arabic letter and its sign.
std::size_t letter_label(std::string_view s) {
  std::size_t at = s.starts_with('(') ? 1 : 0;
  std::size_t letters = 0;
  while (at < s.size() && letters < 5) {
    const auto c = static_cast<unsigned char>(s[at]);
    const bool latin = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = c >= 0xD0 && c <= 0xDB && !is_digit_at(s, at);
    if (!latin && !other) break;
    at += width_at(s, at);
    ++letters;
    if (other) break;
  }
  if (letters == 0 || letters > 4 || at >= s.size()) return 0;
  if (s[at] == ')' && is_blank_at(s, at + 1)) return at + 1;
  const bool one_or_roman = letters == 1 || s.substr(0, at).find_first_not_of("ivxIVX") == std::string_view::npos;
  return !s.starts_with('(') && s[at] == '.' && one_or_roman && is_blank_at(s, at + 1) && at + 1 < s.size() ? at + 1
                                                                                                            : 0;
}

std::size_t number_label(std::string_view s) {
  std::size_t at = s.starts_with('(') ? 1 : 0;
  std::size_t groups = 0;
  std::size_t digits = 0;
  bool marked = false;
  while (at < s.size()) {
    if (is_digit_at(s, at)) {
      at += width_at(s, at);
      if (++digits > 3) return 0;
      continue;
    }
    if (digits == 0 || (s[at] != '.' && s[at] != ')')) break;
    marked = true;
    ++groups;
    digits = 0;
    if (s[at++] == ')') break;
  }
  // "3 districts" is no label, "3." and "3.1" are; "3.1.2026" has a group of four digits and is none.
  if (groups == 0 || !marked || groups > 4 || !is_blank_at(s, at) || at >= s.size()) return 0;
  return at;
}

}  // namespace

const char* text_block_name(TextBlock::Kind kind) {
  switch (kind) {
    case TextBlock::Kind::kHeading:
      return "heading";
    case TextBlock::Kind::kItem:
      return "item";
    case TextBlock::Kind::kRow:
      return "row";
    case TextBlock::Kind::kText:
      break;
  }
  return "text";
}

std::string leading_label(std::string_view line, std::size_t& rest) {
  for (const std::string_view bullet : {"•", "◦", "▪", "●", "○", "■", "–", "—", "·", "➢", "✓", "", "", "-", "*", "o"})
    if (line.starts_with(bullet) && line.size() > bullet.size() && is_blank_at(line, bullet.size())) {
      rest = bullet.size();
      return std::string(bullet);
    }
  rest = number_label(line);
  if (rest == 0) rest = letter_label(line);
  return std::string(line.substr(0, rest));
}

TextDocument blocks_from_text(std::string_view text, const TextLimits& limits) {
  TextReader reader(limits);
  std::size_t at = 0;
  while (at <= text.size()) {
    const std::size_t end = std::min(text.find_first_of("\n\f", at), text.size());
    reader.take(read_line(text.substr(at, end - at)));
    if (end < text.size() && text[end] == '\f') {
      reader.close();
      reader.next_page();
    }
    at = end + 1;
  }
  return reader.finish();
}

}  // namespace hamdil::exchange
