#include "exchange/xlsform/references.hpp"

#include "base/text.hpp"
#include "exchange/xlsform/sheet.hpp"

namespace hamdil::exchange::xlsform {

std::vector<Reference> find_references(std::string_view text) {
  constexpr std::string_view kLastSaved = "last-saved#";
  std::vector<Reference> out;
  for (std::size_t at = text.find("${"); at != std::string_view::npos; at = text.find("${", at + 2)) {
    const std::size_t end = text.find('}', at);
    Reference found{.start = at};
    if (end == std::string_view::npos) {
      found.length = text.size() - at;
      found.is_well_formed = false;
      out.push_back(std::move(found));
      break;
    }
    found.length = end - at + 1;
    std::string inner = text::trim(text.substr(at + 2, end - at - 2));
    if (inner.starts_with(kLastSaved)) {
      found.last_saved = true;
      inner = text::trim(inner.substr(kLastSaved.size()));
    }
    found.is_well_formed = is_xml_name(inner);
    found.name = std::move(inner);
    out.push_back(std::move(found));
  }
  return out;
}

}  // namespace hamdil::exchange::xlsform
