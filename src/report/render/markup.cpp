#include "report/render/markup.hpp"

#include <algorithm>

#include "base/markup.hpp"
#include "base/text.hpp"

namespace hamdil::report {

std::string safe_address(std::string_view address) {
  for (const std::string_view scheme : {"https://", "http://", "mailto:", "#"})
    if (text::starts_with_ignoring_case(address, scheme)) return std::string(address);
  return {};
}

bool has_right_to_left_letters(std::string_view text) {
  for (std::size_t i = 0; i + 1 < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(text[i + 1]);
    const bool digit_or_sign = (byte == 0xDB && next >= 0xB0 && next <= 0xB9) ||  // U+06F0 to U+06F9
                               (byte == 0xD9 && next >= 0xA0 && next <= 0xAC) ||
                               (byte == 0xD8 && (next == 0x8C || next == 0x9B));  // U+0660 to U+066C, comma, semicolon
    if (digit_or_sign) {
      ++i;
      continue;
    }
    // Hebrew to Arabic Extended-A, and the presentation forms.
    if ((byte >= 0xD7 && byte <= 0xDF) || (byte == 0xE0 && next >= 0xA0 && next <= 0xA3) ||
        (byte == 0xEF && next >= 0xAC && next <= 0xBB))
      return true;
  }
  return false;
}

namespace {

// A drawing that is one image has no parts for screen readers; what the chart library wrote for them is left out.
std::string without_parts(const std::string& svg) {
  std::string out;
  out.reserve(svg.size());
  bool in_tag = false;
  for (std::size_t i = 0; i < svg.size();) {
    if (svg[i] == '<') in_tag = true;
    if (svg[i] == '>') in_tag = false;
    std::size_t skipped = 0;
    for (const std::string_view name : {" aria-label=\"", " aria-roledescription=\"", " aria-hidden=\"", " role=\""}) {
      if (!in_tag || svg.compare(i, name.size(), name) != 0) continue;
      const std::size_t end = svg.find('"', i + name.size());
      if (end != std::string::npos) skipped = end + 1 - i;
    }
    if (skipped == 0) out += svg[i];
    i += std::max<std::size_t>(skipped, 1);
  }
  return out;
}

}  // namespace

std::string inline_svg(const std::string& svg, const std::string& id, const std::string& title) {
  const std::size_t start = svg.find("<svg");
  if (start == std::string::npos) return {};
  std::string out = without_parts(svg.substr(start));
  for (const std::string_view opening : {"id=\"", "url(#", "href=\"#"})
    out = text::replace_all(out, opening, std::string(opening) + id + "-");
  // The figure's text stands outside; inside, the drawing is one image.
  out.insert(4, " role=\"img\" aria-label=\"" + escape_markup(title) + "\" focusable=\"false\" direction=\"ltr\"");
  return out;
}

}  // namespace hamdil::report
