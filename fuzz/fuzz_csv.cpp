#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/csv/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hamdil::Diagnostics diagnostics;
  (void)hamdil::exchange::csv::read_csv_bytes({reinterpret_cast<const char*>(data), size}, "fuzz", {}, diagnostics);
  return 0;
}
