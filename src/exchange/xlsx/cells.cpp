#include "exchange/xlsx/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/text.hpp"

namespace hamdil::exchange::xlsx {
namespace {

struct Day {
  std::int64_t year;
  unsigned month;
  unsigned day;
};

// Days since 1970-01-01 to the calendar (H. Hinnant, "chrono-compatible low-level date algorithms").
Day civil(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const auto of_era = static_cast<unsigned>(days - era * 146097);
  const unsigned year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const unsigned day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned month_index = (5 * day_of_year + 2) / 153;
  const unsigned month = month_index < 10 ? month_index + 3 : month_index - 9;
  return {static_cast<std::int64_t>(year_of_era) + era * 400 + (month <= 2 ? 1 : 0), month,
          day_of_year - (153 * month_index + 2) / 5 + 1};
}

std::string clock_text(std::int64_t milliseconds) {
  const std::int64_t seconds = milliseconds / 1000;
  std::string out = fmt::format("{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
  if (milliseconds % 1000 != 0) out += fmt::format(".{:03}", milliseconds % 1000);
  return out;
}

}  // namespace

CellFormat classify_format(std::string_view code) {
  bool has_date = false;
  bool has_time = false;
  bool has_elapsed = false;
  bool has_month_or_minute = false;
  for (std::size_t i = 0; i < code.size(); ++i) {
    const char c = code[i];
    if (c == ';') break;  // the first section rules positive numbers
    if (c == '"') {
      i = std::min(code.find('"', i + 1), code.size());
    } else if (c == '\\' || c == '_' || c == '*') {
      ++i;
    } else if (c == '[') {
      const std::size_t end = std::min(code.find(']', i), code.size());
      const std::string inner = text::to_lower_ascii(code.substr(i + 1, end - i - 1));
      if (!inner.empty() && inner.find_first_not_of(inner[0]) == std::string::npos &&
          (inner[0] == 'h' || inner[0] == 'm' || inner[0] == 's'))
        has_elapsed = true;
      i = end;
    } else if (c == 'y' || c == 'Y' || c == 'd' || c == 'D') {
      has_date = true;
    } else if (c == 'h' || c == 'H' || c == 's' || c == 'S') {
      has_time = true;
    } else if (c == 'm' || c == 'M') {
      has_month_or_minute = true;
    } else if (text::starts_with_ignoring_case(code.substr(i), "general")) {
      return CellFormat::kPlain;
    } else if (c == '#' || c == '0' || c == '?') {
      if (!has_date && !has_time && !has_elapsed && !has_month_or_minute) return CellFormat::kPlain;
    }
  }
  if (has_elapsed) return CellFormat::kDuration;
  if (has_date) return has_time ? CellFormat::kDateTime : CellFormat::kDate;
  if (has_time) return CellFormat::kTime;
  return has_month_or_minute ? CellFormat::kDate : CellFormat::kPlain;
}

CellFormat classify_builtin(unsigned id) {
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || id == 36 || (id >= 50 && id <= 54) || id == 57 || id == 58)
    return CellFormat::kDate;
  if ((id >= 18 && id <= 21) || (id >= 32 && id <= 35) || id == 45 || id == 47 || id == 55 || id == 56)
    return CellFormat::kTime;
  if (id == 22) return CellFormat::kDateTime;
  if (id == 46) return CellFormat::kDuration;
  return CellFormat::kPlain;
}

std::optional<std::string> serial_text(double serial, CellFormat format, bool is_1904) {
  if (!std::isfinite(serial) || serial < 0 || serial > 2'958'466) return std::nullopt;
  auto days = static_cast<std::int64_t>(std::floor(serial));
  auto milliseconds = static_cast<std::int64_t>(std::llround((serial - std::floor(serial)) * 86'400'000.0));
  // A stored binary fraction is off by less than a millisecond; whole seconds are what was typed.
  if (const std::int64_t off = milliseconds % 1000; off == 1 || off == 999) milliseconds += off == 1 ? -1 : 1;
  if (milliseconds >= 86'400'000) {
    milliseconds -= 86'400'000;
    ++days;
  }
  if (format == CellFormat::kTime && days == 0) return clock_text(milliseconds);
  if (format == CellFormat::kDuration) return clock_text(milliseconds + days * 86'400'000);
  if (is_1904)
    days += 1462;
  else if (days < 60)
    ++days;  // Excel counts a 29 February 1900 that never was
  const Day date = civil(days - 25569);
  if (date.year > 9999) return std::nullopt;
  std::string out = fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
  if (format != CellFormat::kDate || milliseconds != 0) out += "T" + clock_text(milliseconds);
  return out;
}

std::string number_text(std::string_view stored) {
  const bool is_digits = !stored.empty() && stored.size() <= 15 &&
                         std::all_of(stored.begin(), stored.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (is_digits && (stored.size() == 1 || stored[0] != '0')) return std::string(stored);
  const auto value = text::parse_number(stored);
  return value ? text::format_number(*value) : std::string(stored);
}

std::size_t column_of_address(std::string_view address) {
  std::size_t column = 0;
  for (const char c : address) {
    const char upper = static_cast<char>(c & ~0x20);
    if (c >= '0' && c <= '9') break;
    if (upper < 'A' || upper > 'Z') return 0;
    if (column > 100'000) return column;  // beyond any sheet; the caller leaves the cell out
    column = column * 26 + static_cast<std::size_t>(upper - 'A' + 1);
  }
  return column;
}

}  // namespace hamdil::exchange::xlsx
