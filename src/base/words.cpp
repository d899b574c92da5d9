#include "base/words.hpp"

#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <algorithm>

#include "base/text.hpp"

namespace hamdil::text {
namespace {

constexpr const char* kHalfSpace = "\xE2\x80\x8C";
// What stands within a word and is left out as often: half-spaces and apostrophes.
constexpr const char* kWithin[] = {kHalfSpace, "'", "\u2019", "\u02BC", "\u02BB", "\u2018"};

}  // namespace

std::vector<std::string> search_words(std::string_view utf8) {
  const std::string folded = fold(replace_all(std::string(utf8), kHalfSpace, " "));
  const icu::UnicodeString letters = icu::UnicodeString::fromUTF8(folded);
  std::vector<std::string> out;
  icu::UnicodeString word;
  const auto end_word = [&] {
    if (word.isEmpty()) return;
    word.toUTF8String(out.emplace_back());
    word.remove();
  };
  for (std::int32_t i = 0; i < letters.length(); i = letters.moveIndex32(i, 1)) {
    const UChar32 c = letters.char32At(i);
    if ((U_GET_GC_MASK(c) & (U_GC_L_MASK | U_GC_N_MASK | U_GC_CO_MASK)) != 0)
      word.append(c);
    else
      end_word();
  }
  end_word();
  return out;
}

namespace {

// What is left without the ending is asked for from its beginning, so that one is found by many and many by one. Short
// words keep it: it may be their own.
std::string without_ending(std::string word, const std::vector<std::string>& endings) {
  constexpr std::size_t kShortest = 6;  // bytes: three letters
  for (const std::string& ending : endings)
    if (word.ends_with(ending) && word.size() - ending.size() >= kShortest)
      return word.substr(0, word.size() - ending.size());
  return word;
}

}  // namespace

std::vector<std::string> asked_words(std::string_view utf8) {
  // Those that are written apart, the last as in دره‌ی; and those that are written on, often without the short
  // space: as in عودت‌کنندگان, whose one is عودت‌کننده, and in میزبانان.
  static const std::vector<std::string> kEndings = search_words("ها های هایی ی");
  static const std::vector<std::string> kWrittenOn = search_words("هایی های ها گان ان ات ه");
  std::vector<std::string> out = search_words(utf8);
  if (out.empty()) return out;
  const auto is_ending = [](const std::string& word) {
    return std::find(kEndings.begin(), kEndings.end(), word) != kEndings.end();
  };
  out.erase(std::remove_if(out.begin() + 1, out.end(), is_ending), out.end());
  for (std::string& word : out) word = without_ending(std::move(word), kWrittenOn);
  return out;
}

std::vector<std::string> indexed_words(std::string_view utf8) {
  std::vector<std::string> out = search_words(utf8);
  for (const std::string& part : split_words(std::string(utf8))) {
    std::string joined = part;
    for (const char* sign : kWithin) joined = replace_all(joined, sign, "");
    if (joined == part) continue;
    for (std::string& word : search_words(joined)) out.push_back(std::move(word));
  }
  return out;
}

}  // namespace hamdil::text
