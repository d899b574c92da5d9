#include "report/render/pdf_page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hamdil::report {

namespace {

constexpr double kShortSide = 595.28;  // A4, points
constexpr double kLongSide = 841.89;
constexpr double kMargin = 54;
constexpr double kTop = 62;
constexpr double kBottom = 62;

cairo_status_t append(void* target, const unsigned char* bytes, unsigned int count) {
  static_cast<std::string*>(target)->append(reinterpret_cast<const char*>(bytes), count);
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

PdfPage::PdfPage(bool right_to_left, std::function<void()> furniture)
    : rtl_(right_to_left),
      furniture_(std::move(furniture)),
      surface_(cairo_pdf_surface_create_for_stream(append, &bytes_, kShortSide, kLongSide), cairo_surface_destroy),
      page_(cairo_create(surface_.get()), cairo_destroy) {
  widen();
}

double PdfPage::page_width() const { return wide_ ? kLongSide : kShortSide; }
double PdfPage::page_height() const { return wide_ ? kShortSide : kLongSide; }
double PdfPage::bottom() const { return page_height() - kBottom; }

void PdfPage::narrow(double left, double width) {
  left_ = left;
  width_ = width;
}

void PdfPage::widen() { narrow(kMargin, page_width() - 2 * kMargin); }

void PdfPage::start() {
  ++number_;
  // Forgets what was begun on the page before: the first element begins after it.
  cairo_pdf_surface_set_size(surface_.get(), page_width(), page_height());
  if (number_ == 1) begin("Document");
  y = kTop;
  fresh = true;
}

void PdfPage::finish() {
  const double left = left_;
  const double width = width_;
  widen();
  furniture_();
  narrow(left, width);
  cairo_show_page(cairo());
}

void PdfPage::next() {
  finish();
  start();
}

void PdfPage::need(double height) {
  if (room() < height && !fresh) next();
}

void PdfPage::turn(bool wide) {
  if (wide_ == wide) return;
  if (!fresh)
    finish();
  else
    --number_;
  wide_ = wide;
  widen();
  start();
}

void PdfPage::begin(const char* tag) { cairo_tag_begin(cairo(), tag, nullptr); }
void PdfPage::end(const char* tag) { cairo_tag_end(cairo(), tag); }

void PdfPage::begin_header_cell(bool of_row) {
  additions_.header_of_row.push_back(of_row);
  begin("TH");
}

void PdfPage::begin_figure(const std::string& alternative) {
  additions_.alternatives.push_back(alternative);
  begin("Figure");
}

void PdfPage::destination(const std::string& id) {
  const std::string attributes = fmt::format("name='{}' x={:.2f} y={:.2f}", id, left_, y);
  cairo_tag_begin(cairo(), CAIRO_TAG_DEST, attributes.c_str());
  cairo_tag_end(cairo(), CAIRO_TAG_DEST);
}

void PdfPage::draw(const TextBlock& text, double x, double at, std::size_t from, std::size_t to) {
  begin("Span");
  text.draw(cairo(), x, at, from, to);
  end("Span");
  link(text, x, at, from, to);
}

void PdfPage::draw_whole(const TextBlock& text, double x, double at) {
  if (text.has_links()) return draw(text, x, at, 0, text.line_count());  // an element beside words: they need their own
  text.draw(cairo(), x, at);
  link(text, x, at, 0, text.line_count());
}

void PdfPage::link(const TextBlock& text, double x, double at, std::size_t from, std::size_t to) {
  text.links(cairo(), x, at, from, to);
  for (const TextBlock::Place& place : text.numbers(x, at, from, to))
    additions_.references.push_back({number_, place.x, page_height() - place.y - place.height, place.x + place.width,
                                     page_height() - place.y, place.target});
}

void PdfPage::rule(double thickness, double grey) {
  cairo_set_source_rgb(cairo(), grey, grey, grey);
  cairo_set_line_width(cairo(), thickness);
  cairo_move_to(cairo(), left_, y);
  cairo_line_to(cairo(), left_ + width_, y);
  cairo_stroke(cairo());
}

void PdfPage::hatch(double x, double at, double w, double h) {
  cairo_save(cairo());
  cairo_rectangle(cairo(), x, at, w, h);
  cairo_clip(cairo());
  cairo_set_source_rgb(cairo(), 0.87, 0.90, 0.92);
  cairo_set_line_width(cairo(), 1);
  for (double d = -h; d < w; d += 5) {
    cairo_move_to(cairo(), x + d, at + h);
    cairo_line_to(cairo(), x + d + h, at);
  }
  cairo_stroke(cairo());
  cairo_restore(cairo());
}

Result<std::string> PdfPage::close(const Document& document, const std::string& numbers_lead_to) {
  end("Document");
  finish();
  cairo_surface_finish(surface_.get());
  if (const cairo_status_t status = cairo_surface_status(surface_.get()); status != CAIRO_STATUS_SUCCESS)
    return Error("report.pdf.failed", "The PDF cannot be written: {reason}.",
                 {{"reason", cairo_status_to_string(status)}});
  if (const cairo_status_t status = cairo_status(cairo()); status != CAIRO_STATUS_SUCCESS)
    return Error("report.pdf.failed", "The PDF cannot be written: {reason}.",
                 {{"reason", cairo_status_to_string(status)}});
  additions_.language = document.language;
  additions_.right_to_left = rtl_;
  additions_.numbers_lead_to = numbers_lead_to;
  return finish_pdf(std::move(bytes_), additions_);
}

}  // namespace hamdil::report
