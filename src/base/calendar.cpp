#include "base/calendar.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace hamdil {

namespace {

bool is_leap(int year) { return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0; }

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[month - 1];
}

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - ((a % b != 0 && (a % b < 0) != (b < 0)) ? 1 : 0);
}

// Days since 1970-01-01 of the first day of a Solar Hijri year: 1 Farvardin (Hamal) 1348 was 1969-03-21, that is day
// -286.
std::int64_t start_of_solar_year(int year) {
  const auto leaps_before = [](int y) { return floor_div(std::int64_t{8} * y + 21, 33); };
  return -286 + std::int64_t{365} * (year - 1348) + leaps_before(year) - leaps_before(1348);
}

}  // namespace

std::optional<Date> parse_date(std::string_view iso) {
  if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return std::nullopt;
  const auto digits = [&](std::size_t from, std::size_t count) {
    int value = 0;
    for (std::size_t i = from; i < from + count; ++i) {
      if (iso[i] < '0' || iso[i] > '9') return -1;
      value = value * 10 + (iso[i] - '0');
    }
    return value;
  };
  const Date date{digits(0, 4), digits(5, 2), digits(8, 2)};
  if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1 ||
      date.day > days_in_month(date.year, date.month))
    return std::nullopt;
  return date;
}

std::string iso_date(const Date& date) { return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day); }

// The civil calendar as days in eras of 400 years that start on 1 March.
std::int64_t days_from_date(const Date& date) {
  const std::int64_t year = date.year - (date.month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(year, 400);
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t day_of_year = (153 * (date.month + (date.month > 2 ? -3 : 9)) + 2) / 5 + date.day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

Date date_from_days(std::int64_t days) {
  days += 719468;
  const std::int64_t era = floor_div(days, 146097);
  const std::int64_t day_of_era = days - era * 146097;
  const std::int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month_from_march = (5 * day_of_year + 2) / 153;
  const int month = static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  return {static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0)), month,
          static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1)};
}

Date solar_hijri(const Date& gregorian) {
  const std::int64_t day = days_from_date(gregorian);
  int year = gregorian.year - 621;
  while (start_of_solar_year(year) > day) --year;
  const int day_of_year = static_cast<int>(day - start_of_solar_year(year));
  if (day_of_year < 186) return {year, day_of_year / 31 + 1, day_of_year % 31 + 1};
  return {year, (day_of_year - 186) / 30 + 7, (day_of_year - 186) % 30 + 1};
}

Date gregorian_of(const Date& solar) {
  constexpr int kLongMonths = 6;  // of 31 days, the others have 30 and the last one 29 or 30
  const int months = solar.month - 1;
  const std::int64_t day_of_year = months * 30 + std::min(months, kLongMonths) + solar.day - 1;
  return date_from_days(start_of_solar_year(solar.year) + day_of_year);
}

std::optional<Calendar> calendar_named(std::string_view name) {
  if (name == "gregorian") return Calendar::kGregorian;
  if (name == "solar") return Calendar::kSolar;
  return std::nullopt;
}

Date in_calendar(const Date& gregorian, Calendar calendar) {
  return calendar == Calendar::kSolar ? solar_hijri(gregorian) : gregorian;
}

Date from_calendar(const Date& date, Calendar calendar) {
  return calendar == Calendar::kSolar ? gregorian_of(date) : date;
}

int days_in_month(Calendar calendar, int year, int month) {
  if (calendar == Calendar::kGregorian) return days_in_month(year, month);
  if (month < 12) return month <= 6 ? 31 : 30;
  return start_of_solar_year(year + 1) - start_of_solar_year(year) == 366 ? 30 : 29;
}

}  // namespace hamdil
