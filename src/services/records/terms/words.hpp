// The words of content/terms-of-reference-words.yaml, folded, and the dates, shares and days that sentences name.
// Internal to the splitting of terms of reference.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hamdil::services::records::terms {

enum class Section : std::uint8_t {
  kNone,
  kDeliverables,
  kRequirements,
  kProfile,
  kAcceptance,
  kPayment,
  kContract,
  kOther
};
enum class Column : std::uint8_t { kNone, kWhat, kDue, kShare, kDays, kAcceptance };

struct Words {
  std::vector<std::pair<Section, std::vector<std::string>>> sections;  // in their order
  std::vector<std::string> obliges, advantage, strong_advantage, percent, days;
  std::vector<std::pair<Column, std::vector<std::string>>> columns;
  std::map<std::string, int> months, solar_months;
};
// Read once from the program's content; immutable.
const Words& words();

// What the heading begins with, and how long that phrase is in the folded text. kNone when it fits nothing.
Section section_of(const std::string& folded_heading, std::size_t& phrase);
// The same for a phrase that stands anywhere in it at the beginning of a word: "Schedule of deliverables".
Section section_within(const std::string& folded_heading);
// Without the number that somebody typed before a heading: "3.", "2.1", "IV)", "A.".
std::string without_number(const std::string& heading);
// A phrase of the list stands in the folded text, from the beginning of a word.
bool says(const std::string& folded, const std::vector<std::string>& phrases);
Column column_of(const std::string& folded_cell);

// Western digits for Arabic and Persian ones.
std::string with_western_digits(std::string_view text);
// The first date that is written out in full, ISO: 15 March 2026, March 15, 2026, 15.03.2026, 15/03/2026, 2026-03-15,
// months in four languages, and days of the Solar Hijri calendar by its months.
std::optional<std::string> find_date(const std::string& text);
std::vector<std::string> find_dates(const std::string& text);
std::optional<double> find_percent(const std::string& text);
// "12 working days" -> 12.
std::optional<double> find_days(const std::string& text);

}  // namespace hamdil::services::records::terms
