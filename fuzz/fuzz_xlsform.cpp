#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/workbook.hpp"
#include "exchange/xlsform/binds.hpp"
#include "exchange/xlsform/merge.hpp"
#include "exchange/xlsform/read.hpp"

// A form written as Markdown tables: headers, types, references, expressions, nesting; then its binds and a merge with
// itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hamdil::Diagnostics diagnostics;
  const auto sheets = hamdil::exchange::sheets_from_markdown({reinterpret_cast<const char*>(data), size});
  const auto form = hamdil::exchange::xlsform::read_xlsform(sheets, "fuzz", diagnostics);
  if (!form) return 0;
  (void)hamdil::exchange::xlsform::form_binds(*form, "data");
  (void)hamdil::exchange::xlsform::merge_forms({*form, *form});
  return 0;
}
