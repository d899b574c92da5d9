#include "base/embedded.hpp"

namespace hamdil {

std::optional<std::string_view> find_embedded(std::string_view name) {
  for (const EmbeddedFile& file : embedded_content())
    if (file.name == name) return file.bytes;
  return std::nullopt;
}

}  // namespace hamdil
