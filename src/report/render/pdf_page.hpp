// The pages of a PDF: paper, cursor, structure tags, and what Cairo does not write and is added afterwards.
#pragma once

#include <cairo-pdf.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "report/document.hpp"
#include "report/render/pdf_finish.hpp"
#include "report/render/pdf_text.hpp"

namespace hamdil::report {

// Where the flow stands on A4 pages. Lengths in points from the upper left corner.
class PdfPage {
 public:
  // `furniture` draws head and foot of the page that ends.
  PdfPage(bool right_to_left, std::function<void()> furniture);

  cairo_t* cairo() const { return page_.get(); }
  cairo_surface_t* surface() const { return surface_.get(); }
  bool right_to_left() const { return rtl_; }
  std::size_t number() const { return number_; }

  double page_width() const;
  double page_height() const;
  double left() const { return left_; }
  double width() const { return width_; }
  double bottom() const;
  double room() const { return bottom() - y; }
  // The next blocks stand in this part of the paper's width.
  void narrow(double left, double width);
  void widen();

  double y = 0;
  bool fresh = true;  // nothing stands on the page yet

  void start();
  void next();
  void finish();
  void need(double height);  // a new page unless this still fits
  void turn(bool wide);      // landscape or back, on a page of its own

  // Structure: what stands between begin and end belongs to an element of this kind ("P", "Table", "TH", ...).
  void begin(const char* tag);
  void end(const char* tag);
  void begin_header_cell(bool of_row);
  void begin_figure(const std::string& alternative);
  void destination(const std::string& id);
  // Lines [from, to) of a text, as part of the open element.
  void draw(const TextBlock& text, double x, double at, std::size_t from, std::size_t to);
  // All there is of the open element.
  void draw_whole(const TextBlock& text, double x, double at);
  // Furniture and repetitions, which are no content.
  void draw_outside(const TextBlock& text, double x, double at) const { text.draw(cairo(), x, at); }

  void rule(double thickness, double grey);
  void hatch(double x, double at, double w, double h);

  // Closes the file: bytes and what is to be added to them.
  Result<std::string> close(const Document& document, const std::string& numbers_lead_to);

 private:
  void link(const TextBlock& text, double x, double at, std::size_t from, std::size_t to);

  bool rtl_;
  std::function<void()> furniture_;
  std::string bytes_;
  std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface_;
  std::unique_ptr<cairo_t, void (*)(cairo_t*)> page_;
  double left_ = 0;
  double width_ = 0;
  bool wide_ = false;
  std::size_t number_ = 0;
  PdfAdditions additions_;
};

}  // namespace hamdil::report
