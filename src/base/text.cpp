#include "base/text.hpp"

#include <fast_float/fast_float.h>
#include <fmt/format.h>
#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>

namespace hamdil::text {
namespace {

// The upper halves of the three code pages; 0xFFFD where the page defines nothing.
constexpr std::array<char16_t, 128> kPage1251 = {
    0x0402, 0x0403, 0x201A, 0x0453, 0x201E, 0x2026, 0x2020, 0x2021, 0x20AC, 0x2030, 0x0409, 0x2039, 0x040A,
    0x040C, 0x040B, 0x040F, 0x0452, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0xFFFD, 0x2122,
    0x0459, 0x203A, 0x045A, 0x045C, 0x045B, 0x045F, 0x00A0, 0x040E, 0x045E, 0x0408, 0x00A4, 0x0490, 0x00A6,
    0x00A7, 0x0401, 0x00A9, 0x0404, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x0407, 0x00B0, 0x00B1, 0x0406, 0x0456,
    0x0491, 0x00B5, 0x00B6, 0x00B7, 0x0451, 0x2116, 0x0454, 0x00BB, 0x0458, 0x0405, 0x0455, 0x0457, 0x0410,
    0x0411, 0x0412, 0x0413, 0x0414, 0x0415, 0x0416, 0x0417, 0x0418, 0x0419, 0x041A, 0x041B, 0x041C, 0x041D,
    0x041E, 0x041F, 0x0420, 0x0421, 0x0422, 0x0423, 0x0424, 0x0425, 0x0426, 0x0427, 0x0428, 0x0429, 0x042A,
    0x042B, 0x042C, 0x042D, 0x042E, 0x042F, 0x0430, 0x0431, 0x0432, 0x0433, 0x0434, 0x0435, 0x0436, 0x0437,
    0x0438, 0x0439, 0x043A, 0x043B, 0x043C, 0x043D, 0x043E, 0x043F, 0x0440, 0x0441, 0x0442, 0x0443, 0x0444,
    0x0445, 0x0446, 0x0447, 0x0448, 0x0449, 0x044A, 0x044B, 0x044C, 0x044D, 0x044E, 0x044F};
constexpr std::array<char16_t, 32> kPage1252Low = {0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                                   0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD,
                                                   0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                                   0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178};
constexpr std::array<char16_t, 128> kPage1256 = {
    0x20AC, 0x067E, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0679, 0x2039, 0x0152,
    0x0686, 0x0698, 0x0688, 0x06AF, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x06A9, 0x2122,
    0x0691, 0x203A, 0x0153, 0x200C, 0x200D, 0x06BA, 0x00A0, 0x060C, 0x00A2, 0x00A3, 0x00A4, 0x00A5, 0x00A6,
    0x00A7, 0x00A8, 0x00A9, 0x06BE, 0x00AB, 0x00AC, 0x00AD, 0x00AE, 0x00AF, 0x00B0, 0x00B1, 0x00B2, 0x00B3,
    0x00B4, 0x00B5, 0x00B6, 0x00B7, 0x00B8, 0x00B9, 0x061B, 0x00BB, 0x00BC, 0x00BD, 0x00BE, 0x061F, 0x06C1,
    0x0621, 0x0622, 0x0623, 0x0624, 0x0625, 0x0626, 0x0627, 0x0628, 0x0629, 0x062A, 0x062B, 0x062C, 0x062D,
    0x062E, 0x062F, 0x0630, 0x0631, 0x0632, 0x0633, 0x0634, 0x0635, 0x0636, 0x00D7, 0x0637, 0x0638, 0x0639,
    0x063A, 0x0640, 0x0641, 0x0642, 0x0643, 0x00E0, 0x0644, 0x00E2, 0x0645, 0x0646, 0x0647, 0x0648, 0x00E7,
    0x00E8, 0x00E9, 0x00EA, 0x00EB, 0x0649, 0x064A, 0x00EE, 0x00EF, 0x064B, 0x064C, 0x064D, 0x064E, 0x00F4,
    0x064F, 0x0650, 0x00F7, 0x0651, 0x00F9, 0x0652, 0x00FB, 0x00FC, 0x200E, 0x200F, 0x06D2};

char16_t decode_byte(unsigned char byte, CodePage page) {
  if (byte < 0x80) return byte;
  switch (page) {
    case CodePage::kWindows1251:
      return kPage1251[byte - 0x80];
    case CodePage::kWindows1252:
      return byte < 0xA0 ? kPage1252Low[byte - 0x80] : static_cast<char16_t>(byte);
    case CodePage::kWindows1256:
      return kPage1256[byte - 0x80];
  }
  return 0xFFFD;
}

bool is_space(UChar32 c) { return u_isUWhiteSpace(c) || c == 0x200B || c == 0xFEFF || c == 0x200E || c == 0x200F; }

// The hamza on its seat between vowels is written with a yeh or a waw before a waw: مسئول, مسؤول, مسوول.
bool is_hamza_before_waw(const icu::UnicodeString& text, std::int32_t at) {
  const bool on_yeh = text[at] == 0x0626 || (text[at] == 0x06CC && text[at + 1] == 0x0654);
  const char16_t next = text[at + (text[at] == 0x0626 ? 1 : 2)];  // past the end: no letter
  return on_yeh && (next == 0x0648 || next == 0x0624);
}

// Letters that people write in more than one way, to the one we search by.
UChar32 fold_letter(UChar32 c) {
  if (c >= 0x0660 && c <= 0x0669) return '0' + (c - 0x0660);  // digits, as people type and search them
  if (c >= 0x06F0 && c <= 0x06F9) return '0' + (c - 0x06F0);
  switch (c) {
    case 0x0649:
    case 0x064A:
    case 0x06D0:
    case 0x0626:
      return 0x06CC;  // yeh forms
    case 0x0643:
      return 0x06A9;  // kaf
    case 0x0629:
    case 0x06C0:
    case 0x06C1:
    case 0x06D5:
      return 0x0647;  // heh forms
    case 0x0622:
    case 0x0623:
    case 0x0625:
      return 0x0627;  // alef forms
    case 0x0624:
      return 0x0648;  // waw with hamza
    case 0x0451:
      return 0x0435;  // ё
    case 0x0493:
      return 0x0433;  // ғ
    case 0x04E3:
      return 0x0438;  // ӣ
    case 0x049B:
      return 0x043A;  // қ
    case 0x04EF:
      return 0x0443;  // ӯ
    case 0x04B3:
      return 0x0445;  // ҳ
    case 0x04B7:
      return 0x0447;  // ҷ
    case 0x0439:
      return 0x0438;  // й, whose breve the decomposition takes away too
    default:
      return c;
  }
}

}  // namespace

bool is_valid_utf8(std::string_view bytes) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const auto size = static_cast<std::int64_t>(bytes.size());
  for (std::int64_t i = 0; i < size;) {
    if (data[i] < 0x80) {
      ++i;
      continue;
    }
    UChar32 c = 0;
    U8_NEXT(data, i, size, c);
    if (c < 0) return false;
  }
  return true;
}

