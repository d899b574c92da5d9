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
      rows;  // every cell is written as text, never as a formula; "" leaves the cell out
};

// The workbook's bytes: same sheets, same bytes. Code exchange.xlsx.write.
Result<std::string> write_workbook(const std::vector<Sheet>& sheets);

}  // namespace hamdil::exchange::xlsx
