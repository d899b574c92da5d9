#include "exchange/datetime.hpp"

#include <fmt/format.h>

#include <array>

#include "base/text.hpp"

namespace hamdil::exchange {
namespace {

bool is_leap(std::int64_t year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

// Reads up to `most` digits at `at`; empty when there are fewer than `least`.
std::optional<std::int64_t> digits(std::string_view s, std::size_t& at, std::size_t least, std::size_t most) {
  std::int64_t value = 0;
  std::size_t count = 0;
  for (; count < most && at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at, ++count)
    value = value * 10 + (s[at] - '0');
  if (count < least) return std::nullopt;
  return value;
}

// "10:11:12.345", "10:11 PM": seconds of the day; `at` moves behind it.
std::optional<double> clock(std::string_view s, std::size_t& at) {
  auto hour = digits(s, at, 1, 2);
  if (!hour || at >= s.size() || s[at] != ':') return std::nullopt;
  ++at;
  const auto minute = digits(s, at, 2, 2);
  if (!minute) return std::nullopt;
  double seconds = 0;
  if (at < s.size() && s[at] == ':') {
    ++at;
    const auto whole = digits(s, at, 2, 2);
    if (!whole) return std::nullopt;
    seconds = static_cast<double>(*whole);
    if (at < s.size() && (s[at] == '.' || s[at] == ',')) {
      double unit = 0.1;
      for (++at; at < s.size() && s[at] >= '0' && s[at] <= '9'; ++at, unit /= 10) seconds += unit * (s[at] - '0');
    }
  }
  std::size_t after = at;
  while (after < s.size() && s[after] == ' ') ++after;
  if (after + 1 < s.size() && (s[after + 1] | 0x20) == 'm' && ((s[after] | 0x20) == 'a' || (s[after] | 0x20) == 'p')) {
    if (*hour < 1 || *hour > 12) return std::nullopt;
    hour = *hour % 12 + ((s[after] | 0x20) == 'p' ? 12 : 0);
    at = after + 2;
  }
  if (*hour > 24 || *minute > 59 || seconds >= 61) return std::nullopt;
  return static_cast<double>(*hour * 3600 + *minute * 60) + seconds;
}

std::optional<std::int64_t> date_at(std::string_view s, std::size_t& at) {
  const auto year = digits(s, at, 4, 4);
  if (!year || at >= s.size() || (s[at] != '-' && s[at] != '/')) return std::nullopt;
  const char separator = s[at++];
  const auto month = digits(s, at, 1, 2);
  if (!month || at >= s.size() || s[at] != separator) return std::nullopt;
  ++at;
  const auto day = digits(s, at, 1, 2);
  if (!day) return std::nullopt;
  return days_from_civil(*year, static_cast<unsigned>(*month), static_cast<unsigned>(*day));
}

}  // namespace

std::optional<std::int64_t> days_from_civil(std::int64_t year, unsigned month, unsigned day) {
  constexpr std::array<unsigned, 12> kLengths = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1 || year < 1 || year > 9999) return std::nullopt;
  if (day > kLengths[month - 1] + (month == 2 && is_leap(year) ? 1 : 0)) return std::nullopt;
  // H. Hinnant, "chrono-compatible low-level date algorithms".
  const std::int64_t shifted = month <= 2 ? year - 1 : year;
  const std::int64_t era = shifted / 400;
  const std::int64_t of_era = shifted - era * 400;
  const std::int64_t of_year = (153 * (static_cast<std::int64_t>(month) + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

std::string iso_date(std::int64_t days) {
  days += 719468;
  const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
  const std::int64_t of_era = days - era * 146097;
  const std::int64_t year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  const std::int64_t of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t index = (5 * of_year + 2) / 153;
  const std::int64_t month = index < 10 ? index + 3 : index - 9;
  return fmt::format("{:04}-{:02}-{:02}", year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
                     of_year - (153 * index + 2) / 5 + 1);
}

std::optional<std::int64_t> parse_iso_date(std::string_view s) {
  std::size_t at = 0;
  const auto days = date_at(s, at);
  if (!days) return std::nullopt;
  if (at < s.size() && s[at] != 'T' && s[at] != ' ') return std::nullopt;
  return days;
}

std::optional<double> parse_iso_datetime(std::string_view s) {
  std::size_t at = 0;
  const auto days = date_at(s, at);
  if (!days) return std::nullopt;
  double seconds = static_cast<double>(*days) * 86'400.0;
  if (at == s.size()) return seconds;
  if (s[at] != 'T' && s[at] != ' ') return std::nullopt;
  ++at;
  const auto of_day = clock(s, at);
  if (!of_day) return std::nullopt;
  seconds += *of_day;
  const std::string zone = text::trim(s.substr(at));
  if (zone.empty() || zone == "Z" || zone == "UTC") return seconds;
  if (zone[0] != '+' && zone[0] != '-') return std::nullopt;
  std::size_t in_zone = 1;
  const auto hours = digits(zone, in_zone, 2, 2);
  if (!hours || *hours > 15) return std::nullopt;
  std::int64_t minutes = 0;
  if (in_zone < zone.size()) {
    if (zone[in_zone] == ':') ++in_zone;
    const auto read = digits(zone, in_zone, 2, 2);
    if (!read || *read > 59 || in_zone != zone.size()) return std::nullopt;
    minutes = *read;
  }
  const double offset = static_cast<double>(*hours * 3600 + minutes * 60);
  return zone[0] == '+' ? seconds - offset : seconds + offset;
}

std::optional<SlashDate> parse_slash_date(std::string_view s) {
  std::size_t at = 0;
  SlashDate out;
  const auto first = digits(s, at, 1, 2);
  if (!first || at >= s.size() || (s[at] != '/' && s[at] != '.' && s[at] != '-')) return std::nullopt;
  const char separator = s[at++];
  const auto second = digits(s, at, 1, 2);
  if (!second || at >= s.size() || s[at] != separator) return std::nullopt;
  ++at;
  const std::size_t year_at = at;
  const auto year = digits(s, at, 2, 4);
  if (!year || at - year_at == 3) return std::nullopt;
  out.year = at - year_at == 2 ? *year + (*year < 70 ? 2000 : 1900) : *year;
  out.first = static_cast<unsigned>(*first);
  out.second = static_cast<unsigned>(*second);
  if (at < s.size()) {
    if (s[at] != ' ' && s[at] != 'T') return std::nullopt;
    ++at;
    const auto of_day = clock(s, at);
    if (!of_day || at != s.size()) return std::nullopt;
    out.seconds = *of_day;
  }
  const bool may_be =
      days_from_civil(out.year, out.first, out.second) || days_from_civil(out.year, out.second, out.first);
  return may_be ? std::optional(out) : std::nullopt;
}

}  // namespace hamdil::exchange
