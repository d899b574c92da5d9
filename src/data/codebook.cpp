#include "data/codebook.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace hamdil::data {

const CodebookEntry* Codebook::find(std::string_view name) const {
  const auto exact =
      std::find_if(entries.begin(), entries.end(), [&](const CodebookEntry& entry) { return entry.name == name; });
  if (exact != entries.end()) return &*exact;
  const auto similar = std::find_if(entries.begin(), entries.end(), [&](const CodebookEntry& entry) {
    return text::equals_ignoring_case(entry.name, name);
  });
  return similar == entries.end() ? nullptr : &*similar;
}

CodebookEntry* Codebook::find(std::string_view name) {
  return const_cast<CodebookEntry*>(std::as_const(*this).find(name));
}

}  // namespace hamdil::data
