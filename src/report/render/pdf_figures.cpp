// Drawings with their captions.
#include <algorithm>

#include "report/render/pdf_writer.hpp"

namespace hamdil::report {

namespace {

constexpr double kPointsPerPixel = 0.75;

}  // namespace

Size PdfWriter::drawn_size(const Figure& figure) const {
  const auto drawing = drawings_.svg.find(figure.id);
  if (drawing == drawings_.svg.end()) return {};
  const auto size = svg_size(drawing->second);
  if (!size) return {};
  const double width = std::min(size->width * kPointsPerPixel, page_.width());
  return {width, size->height * width / size->width};
}

double PdfWriter::height_around(const Figure& figure) const {
  double out = 8 + height_of(captioned(figure.label, figure.caption), kCaption, 7);
  for (const Runs& note : figure.notes) out += height_of(note, kSmall, 2);
  return out;
}

void PdfWriter::block(const Figure& figure) {
  const auto drawing = drawings_.svg.find(figure.id);
  if (drawing != drawings_.svg.end()) {
    if (const auto size = svg_size(drawing->second); !size) {
      problem_ = size.error();
      return;
    }
  }
  if (const Block* second = beside(at_)) {
    ++at_;
    side_by_side(figure, *second);
    return;
  }
  const Size size = drawn_size(figure);
  const double around = height_around(figure);
  const double least = std::min(size.height * kLeastFigure + around, page_.bottom() - 70);
  if (page_.room() < least && !page_.fresh) {
    if (const TableBlock* twin = twin_that_fits(figure)) {
      ++at_;
      block(*twin);
    }
    page_.need(least);
  }
  if (!page_.fresh) page_.y += 8;
  caption(figure);
  if (drawing == drawings_.svg.end()) {
    element("P", {{RunKind::kText, drawings_.problem}}, {9, true, 0.54, 0.29, 0}, 3);
    element("P", {{RunKind::kText, figure.alt}}, kBody, 6);
  } else {
    draw(figure, drawing->second, size, std::clamp((page_.room() - around + 20) / size.height, kLeastFigure, 1.0));
  }
  for (const Runs& note : figure.notes) element("P", note, kSmall, 2);
  page_.y += 4;
}

void PdfWriter::caption(const Figure& figure) {
  page_.destination(figure.id);
  element("P", captioned(figure.label, figure.caption), kCaption, 3);
}

// The table with the same figures stands before the drawing where the drawing has to wait for the next page.
const TableBlock* PdfWriter::twin_that_fits(const Figure& figure) {
  const auto* twin = at_ + 1 < document_.blocks.size() ? std::get_if<TableBlock>(&document_.blocks[at_ + 1]) : nullptr;
  return twin != nullptr && twin->twin_of == figure.id && !twin->wide && whole_height(*twin) + 8 <= page_.room()
             ? twin
             : nullptr;
}

Size PdfWriter::narrow_size(const Figure& figure) const {
  const auto drawing = drawings_.narrow.find(figure.id);
  if (drawing == drawings_.narrow.end() || !drawings_.svg.contains(figure.id)) return {};
  const auto size = svg_size(drawing->second);
  if (!size) return {};
  const double width = std::min(size->width * kPointsPerPixel, half_width());
  return {width, size->height * width / size->width};
}

// A drawing in the form that is made for phones leaves room beside it: for the drawing that follows, where it is about
// as high, or for its own small table.
const Block* PdfWriter::beside(std::size_t at) {
  const Figure& figure = std::get<Figure>(document_.blocks[at]);
  const Block* next = at + 1 < document_.blocks.size() ? &document_.blocks[at + 1] : nullptr;
  const double own = narrow_size(figure).height;
  if (next == nullptr || own <= 0) return nullptr;
  if (const auto* other = std::get_if<Figure>(next)) {
    const double height = narrow_size(*other).height;
    return std::min(own, height) < 0.5 * std::max(own, height) ? nullptr : next;
  }
  const auto* table = std::get_if<TableBlock>(next);
  return table != nullptr && table->twin_of == figure.id && fits_beside(*table) ? next : nullptr;
}

// Everything but the drawings and their height; both at half the width.
double PdfWriter::height_beside(const Figure& first, const Block& second, double scale) {
  const Figure* other = std::get_if<Figure>(&second);
  const double one = narrow_size(first).height * scale;
  const double two = other == nullptr ? 0 : narrow_size(*other).height * scale;
  const double left = page_.left();
  const double width = page_.width();
  page_.narrow(left, half_width());
  const double out =
      std::max(one + height_around(first),
               other != nullptr ? two + height_around(*other) : height_of_half(std::get<TableBlock>(second)));
  page_.narrow(left, width);
  return out + 8;
}

void PdfWriter::side_by_side(const Figure& first, const Block& second) {
  page_.need(height_beside(first, second, kLeastFigure));
  double scale = 1;
  while (scale > kLeastFigure && height_beside(first, second, scale) > page_.room()) scale -= 0.02;
  if (!page_.fresh) page_.y += 8;
  const double left = page_.left();
  const double width = page_.width();
  const double half = half_width();
  const double top = page_.y;
  const auto drawing = [&](const Figure& figure) {
    Size size;
    page_.narrow(left, width);
    size = narrow_size(figure);
    page_.narrow((&figure == &first) != rtl_ ? left : left + half + kGutter, half);
    caption(figure);
    draw(figure, drawings_.narrow.at(figure.id), size, scale);
    for (const Runs& note : figure.notes) element("P", note, kSmall, 2);
  };
  drawing(first);
  const double lowest = page_.y;
  page_.y = top;
  if (const auto* figure = std::get_if<Figure>(&second)) {
    drawing(*figure);
  } else {
    page_.narrow(rtl_ ? left : left + half + kGutter, half);
    set_half(std::get<TableBlock>(second));
  }
  page_.narrow(left, width);
  page_.y = std::max(lowest, page_.y) + 4;
}

void PdfWriter::draw(const Figure& figure, const std::string& svg, const Size& size, double scale) {
  const double width = size.width * scale;
  page_.begin_figure(figure.alt);
  const double x = rtl_ ? page_.left() + page_.width() - width : page_.left();
  if (auto painted = paint_svg(page_.cairo(), svg, x, page_.y, width); !painted) problem_ = painted.error();
  page_.end("Figure");
  page_.fresh = false;
  page_.y += size.height * scale + 4;
}

}  // namespace hamdil::report
