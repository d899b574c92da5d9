// Message patterns with named places, plurals and choices: "{n, plural, one {# answer} other {# answers}} in {place}".
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace hamdil {

// The category of a number for plural forms: "zero", "one", "two", "few", "many", "other". Rules follow CLDR for en,
// fr, es, ru, ar, fa, uz; Tajik, which CLDR lacks, has "one" for 1 and "other" for the rest. A number that is not whole
// is "other" (in French and Persian "one" below 2 and 1). Unknown languages follow English.
std::string_view plural_category(std::string_view language, double number);

// A part of a message: text as it stands, or the place of an argument.
struct Piece {
  bool is_argument = false;
  std::string text;  // the words, or the name of the argument
  bool operator==(const Piece&) const = default;
};

// What chooses among forms: numbers for plural, words for select.
struct Choices {
  std::map<std::string, double> numbers;
  std::map<std::string, std::string> words;
};

// Resolves plural and select and leaves the places of the arguments. `#` inside a plural form is the place of its
// argument. Codes: base.message.syntax, base.message.no_form (no matching form and no "other"),
// base.message.no_argument.
Result<std::vector<Piece>> message_pieces(std::string_view pattern, std::string_view language, const Choices& choices);

// The names of all arguments of a pattern, sorted, each once; also checks the syntax.
Result<std::vector<std::string>> message_arguments(std::string_view pattern);

}  // namespace hamdil
