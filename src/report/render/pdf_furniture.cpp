// Head and foot of pages, title page, table of contents.
#include <algorithm>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "report/render/pdf_writer.hpp"

namespace hamdil::report {

namespace {

constexpr TextStyle kBanner{8.5, true, 0.54, 0.29, 0};

}  // namespace

void PdfWriter::header_and_footer() {
  const double top = 30;
  const double foot = page_.page_height() - 40;
  put({{RunKind::kText, document_.metadata.title}}, kSmall, top, Align::kStart);
  if (!document_.banners.empty()) {
    const Runs banner = {{RunKind::kText, text::join(document_.banners, " · ")}};
    put(banner, kBanner, top, Align::kEnd);
    put(banner, kBanner, foot, Align::kEnd);
  }
  Runs footer;
  auto pieces = message_pieces(word("page"), document_.language, {});
  if (pieces)
    for (const Piece& piece : *pieces)
      footer.push_back(!piece.is_argument
                           ? Run{RunKind::kText, piece.text}
                           : Run{RunKind::kFact,
                                 digits(piece.text == "n" ? page_.number() : std::max(before_.pages, page_.number())),
                                 "page"});
  put(footer, kSmall, foot, Align::kCenter);
}

void PdfWriter::put(const Runs& runs, const TextStyle& style, double y, Align align) {
  page_.draw_outside(TextBlock(page_.cairo(), runs, style, page_.width(), align, rtl_), page_.left(), y);
}

std::string PdfWriter::digits(std::size_t n) const { return with_own_digits(document_.language, std::to_string(n)); }

const std::string& PdfWriter::word(const std::string& id) const {
  static const std::string kNone;
  const auto found = document_.words.find(id);
  return found == document_.words.end() ? kNone : found->second;
}

void PdfWriter::title_page() {
  const TitlePage& page = document_.title_page;
  page_.y = 190;
  element("P", page.title, {26, true, 0.043, 0.36, 0.48}, 10);
  element("P", page.subtitle, {14, false, 0.32, 0.38, 0.43}, 34);
  for (const auto& [label, value] : page.facts) {
    Runs line = label;
    for (Run& run : line) run.kind = RunKind::kStrong;
    line.push_back({RunKind::kText, ": "});
    line.insert(line.end(), value.begin(), value.end());
    element("P", line, kBody, 4);
  }
}

void PdfWriter::contents() {
  page_.next();
  element("P", {{RunKind::kText, word("contents")}}, {15, true, 0.043, 0.36, 0.48}, 12);
  double scale = 1;  // smaller rather than a few lines on a page of their own
  while (scale > 0.7 && contents_height(scale) > page_.room()) scale -= 0.04;
  page_.begin("TOC");
  for (const Block& b : document_.blocks) {
    const auto* heading = std::get_if<Heading>(&b);
    if (heading == nullptr || heading->level > 2) continue;
    page_.begin("TOCI");
    contents_line(*heading, scale);
    page_.end("TOCI");
  }
  page_.end("TOC");
}

TextBlock PdfWriter::contents_words(const Heading& heading, double scale) const {
  const double indent = heading.level == 1 ? 0 : 16;
  return lay({{RunKind::kCrossReference, full_title(heading), heading.id}}, contents_style(heading, scale),
             page_.width() - indent - 40);
}

TextStyle PdfWriter::contents_style(const Heading& heading, double scale) {
  return {(heading.level == 1 ? 10.0 : 9.2) * scale, heading.level == 1};
}

double PdfWriter::contents_gap(const Heading& heading, double scale) { return (heading.level == 1 ? 3 : 1) * scale; }

double PdfWriter::contents_height(double scale) const {
  double out = 0;
  for (const Block& b : document_.blocks)
    if (const auto* heading = std::get_if<Heading>(&b); heading != nullptr && heading->level <= 2)
      out += contents_words(*heading, scale).height() + contents_gap(*heading, scale);
  return out;
}

void PdfWriter::contents_line(const Heading& heading, double scale) {
  const TextBlock layout = contents_words(heading, scale);
  page_.need(layout.height() + 3);
  const double indent = heading.level == 1 ? 0 : 16;
  page_.draw(layout, page_.left() + (rtl_ ? 40 : indent), page_.y, 0, layout.line_count());
  const auto found = before_.page_of.find(heading.id);
  if (found != before_.page_of.end()) {
    const TextBlock number =
        lay({{RunKind::kFact, digits(found->second), "page"}}, contents_style(heading, scale), 36, Align::kEnd);
    page_.draw(number, rtl_ ? page_.left() : page_.left() + page_.width() - 36, page_.y, 0, number.line_count());
  }
  page_.y += layout.height() + contents_gap(heading, scale);
  page_.fresh = false;
}

}  // namespace hamdil::report
