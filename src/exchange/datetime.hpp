// Dates and times as survey tools write them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hamdil::exchange {

// Days since 1970-01-01 of a day of the Gregorian calendar; empty when there is no such day.
std::optional<std::int64_t> days_from_civil(std::int64_t year, unsigned month, unsigned day);
std::string iso_date(std::int64_t days);

// "2024-01-05", with any time behind it ignored; empty for everything else.
std::optional<std::int64_t> parse_iso_date(std::string_view s);
// "2024-01-05T10:11:12.5+03:00", "2024-01-05 10:11", "2024-01-05": seconds since 1970-01-01 UTC; without an offset
// taken as UTC.
std::optional<double> parse_iso_datetime(std::string_view s);

// "06/07/2018", "7.6.18", "6-7-2018": the two first parts and the year; which is the day is for the caller to find.
struct SlashDate {
  unsigned first = 0;
  unsigned second = 0;
  std::int64_t year = 0;
  double seconds = 0;  // of the day, when a time follows
};
std::optional<SlashDate> parse_slash_date(std::string_view s);

}  // namespace hamdil::exchange
