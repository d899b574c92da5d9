#include <cstddef>
#include <cstdint>
#include <string_view>

#include "exchange/json/read.hpp"

// Any text as submissions: every sheet that is found must stream, with rows as wide as its header at most.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const hamdil::exchange::TableLimits limits{.rows = 1'000, .columns = 50, .cell_bytes = 1'000};
  const auto sheets = hamdil::exchange::json::find_sheets(bytes, "fuzz", limits);
  if (!sheets) return 0;
  for (std::size_t i = 0; i < sheets->size(); ++i) {
    std::size_t width = 0;
    const auto status = hamdil::exchange::json::stream(bytes, "fuzz", *sheets, i, limits, [&](const auto& row) {
      if (row.number == 1) width = row.cells.size();
      if (row.cells.size() > width) __builtin_trap();
      return true;
    });
    (void)status;  // limits of rows and cells show only here
  }
  return 0;
}
