// The web interface: files that are part of the program.
#pragma once

#include <string>

#include "app/http/message.hpp"

namespace hamdil::http {

// The file at the path, or the shell for addresses that the interface itself resolves (those without a point in their
// last part); 404 for everything else. Only what was built in is there: no path leads to the disk. Gzip where the
// client takes it; names with a digest in them are kept for a year.
Response asset_response(const Request& request, const std::string& path);

// "text/html; charset=utf-8" by the name's end.
std::string content_type_of(std::string_view name);

}  // namespace hamdil::http
