// Drawings (SVG text made by hamdil-draw) as bitmaps and as vectors on a Cairo page.
#pragma once

#include <string>

#include "base/result.hpp"

typedef struct _cairo cairo_t;  // NOLINT: Cairo's own declaration, so that its header stays in .cpp files

namespace hamdil::report {

struct Size {
  double width = 0;  // CSS pixels
  double height = 0;
};

// Codes: report.svg.unreadable.
Result<Size> svg_size(const std::string& svg);
// A PNG of `scale` pixels to one CSS pixel.
Result<std::string> svg_to_png(const std::string& svg, double scale);
// Draws it with its upper left corner at (x, y) and `width` wide, in the units of the page.
Status paint_svg(cairo_t* page, const std::string& svg, double x, double y, double width);

}  // namespace hamdil::report
