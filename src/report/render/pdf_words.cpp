// Headings, paragraphs, lists and notes.
#include <algorithm>

#include "report/render/pdf_writer.hpp"

namespace hamdil::report {

namespace {

constexpr const char* kAnnexes = "annexes";  // the chapter that is set tightly

}  // namespace

TextBlock PdfWriter::lay(const Runs& runs, const TextStyle& style, double width, Align align) const {
  return TextBlock(page_.cairo(), runs, style, width, align, rtl_);
}

void PdfWriter::text(const Runs& runs, const TextStyle& style, double after, double indent) {
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

void PdfWriter::element(const char* tag, const Runs& runs, const TextStyle& style, double after, double indent) {
  page_.begin(tag);
  text(runs, style, after, indent);
  page_.end(tag);
}

double PdfWriter::height_of(const Runs& runs, const TextStyle& style, double after) const {
  return lay(runs, style, page_.width()).height() + after;
}

std::string PdfWriter::full_title(const Heading& heading) {
  return (heading.number.empty() ? "" : heading.number + " ") + plain_text(heading.text);
}

void PdfWriter::block(const Heading& heading) {
  constexpr const char* kTags[] = {"H1", "H2", "H3", "H4"};
  const std::size_t level = static_cast<std::size_t>(std::clamp(heading.level, 1, 4) - 1);
  if (level == 0) tight_ = heading.id == kAnnexes;
  if (!page_.fresh) page_.y += level == 0 ? 22 : 12;
  page_.need(room_with_heading(heading));
  page_.destination(heading.id);
  page_of_[heading.id] = page_.number();
  outline(heading);
  element(kTags[level], numbered(heading), heading_style(heading), 6);
}

Runs PdfWriter::numbered(const Heading& heading) {
  Runs runs = heading.text;
  if (!heading.number.empty()) runs.insert(runs.begin(), {RunKind::kText, heading.number + " "});
  return runs;
}

TextStyle PdfWriter::heading_style(const Heading& heading) {
  constexpr double kSizes[] = {17, 13, 11, 10};
  const double size = kSizes[std::clamp(heading.level, 1, 4) - 1];
  return heading.level <= 1 ? TextStyle{size, true, 0.043, 0.36, 0.48} : TextStyle{size, true};
}

double PdfWriter::room_with_heading(const Heading& heading) {
  double wanted = height_of(numbered(heading), heading_style(heading), 6);
  for (std::size_t next = at_ + 1; next < document_.blocks.size(); ++next) {
    const Block& block = document_.blocks[next];
    if (const auto* further = std::get_if<Heading>(&block)) {
      wanted += height_of(numbered(*further), heading_style(*further), 6 + 22);
    } else if (const auto* paragraph = std::get_if<Paragraph>(&block)) {
      const double height = height_of(paragraph->runs, kBody, 6);
      if (height > 60) return wanted + 45;
      wanted += height;
    } else {
      return wanted + least_height(next);
    }
  }
  return wanted;
}

double PdfWriter::least_height(std::size_t at) {
  const Block& block = document_.blocks[at];
  const Block* next = at + 1 < document_.blocks.size() ? &document_.blocks[at + 1] : nullptr;
  if (const auto* figure = std::get_if<Figure>(&block)) {
    if (const Block* second = beside(at)) return height_beside(*figure, *second, kLeastFigure);
    double out = drawn_size(*figure).height * kLeastFigure + height_around(*figure);
    const auto* twin = next == nullptr ? nullptr : std::get_if<TableBlock>(next);
    if (twin != nullptr && twin->twin_of == figure->id && !twin->wide) out = std::min(out, whole_height(*twin) + 8);
    return out;
  }
  return std::holds_alternative<TableBlock>(block) ? 110 : 35;
}

void PdfWriter::outline(const Heading& heading) {
  while (!outline_.empty() && outline_.back().first >= heading.level) outline_.pop_back();
  const int parent = outline_.empty() ? CAIRO_PDF_OUTLINE_ROOT : outline_.back().second;
  const int id = cairo_pdf_surface_add_outline(
      page_.surface(), parent, full_title(heading).c_str(), ("dest='" + heading.id + "'").c_str(),
      heading.level == 1 ? CAIRO_PDF_OUTLINE_FLAG_OPEN : static_cast<cairo_pdf_outline_flags_t>(0));
  outline_.emplace_back(heading.level, id);
}

const TextStyle& PdfWriter::body() const { return tight_ ? kTight : kBody; }

void PdfWriter::block(const Paragraph& paragraph) { element("P", paragraph.runs, body(), tight_ ? 3 : 6); }

void PdfWriter::block(const List& list) {
  page_.begin("L");
  const std::size_t columns = tight_ && !list.ordered ? columns_for(list) : 1;
  if (columns > 1)
    items_side_by_side(list, columns);
  else
    items_below_each_other(list);
  page_.end("L");
  page_.y += 4;
}

void PdfWriter::items_below_each_other(const List& list) {
  std::size_t number = 0;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Runs& item = list.items[i];
    double wanted = 2.6 * body().size;
    if (i + 2 == list.items.size())  // the last item stands alone on no page
      for (const Runs& one : {item, list.items.back()}) wanted += lay(one, body(), page_.width() - 16).height() + 3;
    page_.need(std::min(wanted, page_.bottom() / 2));
    page_.begin("LI");
    const std::string mark = list.ordered ? digits(++number) + "." : "•";
    page_.begin("Lbl");
    page_.draw_whole(lay({{RunKind::kText, mark}}, body(), 14), rtl_ ? page_.left() + page_.width() - 14 : page_.left(),
                     page_.y);
    page_.end("Lbl");
    element("LBody", item, body(), tight_ ? 1.5 : 3, 16);
    page_.end("LI");
  }
}

std::size_t PdfWriter::columns_for(const List& list) const {
  double widest = 0;
  for (const Runs& item : list.items) widest = std::max(widest, lay(item, body(), 1000).natural_width());
  return static_cast<std::size_t>(std::clamp(page_.width() / (widest + 16 + kGutter), 1.0, 4.0));
}

void PdfWriter::items_side_by_side(const List& list, std::size_t columns) {
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

void PdfWriter::block(const Note& note) {
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

void PdfWriter::block(const PageBreak&) {
  if (!page_.fresh) page_.next();
}

Runs PdfWriter::captioned(const std::string& label, const Runs& words) {
  Runs out = {{RunKind::kText, label + ". "}};
  out.insert(out.end(), words.begin(), words.end());
  return out;
}

}  // namespace hamdil::report
