#include "exchange/raw_table.hpp"

#include <algorithm>

namespace hamdil::exchange {

std::string column_letters(std::size_t column) {
  std::string out;
  for (; column > 0; column = (column - 1) / 26) out.push_back(static_cast<char>('A' + (column - 1) % 26));
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace hamdil::exchange
