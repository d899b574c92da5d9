// Rows of text as a file holds them, before anybody knows what they mean. All text is UTF-8.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hamdil::exchange {

// One row on its way through a reader. The views are valid only during the call that hands them over.
struct RowView {
  std::size_t number = 0;  // row in the source, from 1; for CSV the record, not the line
  const std::vector<std::string_view>& cells;

  std::string_view cell(std::size_t column) const { return column < cells.size() ? cells[column] : std::string_view(); }
};

// Gets each row with at least one non-empty cell, in file order; a false answer stops the reading without an error.
using RowSink = std::function<bool(const RowView&)>;

// A small sheet read whole. Rows may be shorter than the header (trailing empty cells are dropped) or longer.
struct RawTable {
  std::string name;
  std::vector<std::string> header;
  std::vector<std::vector<std::string>> rows;
  std::vector<std::size_t> source_rows;  // one a row: where it stood in the file
  std::size_t header_row = 1;

  std::string_view cell(std::size_t row, std::size_t column) const {
    return column < rows[row].size() ? std::string_view(rows[row][column]) : std::string_view();
  }
  std::optional<std::size_t> column(std::string_view wanted) const {
    for (std::size_t i = 0; i < header.size(); ++i)
      if (header[i] == wanted) return i;
    return std::nullopt;
  }
};

// What a table from outside may cost; every reader takes it.
struct TableLimits {
  std::size_t rows = 5'000'000;
  std::size_t columns = 16'384;
  std::size_t cell_bytes = 4u << 20;
};

// Spreadsheet letters of a column counted from 1: 1 is "A", 28 is "AB".
std::string column_letters(std::size_t column);

}  // namespace hamdil::exchange