std::string decode(std::string_view bytes, CodePage page) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char raw : bytes) {
    const char16_t c = decode_byte(static_cast<unsigned char>(raw), page);
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | (c >> 6));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xE0 | (c >> 12));
      out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return out;
}

std::string trim(std::string_view s) {
  const auto* data = reinterpret_cast<const std::uint8_t*>(s.data());
  std::int32_t begin = 0;
  std::int32_t end = static_cast<std::int32_t>(s.size());
  while (begin < end) {
    std::int32_t next = begin;
    UChar32 c = 0;
    U8_NEXT(data, next, end, c);
    if (c < 0 || !is_space(c)) break;
    begin = next;
  }
  while (end > begin) {
    std::int32_t previous = end;
    UChar32 c = 0;
    U8_PREV(data, begin, previous, c);
    if (c < 0 || !is_space(c)) break;
    end = previous;
  }
  return std::string(s.substr(static_cast<std::size_t>(begin), static_cast<std::size_t>(end - begin)));
}

std::string to_lower_ascii(std::string_view s) {
  std::string out(s);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() && to_lower_ascii(a) == to_lower_ascii(b);
}

bool starts_with_ignoring_case(std::string_view s, std::string_view prefix) {
  return s.size() >= prefix.size() && equals_ignoring_case(s.substr(0, prefix.size()), prefix);
}

std::vector<std::string> split(std::string_view s, char separator) {
  std::vector<std::string> out;
  std::size_t begin = 0;
  for (std::size_t i = 0; i <= s.size(); ++i)
    if (i == s.size() || s[i] == separator) {
      out.emplace_back(s.substr(begin, i - begin));
      begin = i + 1;
    }
  return out;
}

std::vector<std::string> split_words(std::string_view s) {
  std::vector<std::string> out;
  std::string word;
  for (const char c : s) {
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v') {
      if (!word.empty()) out.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) out.push_back(std::move(word));
  return out;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator) {
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (i > 0) out += separator;
    out += parts[i];
  }
  return out;
}

std::string replace_all(std::string s, std::string_view from, std::string_view to) {
  if (from.empty()) return s;
  for (std::size_t at = s.find(from); at != std::string::npos; at = s.find(from, at + to.size()))
    s.replace(at, from.size(), to);
  return s;
}

