// What kinds, fields, choices, states and transitions are called on the screen.
#pragma once

#include <string>
#include <string_view>

#include "model/kind.hpp"

namespace hamdil::http {

// "starts_at" -> "Starts at".
std::string label_of(std::string_view name, std::string_view language);
std::string plural_of(std::string_view name, std::string_view language);
// "long_text": the types as the interface for programs names them.
const char* type_name(model::FieldType type);
const char* personal_name(model::PersonalClass personal);

}  // namespace hamdil::http
