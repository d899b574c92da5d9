// The reference data sets: quoted CSV with types and level orders in columns.json.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "data/column.hpp"

namespace hamdil::conformance {

// RFC 4180, UTF-8, header first, empty = missing. `columns` gives {"type", "levels"} by column name; a column that it
// does not name is text. Codes: conformance.data.ragged, .open_quote, .bad_number, .bad_level with row and column.
Result<data::Table> read_reference_csv(const std::string& path, const Json& columns);

}  // namespace hamdil::conformance
