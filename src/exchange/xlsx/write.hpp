// A plain workbook from rows of text: what field packages and exports are made of. Styled tables are the report's
// business.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange::xlsx {

// What the cells of a column are to a spreadsheet; a cell that does not read as that stays text.
enum class CellType : std::uint8_t {
  kText,
  kNumber,  // plain numbers of at most 15 digits
  kDay,     // "2026-11-22", from March 1900 on
};

struct Column {
  CellType type = CellType::kText;
  double width = 0;  // characters; 0 is the default
  bool is_hidden = false;
};

struct Sheet {
  std::string name;                            // at most 31 characters, none of []*?:\/
  std::vector<std::vector<std::string>> rows;  // "" leaves a cell out; none is ever a formula
  std::vector<Column> columns = {};            // of text and as wide as usual where there are fewer
  bool has_head = false;                       // the first row is bold and stays in view
  bool right_to_left = false;
};

// The workbook's bytes: same sheets, same bytes. Code exchange.xlsx.write.
Result<std::string> write_workbook(const std::vector<Sheet>& sheets);

}  // namespace hamdil::exchange::xlsx
