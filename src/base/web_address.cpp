#include "base/web_address.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hamdil {
namespace {

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Letters of any alphabet, digits and hyphens, in parts that dots divide.
bool is_host(std::string_view host) {
  if (text::equals_ignoring_case(host, "localhost")) return true;
  if (host.find('.') == std::string_view::npos) return false;
  const auto is_part = [](const std::string& part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
             static_cast<unsigned char>(c) >= 0x80;
    });
  };
  const std::vector<std::string> parts = text::split(host, '.');
  return std::all_of(parts.begin(), parts.end(), is_part);
}

}  // namespace

bool is_web_address(std::string_view text) {
  const std::size_t scheme = text.find("://");
  if (scheme == std::string_view::npos) return false;
  const std::string name = text::to_lower_ascii(text.substr(0, scheme));
  if (name != "http" && name != "https") return false;
  if (std::any_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; })) return false;
  std::string_view host = text.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
    if (!is_port(host.substr(colon + 1))) return false;
    host = host.substr(0, colon);
  }
  return is_host(host);
}

}  // namespace hamdil
