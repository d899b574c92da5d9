// The document as PDF: one flow of blocks over A4 pages, drawn by Pango and Cairo. Laid out twice: the first pass finds
// the pages of headings and their number, the second prints them.
#include <cairo-pdf.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "report/render/pdf_text.hpp"
#include "report/render/render.hpp"
#include "report/render/svg.hpp"

namespace hamdil::report {

namespace {

constexpr double kShortSide = 595.28;  // A4, points
constexpr double kLongSide = 841.89;
constexpr double kMargin = 54;
constexpr double kTop = 62;
constexpr double kBottom = 62;
constexpr double kPointsPerPixel = 0.75;
constexpr double kCellPadding = 3.5;
constexpr TextStyle kBody{9.8};
constexpr TextStyle kSmall{7.6, false, 0.32, 0.38, 0.43};
constexpr TextStyle kTableText{8.2};
constexpr TextStyle kTableHead{8.2, true};
constexpr TextStyle kCaption{9.2, true, 0.043, 0.36, 0.48};
constexpr TextStyle kBanner{8.5, true, 0.54, 0.29, 0};

cairo_status_t append(void* target, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

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
        surface_(cairo_pdf_surface_create_for_stream(append, &bytes_, kShortSide, kLongSide), cairo_surface_destroy),
        page_(cairo_create(surface_.get()), cairo_destroy) {}

  Result<std::string> write() {
    metadata();
    start_page();
    title_page();
    contents();
    for (at_ = 0; at_ < document_.blocks.size(); ++at_)
      std::visit([this](const auto& each) { block(each); }, document_.blocks[at_]);
    finish_page();
    cairo_surface_finish(surface_.get());
    if (problem_) return *problem_;
    if (const cairo_status_t status = cairo_surface_status(surface_.get()); status != CAIRO_STATUS_SUCCESS)
      return Error("report.pdf.failed", "The PDF cannot be written: {reason}.",
                   {{"reason", cairo_status_to_string(status)}});
    return std::move(bytes_);
  }

  Passed passed() const { return {page_of_, page_number_}; }

 private:
  // --- pages

  double page_width() const { return wide_ ? kLongSide : kShortSide; }
  double page_height() const { return wide_ ? kShortSide : kLongSide; }
  double width() const { return page_width() - 2 * kMargin; }
  double bottom() const { return page_height() - kBottom; }
  double room() const { return bottom() - y_; }

  void metadata() {
    const Metadata& meta = document_.metadata;
    const auto set = [this](cairo_pdf_metadata_t what, const std::string& value) {
      if (!value.empty()) cairo_pdf_surface_set_metadata(surface_.get(), what, value.c_str());
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

  void start_page() {
    ++page_number_;
    cairo_pdf_surface_set_size(surface_.get(), page_width(), page_height());
    y_ = kTop;
    fresh_ = true;
  }

  void finish_page() {
    header_and_footer();
    cairo_show_page(page_.get());
  }

  void next_page() {
    finish_page();
    start_page();
  }

  // A new page unless `height` still fits here.
  void need(double height) {
    if (room() < height && !fresh_) next_page();
  }

  void turn(bool wide) {
    if (wide_ == wide) return;
    if (!fresh_)
      finish_page();
    else
      --page_number_;
    wide_ = wide;
    start_page();
  }

  void header_and_footer() {
    const double top = 30;
    put({{RunKind::kText, document_.metadata.title}}, kSmall, top, Align::kStart);
    if (!document_.banners.empty())
      put({{RunKind::kText, text::join(document_.banners, " · ")}}, kBanner, top, Align::kEnd);
    if (!document_.banners.empty())
      put({{RunKind::kText, text::join(document_.banners, " · ")}}, kBanner, page_height() - 40, Align::kEnd);
    Runs footer;
    auto pieces = message_pieces(word("page"), document_.language, {});
    if (pieces)
      for (const Piece& piece : *pieces)
        footer.push_back(!piece.is_argument
                             ? Run{RunKind::kText, piece.text}
                             : Run{RunKind::kFact,
                                   digits(piece.text == "n" ? page_number_ : std::max(before_.pages, page_number_)),
                                   "page"});
    put(footer, kSmall, page_height() - 40, Align::kCenter);
  }

  void put(const Runs& runs, const TextStyle& style, double y, Align align) {
    TextBlock(page_.get(), runs, style, width(), align, rtl_).draw(page_.get(), kMargin, y);
  }

  std::string digits(std::size_t n) const { return with_own_digits(document_.language, std::to_string(n)); }
  const std::string& word(const std::string& id) const {
    static const std::string kNone;
    const auto found = document_.words.find(id);
    return found == document_.words.end() ? kNone : found->second;
  }

  // --- text in the flow

  // Indented from the start side; breaks over pages between lines.
  void text(const Runs& runs, const TextStyle& style, double after, double indent = 0, double keep = 0) {
    const TextBlock layout(page_.get(), runs, style, width() - indent, Align::kStart, rtl_);
    const double height = layout.height();
    need(std::min(height, 2.6 * style.size) + keep);
    const double x = kMargin + (rtl_ ? 0 : indent);
    std::size_t from = 0;
    while (from < layout.line_count()) {
      std::size_t to = layout.line_count();
      if (height - layout.line_top(from) > room()) {
        to = from + 1;
        while (to < layout.line_count() && layout.line_top(to + 1) - layout.line_top(from) <= room()) ++to;
      }
      layout.draw(page_.get(), x, y_, from, to);
      y_ += (to == layout.line_count() ? height : layout.line_top(to)) - layout.line_top(from);
      fresh_ = false;
      from = to;
      if (from < layout.line_count()) next_page();
    }
    y_ += after;
  }

  void destination(const std::string& id) {
    const std::string attributes = fmt::format("name='{}' x={:.2f} y={:.2f}", id, kMargin, y_);
    cairo_tag_begin(page_.get(), CAIRO_TAG_DEST, attributes.c_str());
    cairo_tag_end(page_.get(), CAIRO_TAG_DEST);
  }

  void title_page() {
    const TitlePage& page = document_.title_page;
    y_ = 190;
    text(page.title, {26, true, 0.043, 0.36, 0.48}, 10);
    text(page.subtitle, {14, false, 0.32, 0.38, 0.43}, 34);
    for (const auto& [label, value] : page.facts) {
      Runs line = label;
      for (Run& run : line) run.kind = RunKind::kStrong;
      line.push_back({RunKind::kText, ": "});
      line.insert(line.end(), value.begin(), value.end());
      text(line, kBody, 4);
    }
  }

  void contents() {
    next_page();
    text({{RunKind::kText, word("contents")}}, {15, true, 0.043, 0.36, 0.48}, 12);
    for (const Block& b : document_.blocks) {
      const auto* heading = std::get_if<Heading>(&b);
      if (heading == nullptr || heading->level > 2) continue;
      const double indent = heading->level == 1 ? 0 : 16;
      const TextStyle style{heading->level == 1 ? 10.0 : 9.2, heading->level == 1};
      const Runs words = {{RunKind::kCrossReference, full_title(*heading), heading->id}};
      const TextBlock layout(page_.get(), words, style, width() - indent - 40, Align::kStart, rtl_);
      need(layout.height() + 3);
      layout.draw(page_.get(), kMargin + (rtl_ ? 40 : indent), y_);
      const auto found = before_.page_of.find(heading->id);
      if (found != before_.page_of.end()) {
        const TextBlock number(page_.get(), {{RunKind::kFact, digits(found->second), "page"}}, style, 36, Align::kEnd,
                               rtl_);
        number.draw(page_.get(), rtl_ ? kMargin : kMargin + width() - 36, y_);
      }
      y_ += layout.height() + (heading->level == 1 ? 3 : 1);
      fresh_ = false;
    }
  }

  static std::string full_title(const Heading& heading) {
    return (heading.number.empty() ? "" : heading.number + " ") + plain_text(heading.text);
  }

  void block(const Heading& heading) {
    constexpr double kSizes[] = {17, 13, 11, 10};
    const std::size_t level = static_cast<std::size_t>(std::clamp(heading.level, 1, 4) - 1);
    if (!fresh_) y_ += level == 0 ? 22 : 12;
    need(room_after_heading());
    destination(heading.id);
    page_of_[heading.id] = page_number_;
    outline(heading);
    Runs runs = heading.text;
    if (!heading.number.empty()) runs.insert(runs.begin(), {RunKind::kText, heading.number + " "});
    text(runs, level == 0 ? TextStyle{kSizes[0], true, 0.043, 0.36, 0.48} : TextStyle{kSizes[level], true}, 6);
  }

  // A heading stays with what follows: further headings and the beginning of the first other block.
  double room_after_heading() const {
    double wanted = 55;
    std::size_t next = at_ + 1;
    for (; next < document_.blocks.size() && std::holds_alternative<Heading>(document_.blocks[next]); ++next)
      wanted += 45;
    if (next >= document_.blocks.size()) return wanted;
    const bool large = std::holds_alternative<Figure>(document_.blocks[next]) ||
                       std::holds_alternative<TableBlock>(document_.blocks[next]);
    return wanted + (large ? 170 : 35);
  }

  void outline(const Heading& heading) {
    while (!outline_.empty() && outline_.back().first >= heading.level) outline_.pop_back();
    const int parent = outline_.empty() ? CAIRO_PDF_OUTLINE_ROOT : outline_.back().second;
    const int id = cairo_pdf_surface_add_outline(
        surface_.get(), parent, full_title(heading).c_str(), ("dest='" + heading.id + "'").c_str(),
        heading.level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : static_cast<cairo_pdf_outline_flags_t>(0));
    outline_.emplace_back(heading.level, id);
  }

  void block(const Paragraph& paragraph) { text(paragraph.runs, kBody, 6); }

  void block(const List& list) {
    std::size_t number = 0;
    for (const Runs& item : list.items) {
      need(2.6 * kBody.size);
      const std::string mark = list.ordered ? digits(++number) + "." : "•";
      const TextBlock bullet(page_.get(), {{RunKind::kText, mark}}, kBody, 14, Align::kStart, rtl_);
      bullet.draw(page_.get(), rtl_ ? kMargin + width() - 14 : kMargin, y_);
      text(item, kBody, 3, 16);
    }
    y_ += 4;
  }

  void block(const Note& note) {
    const double before = y_;
    const std::size_t page = page_number_;
    need(50);
    const double top = y_;
    Runs title = note.title;
    if (!title.empty()) text(title, {kBody.size, true}, 3, 12);
    for (const Runs& paragraph : note.paragraphs) text(paragraph, kBody, 4, 12);
    if (page == page_number_ || before == top) {
      if (note.kind == NoteKind::kCaution)
        cairo_set_source_rgb(page_.get(), 0.54, 0.29, 0);
      else
        cairo_set_source_rgb(page_.get(), 0.043, 0.36, 0.48);
      cairo_rectangle(page_.get(), rtl_ ? kMargin + width() - 2.5 : kMargin, top, 2.5, std::max(0.0, y_ - top - 4));
      cairo_fill(page_.get());
    }
    y_ += 6;
  }

  void block(const PageBreak&) {
    if (!fresh_) next_page();
  }

  // --- figures

  static Runs captioned(const std::string& label, const Runs& words) {
    Runs out = {{RunKind::kText, label + ". "}};
    out.insert(out.end(), words.begin(), words.end());
    return out;
  }

  void block(const Figure& figure) {
    const auto drawing = drawings_.svg.find(figure.id);
    double drawn_width = 0;
    double drawn_height = 0;
    if (drawing != drawings_.svg.end()) {
      const auto size = svg_size(drawing->second);
      if (!size) {
        problem_ = size.error();
        return;
      }
      drawn_width = std::min(size->width * kPointsPerPixel, width());
      drawn_height = size->height * drawn_width / size->width;
    }
    if (!fresh_) y_ += 8;
    need(std::min(drawn_height + 40, bottom() - kTop));
    destination(figure.id);
    text(captioned(figure.label, figure.caption), kCaption, 3);
    if (drawing == drawings_.svg.end()) {
      text({{RunKind::kText, drawings_.problem}}, {9, true, 0.54, 0.29, 0}, 3);
      text({{RunKind::kText, figure.alt}}, kBody, 6);
    } else {
      if (auto painted = paint_svg(page_.get(), drawing->second, rtl_ ? kMargin + width() - drawn_width : kMargin, y_,
                                   drawn_width);
          !painted)
        problem_ = painted.error();
      y_ += drawn_height + 4;
    }
    for (const Runs& note : figure.notes) text(note, kSmall, 2);
    y_ += 4;
  }

  // --- tables

  struct LaidRow {
    std::vector<TextBlock> cells;
    std::vector<double> x;
    std::vector<double> widths;
    std::vector<bool> withheld;
    double height = 0;
    bool group = false;
  };

  LaidRow lay(const TableBlock& table, const TableRow& row, bool head) {
    double sum = 0;
    for (const TableColumn& column : table.columns) sum += column.width;
    LaidRow out;
    out.group = row.group;
    std::size_t column = 0;
    double at = 0;
    for (const Cell& cell : row.cells) {
      const std::size_t span = row.group ? table.columns.size() : cell.span;
      double cell_width = 0;
      for (std::size_t i = column; i < std::min(column + span, table.columns.size()); ++i)
        cell_width += width() * table.columns[i].width / sum;
      const Align align = head && span > 1                              ? Align::kCenter
                          : column < table.columns.size() && !row.group ? table.columns[column].align
                                                                        : Align::kStart;
      out.cells.emplace_back(page_.get(), cell.runs, head || row.group ? kTableHead : kTableText,
                             std::max(4.0, cell_width - 2 * kCellPadding), align, rtl_);
      out.x.push_back(rtl_ ? kMargin + width() - at - cell_width : kMargin + at);
      out.widths.push_back(cell_width);
      out.withheld.push_back(cell.withheld);
      out.height = std::max(out.height, out.cells.back().height() + 2 * kCellPadding);
      at += cell_width;
      column += span;
    }
    return out;
  }

  void hatch(double x, double y, double w, double h) {
    cairo_t* page = page_.get();
    cairo_save(page);
    cairo_rectangle(page, x, y, w, h);
    cairo_clip(page);
    cairo_set_source_rgb(page, 0.87, 0.90, 0.92);
    cairo_set_line_width(page, 1);
    for (double d = -h; d < w; d += 5) {
      cairo_move_to(page, x + d, y + h);
      cairo_line_to(page, x + d + h, y);
    }
    cairo_stroke(page);
    cairo_restore(page);
  }

  void rule(double thickness, double grey) {
    cairo_t* page = page_.get();
    cairo_set_source_rgb(page, grey, grey, grey);
    cairo_set_line_width(page, thickness);
    cairo_move_to(page, kMargin, y_);
    cairo_line_to(page, kMargin + width(), y_);
    cairo_stroke(page);
  }

  void draw_row(const LaidRow& row, bool head) {
    if (head || row.group) {
      cairo_set_source_rgb(page_.get(), 0.95, 0.96, 0.97);
      cairo_rectangle(page_.get(), kMargin, y_, width(), row.height);
      cairo_fill(page_.get());
    }
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (row.withheld[i]) hatch(row.x[i], y_, row.widths[i], row.height);
      row.cells[i].draw(page_.get(), row.x[i] + kCellPadding, y_ + kCellPadding);
    }
    y_ += row.height;
    fresh_ = false;
    rule(head ? 0.9 : 0.4, head ? 0.15 : 0.8);
  }

  void block(const TableBlock& table) {
    if (table.wide) turn(true);
    if (!fresh_) y_ += 8;
    std::vector<LaidRow> head;
    double head_height = 0;
    for (const TableRow& row : table.header) {
      head.push_back(lay(table, row, true));
      head_height += head.back().height;
    }
    need(head_height + 70);
    destination(table.id);
    text(captioned(table.label, table.caption), kCaption, 3);
    const auto draw_head = [&] {
      rule(0.9, 0.15);
      for (const LaidRow& row : head) draw_row(row, true);
    };
    draw_head();
    for (const TableRow& row : table.rows) {
      const LaidRow laid = lay(table, row, false);
      if (room() < laid.height + (laid.group ? 24 : 0)) {
        next_page();
        draw_head();
      }
      draw_row(laid, false);
    }
    y_ += 3;
    for (const Runs& note : table.notes) text(note, kSmall, 1);
    y_ += 8;
    if (table.wide) turn(false);
  }

  const Document& document_;
  const Drawings& drawings_;
  const Passed& before_;
  bool rtl_;
  std::string bytes_;
  std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface_;
  std::unique_ptr<cairo_t, void (*)(cairo_t*)> page_;
  double y_ = kTop;
  bool fresh_ = true;
  bool wide_ = false;
  std::size_t at_ = 0;  // block being set
  std::size_t page_number_ = 0;
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
