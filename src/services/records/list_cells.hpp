// One field's value as the cell of a table, and back. Internal to exchange_list.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/result.hpp"
#include "model/kind.hpp"

namespace hamdil::services::records {

// "a; b", or a JSON list where a value would not survive that.
std::string join_cell(const std::vector<std::string>& values);
// The values of such a cell; with `is_one` a semicolon parts nothing.
std::vector<std::string> parts_of_cell(const std::string& cell, bool is_one);
std::string value_to_cell(const Json& value);

// An id as it stands, or the id of the only record of that title; empty when there is none.
using FindReference = std::function<std::optional<std::string>(const std::string& kind, const std::string& text)>;

// The value that a cell (not empty) means for the field. Code records.import.cell, which tells what is taken and never
// quotes the cell.
Result<Json> cell_to_value(const std::string& cell, const model::FieldDefinition& field, const FindReference& find);

// Formula cells of CSV files: one apostrophe more in front, and away again.
std::string guarded_cell(const std::string& cell);
std::string unguarded_cell(const std::string& cell);

}  // namespace hamdil::services::records
