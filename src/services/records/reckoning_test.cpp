#include "services/records/reckoning.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/records/check_rules.hpp"
#include "services/records/records.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

// The clock says 2025-06-15T21:06:40Z: in Kabul the 16th has begun, in Baghdad it begins at 21:00 UTC too, in London
// not yet.
class ReckoningTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto created = store::Workspace::create(folder_.file("w.hamdil"), {.key_file_bytes = std::string(32, 'k')},
                                            Env::fixed(1'750'000'000 + 6 * 3600));
    ASSERT_TRUE(created);
    workspace_ = std::make_unique<store::Workspace>(std::move(created->workspace));
  }
  std::string programme(const Json& fields) {
    const auto made =
        create_record(*workspace_, kAuthor, "programme", {{"title", "DEMO programme"}, {"fields", fields}});
    EXPECT_TRUE(made && made->record) << (made ? made->problems.front().problem.describe() : made.error().describe());
    return made && made->record ? made->record->id : "";
  }
  Reckoning found() {
    const auto out = reckoning_of(*workspace_);
    EXPECT_TRUE(out);
    return out ? *out : Reckoning();
  }

  store::TemporaryFolder folder_;
  std::unique_ptr<store::Workspace> workspace_;
};

TEST_F(ReckoningTest, WhatTheProgrammeSaysHolds) {
  EXPECT_EQ(found().time_zone, "");
  EXPECT_EQ(today(*workspace_, found()), "2025-06-15");
  EXPECT_EQ(last_day_begun(*workspace_, found()), "2025-06-16") << "somewhere it has begun";
  programme({{"time_zone", "Asia/Kabul"}, {"calendar", "solar"}});
  EXPECT_EQ(found().time_zone, "Asia/Kabul");
  EXPECT_EQ(found().calendar, "solar");
  EXPECT_EQ(today(*workspace_, found()), "2025-06-16");
  programme(Json::object());
  EXPECT_EQ(found().time_zone, "Asia/Kabul") << "who says nothing does not differ";
  const std::string other = programme({{"time_zone", "Europe/London"}});
  EXPECT_EQ(found().time_zone, "");
  EXPECT_EQ(found().calendar, "solar");
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "programme", other));
  EXPECT_EQ(found().time_zone, "Asia/Kabul") << "what lies in the bin says nothing";
}

TEST_F(ReckoningTest, RulesAndDeadlinesFollowIt) {
  const auto breaks = [&](const char* kind, const Json& fields, const std::string& rule) {
    const auto made = create_record(*workspace_, kAuthor, kind, {{"title", "DEMO"}, {"fields", fields}});
    EXPECT_TRUE(made && made->record);
    const auto failures = check_rules(*workspace_, *made->record);
    EXPECT_TRUE(failures);
    return std::any_of(failures->begin(), failures->end(), [&](const auto& one) { return one.rule == rule; });
  };
  const Json came = {{"received_on", "2025-06-16"}}, due = {{"due", "2025-06-15"}};
  EXPECT_FALSE(breaks("request", came, "request.received_on_not_in_future"));
  EXPECT_FALSE(breaks("request", due, "request.not_overdue"));
  const std::string london = programme({{"time_zone", "Europe/London"}});
  EXPECT_TRUE(breaks("request", came, "request.received_on_not_in_future")) << "in London it is still the 15th";
  ASSERT_TRUE(change_record(*workspace_, kAuthor, "programme", london, {{"fields", {{"time_zone", "Asia/Kabul"}}}}));
  EXPECT_FALSE(breaks("request", came, "request.received_on_not_in_future"));
  EXPECT_TRUE(breaks("request", due, "request.not_overdue")) << "in Kabul the 15th is over";
}

TEST_F(ReckoningTest, AZoneIsOneOfTheList) {
  const auto made =
      create_record(*workspace_, kAuthor, "programme",
                    {{"title", "DEMO"}, {"fields", {{"time_zone", "Kabul time"}, {"calendar", "lunar"}}}});
  ASSERT_TRUE(made);
  EXPECT_EQ(made->problems.size(), 2u);
}

}  // namespace
}  // namespace hamdil::services::records
