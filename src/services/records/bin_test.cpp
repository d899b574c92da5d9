#include "services/records/bin.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/records/comments.hpp"
#include "services/records/records.hpp"
#include "store/bin.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};
constexpr std::int64_t kDay = 86'400;

class RecordBin : public ::testing::Test {
 protected:
  void SetUp() override {
    Env env;
    env.now = [this] { return now_; };
    auto created = store::Workspace::create(folder_.file("w.hamdil"), {.key_file_bytes = std::string(32, 'k')}, env);
    ASSERT_TRUE(created);
    workspace_ = std::make_unique<store::Workspace>(std::move(created->workspace));
  }
  std::string made(const std::string& kind, const std::string& title, const Json& fields = Json::object()) {
    const auto outcome = create_record(*workspace_, kAuthor, kind, {{"title", title}, {"fields", fields}});
    EXPECT_TRUE(outcome && outcome->record);
    return outcome && outcome->record ? outcome->record->id : "";
  }
  std::int64_t in_bin() { return workspace_->query({.kind = "activity", .in_bin = true})->total; }

  std::int64_t now_ = 1'750'000'000;
  store::TemporaryFolder folder_;
  std::unique_ptr<store::Workspace> workspace_;
};

TEST_F(RecordBin, WhatStoodThereFor30DaysGoesAndNotADayEarlier) {
  const std::string old = made("activity", "Old"), young = made("activity", "Young");
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "activity", old));
  now_ += 10 * kDay;
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "activity", young));
  DailyBin daily;
  now_ += 20 * kDay - 1;
  EXPECT_EQ(*daily.look(*workspace_), 0U);
  EXPECT_EQ(in_bin(), 2);
  now_ += 1;
  EXPECT_EQ(*DailyBin().look(*workspace_), 1U);
  EXPECT_EQ(in_bin(), 1);
  EXPECT_TRUE(*store::is_emptied(*workspace_, "activity", old));
  now_ += 10 * kDay;
  EXPECT_EQ(*daily.look(*workspace_), 1U) << "the program that ran on";
  EXPECT_EQ(*daily.look(*workspace_), 0U);
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

TEST_F(RecordBin, TheWorkspaceSaysForHowLong) {
  const std::string id = made("activity", "Old");
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "activity", id));
  EXPECT_EQ(*days_in_bin(*workspace_), kUsualBinDays);
  EXPECT_FALSE(keep_in_bin(*workspace_, kAuthor, 0));
  ASSERT_TRUE(keep_in_bin(*workspace_, kAuthor, 7));
  EXPECT_EQ(*days_in_bin(*workspace_), 7);
  EXPECT_EQ(workspace_->history()->back().action, "keep in bin");
  now_ += 7 * kDay;
  EXPECT_EQ(empty_bin(*workspace_, kAuthor)->size(), 1U);
  EXPECT_EQ(day_of_removal("2026-11-22T09:30:00Z", 30), "2026-12-22");
}

TEST_F(RecordBin, CommentsGoWithWhatTheyAreAboutAndTheHistorySaysSo) {
  const std::string id = made("activity", "Tea");
  const std::string comment =
      made("comment", "On the tea", {{"about_kind", "activity"}, {"about_id", id}, {"text", "Not again"}});
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "activity", id));
  ASSERT_EQ(empty_bin(*workspace_, kAuthor, true)->size(), 1U);
  EXPECT_TRUE(*store::is_emptied(*workspace_, "comment", comment));
  const auto lines = record_history(*workspace_, "activity", id);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 3U);
  EXPECT_EQ(lines->at(0).action, "create");
  EXPECT_EQ(lines->at(2).action, "empty");
  for (const HistoryLine& line : *lines) {
    EXPECT_EQ(line.who, "tester");
    EXPECT_TRUE(line.differences.empty());
  }
  EXPECT_EQ(revert_record(*workspace_, kAuthor, "activity", id, 1).error().code, "store.record.missing");
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

}  // namespace
}  // namespace hamdil::services::records
