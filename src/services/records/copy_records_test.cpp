#include "services/records/copy_records.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>

#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

class CopyTest : public store::WorkspaceFixture {
 protected:
  model::Record made(const std::string& kind, const std::string& title, const Json& fields) {
    const auto outcome = create_record(*workspace_, kAuthor, kind, {{"title", title}, {"fields", fields}});
    EXPECT_TRUE(outcome && outcome->record)
        << (outcome ? outcome->problems.front().problem.describe() : outcome.error().describe());
    return outcome && outcome->record ? *outcome->record : model::Record();
  }
  std::int64_t count(const std::string& kind) { return workspace_->query({.kind = kind})->total; }
};

TEST(MovedByMonths, TheLastDayOfAShorterMonthStandsForThoseThatItLacks) {
  EXPECT_EQ(moved_by_months("2026-01-31", 1), "2026-02-28");
  EXPECT_EQ(moved_by_months("2028-01-30", 1), "2028-02-29");
  EXPECT_EQ(moved_by_months("2026-12-15", 1), "2027-01-15");
  EXPECT_EQ(moved_by_months("2026-03-31", -1), "2026-02-28");
  EXPECT_EQ(moved_by_months("2026-03-31", 0), "2026-03-31");
  EXPECT_EQ(moved_by_months("2026-02-28", 1, true), "2026-03-31");
  EXPECT_EQ(moved_by_months("2026-04-30", 1, true), "2026-05-31");
  EXPECT_EQ(moved_by_months("2026-04-29", 1, true), "2026-05-29");
}

TEST(MovedByMonths, InTheSolarCalendarItsMonthsAreCounted) {
  const auto moved = [](Date solar, int months, bool keeps_end = false) {
    const std::string day = moved_by_months(iso_date(gregorian_of(solar)), months, keeps_end, Calendar::kSolar);
    return iso_date(solar_hijri(*parse_date(day)));
  };
  EXPECT_EQ(moved({1405, 1, 1}, 1), "1405-02-01");
  EXPECT_EQ(moved({1405, 1, 31}, 1), "1405-02-31");
  EXPECT_EQ(moved({1405, 6, 31}, 1), "1405-07-30") << "Sunbula has 31 days, Mizan 30";
  EXPECT_EQ(moved({1405, 7, 30}, -1, true), "1405-06-31");
  EXPECT_EQ(moved({1405, 11, 30}, 1), "1405-12-29");
  EXPECT_EQ(moved({1408, 11, 30}, 1), "1408-12-30") << "a leap year";
  EXPECT_EQ(moved({1408, 12, 30}, 12), "1409-12-29");
  EXPECT_EQ(moved({1405, 12, 29}, 1, true), "1406-01-31");
  EXPECT_EQ(moved_by_months("2026-03-21", 1, false, Calendar::kSolar), "2026-04-21");
  EXPECT_EQ(moved_by_months("2026-04-20", 1, true, Calendar::kSolar), "2026-05-21") << "31 Hamal, 31 Sawr";
}

TEST_F(CopyTest, AWholeSolarMonthStaysOneAndIsChosenByItsName) {
  const auto hamal = made("activity_row", "Hamal",
                          {{"starts", "2026-03-21"}, {"ends", "2026-04-20"}, {"report_period", "2026-03-21"}});
  made("activity_row", "Hut", {{"report_period", "2026-03-20"}});
  CopyRequest request{.kind = "activity_row", .month = "1405-01", .calendar = Calendar::kSolar};
  const auto done = copy_records(*workspace_, kAuthor, request);
  ASSERT_TRUE(done) << done.error().describe();
  ASSERT_EQ(done->records.size(), 1U);
  EXPECT_EQ(done->records[0].fields(),
            (Json{{"report_period", "2026-04-21"}, {"starts", "2026-04-21"}, {"ends", "2026-05-21"}}));
  request.calendar = Calendar::kGregorian;
  request.month = "2026-13";
  EXPECT_EQ(copy_records(*workspace_, kAuthor, request).error().code, "records.copy.month");
}

TEST_F(CopyTest, TheRecordsOfAMonthAreMadeAnewForTheNext) {
  const std::string place = made("place", "Northbank", Json::object()).id;
  const auto first = made("event", "Tea", {{"held_on", "2026-01-31"}, {"place", place}, {"hours", 2}});
  made("event", "Walk", {{"held_on", "2026-01-05"}, {"tags", {"path"}}});
  made("event", "Other month", {{"held_on", "2026-02-01"}});
  CopyRequest request{.kind = "event", .month = "2026-01", .dry_run = true};
  const auto seen = copy_records(*workspace_, kAuthor, request);
  ASSERT_TRUE(seen) << seen.error().describe();
  EXPECT_EQ(seen->records.size(), 2U);
  EXPECT_EQ(count("event"), 3) << "a look makes nothing";
  request.dry_run = false;
  const auto done = copy_records(*workspace_, kAuthor, request);
  ASSERT_TRUE(done);
  ASSERT_EQ(done->records.size(), 2U);
  EXPECT_EQ(count("event"), 5);
  EXPECT_EQ(done->records[0].title, "Tea");
  EXPECT_EQ(done->records[0].fields(), (Json{{"held_on", "2026-02-28"}, {"place", place}, {"hours", 2}}));
  EXPECT_NE(done->records[0].id, first.id);
  EXPECT_EQ(done->records[1].fields()["held_on"], "2026-02-05");
}

