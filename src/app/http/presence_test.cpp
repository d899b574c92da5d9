#include "app/http/presence.hpp"

#include <gtest/gtest.h>

namespace hamdil::http {
namespace {

TEST(Presence, TellsComingGoingAndTurningToAnotherField) {
  std::int64_t now = 100;
  Presence presence([&now] { return now; });
  EXPECT_TRUE(presence.here("visit/1", "a", "Ann", ""));
  EXPECT_TRUE(presence.here("visit/1", "b", "Bek", "title"));
  EXPECT_FALSE(presence.here("visit/1", "a", "Ann", ""));
  EXPECT_TRUE(presence.here("visit/1", "a", "Ann", "note"));
  ASSERT_EQ(presence.at("visit/1").size(), 2u);
  EXPECT_EQ(presence.at("visit/1")[0].editing, "note");
  EXPECT_TRUE(presence.at("visit/2").empty());
  EXPECT_TRUE(presence.gone("visit/1", "b", "Bek"));
  EXPECT_FALSE(presence.gone("visit/1", "b", "Bek"));
}

TEST(Presence, NobodySpeaksForTheWindowOfAnother) {
  std::int64_t now = 100;
  Presence presence([&now] { return now; });
  presence.here("visit/1", "a", "Ann", "note");
  EXPECT_FALSE(presence.gone("visit/1", "a", "Bek"));
  EXPECT_TRUE(presence.here("visit/1", "a", "Bek", "title")) << "a window of his own of the same name";
  ASSERT_EQ(presence.at("visit/1").size(), 2u);
  EXPECT_EQ(presence.at("visit/1")[0].who, "Ann");
  EXPECT_EQ(presence.at("visit/1")[0].editing, "note");
  for (int i = 0; i < 200; ++i) presence.here("visit/1", std::to_string(i), "Bek", "");
  EXPECT_TRUE(presence.here("visit/1", "c", "Cyrus", "")) << "one person does not fill the record";
}

TEST(Presence, WhoIsSilentHasGone) {
  std::int64_t now = 100;
  Presence presence([&now] { return now; });
  presence.here("visit/1", "a", "Ann", "");
  now += 20;
  presence.here("visit/1", "b", "Bek", "");
  now += 10;
  EXPECT_TRUE(presence.here("visit/1", "b", "Bek", "")) << "others hear that the first has gone";
  ASSERT_EQ(presence.at("visit/1").size(), 1u);
  EXPECT_EQ(presence.at("visit/1")[0].who, "Bek");
}

}  // namespace
}  // namespace hamdil::http
