#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/zip.hpp"
#include "exchange/workbook.hpp"

// The input is the sheet, then after each NUL byte: shared strings, styles, workbook.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto next = [&] {
    const std::size_t at = rest.find('\0');
    const std::string part(rest.substr(0, at));
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
    return part;
  };
  hamdil::ZipWriter zip;
  zip.add("[Content_Types].xml", "<Types/>");
  zip.add("xl/worksheets/sheet1.xml", next());
  zip.add("xl/sharedStrings.xml", next());
  zip.add("xl/styles.xml", next());
  const std::string workbook_part = next();
  zip.add("xl/workbook.xml",
          workbook_part.empty() ? "<workbook><sheets><sheet name=\"s\" id=\"r\"/></sheets></workbook>" : workbook_part);
  auto bytes = zip.finish();
  if (!bytes) return 0;
  hamdil::Diagnostics diagnostics;
  auto workbook = hamdil::exchange::open_workbook_bytes(*std::move(bytes), "fuzz");
  if (!workbook) return 0;
  for (std::size_t i = 0; i < workbook->sheets().size(); ++i)
    (void)workbook->read(i, diagnostics, {.rows = 10'000, .columns = 1'000, .cell_bytes = 100'000});
  return 0;
}