TEST_F(CopyTest, ACopyBesideItsOriginalIsToldFromIt) {
  const auto visit = made("visit", "Visit to the bazaar (old)", {{"starts", "2026-10-05"}});
  const auto copy = [&](const model::Record& one) {
    const auto done = copy_records(*workspace_, kAuthor, {.kind = "visit", .ids = {one.id}, .months = 0});
    EXPECT_TRUE(done && done->records.size() == 1);
    return done->records.front();
  };
  const auto second = copy(visit);
  EXPECT_EQ(second.title, "Visit to the bazaar (old) (2)");
  EXPECT_EQ(second.fields()["starts"], "2026-10-05");
  EXPECT_EQ(copy(visit).title, "Visit to the bazaar (old) (3)");
  EXPECT_EQ(copy(second).title, "Visit to the bazaar (old) (4)");
}

// No title is too long to be copied, in whichever script.
TEST_F(CopyTest, ALongTitleIsCopiedWhole) {
  for (const std::string letter : {"a", "ҷ", "ی", "👩‍👩‍👧"}) {
    std::string title;
    for (int i = 0; i < 500; ++i) title += letter;
    const auto visit = made("visit", title, Json::object());
    const auto done = copy_records(*workspace_, kAuthor, {.kind = "visit", .ids = {visit.id}, .months = 0});
    ASSERT_TRUE(done) << done.error().describe();
    ASSERT_EQ(done->records.size(), 1U) << letter;
    EXPECT_EQ(done->records.front().title, title + " (2)");
  }
}

TEST_F(CopyTest, StatesBeginAnewAndWhatWasDoneIsNotCopied) {
  const auto paid = made("instalment", "First part",
                         {{"amount", 5}, {"currency", "USD"}, {"due", "2025-01-10"}, {"paid_on", "2025-01-09"}});
  ASSERT_TRUE(move_record(*workspace_, kAuthor, "instalment", paid.id, "request"));
  const auto done = copy_records(*workspace_, kAuthor, {.kind = "instalment", .ids = {paid.id}});
  ASSERT_TRUE(done && done->records.size() == 1) << done.error().describe();
  EXPECT_EQ(done->records[0].state, "expected");
  EXPECT_EQ(done->records[0].fields(), (Json{{"amount", 5}, {"currency", "USD"}, {"due", "2025-02-10"}}));
}

TEST_F(CopyTest, NothingOfAPersonAndNoConsentIsCopied) {
  for (const model::KindDefinition& kind : model::all_kinds())
    for (const model::FieldDefinition& field : kind.fields)
      if (field.personal != model::PersonalClass::kNone && field.type == model::FieldType::kText && !field.required &&
          !kind.made_by_program && !kind.title_is_personal && kind.name != "consent_record" &&
          std::none_of(kind.fields.begin(), kind.fields.end(), [](const auto& one) { return one.required; })) {
        const auto one = made(kind.name, "One", {{field.name, "somebody"}});
        const auto done = copy_records(*workspace_, kAuthor, {.kind = kind.name, .ids = {one.id}});
        ASSERT_TRUE(done && done->records.size() == 1) << kind.name;
        EXPECT_FALSE(done->records[0].fields().contains(field.name)) << kind.name << "." << field.name;
      }
  const auto row = made("activity_row", "Row", {{"contact", "somebody"}, {"sector", "water"}});
  const auto done = copy_records(*workspace_, kAuthor, {.kind = "activity_row", .ids = {row.id}});
  ASSERT_TRUE(done && done->records.size() == 1);
  EXPECT_EQ(done->records[0].fields(), (Json{{"sector", "water"}}));
  for (const char* kind : {"consent_record", "person", "stakeholder", "transfer", "disclosure_policy"})
    EXPECT_EQ(copy_records(*workspace_, kAuthor, {.kind = kind, .month = "2026-01"}).error().code, "records.copy.kind");
}

TEST_F(CopyTest, AWholeMonthStaysAWholeMonthAndFiguresAreNotReachedAgain) {
  const auto row = made("activity_row", "Row", {{"starts", "2026-02-01"}, {"ends", "2026-02-28"}, {"reached", 120}});
  const auto done = copy_records(*workspace_, kAuthor, {.kind = "activity_row", .ids = {row.id}});
  ASSERT_TRUE(done && done->records.size() == 1);
  EXPECT_EQ(done->records[0].fields(), (Json{{"starts", "2026-03-01"}, {"ends", "2026-03-31"}}));
}

