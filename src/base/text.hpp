// Text without locales: UTF-8, old code pages, numbers, small string helpers. All functions are thread-safe and pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hamdil::text {

bool is_valid_utf8(std::string_view bytes);

enum class CodePage { kWindows1251, kWindows1252, kWindows1256 };
// Bytes of a Windows code page as UTF-8. Undefined bytes become U+FFFD.
std::string decode(std::string_view bytes, CodePage page);

// Without leading and trailing white space, no-break spaces, zero-width spaces and byte-order marks included.
std::string trim(std::string_view s);
std::string to_lower_ascii(std::string_view s);
bool equals_ignoring_case(std::string_view a, std::string_view b);  // ASCII letters only
std::vector<std::string> split(std::string_view s, char separator);
std::vector<std::string> split_words(std::string_view s);  // on runs of white space
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string replace_all(std::string s, std::string_view from, std::string_view to);
bool starts_with_ignoring_case(std::string_view s, std::string_view prefix);

// Fold for search and matching of names: lower case (all scripts), Arabic/Persian yeh, kaf and heh forms, Tajik letters
// to their Russian neighbours, diacritics, tatweel and zero-width characters dropped, runs of white space and '_' to
// one space.
std::string fold(std::string_view utf8);

// The whole of `s` (trimmed) as a number in the C locale; empty for anything else, also for "inf", "nan" and
// hexadecimal.
std::optional<double> parse_number(std::string_view s);
std::optional<std::int64_t> parse_integer(std::string_view s);

// The shortest text that reads back as the same number: 12, 0.1, 1e-07. NaN is "NaN", infinities "Inf" and "-Inf".
std::string format_number(double value);
// With exactly `decimals` digits after the point, halves away from zero, never "-0".
std::string format_fixed(double value, int decimals);

// Levenshtein distance over bytes, for "did you mean".
std::size_t edit_distance(std::string_view a, std::string_view b);
// The nearest of `candidates` within a third of the length of `word`; empty when none is near.
std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t at_most = 3);

}  // namespace hamdil::text
