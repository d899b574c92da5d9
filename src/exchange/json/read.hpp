// Submissions as the API of KoboToolbox gives them: an array of objects (or {"results": [...]}) with full paths as
// keys, repeats as arrays of such objects, select_multiple as names parted by spaces. Read as sheets: the submissions,
// and one sheet for each repeat, linked by _index and _parent_index as in a workbook export.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange::json {

// One sheet: a repeat's path ("" for the submissions) and its columns, in order of first appearance.
struct Sheet {
  std::string path;
  std::size_t parent = 0;  // into the sheets; meaningless for the first
  std::vector<std::string> columns;
};

// Whether the text can be such a file, from its first bytes.
bool looks_like_submissions(std::string_view bytes);

// Passes over the whole text and finds its sheets, submissions first. Lists of scalars become one cell, their values
// parted by spaces; objects inside become columns "outer/inner"; what the server adds as lists or objects
// (_attachments, _geolocation, _notes ...) is passed over, but for the label of _validation_status. Limits: 40 levels,
// 500 sheets, TableLimits of each. Codes: exchange.json.syntax (with the byte), exchange.json.no_submissions,
// exchange.json.too_deep, exchange.json.too_many_sheets, too_many_columns.
Result<std::vector<Sheet>> find_sheets(std::string_view bytes, const std::string& name, const TableLimits& limits = {});

// Streams one sheet, its header first. Rows are numbered as if they stood below a header in row 1. Codes as above,
// exchange.json.too_many_rows, cell_too_long.
Status stream(std::string_view bytes, const std::string& name, const std::vector<Sheet>& sheets, std::size_t sheet,
              const TableLimits& limits, const RowSink& sink);

}  // namespace hamdil::exchange::json
