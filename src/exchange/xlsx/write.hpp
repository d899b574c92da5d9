// A plain workbook from rows of text: what field packages and exports are made of. Styled tables are the report's
// business.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange::xlsx {

struct Sheet {
  std::string name;  // at most 31 characters, none of []*?:\/
  std::vector<std::vector<std::string>>
      rows;                         // every cell is written as text, never as a formula; "" leaves the cell out
  std::vector<double> widths = {};  // characters, by column; the default where empty
  std::vector<bool> numbers = {};   // columns whose plain numbers (at most 15 digits) are written as numbers
  bool has_head = false;            // the first row is bold and stays in view
  bool right_to_left = false;
};

// The workbook's bytes: same sheets, same bytes. Code exchange.xlsx.write.
Result<std::string> write_workbook(const std::vector<Sheet>& sheets);

}  // namespace hamdil::exchange::xlsx
