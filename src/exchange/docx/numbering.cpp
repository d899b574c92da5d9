#include "exchange/docx/numbering.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "exchange/xml.hpp"

namespace hamdil::exchange::docx {
namespace {

constexpr std::size_t kMostLists = 5'000;

std::string roman(long number) {
  static const std::array<std::pair<long, const char*>, 9> kSigns = {
      {{100, "c"}, {90, "xc"}, {50, "l"}, {40, "xl"}, {10, "x"}, {9, "ix"}, {5, "v"}, {4, "iv"}, {1, "i"}}};
  std::string out;
  for (const auto& [value, sign] : kSigns)
    for (; number >= value && out.size() < 20; number -= value) out += sign;
  return out;
}

std::string upper(std::string s) {
  for (char& c : s)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return s;
}

std::string written(long number, const std::string& format) {
  if (format == "lowerLetter" || format == "upperLetter") {
    const std::string letter(1, static_cast<char>('a' + std::max(0L, number - 1) % 26));
    return format == "lowerLetter" ? letter : upper(letter);
  }
  if (format == "lowerRoman") return roman(number);
  if (format == "upperRoman") return upper(roman(number));
  return std::to_string(number);
}

}  // namespace

std::size_t level_of(std::string_view text) {
  const auto level = text::parse_integer(text);
  return level && *level >= 0 && *level < static_cast<std::int64_t>(kListLevels) ? static_cast<std::size_t>(*level) : 0;
}

Status Numbering::read(std::string_view xml) {
  Levels* definition = nullptr;
  std::size_t level = 0;
  std::string list;
  const auto start = [&](std::string_view name, const XmlAttributes& attributes) {
    const std::string value(attributes.get("val"));
    if (name == "abstractNum") definition = &definitions_[std::string(attributes.get("abstractNumId"))];
    if (name == "lvl") level = level_of(attributes.get("ilvl"));
    if (name == "num") {
      list = attributes.get("numId");
      definition = nullptr;
    }
    if (name == "abstractNumId") definition_of_[list] = value;
    if (definition != nullptr && name == "numFmt") (*definition)[level].format = value;
    if (definition != nullptr && name == "lvlText") (*definition)[level].text = value.substr(0, 40);
    if (definition != nullptr && name == "start")
      (*definition)[level].start =
          static_cast<long>(std::clamp<std::int64_t>(text::parse_integer(value).value_or(1), 0, 9'999));
    return definitions_.size() < kMostLists && definition_of_.size() < kMostLists;
  };
  return parse_xml(xml, "word/numbering.xml", {.start = start, .end = {}, .text = {}});
}

std::string Numbering::next(const ListPlace& place) {
  if (place.number.empty() || place.number == "0") return {};
  const auto definition = definition_of_.find(place.number);
  const auto found = definition == definition_of_.end() ? definitions_.end() : definitions_.find(definition->second);
  if (found == definitions_.end()) return "•";
  const Levels& levels = found->second;
  const Level& own = levels[place.level];
  if (own.format == "bullet") return "•";
  if (own.format == "none") return {};
  // Lists of one definition go on counting together.
  const auto [entry, is_new] = counts_.try_emplace(definition->second);
  if (is_new)
    for (std::size_t i = 0; i < kListLevels; ++i) entry->second[i] = levels[i].start - 1;
  std::array<long, kListLevels>& count = entry->second;
  ++count[place.level];
  for (std::size_t i = place.level + 1; i < kListLevels; ++i) count[i] = levels[i].start - 1;
  std::string out = own.text;
  for (std::size_t i = 0; i <= place.level; ++i)
    out = text::replace_all(out, "%" + std::to_string(i + 1),
                            written(std::max(count[i], levels[i].start), levels[i].format));
  return text::trim(out);
}

}  // namespace hamdil::exchange::docx
