// The dimensions of an outline section, one after the other, and both sides next to each other.
#include <algorithm>

#include "report/sections/sections.hpp"

namespace hamdil::report {

namespace {

bool compose_dimensions(Composition& c, const std::string& section) {
  const auto& dimensions = c.context().dimensions;
  if (std::none_of(dimensions.begin(), dimensions.end(), [&](const Dimension& d) { return d.section == section; }))
    return false;
  section_heading(c, section);
  for (const Dimension& dimension : dimensions)
    if (dimension.section == section) compose_dimension(c, dimension);
  return true;
}

}  // namespace

bool compose_coexistence(Composition& c) { return compose_dimensions(c, "coexistence"); }
bool compose_discrimination(Composition& c) { return compose_dimensions(c, "discrimination"); }

}  // namespace hamdil::report
