// What the renderers that write markup share.
#pragma once

#include <string>
#include <string_view>

namespace hamdil::report {

// http, https, mailto and links inside the document only; anything else gives "".
std::string safe_address(std::string_view address);
// Whether the text holds letters that are written from right to left. Digits and signs, Persian ones too, do not count.
bool has_right_to_left_letters(std::string_view text);
// An SVG as it may stand inside HTML: no XML head, ids made unique by a prefix.
std::string inline_svg(const std::string& svg, const std::string& id, const std::string& title);

}  // namespace hamdil::report
