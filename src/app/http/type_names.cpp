#include "app/http/type_names.hpp"

#include <array>

namespace hamdil::http {

const char* type_name(model::FieldType type) {
  constexpr std::array<const char*, 15> kNames = {"text",   "translated", "number",    "integer",   "boolean",
                                                  "date",   "timestamp",  "choice",    "reference", "references",
                                                  "digest", "data",       "long_text", "tags",      "files"};
  return kNames[static_cast<std::size_t>(type)];
}

const char* personal_name(model::PersonalClass personal) {
  constexpr std::array<const char*, 3> kNames = {"none", "contact", "identifier"};
  return kNames[static_cast<std::size_t>(personal)];
}

}  // namespace hamdil::http
