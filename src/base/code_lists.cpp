#include "base/code_lists.hpp"

#include <unicode/locid.h>
#include <unicode/ucurr.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/catalogue.hpp"
#include "base/embedded.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/time_zone.hpp"

namespace hamdil {
namespace {

std::map<std::string, std::vector<std::string>, std::less<>> read_lists() {
  std::map<std::string, std::vector<std::string>, std::less<>> out;
  const auto bytes = find_embedded("code-lists.yaml");
  const auto tree = parse_yaml(std::string(bytes.value_or("")), "code-lists.yaml");
  if (!tree || !tree->is_object()) return out;  // a broken built-in file is caught by the tests
  for (const auto& [name, codes] : tree->items())
    for (const Json& code : codes) out[name].push_back(code.get<std::string>());
  return out;
}

icu::Locale locale_of(std::string_view language) { return icu::Locale::createCanonical(std::string(language).c_str()); }

std::string currency_name(const std::string& code, const icu::Locale& in) {
  UErrorCode status = U_ZERO_ERROR;
  std::int32_t length = 0;
  // Outlives the name: of a currency that ICU does not know, the name is the code itself.
  icu::UnicodeString wanted = icu::UnicodeString::fromUTF8(code);
  const UChar* name =
      ucurr_getName(wanted.getTerminatedBuffer(), in.getName(), UCURR_LONG_NAME, nullptr, &length, &status);
  std::string out;
  if (U_SUCCESS(status)) icu::UnicodeString(name, length).toUTF8String(out);
  return out;
}

std::string language_name(const std::string& code, const icu::Locale& in) {
  icu::UnicodeString name;
  std::string out;
  locale_of(code).getDisplayName(in, name).toUTF8String(out);
  return out;
}

}  // namespace

const std::vector<std::string>& code_list(std::string_view name) {
  static const auto kLists = read_lists();
  static const std::vector<std::string> kNone;
  const auto found = kLists.find(name);
  return found == kLists.end() ? kNone : found->second;
}

bool is_in_code_list(std::string_view name, std::string_view code) {
  const std::vector<std::string>& codes = code_list(name);
  return std::find(codes.begin(), codes.end(), code) != codes.end();
}

std::optional<std::string> find_code(std::string_view list, std::string_view text) {
  static const auto kMeant = [] {
    std::map<std::string, std::map<std::string, std::string>, std::less<>> out;
    for (const auto& [name, codes] : read_lists())
      for (const std::string& code : codes) {
        out[name].insert_or_assign(text::fold(code), code);
        for (const std::string& language : Catalogue::built_in().languages())
          out[name].emplace(text::fold(name_of_code(name, code, language)), code);
      }
    return out;
  }();
  const auto meant = kMeant.find(list);
  if (meant == kMeant.end()) return std::nullopt;
  const auto found = meant->second.find(text::fold(text));
  return found == meant->second.end() ? std::nullopt : std::optional(found->second);
}

std::string name_of_code(std::string_view list, const std::string& code, std::string_view language) {
  const icu::Locale in = locale_of(language);
  if (list == "time_zone") {  // cities have namesakes
    const std::string city = city_of_time_zone(code, std::string(language));
    return city.empty() ? code : city + " (" + code + ")";
  }
  std::string name = list == "currency" ? currency_name(code, in) : language_name(code, in);
  return name.empty() ? code : name;
}

}  // namespace hamdil
