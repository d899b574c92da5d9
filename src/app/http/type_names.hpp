// Types and classes of fields as the interface for programs names them.
#pragma once

#include "model/kind.hpp"

namespace hamdil::http {

// "long_text"; "contact".
const char* type_name(model::FieldType type);
const char* personal_name(model::PersonalClass personal);

}  // namespace hamdil::http
