// Whether a text is an address on the web that a browser can follow.
#pragma once

#include <string_view>

namespace hamdil {

// http or https, a host with a dot in it or localhost, perhaps a port; no blanks, no name and password before the host.
bool is_web_address(std::string_view text);

}  // namespace hamdil
