#include "report/render/markup.hpp"

#include "base/text.hpp"

namespace hamdil::report {

std::string escape_markup(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 16);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (byte >= 0x20 || c == '\n' || c == '\t')
      out += c;
  }
  return out;
}

std::string safe_address(std::string_view address) {
  for (const std::string_view scheme : {"https://", "http://", "mailto:", "#"})
    if (text::starts_with_ignoring_case(address, scheme)) return std::string(address);
  return {};
}

std::string inline_svg(const std::string& svg, const std::string& id, const std::string& title) {
  const std::size_t start = svg.find("<svg");
  if (start == std::string::npos) return {};
  std::string out = svg.substr(start);
  for (const std::string_view opening : {"id=\"", "url(#", "href=\"#"})
    out = text::replace_all(out, opening, std::string(opening) + id + "-");
  // The figure's text stands outside; inside, the drawing is one image.
  out.insert(4, " role=\"img\" aria-label=\"" + escape_markup(title) + "\" focusable=\"false\" direction=\"ltr\"");
  return out;
}

}  // namespace hamdil::report
