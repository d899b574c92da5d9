#include "base/calendar.hpp"

#include <gtest/gtest.h>
#include <unicode/calendar.h>

#include <memory>
#include <string>

namespace hamdil {

TEST(Calendar, ReadsOnlyDaysThatExist) {
  EXPECT_EQ(parse_date("2024-02-29"), (Date{2024, 2, 29}));
  for (const char* wrong :
       {"2023-02-29", "2023-13-01", "2023-00-10", "2023-1-01", "20230101", "", "2023-01-32", "abcd-ef-gh"})
    EXPECT_FALSE(parse_date(wrong)) << wrong;
}

TEST(Calendar, DaysAndDatesAreInverse) {
  for (std::int64_t day = -200'000; day < 200'000; day += 37) EXPECT_EQ(days_from_date(date_from_days(day)), day);
  EXPECT_EQ(days_from_date({1970, 1, 1}), 0);
  EXPECT_EQ(iso_date(date_from_days(19'787)), "2024-03-05");
}

TEST(Calendar, NawruzStartsTheSolarYear) {
  EXPECT_EQ(solar_hijri({2021, 3, 21}), (Date{1400, 1, 1}));
  EXPECT_EQ(solar_hijri({2024, 3, 20}), (Date{1403, 1, 1}));
  EXPECT_EQ(solar_hijri({2025, 3, 20}), (Date{1403, 12, 30}));  // a leap year
  EXPECT_EQ(solar_hijri({2025, 3, 21}), (Date{1404, 1, 1}));
}

// The day of March less 20 on which each year from 1300 to 1501 begins, as jalaali-js 2.0.1 has it (the interface's
// conversion, after K. M. Borkowski): the pages and the server never name two different days.
TEST(Calendar, EveryDayOfTwoCenturiesIsThatOfTheInterface) {
  const std::string starts =
      "12211221112111211121112111211121112111211111111111111111111111111111111111101110111011101110111011101"
      "11011100110011001100110011001100110011000100010001000100010001000100010000000011111111111111111111111";
  ASSERT_EQ(starts.size(), 202u);
  const auto first_day = [&](int year) {
    return days_from_date({year + 621, 3, 20 + starts[static_cast<std::size_t>(year - 1300)] - '0'});
  };
  for (int year = 1300; year <= 1500; ++year) {
    std::int64_t day = first_day(year);
    for (int month = 1; month <= 12; ++month) {
      const bool is_leap = first_day(year + 1) - first_day(year) == 366;
      const int days = month <= 6 ? 31 : month < 12 || is_leap ? 30 : 29;
      ASSERT_EQ(days_in_month(Calendar::kSolar, year, month), days) << year << "-" << month;
      for (int of_month = 1; of_month <= days; ++of_month, ++day) {
        const Date solar{year, month, of_month};
        ASSERT_EQ(days_from_date(gregorian_of(solar)), day) << iso_date(solar);
        ASSERT_EQ(solar_hijri(date_from_days(day)), solar) << iso_date(solar);
      }
    }
    ASSERT_EQ(day, first_day(year + 1));
  }
}

TEST(Calendar, SolarDatesAgreeWithIcu) {
  UErrorCode status = U_ZERO_ERROR;
  const std::unique_ptr<icu::Calendar> persian(
      icu::Calendar::createInstance(*icu::TimeZone::getGMT(), icu::Locale("fa@calendar=persian"), status));
  ASSERT_TRUE(U_SUCCESS(status));
  for (std::int64_t day = days_from_date({1930, 1, 1}); day < days_from_date({2080, 1, 1}); day += 11) {
    persian->setTime(static_cast<UDate>(day) * 86'400'000.0, status);
    const Date expected{persian->get(UCAL_YEAR, status), persian->get(UCAL_MONTH, status) + 1,
                        persian->get(UCAL_DATE, status)};
    ASSERT_EQ(solar_hijri(date_from_days(day)), expected) << iso_date(date_from_days(day));
  }
}

}  // namespace hamdil
