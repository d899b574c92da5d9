#include "exchange/kobo/missing.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"

namespace hamdil::exchange::kobo {
namespace {

using data::Missing;

struct Word {
  std::string_view text;
  Missing reason;
};

// Whole names or labels after text::fold (lower case, '_' as space).
constexpr std::array<Word, 48> kWhole = {{
    {"dk", Missing::kDontKnow},
    {"dnk", Missing::kDontKnow},
    {"idk", Missing::kDontKnow},
    {"dont know", Missing::kDontKnow},
    {"don't know", Missing::kDontKnow},
    {"don t know", Missing::kDontKnow},
    {"do not know", Missing::kDontKnow},
    {"dontknow", Missing::kDontKnow},
    {"donotknow", Missing::kDontKnow},
    {"not sure", Missing::kDontKnow},
    {"unsure", Missing::kDontKnow},
    {"i don't know", Missing::kDontKnow},
    {"i do not know", Missing::kDontKnow},
    {"unknown", Missing::kDontKnow},
    {"ne sait pas", Missing::kDontKnow},
    {"nsp", Missing::kDontKnow},
    {"je ne sais pas", Missing::kDontKnow},
    {"no sabe", Missing::kDontKnow},
    {"не знаю", Missing::kDontKnow},
    {"لا اعرف", Missing::kDontKnow},
    {"refuse", Missing::kRefused},
    {"refused", Missing::kRefused},
    {"refusal", Missing::kRefused},
    {"prefer not", Missing::kRefused},
    {"pnta", Missing::kRefused},
    {"pna", Missing::kRefused},
    {"pns", Missing::kRefused},
    {"no answer", Missing::kRefused},
    {"noanswer", Missing::kRefused},
    {"refuse to answer", Missing::kRefused},
    {"refused to answer", Missing::kRefused},
    {"decline", Missing::kRefused},
    {"declined", Missing::kRefused},
    {"decline to answer", Missing::kRefused},
    {"dwta", Missing::kRefused},
    {"ne souhaite pas repondre", Missing::kRefused},
    {"отказ", Missing::kRefused},
    {"не хочу отвечать", Missing::kRefused},
    {"na", Missing::kNotApplicable},
    {"n a", Missing::kNotApplicable},
    {"n/a", Missing::kNotApplicable},
    {"not applicable", Missing::kNotApplicable},
    {"notapplicable", Missing::kNotApplicable},
    {"not app", Missing::kNotApplicable},
    {"does not apply", Missing::kNotApplicable},
    {"non applicable", Missing::kNotApplicable},
    {"sans objet", Missing::kNotApplicable},
    {"неприменимо", Missing::kNotApplicable},
}};

// Beginnings that settle it, for long labels ("Don't know (do not read out)").
constexpr std::array<Word, 12> kBeginnings = {{
    {"prefer not to", Missing::kRefused},
    {"refuse to", Missing::kRefused},
    {"refused to", Missing::kRefused},
    {"decline to", Missing::kRefused},
    {"don't want to answer", Missing::kRefused},
    {"do not want to answer", Missing::kRefused},
    {"don't know", Missing::kDontKnow},
    {"do not know", Missing::kDontKnow},
    {"dont know", Missing::kDontKnow},
    {"i don't know", Missing::kDontKnow},
    {"not applicable", Missing::kNotApplicable},
    {"prefer not answer", Missing::kRefused},
}};

std::string plain(std::string_view s) {
  std::string out = text::fold(s);
  for (const char* mark : {"\u2019", "`", "\u00B4"}) out = text::replace_all(std::move(out), mark, "'");
  while (!out.empty() && (out.back() == '.' || out.back() == '!')) out.pop_back();
  return text::trim(out);
}

Missing by_words(std::string_view s) {
  const std::string folded = plain(s);
  for (const Word& word : kWhole)
    if (folded == word.text) return word.reason;
  for (const Word& word : kBeginnings) {
    if (!folded.starts_with(word.text)) continue;
    // "don't know how to read" is an answer: only brackets, dashes and "to answer/say" may follow.
    const std::string rest = text::trim(std::string_view(folded).substr(word.text.size()));
    const bool is_remark =
        rest.empty() || rest[0] == '(' || rest[0] == '/' || rest[0] == '-' || rest[0] == ',' || rest[0] == '[';
    if (is_remark || word.reason == Missing::kRefused) return word.reason;
  }
  return Missing::kPresent;
}

}  // namespace

Missing missing_of_choice(const data::Choice& choice) {
  if (const Missing reason = by_words(choice.name); reason != Missing::kPresent) return reason;
  for (const auto& [language, label] : choice.label.texts)
    if (const Missing reason = by_words(label); reason != Missing::kPresent) return reason;
  return Missing::kPresent;
}

Missing missing_of_cell(std::string_view cell) {
  if (cell.empty() || cell == "NA" || cell == "<NA>" || cell == "NULL" || cell == "NaN") return Missing::kBlank;
  if (cell == "n/a" || cell == "N/A" || cell == "#N/A") return Missing::kNotAsked;
  const bool is_space =
      std::all_of(cell.begin(), cell.end(), [](char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; });
  return is_space ? Missing::kBlank : Missing::kPresent;
}

Missing missing_of_question_cell(std::string_view cell) {
  const Missing reason = missing_of_cell(cell);
  return reason == Missing::kNotAsked ? Missing::kBlank : reason;
}

}  // namespace hamdil::exchange::kobo
