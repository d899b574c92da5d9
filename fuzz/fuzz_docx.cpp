#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/zip.hpp"
#include "exchange/docx/read.hpp"

// The input is the document, then after each NUL byte: numbering, styles. The text of the document is read as pasted
// text, too.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  std::string_view rest = all;
  const auto next = [&] {
    const std::size_t at = rest.find('\0');
    const std::string part(rest.substr(0, at));
    rest = at == std::string_view::npos ? std::string_view() : rest.substr(at + 1);
    return part;
  };
  hamdil::ZipWriter zip;
  zip.add("word/document.xml", next());
  zip.add("word/numbering.xml", next());
  zip.add("word/styles.xml", next());
  if (const auto bytes = zip.finish()) (void)hamdil::exchange::docx::read_text(*bytes, "fuzz", {.blocks = 1'000});
  (void)hamdil::exchange::docx::read_text(all, "fuzz", {.blocks = 1'000});
  (void)hamdil::exchange::blocks_from_text(all, {.blocks = 1'000});
  return 0;
}
