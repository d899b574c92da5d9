#include "app/http/labels.hpp"

#include <algorithm>
#include <array>

namespace hamdil::http {

std::string label_of(std::string_view name, std::string_view) {
  std::string out(name);
  std::replace(out.begin(), out.end(), '_', ' ');
  if (!out.empty() && out.front() >= 'a' && out.front() <= 'z')
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
  return out;
}

std::string plural_of(std::string_view name, std::string_view language) {
  std::string out = label_of(name, language);
  if (out.ends_with("sis")) return out.substr(0, out.size() - 2) + "es";  // analyses
  if (out.ends_with('y') && out.size() > 1 &&
      std::string_view("aeiou").find(out[out.size() - 2]) == std::string_view::npos)
    return out.substr(0, out.size() - 1) + "ies";
  if (out.ends_with('s') || out.ends_with('x') || out.ends_with("ch") || out.ends_with("sh")) return out + "es";
  return out + "s";
}

const char* type_name(model::FieldType type) {
  constexpr std::array<const char*, 14> kNames = {"text",   "translated", "number",    "integer",   "boolean",
                                                  "date",   "timestamp",  "choice",    "reference", "references",
                                                  "digest", "data",       "long_text", "tags"};
  return kNames[static_cast<std::size_t>(type)];
}

const char* personal_name(model::PersonalClass personal) {
  constexpr std::array<const char*, 3> kNames = {"none", "contact", "identifier"};
  return kNames[static_cast<std::size_t>(personal)];
}

}  // namespace hamdil::http
