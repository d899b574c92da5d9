// Submissions as the API of KoboToolbox gives them: an array of objects (or {"results": [...]}) with full paths as
// keys, repeats as arrays of such objects, select_multiple as names parted by spaces. Read as sheets: the submissions,
// and one sheet for each repeat, linked by _index and _parent_index as in a workbook export.
#pragma once

#include <optional>
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

// What an API's answer says of itself: it gives many submissions page by page. Empty for a bare list.
struct Page {
  std::optional<std::size_t> count;  // of all submissions, on all pages
  std::string next, previous;        // addresses of the pages around; "" where there is none
  std::size_t results = 0;           // submissions on this page
  bool is_whole() const { return next.empty() && previous.empty() && count.value_or(results) <= results; }
};

// Whether the pages together are everything: one begins, one ends, no two go on alike, and the submissions are as many
// as each page says there are. The error (exchange.json.incomplete) tells how many are there of how many, with `file`
// as its place.
Status check_pages(const std::vector<Page>& pages, const std::string& file);

// Whether the text can be such a file, from its first bytes.
bool looks_like_submissions(std::string_view bytes);

// Passes over the whole text and finds its sheets, submissions first. Lists of scalars become one cell, their values
// parted by spaces; objects inside become columns "outer/inner"; what the server adds as lists or objects
// (_attachments, _geolocation, _notes ...) is passed over, but for the label of _validation_status. Limits: 40 levels,
// 500 sheets, TableLimits of each. Codes: exchange.json.syntax (with the byte), exchange.json.no_submissions,
// exchange.json.too_deep, exchange.json.too_many_sheets, too_many_columns.
// `page` gets what the text says of itself.
Result<std::vector<Sheet>> find_sheets(std::string_view bytes, const std::string& name, const TableLimits& limits = {},
                                       Page* page = nullptr);

// Streams one sheet, its header first. Rows are numbered as if they stood below a header in row 1. Codes as above,
// exchange.json.too_many_rows, cell_too_long.
Status stream(std::string_view bytes, const std::string& name, const std::vector<Sheet>& sheets, std::size_t sheet,
              const TableLimits& limits, const RowSink& sink);

}  // namespace hamdil::exchange::json
