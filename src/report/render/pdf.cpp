// The document as PDF: one flow of blocks over A4 pages, drawn by Pango and Cairo, with its structure as tags. Laid out
// twice: the first pass finds the pages of headings and their number, the second prints them.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "report/render/pdf_page.hpp"
#include "report/render/pdf_table.hpp"
#include "report/render/render.hpp"
#include "report/render/svg.hpp"

namespace hamdil::report {

namespace {

constexpr double kPointsPerPixel = 0.75;
constexpr double kLeastFigure = 0.78;        // of its size, to fit what is left of a page
constexpr double kGutter = 16;               // between tables side by side
constexpr const char* kAnnexes = "annexes";  // the chapter that is set tightly
constexpr const char* kHowToTrace = "annex-rerun";
constexpr TextStyle kBody{9.8};
constexpr TextStyle kTight{8.4};
constexpr TextStyle kSmall{7.6, false, 0.32, 0.38, 0.43};
constexpr TextStyle kCaption{9.2, true, 0.043, 0.36, 0.48};
constexpr TextStyle kTightCaption{8.2, true, 0.043, 0.36, 0.48};
constexpr TextStyle kBanner{8.5, true, 0.54, 0.29, 0};
constexpr TableStyle kTable{{8.2}, {8.2, true}};
constexpr TableStyle kTightTable{{7.0}, {7.0, true}, 2.2, 1.6, true};

struct Passed {
  std::map<std::string, std::size_t> page_of;  // heading id -> page
  std::size_t pages = 0;
};

class PdfWriter {
 public:
  PdfWriter(const Document& document, const Drawings& drawings, const Passed& before)
      : document_(document),
        drawings_(drawings),
        before_(before),
        rtl_(document.right_to_left),
        page_(document.right_to_left, [this] { header_and_footer(); }) {}

  Result<std::string> write() {
    metadata();
    page_.start();
    title_page();
    contents();
    for (at_ = 0; at_ < document_.blocks.size(); ++at_)
      std::visit([this](const auto& each) { block(each); }, document_.blocks[at_]);
    if (problem_) return *problem_;
    return page_.close(document_, page_of_.count(kHowToTrace) > 0 ? kHowToTrace : "");
  }

  Passed passed() const { return {page_of_, page_.number()}; }

 private:
  void metadata() {
    const Metadata& meta = document_.metadata;
    const auto set = [this](cairo_pdf_metadata_t what, const std::string& value) {
      if (!value.empty()) cairo_pdf_surface_set_metadata(page_.surface(), what, value.c_str());
    };
    set(CAIRO_PDF_METADATA_TITLE, meta.title);
    set(CAIRO_PDF_METADATA_AUTHOR, meta.author);
    set(CAIRO_PDF_METADATA_SUBJECT, meta.subject);
    set(CAIRO_PDF_METADATA_CREATOR, meta.software);
    // Without a given time Cairo would write its own clock's.
    const std::string created = meta.created.empty() ? "1980-01-01T00:00:00Z" : meta.created;
    set(CAIRO_PDF_METADATA_CREATE_DATE, created);
    set(CAIRO_PDF_METADATA_MOD_DATE, created);
  }

