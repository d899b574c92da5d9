#include "base/time_zone.hpp"

#include <gtest/gtest.h>

#include "base/code_lists.hpp"
#include "base/env.hpp"

namespace hamdil {

TEST(TimeZone, DaysBeginWherePeopleAre) {
  constexpr std::int64_t kEvening = 1'795'388'400;
  ASSERT_EQ(format_timestamp(kEvening), "2026-11-22T23:00:00Z");
  EXPECT_EQ(day_in("UTC", kEvening), "2026-11-22");
  EXPECT_EQ(day_in("Asia/Kabul", kEvening), "2026-11-23");  // half past three in the morning
  EXPECT_EQ(day_in("Asia/Kabul", kEvening - 4 * 3600), "2026-11-22") << "half past eleven at night";
  EXPECT_EQ(day_in("America/New_York", kEvening), "2026-11-22");
  EXPECT_EQ(day_in("Pacific/Kiritimati", kEvening - 12 * 3600), "2026-11-23");
  EXPECT_EQ(day_in("no such zone", kEvening), "2026-11-22");
}

TEST(TimeZone, SummerTimeIsKnown) {
  // 2026-07-01T22:30:00Z: an hour later in London, where it is summer.
  EXPECT_EQ(day_in("Europe/London", 1'782'945'000 + 3600), "2026-07-02");
  EXPECT_EQ(format_timestamp(1'782'945'000 + 3600).substr(0, 10), "2026-07-01");
}

TEST(TimeZone, EveryOneOfTheListIsKnownAndHasItsCity) {
  EXPECT_GT(code_list("time_zone").size(), 400u);
  for (const std::string& zone : code_list("time_zone")) EXPECT_TRUE(is_time_zone(zone)) << zone;
  for (const char* zone : {"Asia/Kabul", "Asia/Dushanbe", "Asia/Baghdad"})
    EXPECT_TRUE(is_in_code_list("time_zone", zone)) << zone;
  EXPECT_FALSE(is_time_zone("Nowhere/Here"));
  EXPECT_FALSE(is_time_zone(""));
  EXPECT_EQ(name_of_code("time_zone", "Asia/Kabul", "en"), "Kabul (Asia/Kabul)");
  EXPECT_EQ(name_of_code("time_zone", "Asia/Kabul", "fa-AF"), "کابل (Asia/Kabul)");
  EXPECT_EQ(find_code("time_zone", "asia/dushanbe"), "Asia/Dushanbe");
}

}  // namespace hamdil
