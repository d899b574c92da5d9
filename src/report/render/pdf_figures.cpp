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

void PdfWriter::draw(const Figure& figure, const std::string& svg, const Size& size, double room) {
  const double scale = std::clamp(room / size.height, kLeastFigure, 1.0);
  const double width = size.width * scale;
  page_.begin_figure(figure.alt);
  const double x = rtl_ ? page_.left() + page_.width() - width : page_.left();
  if (auto painted = paint_svg(page_.cairo(), svg, x, page_.y, width); !painted) problem_ = painted.error();
  page_.end("Figure");
  page_.fresh = false;
  page_.y += size.height * scale + 4;
}

}  // namespace hamdil::report
