// The reference of all kinds of record, written from their declarations.
#pragma once

#include <string>

namespace hamdil::model {

// docs/reference/records.md: by area, each kind with its fields, states, transitions and rules, in English.
std::string records_reference();

}  // namespace hamdil::model
