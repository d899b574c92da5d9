#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/dta/read.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hamdil::Diagnostics diagnostics;
  (void)hamdil::exchange::dta::read_dta_bytes({reinterpret_cast<const char*>(data), size}, "fuzz", {.rows = 10'000},
                                              diagnostics);
  return 0;
}
