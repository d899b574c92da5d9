// Text that goes into HTML, XML and the formats made of them.
#pragma once

#include <string>
#include <string_view>

namespace hamdil {

// For elements and double-quoted attributes alike. Characters that XML forbids are dropped: controls but line feed and
// tab, U+FFFE and U+FFFF. The text is UTF-8.
std::string escape_markup(std::string_view text);

}  // namespace hamdil
