#include "app/http/message.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hamdil::http {

std::string_view Request::header(std::string_view name) const {
  const auto found = std::find_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; });
  return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::size_t Request::count(std::string_view name) const {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(), [&](const auto& h) { return h.first == name; }));
}

std::string Request::cookie(std::string_view name) const {
  std::string out;
  int found = 0;
  for (const auto& [header, value] : headers) {
    if (header != "cookie") continue;
    for (const std::string& part : text::split(value, ';')) {
      const std::string one = text::trim(part);
      const std::size_t equals = one.find('=');
      if (equals == std::string::npos || std::string_view(one).substr(0, equals) != name) continue;
      out = one.substr(equals + 1);
      ++found;
    }
  }
  return found == 1 ? out : std::string();
}

Response& Response::with(std::string name, std::string value) {
  headers.emplace_back(std::move(name), std::move(value));
  return *this;
}

bool decode_percent(std::string_view encoded, bool plus, std::string& decoded) {
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  decoded.clear();
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] != '%') {
      decoded += plus && encoded[i] == '+' ? ' ' : encoded[i];
      continue;
    }
    if (i + 2 >= encoded.size() || digit(encoded[i + 1]) < 0 || digit(encoded[i + 2]) < 0) return false;
    decoded += static_cast<char>(digit(encoded[i + 1]) * 16 + digit(encoded[i + 2]));
    i += 2;
  }
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; };
  return std::none_of(decoded.begin(), decoded.end(), is_control) && text::is_valid_utf8(decoded);
}

}  // namespace hamdil::http