std::string fold(std::string_view utf8) {
  UErrorCode status = U_ZERO_ERROR;
  const icu::Normalizer2* decompose = icu::Normalizer2::getNFKDInstance(status);
  icu::UnicodeString lowered =
      icu::UnicodeString::fromUTF8(icu::StringPiece(utf8.data(), static_cast<std::int32_t>(utf8.size())));
  lowered.foldCase();
  const icu::Normalizer2* compose = icu::Normalizer2::getNFCInstance(status);
  if (U_SUCCESS(status)) lowered = compose->normalize(lowered, status);  // a letter and its mark as one
  icu::UnicodeString letters;
  for (std::int32_t i = 0; i < lowered.length(); i = lowered.moveIndex32(i, 1))
    letters.append(is_hamza_before_waw(lowered, i) ? UChar32{0x0648} : fold_letter(lowered.char32At(i)));
  const icu::UnicodeString decomposed = U_SUCCESS(status) ? decompose->normalize(letters, status) : letters;
  icu::UnicodeString out;
  bool space_due = false;
  for (std::int32_t i = 0; i < decomposed.length(); i = decomposed.moveIndex32(i, 1)) {
    const UChar32 c = decomposed.char32At(i);
    if (c == '_' || (is_space(c) && c != 0x200B && c != 0xFEFF && c != 0x200E && c != 0x200F)) {
      space_due = !out.isEmpty();
      continue;
    }
    const auto type = u_charType(c);
    if (type == U_NON_SPACING_MARK || type == U_FORMAT_CHAR || c == 0x0640 || c == 0x044A)
      continue;  // marks, zero-width, tatweel, hard sign
    if (space_due) out.append(static_cast<UChar>(' '));
    space_due = false;
    out.append(fold_letter(c));
  }
  std::string result;
  out.toUTF8String(result);
  return result;
}

std::optional<double> parse_number(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  if (!s.empty() && s.front() == '+') s.remove_prefix(1);
  if (s.empty()) return std::nullopt;
  const char first = s.front() == '-' && s.size() > 1 ? s[1] : s.front();
  if (!(first >= '0' && first <= '9') && first != '.') return std::nullopt;
  double value = 0;
  const auto [end, error] = fast_float::from_chars(s.data(), s.data() + s.size(), value);
  if (error != std::errc() || end != s.data() + s.size() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<std::int64_t> parse_integer(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\t')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\t')) s.remove_suffix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
  if (s.empty() || error != std::errc() || end != s.data() + s.size()) return std::nullopt;
  return value;
}

std::string format_number(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  if (value == 0) return "0";
  // Whole numbers below 1e15 are never written with an exponent; most answers are such.
  if (std::fabs(value) < 1e15 && value == std::trunc(value)) {
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), static_cast<long long>(value)).ptr;
    return std::string(digits.data(), end);
  }
  return fmt::format("{}", value);
}

std::string format_fixed(double value, int decimals) {
  if (!std::isfinite(value)) return format_number(value);
  const double scale = std::pow(10.0, decimals);
  // The small nudge makes 0.285 * 100 = 28.499999999999996 round as a reader of "0.285" expects.
  const double scaled = std::fabs(value) * scale;
  const double rounded = scaled < 1e15 ? std::floor(scaled * (1 + 1e-15) + 0.5) / scale : std::fabs(value);
  std::string out = fmt::format("{:.{}f}", rounded, decimals);
  const bool is_zero = out.find_first_not_of("0.") == std::string::npos;
  return value < 0 && !is_zero ? "-" + out : out;
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
    }
  }
  return row.back();
}

std::vector<std::string> nearest(std::string_view word, const std::vector<std::string>& candidates,
                                 std::size_t at_most) {
  const std::string lowered = to_lower_ascii(word);
  const std::size_t limit = std::max<std::size_t>(1, word.size() / 3);
  std::vector<std::pair<std::size_t, std::string>> near;
  for (const std::string& candidate : candidates) {
    const std::size_t longer = std::max(candidate.size(), word.size());
    const std::size_t shorter = std::min(candidate.size(), word.size());
    if (longer - shorter > limit) continue;
    const std::size_t distance = edit_distance(lowered, to_lower_ascii(candidate));
    if (distance <= limit) near.emplace_back(distance, candidate);
  }
  std::sort(near.begin(), near.end());
  near.erase(std::unique(near.begin(), near.end()), near.end());
  std::vector<std::string> out;
  for (std::size_t i = 0; i < near.size() && i < at_most; ++i) out.push_back(near[i].second);
  return out;
}

}  // namespace hamdil::text
