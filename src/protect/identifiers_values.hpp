// Identifiers told by what the answers look like, whatever their column is called.
#pragma once

#include <optional>

#include "protect/identifiers.hpp"

namespace hamdil::protect {

// At least three answers, of which at least 60 % look like telephone numbers, e-mail or network addresses, coordinates,
// account numbers (IBAN) or names of media files. The first 500 answers are looked at.
std::optional<IdentifierFinding> recognise_by_values(const ColumnFacts& facts);

}  // namespace hamdil::protect
