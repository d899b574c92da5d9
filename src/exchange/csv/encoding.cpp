// Which code page a row that is not UTF-8 was written in.
#include <array>

#include "exchange/csv/read.hpp"

namespace hamdil::exchange::csv {
namespace {

// Frequent letters of each alphabet as bytes of its code page, with rough weights (per cent of running text).
struct Weighted {
  unsigned char byte;
  int weight;
};
constexpr std::array<Weighted, 18> kArabic = {{{0xC7, 13},
                                               {0xE1, 11},
                                               {0xED, 7},
                                               {0xE3, 6},
                                               {0xE6, 6},
                                               {0xE4, 6},
                                               {0xD1, 5},
                                               {0xCA, 4},
                                               {0xC8, 4},
                                               {0xE5, 4},
                                               {0xCF, 4},
                                               {0xDA, 3},
                                               {0xD3, 3},
                                               {0xC9, 3},
                                               {0xDD, 2},
                                               {0x98, 2},
                                               {0x90, 1},
                                               {0xCD, 2}}};
constexpr std::array<Weighted, 18> kCyrillic = {{{0xEE, 10},
                                                 {0xE0, 9},
                                                 {0xE5, 8},
                                                 {0xE8, 7},
                                                 {0xED, 6},
                                                 {0xF2, 6},
                                                 {0xF1, 5},
                                                 {0xF0, 5},
                                                 {0xE2, 4},
                                                 {0xEB, 4},
                                                 {0xEA, 3},
                                                 {0xEC, 3},
                                                 {0xE4, 3},
                                                 {0xEF, 3},
                                                 {0xF3, 3},
                                                 {0xFF, 2},
                                                 {0xFB, 2},
                                                 {0xFC, 2}}};

template <std::size_t N>
int weight_of(const std::array<Weighted, N>& table, unsigned char byte) {
  for (const Weighted& entry : table)
    if (entry.byte == byte) return entry.weight;
  return 0;
}

bool is_ascii_letter(unsigned char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }

}  // namespace

text::CodePage guess_code_page(std::string_view bytes) {
  // Western text has single accented letters among ASCII ones; Cyrillic and Arabic words consist of high bytes
  // throughout.
  std::size_t letters = 0;
  std::size_t in_words = 0;
  int arabic = 0;
  int cyrillic = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const auto c = static_cast<unsigned char>(bytes[i]);
    if (c < 0x80) continue;
    arabic += weight_of(kArabic, c);
    cyrillic += weight_of(kCyrillic, c);
    if (c < 0xC0) continue;
    ++letters;
    const auto before = i > 0 ? static_cast<unsigned char>(bytes[i - 1]) : static_cast<unsigned char>(' ');
    const auto after =
        i + 1 < bytes.size() ? static_cast<unsigned char>(bytes[i + 1]) : static_cast<unsigned char>(' ');
    const bool touches_latin = is_ascii_letter(before) || is_ascii_letter(after);
    if (!touches_latin && (before >= 0xC0 || after >= 0xC0)) ++in_words;
  }
  if (letters == 0 || in_words * 2 < letters) return text::CodePage::kWindows1252;
  return arabic > cyrillic ? text::CodePage::kWindows1256 : text::CodePage::kWindows1251;
}

}  // namespace hamdil::exchange::csv
