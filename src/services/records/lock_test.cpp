#include "services/records/lock.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/records/records.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

class LockTest : public store::WorkspaceFixture {
 protected:
  std::string make(const std::string& kind, Json fields, const std::string& title = "DEMO") {
    const auto made = create_record(*workspace_, kAuthor, kind, {{"title", title}, {"fields", std::move(fields)}});
    EXPECT_TRUE(made && made->record) << kind;
    return made && made->record ? made->record->id : "";
  }
  void move(const std::string& kind, const std::string& id, const std::string& step) {
    const auto moved = move_record(*workspace_, kAuthor, kind, id, step);
    EXPECT_TRUE(moved) << step << ": " << moved.error().describe();
  }
  // The code of the first problem, "" where it was saved.
  std::string change(const std::string& kind, const std::string& id, const Json& body) {
    const auto changed = change_record(*workspace_, kAuthor, kind, id, body);
    EXPECT_TRUE(changed) << changed.error().describe();
    return changed && !changed->problems.empty() ? changed->problems.front().problem.code : "";
  }
  std::string fields(const std::string& kind, const std::string& id, const Json& fields) {
    return change(kind, id, {{"fields", fields}});
  }
  std::string approved_budget() {
    const std::string budget = make("budget_version", {{"budget_number", "1"}, {"currency", "USD"}, {"total", 0}});
    EXPECT_EQ(fields("budget_version", budget, {{"decided_on", "2025-05-05"}}), "");
    return budget;
  }
};

const Json kLine = {{"category", "staff"}, {"quantity", 2}, {"unit_cost", 50}, {"currency", "USD"}, {"year", 2027}};

TEST_F(LockTest, WhatWasDecidedIsChangedOnlyAfterItIsOpenedAgain) {
  const std::string budget = approved_budget();
  move("budget_version", budget, "submit");
  EXPECT_EQ(fields("budget_version", budget, {{"tolerance", 10}}), "");
  move("budget_version", budget, "approve");
  const auto changed = change_record(*workspace_, kAuthor, "budget_version", budget,
                                     {{"title", "DEMO other"}, {"fields", {{"tolerance", 20}, {"tags", {"seen"}}}}});
  ASSERT_TRUE(changed);
  ASSERT_EQ(changed->problems.size(), 2U);
  EXPECT_EQ(changed->problems[0].problem.code, "records.locked");
  EXPECT_EQ(changed->problems[0].problem.where.pointer, "/title");
  EXPECT_EQ(changed->problems[1].problem.where.pointer, "/fields/tolerance");
  // How it is kept is no part of what was decided; the same once more is no change.
  EXPECT_EQ(fields("budget_version", budget, {{"tags", {"seen"}}, {"note", "Kept in the safe."}, {"tolerance", 10}}),
            "");
  EXPECT_EQ(revert_record(*workspace_, kAuthor, "budget_version", budget, 1).error().code, "records.locked");
  EXPECT_EQ(remove_record(*workspace_, kAuthor, "budget_version", budget).error().code, "records.locked");
  move("budget_version", budget, "reopen");
  EXPECT_EQ(fields("budget_version", budget, {{"tolerance", 20}}), "");
  EXPECT_TRUE(remove_record(*workspace_, kAuthor, "budget_version", budget));
}

TEST_F(LockTest, PartsAreLockedWithTheirWholeWhicheverWayTheyAreTouched) {
  const std::string budget = approved_budget(), other = approved_budget();
  const auto line_of = [&](const std::string& of) {
    Json line = kLine;
    line["budget_version"] = of;
    return line;
  };
  const std::string line = make("budget_line", line_of(budget)), elsewhere = make("budget_line", line_of(other)),
                    gone = make("budget_line", line_of(budget));
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "budget_line", gone));
  EXPECT_EQ(fields("budget_version", budget, {{"total", 100}}), "");
  move("budget_version", budget, "submit");
  move("budget_version", budget, "approve");
  EXPECT_EQ(fields("budget_line", line, {{"quantity", 3}}), "records.locked.by_whole");
  EXPECT_EQ(fields("budget_line", line, {{"budget_version", other}}), "records.locked.by_whole");
  EXPECT_EQ(fields("budget_line", elsewhere, {{"budget_version", budget}}), "records.locked.by_whole");
  EXPECT_EQ(fields("budget_line", elsewhere, {{"quantity", 3}}), "");
  EXPECT_EQ(remove_record(*workspace_, kAuthor, "budget_line", line).error().code, "records.locked.by_whole");
  EXPECT_EQ(restore_record(*workspace_, kAuthor, "budget_line", gone).error().code, "records.locked.by_whole");
  EXPECT_TRUE((*workspace_->find("budget_line", gone))->deleted);
  const auto made =
      create_record(*workspace_, kAuthor, "budget_line", {{"title", "DEMO"}, {"fields", line_of(budget)}});
  ASSERT_TRUE(made);
  ASSERT_EQ(made->problems.size(), 1U);
  EXPECT_EQ(made->problems.front().problem.where.pointer, "/fields/budget_version");
  EXPECT_EQ(made->problems.front().problem.code, "records.locked.by_whole");
  // In one request of several: nothing of it is done.
  const auto several = apply_operations(*workspace_, kAuthor,
                                        {{Operation::Do::kRemove, "budget_line", elsewhere, {}, {}, {}},
                                         {Operation::Do::kRemove, "budget_line", line, {}, {}, {}}});
  ASSERT_FALSE(several);
  EXPECT_EQ(several.error().code, "records.locked.by_whole");
  EXPECT_FALSE((*workspace_->find("budget_line", elsewhere))->deleted);
  // Money that is spent on a line is no part of what was approved.
  make("expenditure", {{"budget_line", line}, {"paid_on", "2025-06-01"}, {"amount", 10}, {"currency", "USD"}});
  // Steps of the part itself stay open.
  move("budget_line", line, "confirm");
}

TEST_F(LockTest, SomeThingsAreNeverOpenedAgainAndWhatAStepAsksForStaysOpen) {
  const std::string text = make("consent_text", {{"text_version", "1"}, {"text", {{"en", "DEMO: you may say no."}}}});
  move("consent_text", text, "freeze");
  EXPECT_EQ(fields("consent_text", text, {{"text", {{"en", "DEMO: you must."}}}}), "records.locked.for_good");
  const std::string consent = make("consent_record", {{"subject", "P1"},
                                                      {"basis", "consent_record"},
                                                      {"consent_text", text},
                                                      {"take_part", true},
                                                      {"given_on", "2025-05-01"}});
  move("consent_record", consent, "give");
  EXPECT_EQ(fields("consent_record", consent, {{"may_quote", true}}), "records.locked");
  EXPECT_EQ(fields("consent_record", consent, {{"withdrawn_on", "2025-05-04"}}), "");
  move("consent_record", consent, "withdraw");
  EXPECT_EQ(fields("consent_record", consent, {{"withdrawn_on", "2025-05-05"}}), "records.locked.for_good");
}

}  // namespace
}  // namespace hamdil::services::records