// Nobody approved, cleared or answered a copy: no step is open by what stands in it but was not asked for in a draft.
TEST_F(CopyTest, NoStepIsHalfTakenInACopy) {
  const std::string person = made("person", "DEMO somebody", Json::object()).id;
  std::size_t tried = 0;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (!may_be_copied(kind)) continue;
    Json fields = Json::object();
    for (const model::Transition& step : kind.transitions)
      for (const std::string& name : step.needs) {
        const model::FieldDefinition& field = *kind.find(name);
        if (field.required || field.personal != model::PersonalClass::kNone) continue;
        if (field.type == model::FieldType::kDate) fields[name] = "2026-01-10";
        if (field.refers_to == "person")
          fields[name] = field.type == model::FieldType::kReferences ? Json{person} : Json(person);
        if (field.type == model::FieldType::kText && field.list.empty()) fields[name] = "said";
        if (field.type == model::FieldType::kChoice) fields[name] = field.choices.front();
      }
    if (fields.empty()) continue;
    const auto one = made(kind.name, "One", fields);
    const auto done = copy_records(*workspace_, kAuthor, {.kind = kind.name, .ids = {one.id}});
    ASSERT_TRUE(done && done->records.size() == 1) << kind.name;
    EXPECT_EQ(done->records[0].fields(), Json::object()) << kind.name;
    ++tried;
  }
  EXPECT_GT(tried, 10U);
}

// Every field that declares itself a result or an approval, in every kind that is copied.
TEST_F(CopyTest, NoResultAndNoApprovalIsCopied) {
  const auto value_of = [](const model::FieldDefinition& field) -> Json {
    using enum model::FieldType;
    switch (field.type) {
      case kInteger:
      case kNumber:
        return 1;
      case kDate:
        return "2026-01-10";
      case kChoice:
        return field.choices.front();
      case kBoolean:
        return true;
      case kText:
      case kLongText:
        return field.list.empty() ? Json("said") : Json();
      case kData:
        return Json{{"one", 1}};
      default:
        return {};
    }
  };
  std::set<std::string> tried;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (!may_be_copied(kind)) continue;
    Json fields = Json::object();
    for (const model::FieldDefinition& field : kind.fields)
      if (Json value = value_of(field); (field.result || field.approval) && !value.is_null())
        fields[field.name] = value;
    if (fields.empty() || kind.states.size() == 1) continue;
    const auto one = made(kind.name, "One", fields);
    const auto done = copy_records(*workspace_, kAuthor, {.kind = kind.name, .ids = {one.id}});
    ASSERT_TRUE(done && done->records.size() == 1) << kind.name;
    EXPECT_EQ(done->records[0].fields(), Json::object()) << kind.name;
    for (const auto& [name, value] : fields.items()) tried.insert(kind.name + "." + name);
  }
  for (const char* important :
       {"activity_row.reached", "attendance.people", "expenditure.amount", "measurement.value", "participation.people",
        "training_feedback.score", "milestone.done_on", "clearance.position_taken", "decision.decided_by",
        "activity.checked_on", "budget_version.decided_on", "tor_change.agreed_with"})
    EXPECT_TRUE(tried.contains(important)) << important;
}

TEST_F(CopyTest, WhatWasPlannedIsCopied) {
  const auto row =
      made("activity_row", "Row",
           {{"starts", "2026-02-01"}, {"targeted", 90}, {"reached", 80}, {"amount", 500}, {"currency", "USD"}});
  const auto done = copy_records(*workspace_, kAuthor, {.kind = "activity_row", .ids = {row.id}, .months = 0});
  ASSERT_TRUE(done && done->records.size() == 1);
  EXPECT_EQ(done->records[0].fields(),
            (Json{{"starts", "2026-02-01"}, {"targeted", 90}, {"amount", 500}, {"currency", "USD"}}));
}

TEST_F(CopyTest, AReferenceToTheBinIsLeftOut) {
  const std::string place = made("place", "Gone", Json::object()).id;
  const auto event = made("event", "Tea", {{"held_on", "2026-01-31"}, {"place", place}});
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "place", place));
  const auto done = copy_records(*workspace_, kAuthor, {.kind = "event", .ids = {event.id}});
  ASSERT_TRUE(done && done->records.size() == 1);
  EXPECT_FALSE(done->records[0].fields().contains("place"));
}

TEST_F(CopyTest, WhatCannotBeCopiedIsSaid) {
  EXPECT_EQ(copy_records(*workspace_, kAuthor, {.kind = "event", .month = "october"}).error().code,
            "records.copy.month");
  EXPECT_EQ(copy_records(*workspace_, kAuthor, {.kind = "term", .month = "2026-01"}).error().code,
            "records.copy.no_period");
  EXPECT_EQ(copy_records(*workspace_, kAuthor, {.kind = "event", .ids = {"none"}}).error().code,
            "store.record.missing");
  EXPECT_EQ(copy_records(*workspace_, kAuthor, {.kind = "result", .month = "2026-01"}).error().code,
            "records.made_by_program");
}

}  // namespace
}  // namespace hamdil::services::records
