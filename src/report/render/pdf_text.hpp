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
  // As wide as it would be on one line.
  double natural_width() const;
  // Draws lines [from, to) so that the top of line `from` is at y.
  void draw(cairo_t* page, double x, double y, std::size_t from, std::size_t to) const;
  void draw(cairo_t* page, double x, double y) const { draw(page, x, y, 0, line_count()); }
  bool has_links() const { return !links_.empty(); }
  // Makes cross-references and addresses of these lines links, when drawn there.
  void links(cairo_t* page, double x, double y, std::size_t from, std::size_t to) const;

  // Where a printed number with a reference stands when drawn there.
  struct Place {
    double x = 0;
    double y = 0;
    double width = 0;
    double height = 0;
    std::string target;
  };
  std::vector<Place> numbers(double x, double y, std::size_t from, std::size_t to) const;

 private:
  struct Stretch {
    int start;
    int end;  // bytes
    std::string target;
  };
  std::vector<Place> places(const std::vector<Stretch>& stretches, double x, double y, std::size_t from,
                            std::size_t to) const;

  std::unique_ptr<PangoLayout, LayoutFree> layout_;
  TextStyle style_;
  std::vector<Stretch> links_;    // with Cairo's attributes
  std::vector<Stretch> numbers_;  // with their references
};

}  // namespace hamdil::report
