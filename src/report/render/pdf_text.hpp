// Text for PDF pages: runs as Pango layouts, and where their links are.
#pragma once

#include <cairo.h>
#include <pango/pangocairo.h>

#include <memory>
#include <string>
#include <vector>

#include "report/document.hpp"

namespace hamdil::report {

struct TextStyle {
  double size = 10;  // points
  bool bold = false;
  double red = 0.11, green = 0.15, blue = 0.20;
};

struct LayoutFree {
  void operator()(PangoLayout* layout) const { g_object_unref(layout); }
};

// Laid out once, drawn once. Widths and heights in points.
class TextBlock {
 public:
  TextBlock(cairo_t* page, const Runs& runs, const TextStyle& style, double width, Align align, bool right_to_left);
  double height() const;
  std::size_t line_count() const;
  double line_top(std::size_t line) const;
  // Draws lines [from, to) so that the top of line `from` is at y. Links to `known` destinations become links.
  void draw(cairo_t* page, double x, double y, std::size_t from, std::size_t to) const;
  void draw(cairo_t* page, double x, double y) const { draw(page, x, y, 0, line_count()); }

 private:
  struct Link {
    int start;
    int end;  // bytes
    std::string attributes;
  };
  void links(cairo_t* page, PangoLayoutLine* line, double x, double top, double height) const;

  std::unique_ptr<PangoLayout, LayoutFree> layout_;
  TextStyle style_;
  std::vector<Link> links_;
};

}  // namespace hamdil::report
