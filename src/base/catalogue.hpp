// The catalogue of words: every text a person sees, by id and language, and how a language writes numbers, dates and
// lists.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/calendar.hpp"
#include "base/message.hpp"
#include "base/result.hpp"

namespace hamdil {

bool is_right_to_left(std::string_view language);  // fa, prs, ar, ps, ur, ckb with any region

// Immutable once made; thread-safe to read.
class Catalogue {
 public:
  struct File {
    std::string language;  // "en", "tg", "fa-AF"
    std::string status;    // "source", "draft, needs native review" or "not begun"
    std::map<std::string, std::string> messages;
  };

  // The languages of content/messages, embedded in the program.
  static const Catalogue& built_in();
  // From YAML files (`language`, `status`, `messages`: id -> pattern). English must be there. Several files of one
  // language are one, and no id stands in two of them. Codes: those of parse_yaml, base.catalogue.format,
  // base.catalogue.twice, base.catalogue.no_english, base.message.syntax.
  static Result<Catalogue> parse(const std::vector<std::pair<std::string, std::string>>& named_yaml);

  // Those that are offered: translations that were begun. Tests ask of these that they are whole.
  std::vector<std::string> languages() const;
  std::vector<std::string> planned() const;  // all that have a file
  const File* file(std::string_view language) const;
  // The pattern in exactly this language; nullptr when it is missing.
  const std::string* find(std::string_view language, std::string_view id) const;
  // The pattern in this language or, where it is missing, in English; nullptr when no language has it.
  const std::string* find_or_english(std::string_view language, std::string_view id) const;

  // The message with its arguments filled in as text. An unknown id gives "[id]", so that it is seen.
  std::string text(std::string_view language, std::string_view id, const Error::Args& args = {},
                   const Choices& choices = {}) const;
  // The message as words and places, for callers whose arguments are more than text.
  std::vector<Piece> pieces(std::string_view language, std::string_view id, const Choices& choices = {}) const;
  // An error in a language: its translation under `code`, else its English text.
  std::string error_text(std::string_view language, const Error& error) const;

 private:
  std::map<std::string, File, std::less<>> files_;
};

// A number with `decimals` digits as the language writes it: 1,234.5; 1 234,5; ۱٬۲۳۴٫۵. The minus is U+2212. NaN gives
// "".
std::string write_number(std::string_view language, double value, int decimals);
// `share` between 0 and 1 as a percentage: 43.2%; 43,2 %; ۴۳٫۲٪.
std::string write_percent(std::string_view language, double share, int decimals);
// Western digits replaced by the language's own (Persian digits for fa, prs, ps).
std::string with_own_digits(std::string_view language, std::string_view text);

enum class CalendarKind { kGregorian, kSolarHijri };
// "14 March 2025"; month names come from the catalogue ("month.3", "solar_month.1").
std::string write_date(const Catalogue& catalogue, std::string_view language, const Date& date,
                       CalendarKind calendar = CalendarKind::kGregorian);

}  // namespace hamdil
