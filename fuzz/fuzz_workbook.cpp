#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/workbook.hpp"

// Whole packages: ZIP structure, relationships, parts.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hamdil::Diagnostics diagnostics;
  auto workbook = hamdil::exchange::open_workbook_bytes(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
  if (!workbook) return 0;
  for (std::size_t i = 0; i < workbook->sheets().size(); ++i)
    (void)workbook->read(i, diagnostics, {.rows = 10'000, .columns = 1'000, .cell_bytes = 100'000});
  return 0;
}
