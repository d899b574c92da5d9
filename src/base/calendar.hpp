// Calendar dates without clocks and time zones: Gregorian and Solar Hijri (the calendar of Afghanistan and Iran).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hamdil {

struct Date {
  int year = 0;
  int month = 1;  // 1 to 12
  int day = 1;    // 1 to 31
  bool operator==(const Date&) const = default;
};

// "2025-03-14"; empty for anything else and for days that do not exist.
std::optional<Date> parse_date(std::string_view iso);
std::string iso_date(const Date& date);
// Days since 1970-01-01 of a Gregorian date, and back.
std::int64_t days_from_date(const Date& date);
Date date_from_days(std::int64_t days);

// The same day in the Solar Hijri calendar. Arithmetic rule (leap when (25 y + 11) mod 33 < 8), right from 1178 to 1633
// (1799 to 2254).
Date solar_hijri(const Date& gregorian);
// The inverse: the Gregorian day of a Solar Hijri date.
Date gregorian_of(const Date& solar);

enum class Calendar : std::uint8_t { kGregorian, kSolar };
// "gregorian" or "solar"; empty for another name.
std::optional<Calendar> calendar_named(std::string_view name);
// A Gregorian day as a date of the calendar, and back.
Date in_calendar(const Date& gregorian, Calendar calendar);
Date from_calendar(const Date& date, Calendar calendar);
// Of a month of the calendar, 28 to 31.
int days_in_month(Calendar calendar, int year, int month);

}  // namespace hamdil
