#include "base/language_tag.hpp"

#include "base/text.hpp"

namespace hamdil {
namespace {

std::string plain(std::string_view tag) { return text::replace_all(text::to_lower_ascii(text::trim(tag)), "_", "-"); }

}  // namespace

std::optional<std::string> find_language(std::string_view tag, const std::vector<std::string>& known) {
  const std::string wanted = plain(tag);
  const std::string language = wanted.substr(0, wanted.find('-'));
  if (language.empty()) return std::nullopt;
  for (const std::string& one : known)
    if (plain(one) == wanted) return one;
  for (const std::string& one : known)
    if (const std::string other = plain(one); other.substr(0, other.find('-')) == language) return one;
  return std::nullopt;
}

}  // namespace hamdil
