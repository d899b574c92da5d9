// What a dataset record says of its rows, so that a later look can tell whether they are still the same.
#pragma once

#include <string>

#include "data/column.hpp"

namespace hamdil::data {

// Digest over all rows in order, whatever the order of columns: name, value and reason for being missing of every cell.
// Flags ("_flag_...", they depend on the other rows) and cells that were not asked (they come and go with other files'
// columns) do not count. Cost: all cells as text.
std::string content_digest(const Table& table);

}  // namespace hamdil::data