  void header_and_footer() {
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

  void put(const Runs& runs, const TextStyle& style, double y, Align align) {
    page_.draw_outside(TextBlock(page_.cairo(), runs, style, page_.width(), align, rtl_), page_.left(), y);
  }

  std::string digits(std::size_t n) const { return with_own_digits(document_.language, std::to_string(n)); }
  const std::string& word(const std::string& id) const {
    static const std::string kNone;
    const auto found = document_.words.find(id);
    return found == document_.words.end() ? kNone : found->second;
  }

  TextBlock lay(const Runs& runs, const TextStyle& style, double width, Align align = Align::kStart) const {
    return TextBlock(page_.cairo(), runs, style, width, align, rtl_);
  }

  // --- text in the flow

  // Indented from the start side; breaks over pages between lines.
  void text(const Runs& runs, const TextStyle& style, double after, double indent = 0) {
    const TextBlock layout = lay(runs, style, page_.width() - indent);
    const double height = layout.height();
    page_.need(std::min(height, 2.6 * style.size));
    const double x = page_.left() + (rtl_ ? 0 : indent);
    std::size_t from = 0;
    while (from < layout.line_count()) {
      std::size_t to = layout.line_count();
      if (height - layout.line_top(from) > page_.room()) {
        to = from + 1;
        while (to < layout.line_count() && layout.line_top(to + 1) - layout.line_top(from) <= page_.room()) ++to;
      }
      if (from == 0 && to == layout.line_count())
        page_.draw_whole(layout, x, page_.y);
      else
        page_.draw(layout, x, page_.y, from, to);
      page_.y += (to == layout.line_count() ? height : layout.line_top(to)) - layout.line_top(from);
      page_.fresh = false;
      from = to;
      if (from < layout.line_count()) page_.next();
    }
    page_.y += after;
  }

  void element(const char* tag, const Runs& runs, const TextStyle& style, double after, double indent = 0) {
    page_.begin(tag);
    text(runs, style, after, indent);
    page_.end(tag);
  }

  double height_of(const Runs& runs, const TextStyle& style, double after) const {
    return lay(runs, style, page_.width()).height() + after;
  }

  void title_page() {
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

  void contents() {
    page_.next();
    element("P", {{RunKind::kText, word("contents")}}, {15, true, 0.043, 0.36, 0.48}, 12);
    double scale = 1;  // smaller rather than a few lines on a page of their own
    while (scale > 0.8 && contents_height(scale) > page_.room()) scale -= 0.04;
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

  TextBlock contents_words(const Heading& heading, double scale) const {
    const double indent = heading.level == 1 ? 0 : 16;
    return lay({{RunKind::kCrossReference, full_title(heading), heading.id}}, contents_style(heading, scale),
               page_.width() - indent - 40);
  }
  static TextStyle contents_style(const Heading& heading, double scale) {
    return {(heading.level == 1 ? 10.0 : 9.2) * scale, heading.level == 1};
  }
  static double contents_gap(const Heading& heading, double scale) { return (heading.level == 1 ? 3 : 1) * scale; }

  double contents_height(double scale) const {
    double out = 0;
    for (const Block& b : document_.blocks)
      if (const auto* heading = std::get_if<Heading>(&b); heading != nullptr && heading->level <= 2)
        out += contents_words(*heading, scale).height() + contents_gap(*heading, scale);
    return out;
  }

  void contents_line(const Heading& heading, double scale) {
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

  static std::string full_title(const Heading& heading) {
    return (heading.number.empty() ? "" : heading.number + " ") + plain_text(heading.text);
  }

  void block(const Heading& heading) {
    constexpr double kSizes[] = {17, 13, 11, 10};
    constexpr const char* kTags[] = {"H1", "H2", "H3", "H4"};
    const std::size_t level = static_cast<std::size_t>(std::clamp(heading.level, 1, 4) - 1);
    if (level == 0) tight_ = heading.id == kAnnexes;
    if (!page_.fresh) page_.y += level == 0 ? 22 : 12;
    page_.need(room_after_heading());
    page_.destination(heading.id);
    page_of_[heading.id] = page_.number();
    outline(heading);
    Runs runs = heading.text;
    if (!heading.number.empty()) runs.insert(runs.begin(), {RunKind::kText, heading.number + " "});
    element(kTags[level], runs,
            level == 0 ? TextStyle{kSizes[0], true, 0.043, 0.36, 0.48} : TextStyle{kSizes[level], true}, 6);
  }

  // A heading stays with what follows: further headings, short words of introduction and the beginning of the first
  // other block.
  double room_after_heading() const {
    double wanted = 30;
    for (std::size_t next = at_ + 1; next < document_.blocks.size(); ++next) {
      const Block& block = document_.blocks[next];
      if (std::holds_alternative<Heading>(block)) {
        wanted += 45;
      } else if (const auto* paragraph = std::get_if<Paragraph>(&block)) {
        const double height = height_of(paragraph->runs, kBody, 6);
        if (height > 60) return wanted + 45;
        wanted += height;
      } else {
        return wanted + least_height(block);
      }
    }
    return wanted;
  }

  // What a block needs of a page to begin there.
  double least_height(const Block& block) const {
    if (const auto* figure = std::get_if<Figure>(&block)) {
      const Size size = drawn_size(*figure);
      return size.height * kLeastFigure + height_around(*figure);
    }
    return std::holds_alternative<TableBlock>(block) ? 110 : 35;
  }

  void outline(const Heading& heading) {
    while (!outline_.empty() && outline_.back().first >= heading.level) outline_.pop_back();
    const int parent = outline_.empty() ? CAIRO_PDF_OUTLINE_ROOT : outline_.back().second;
    const int id = cairo_pdf_surface_add_outline(
        page_.surface(), parent, full_title(heading).c_str(), ("dest='" + heading.id + "'").c_str(),
        heading.level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : static_cast<cairo_pdf_outline_flags_t>(0));
    outline_.emplace_back(heading.level, id);
  }

  const TextStyle& body() const { return tight_ ? kTight : kBody; }

  void block(const Paragraph& paragraph) { element("P", paragraph.runs, body(), tight_ ? 3 : 6); }

  void block(const List& list) {
    page_.begin("L");
    const std::size_t columns = tight_ && !list.ordered ? columns_for(list) : 1;
    if (columns > 1)
      items_side_by_side(list, columns);
    else
      items_below_each_other(list);
    page_.end("L");
    page_.y += 4;
  }

  void items_below_each_other(const List& list) {
    std::size_t number = 0;
    for (const Runs& item : list.items) {
      page_.need(2.6 * body().size);
      page_.begin("LI");
      const std::string mark = list.ordered ? digits(++number) + "." : "•";
      page_.begin("Lbl");
      page_.draw_whole(lay({{RunKind::kText, mark}}, body(), 14),
                       rtl_ ? page_.left() + page_.width() - 14 : page_.left(), page_.y);
      page_.end("Lbl");
      element("LBody", item, body(), tight_ ? 1.5 : 3, 16);
      page_.end("LI");
    }
  }

  // How many columns hold every item on one line.
  std::size_t columns_for(const List& list) const {
    double widest = 0;
    for (const Runs& item : list.items) widest = std::max(widest, lay(item, body(), 1000).natural_width());
    return static_cast<std::size_t>(std::clamp(page_.width() / (widest + 16 + kGutter), 1.0, 4.0));
  }

  void items_side_by_side(const List& list, std::size_t columns) {
    const double width = page_.width() / static_cast<double>(columns);
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      const TextBlock words = lay(list.items[i], body(), width - 16);
      if (i % columns == 0) page_.need(words.height());
      const double start = width * static_cast<double>(i % columns);
      const double x = rtl_ ? page_.left() + page_.width() - start - width : page_.left() + start;
      page_.begin("LI");
      page_.begin("Lbl");
      page_.draw_whole(lay({{RunKind::kText, "•"}}, body(), 10), rtl_ ? x + width - 10 : x, page_.y);
      page_.end("Lbl");
      page_.begin("LBody");
      page_.draw_whole(words, rtl_ ? x + 4 : x + 12, page_.y);
      page_.end("LBody");
      page_.end("LI");
      page_.fresh = false;
      if (i % columns + 1 == columns || i + 1 == list.items.size()) page_.y += words.height() + 1;
    }
  }

  void block(const Note& note) {
    page_.need(50);
    const std::size_t page = page_.number();
    const double top = page_.y;
    page_.begin("Div");
    if (!note.title.empty()) element("P", note.title, {kBody.size, true}, 3, 12);
    for (const Runs& paragraph : note.paragraphs) element("P", paragraph, kBody, 4, 12);
    page_.end("Div");
    if (page == page_.number()) {
      cairo_t* cairo = page_.cairo();
      if (note.kind == NoteKind::kCaution)
        cairo_set_source_rgb(cairo, 0.54, 0.29, 0);
      else
        cairo_set_source_rgb(cairo, 0.043, 0.36, 0.48);
      cairo_rectangle(cairo, rtl_ ? page_.left() + page_.width() - 2.5 : page_.left(), top, 2.5,
                      std::max(0.0, page_.y - top - 4));
      cairo_fill(cairo);
    }
    page_.y += 6;
  }

  void block(const PageBreak&) {
    if (!page_.fresh) page_.next();
  }

  // --- figures

  static Runs captioned(const std::string& label, const Runs& words) {
    Runs out = {{RunKind::kText, label + ". "}};
    out.insert(out.end(), words.begin(), words.end());
    return out;
  }

  // In points, no wider than the flow; nothing when it was not drawn or cannot be read.
  Size drawn_size(const Figure& figure) const {
    const auto drawing = drawings_.svg.find(figure.id);
    if (drawing == drawings_.svg.end()) return {};
    const auto size = svg_size(drawing->second);
    if (!size) return {};
    const double width = std::min(size->width * kPointsPerPixel, page_.width());
    return {width, size->height * width / size->width};
  }

  // Caption and notes.
  double height_around(const Figure& figure) const {
    double out = 8 + height_of(captioned(figure.label, figure.caption), kCaption, 7);
    for (const Runs& note : figure.notes) out += height_of(note, kSmall, 2);
    return out;
  }

  void block(const Figure& figure) {
    const auto drawing = drawings_.svg.find(figure.id);
    if (drawing != drawings_.svg.end()) {
      if (const auto size = svg_size(drawing->second); !size) {
        problem_ = size.error();
        return;
      }
    }
    const Size size = drawn_size(figure);
    const double around = height_around(figure);
    page_.need(std::min(size.height * kLeastFigure + around, page_.bottom() - 70));
    if (!page_.fresh) page_.y += 8;
    page_.destination(figure.id);
    element("P", captioned(figure.label, figure.caption), kCaption, 3);
    if (drawing == drawings_.svg.end()) {
      element("P", {{RunKind::kText, drawings_.problem}}, {9, true, 0.54, 0.29, 0}, 3);
      element("P", {{RunKind::kText, figure.alt}}, kBody, 6);
    } else {
      draw(figure, drawing->second, size, page_.room() - around + 20);
    }
    for (const Runs& note : figure.notes) element("P", note, kSmall, 2);
    page_.y += 4;
  }

  // Smaller than its size where the page ends.
  void draw(const Figure& figure, const std::string& svg, const Size& size, double room) {
    const double scale = std::clamp(room / size.height, kLeastFigure, 1.0);
    const double width = size.width * scale;
    page_.begin_figure(figure.alt);
    const double x = rtl_ ? page_.left() + page_.width() - width : page_.left();
    if (auto painted = paint_svg(page_.cairo(), svg, x, page_.y, width); !painted) problem_ = painted.error();
    page_.end("Figure");
    page_.fresh = false;
    page_.y += size.height * scale + 4;
  }

  // --- tables

  void block(const TableBlock& table) {
    if (tight_ && fits_half(table)) {
      tables_side_by_side();
      return;
    }
    const TableStyle& style = tight_ ? kTightTable : kTable;
    const bool turn = table.wide && LaidTable::least_width(page_, table, style) > page_.width();
    if (turn) page_.turn(true);
    if (!page_.fresh) page_.y += 8;
    set(table, LaidTable(page_, table, style, page_.width()));
    if (turn) page_.turn(false);
  }

  // Small tables stay whole, others begin with a few rows.
  void set(const TableBlock& table, LaidTable laid) {
    const double around = height_around(table);
    const double whole = laid.height() + around;
    page_.need(whole < 170 ? whole : laid.height_of_first(3) + 20);
    page_.begin("Table");
    page_.destination(table.id);
    element("Caption", captioned(table.label, table.caption), tight_ ? kTightCaption : kCaption, 3);
    double notes = 3;
    for (const Runs& note : table.notes) notes += height_of(note, kSmall, 1);
    laid.draw(notes);
    page_.end("Table");
    page_.y += 3;
    for (const Runs& note : table.notes) element("P", note, kSmall, 1);
    page_.y += 8;
  }

  double height_around(const TableBlock& table) const {
    double out = 11 + height_of(captioned(table.label, table.caption), tight_ ? kTightCaption : kCaption, 3);
    for (const Runs& note : table.notes) out += height_of(note, kSmall, 1);
    return out;
  }

  double half_width() const { return (page_.width() - kGutter) / 2; }

  bool fits_half(const TableBlock& table) { return LaidTable::least_width(page_, table, kTightTable) <= half_width(); }

  // The small tables from here on in two columns, as even as they get, the first ones at the start side.
  void tables_side_by_side() {
    std::vector<const TableBlock*> run;
    std::vector<double> heights;
    const double left = page_.left();
    const double width = page_.width();
    const double half = half_width();
    for (; at_ < document_.blocks.size(); ++at_) {
      const auto* table = std::get_if<TableBlock>(&document_.blocks[at_]);
      if (table == nullptr || !fits_half(*table)) break;
      page_.narrow(left, half);
      run.push_back(table);
      heights.push_back(LaidTable(page_, *table, kTightTable, half).height() + height_around(*table) + 8);
      page_.narrow(left, width);
    }
    --at_;
    for (std::size_t from = 0; from < run.size();) from = place_columns(run, heights, from);
  }

  // Places tables from `from` on in the rest of this page; returns the first that is left for the next one.
  std::size_t place_columns(const std::vector<const TableBlock*>& run, const std::vector<double>& heights,
                            std::size_t from) {
    const double left = page_.left();
    const double width = page_.width();
    const double half = half_width();
    page_.need(heights[from]);
    const double room = page_.room();
    const auto fill = [&](std::size_t begin, double limit) {
      double sum = 0;
      std::size_t end = begin;
      while (end < run.size() && (end == begin || sum + heights[end] <= limit)) sum += heights[end++];
      return end;
    };
    double sum = 0;
    double highest = 0;
    for (std::size_t i = from; i < run.size(); ++i) {
      sum += heights[i];
      highest = std::max(highest, heights[i]);
    }
    double limit = std::min(room, std::max(highest, sum / 2));
    while (limit < room && fill(fill(from, limit), limit) < run.size()) limit = std::min(room, limit + 8);
    const std::size_t middle = fill(from, limit);
    const std::size_t end = middle < run.size() && heights[middle] <= room ? fill(middle, limit) : middle;
    const double top = page_.y;
    double lowest = top;
    for (std::size_t i = from; i < end; ++i) {
      if (i == middle) page_.y = top;
      const bool first = i < middle;
      page_.narrow(first != rtl_ ? left : left + half + kGutter, half);
      set(*run[i], LaidTable(page_, *run[i], kTightTable, half));
      lowest = std::max(lowest, page_.y);
    }
    page_.narrow(left, width);
    page_.y = lowest;
    if (end < run.size()) page_.next();
    return end;
  }

  const Document& document_;
  const Drawings& drawings_;
  const Passed& before_;
  bool rtl_;
  PdfPage page_;
  bool tight_ = false;  // in the annexes
  std::size_t at_ = 0;  // block being set
  std::map<std::string, std::size_t> page_of_;
  std::vector<std::pair<int, int>> outline_;
  std::optional<Error> problem_;
};

}  // namespace

Result<std::string> render_pdf(const protect::Released<Document>& document, const Drawings& drawings) {
  const Passed nothing;
  PdfWriter first(*document, drawings, nothing);
  if (auto bytes = first.write(); !bytes) return bytes;
  const Passed passed = first.passed();
  return PdfWriter(*document, drawings, passed).write();
}

}  // namespace hamdil::report
