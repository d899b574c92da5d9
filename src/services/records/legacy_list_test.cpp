// Lists as people keep them: titles, heads of several rows, totals, merged cells, free text.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "exchange/xlsx/write.hpp"
#include "services/records/exchange_list.hpp"
#include "services/records/list_head.hpp"
#include "services/records/records.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

class LegacyList : public store::WorkspaceFixture {
 protected:
  ListOutcome import(ListImport request) {
    auto outcome = import_list(*workspace_, kAuthor, request);
    EXPECT_TRUE(outcome) << (outcome ? "" : outcome.error().describe());
    return outcome ? *outcome : ListOutcome{};
  }
  static std::map<std::string, std::string> mapped(const ListOutcome& outcome) {
    std::map<std::string, std::string> out;
    for (const MappedColumn& column : outcome.mapping) out[column.column] = column.field;
    return out;
  }
};

const std::string kMatrix =
    "Area group: monthly matrix,,,,,,\n"
    "DEMO - invented figures,,,,,,\n"
    ",,,Period,,People,\n"
    "Sector,Activity type,Implementing partner,From,To,Planned beneficiaries,Remarks\n"
    "Dialogue,Tea meeting,DEMO House,1 March 2026,31.03.2026,about 1 200 people,\n"
    ",Youth day,DEMO House,5 April 2026,2026-04-05,300,as agreed\n"
    "North,,,,,,\n"
    "Media,Radio,DEMO Voice,soon,2026-05-01,\"1,500\",\n"
    ",,,,,,\n"
    "Total,,,,,3000,\n";

TEST_F(LegacyList, HeadOfTwoRowsMergedCellsTotalsAndFreeText) {
  const ListOutcome proposed = import({"activity_row", kMatrix, "m.csv", {}, true});
  EXPECT_EQ(proposed.rows, 3U);
  const auto fields = mapped(proposed);
  EXPECT_EQ(fields.at("Sector"), "sector");
  EXPECT_EQ(fields.at("Period / From"), "starts");
  EXPECT_EQ(fields.at("Period / To"), "ends");
  EXPECT_EQ(fields.at("People / Planned beneficiaries"), "targeted");
  ASSERT_EQ(proposed.preview.size(), 3U);
  EXPECT_EQ(proposed.preview[1][0], "Dialogue") << "merged downwards";
  EXPECT_FALSE(proposed.problems.empty()) << "guesses are confirmed by a person";

  ListImport request{"activity_row", kMatrix, "m.csv", {}, false, true, "DEMO House"};
  const ListOutcome taken = import(request);
  EXPECT_TRUE(taken.problems.empty()) << taken.problems.front().problem.describe();
  EXPECT_EQ(taken.created, 3U);
  const auto records = workspace_->list("activity_row");
  ASSERT_EQ(records->size(), 3U);
  EXPECT_EQ((*records)[0].fields()["targeted"], 1200);
  EXPECT_EQ((*records)[0].fields()["starts"], "2026-03-01");
  EXPECT_EQ((*records)[0].fields()["ends"], "2026-03-31");
  EXPECT_EQ((*records)[1].fields()["sector"], "Dialogue");
  EXPECT_EQ((*records)[2].fields()["targeted"], 1500);
  EXPECT_FALSE((*records)[2].fields().contains("starts"));
  EXPECT_EQ((*records)[1].title, "Dialogue · Youth day · DEMO House");
  std::multiset<std::string> notes;
  for (const Diagnostic& one : taken.notes) notes.insert(one.problem.code);
  EXPECT_EQ(notes.count("records.import.total") + notes.count("records.import.heading"), 2U);
  EXPECT_EQ(notes.count("records.import.left_out"), 4U) << "a day that is none, three partners that are not known";
  EXPECT_EQ(notes.count("records.import.filled_down"), 1U);

  // The next list of the same sender needs no answer any more; of another sender it does.
  request = {"activity_row", kMatrix, "m.csv", {}, true, false, " demo house "};
  EXPECT_TRUE(import(request).known_sender);
  request.sender = "Somebody else";
  EXPECT_FALSE(import(request).known_sender);
}

TEST_F(LegacyList, LabelsOfEveryLanguageAreSure) {
  const ListOutcome proposed = import({"activity_row", "Бахш,Оғоз\nДиалог,2026-03-01\n", "m.csv", {}, true});
  for (const MappedColumn& column : proposed.mapping) EXPECT_TRUE(column.sure) << column.column << " " << column.field;
}

TEST_F(LegacyList, SheetsOfOneWorkbookAreOneListAndTheirNamesArePlaces) {
  for (const char* name : {"Northbank", "Southbank"})
    ASSERT_TRUE(create_record(*workspace_, kAuthor, "place", {{"title", name}}));
  const std::vector<std::vector<std::string>> head = {
      {"Events of the year"}, {"Title", "Period", ""}, {"", "Held on", "Hours"}};
  auto north = head, south = head;
  north.insert(north.end(), {{"Tea", "2026-03-01", "2"}, {"Walk", "2026-03-02", "3"}, {"Total", "", "5"}});
  south.push_back({"Play", "2026-03-03", "4"});
  const auto book = exchange::xlsx::write_workbook(
      {{"Northbank", north}, {"Southbank", south}, {"Notes", {{"Colour", "Taste"}, {"red", "sweet"}}}});
  ASSERT_TRUE(book);
  const ListOutcome outcome = import({"event", *book, "e.xlsx", {}, false});
  ASSERT_TRUE(outcome.problems.empty()) << outcome.problems.front().problem.describe();
  ASSERT_EQ(outcome.records.size(), 3U);
  const auto places = workspace_->query({.kind = "place"})->records;
  for (const model::Record& record : outcome.records)
    EXPECT_EQ(record.fields()["place"], record.title == "Play" ? places[1].id : places[0].id) << record.title;
  std::set<std::string> noted;
  for (const Diagnostic& one : outcome.notes) noted.insert(one.problem.code);
  EXPECT_TRUE(noted.contains("records.import.sheet_out") && noted.contains("records.import.total"));
}

TEST_F(LegacyList, SheetsInAnotherOrderOrWithAColumnMoreAreTheSameList) {
  const auto book = exchange::xlsx::write_workbook(
      {{"North", {{"Title", "Held on", "Hours"}, {"Tea", "2026-03-01", "2"}, {"Walk", "2026-03-02", "3"}}},
       {"South", {{"Held on", "Title", "Remarks"}, {"2026-03-03", "Play", "as agreed"}}},
       {"Colours", {{"Colour", "Taste"}, {"red", "sweet"}}}});
  ASSERT_TRUE(book);
  const ListOutcome outcome = import({"event", *book, "e.xlsx", {}, true, true});
  EXPECT_EQ(outcome.created, 3U);
  ListImport saved{"event", *book, "e.xlsx", {}, false, true};
  const ListOutcome taken = import(saved);
  std::map<std::string, std::string> days;
  for (const model::Record& record : taken.records) days[record.title] = record.fields().value("held_on", "");
  EXPECT_EQ(days, (std::map<std::string, std::string>{
                      {"Tea", "2026-03-01"}, {"Walk", "2026-03-02"}, {"Play", "2026-03-03"}}));
}

// A new row stands below an old one without an id: it must not become that one.
TEST_F(LegacyList, NewRowsOnSheetsOfAnOwnListAreNewRecords) {
  std::vector<exchange::xlsx::Sheet> sheets;
  for (const char* title : {"Alpha", "Beta"}) {
    const auto made = create_record(*workspace_, kAuthor, "organisation", {{"title", title}});
    ASSERT_TRUE(made && made->record);
    sheets.push_back(
        {std::string("Sheet ") + title,
         {{"id", "version", "title"}, {made->record->id, "1", title}, {"", "", std::string("New ") + title}}});
  }
  const auto book = exchange::xlsx::write_workbook(sheets);
  ASSERT_TRUE(book);
  const ListOutcome outcome = import({"organisation", *book, "o.xlsx", {}, true});
  ASSERT_TRUE(outcome.problems.empty()) << outcome.problems.front().problem.describe();
  EXPECT_EQ(outcome.created, 2U);
  EXPECT_EQ(outcome.changed, 0U);
}

TEST_F(LegacyList, SheetsThatAreNoPlacesArePassedOverOrAskedFor) {
  const std::vector<std::vector<std::string>> rows = {{"Title", "Held on"}, {"Tea", "2026-03-01"}};
  const auto book = exchange::xlsx::write_workbook({{"March", rows}, {"April", rows}});
  ASSERT_TRUE(book);
  const ListOutcome asked = import({"event", *book, "e.xlsx", {}, true});
  EXPECT_EQ(asked.mapping.back().field, "place");
  EXPECT_FALSE(asked.mapping.back().sure);
  const ListOutcome passed = import({"event", *book, "e.xlsx", {{asked.mapping.back().column, ""}}, true});
  EXPECT_TRUE(passed.problems.empty());
  EXPECT_EQ(passed.created, 2U);
}

// What a list of these things calls them is their title, and "when" is clear where there is one day.
TEST_F(LegacyList, OwnNamesAndTheOnlyDayAreProposed) {
  const auto proposed = [&](const char* kind, const char* head) {
    return mapped(import({kind, std::string(head) + "\nx,2026-03-01\n", "l.csv", {}, true}));
  };
  EXPECT_EQ(proposed("activity", "Activity,Start date").at("Activity"), "title");
  EXPECT_EQ(proposed("recommendation", "Recommendations,Priority").at("Recommendations"), "title");
  EXPECT_EQ(proposed("stakeholder", "Name of stakeholder,Influence").at("Name of stakeholder"), "title");
  EXPECT_EQ(proposed("event", "Event,When").at("When"), "held_on");
  EXPECT_EQ(proposed("activity", "Activity,Date").at("Date"), "") << "it has a first and a last day";
  EXPECT_EQ(proposed("monitoring_indicator", "Indicator,Level").at("Indicator"), "title");
  EXPECT_EQ(proposed("monitoring_indicator", "Title,Means of verification").at("Means of verification"), "source");
  EXPECT_EQ(proposed("monitoring_indicator", "Title,Тавсиф").at("Тавсиф"), "definition");
  EXPECT_EQ(proposed("indicator_target", "Title,Показатель").at("Показатель"), "indicator");
  EXPECT_EQ(proposed("training_session", "Training,Place").at("Training"), "title");
  EXPECT_EQ(proposed("attendance", "Title,Training").at("Training"), "training_session");
  EXPECT_EQ(proposed("message", "Title,Канал").at("Канал"), "channel");
  EXPECT_EQ(proposed("activity", "Title,Recommendation").at("Recommendation"), "recommendations");
}

// Days without a format are numbers in the file; a column of nothing else, in the range of days, is read as days.
TEST_F(LegacyList, SerialNumbersOfSpreadsheetsAreDaysWhereTheWholeColumnIs) {
  const auto first_day = [&](const std::string& rows) {
    const ListOutcome outcome =
        import({"activity", "Title,Start date\n" + rows, "l.csv", {{"Start date", "starts"}}, true});
    const bool noted = std::any_of(outcome.notes.begin(), outcome.notes.end(), [](const Diagnostic& one) {
      return one.problem.code == "records.import.serial_days";
    });
    EXPECT_EQ(noted, outcome.problems.empty());
    return outcome.problems.empty() ? std::string() : outcome.problems.front().problem.code;
  };
  EXPECT_EQ(first_day("One,46082\nTwo,\nThree,46113\n"), "");
  EXPECT_EQ(first_day("One,46082\nTwo,2026\n"), "records.import.cell");
  EXPECT_EQ(first_day("One,46082\nTwo,soon\n"), "records.import.cell");
  const ListOutcome taken = import({"activity", "Title,Start date\nOne,46082\n", "l.csv", {{"Start date", "starts"}}});
  ASSERT_EQ(taken.records.size(), 1U);
  EXPECT_EQ(taken.records.front().fields()["starts"], "2026-03-01");
}

TEST_F(LegacyList, ATitleThatIsInTheBinIsSaidToBeThere) {
  const auto place = create_record(*workspace_, kAuthor, "place", {{"title", "Old village"}});
  ASSERT_TRUE(place && place->record);
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "place", place->record->id));
  const ListOutcome outcome = import({"visit", "title,place\nA,old village\n", "l.csv", {}, true});
  ASSERT_EQ(outcome.problems.size(), 1U);
  EXPECT_EQ(outcome.problems.front().problem.code, "model.record.deleted_reference");
  EXPECT_NE(outcome.problems.front().problem.message().find("old village"), std::string::npos);
  EXPECT_TRUE(outcome.unknown.empty());
}

TEST_F(LegacyList, CoversAndInstructionsBeforeTheListAreLeftOut) {
  const auto book = exchange::xlsx::write_workbook({{"Cover", {{"Confidential"}, {"Please do not change"}}},
                                                    {"Instructions", {{"1. Fill in"}}},
                                                    {"List", {{"Title", "Held on"}, {"Tea", "2026-03-01"}}}});
  ASSERT_TRUE(book);
  const ListOutcome outcome = import({"event", *book, "e.xlsx", {}, true});
  EXPECT_TRUE(outcome.problems.empty());
  EXPECT_EQ(outcome.created, 1U);
  EXPECT_EQ(std::count_if(outcome.notes.begin(), outcome.notes.end(),
                          [](const Diagnostic& one) { return one.problem.code == "records.import.sheet_out"; }),
            2);
}

TEST_F(LegacyList, WhatIsWrittenOutByTheProgramIsReadStrictly) {
  ASSERT_TRUE(create_record(*workspace_, kAuthor, "place", {{"title", "Total"}, {"fields", {{"code", "1"}}}}));
  const auto file = export_list(*workspace_, {.kind = "place"}, ListFormat::kXlsx);
  ASSERT_TRUE(file);
  const ListOutcome back = import({"place", file->bytes, "p.xlsx", {}, false});
  EXPECT_EQ(back.rows, 1U);
  EXPECT_EQ(back.created + back.changed, 0U);
  EXPECT_TRUE(back.notes.empty());
}

TEST(LooseValues, NumbersAndDaysInFreeText) {
  EXPECT_EQ(loose_number("about 1 200 people"), 1200);
  EXPECT_EQ(loose_number("1,500"), 1500);
  EXPECT_EQ(loose_number("۱۲۰ نفر"), 120);
  EXPECT_EQ(loose_number("USD 12.5"), 12.5);
  EXPECT_EQ(loose_number("12,5"), 12.5);
  for (const char* none : {"many", "10-20", "3 men and 4 women", "12 34", ""}) EXPECT_FALSE(loose_number(none)) << none;
  EXPECT_EQ(loose_date("15 March 2026"), "2026-03-15");
  EXPECT_FALSE(loose_date("from 1 March 2026 to 2 March 2026"));
  EXPECT_FALSE(loose_date("March 2026"));
}

TEST_F(LegacyList, RealMatricesOfThreeLayouts) {
  const std::string folder = std::string(HAMDIL_SHARED_DIR) + "/realdata/activities_iraq/";
  if (!file_exists(folder + "activities_hxl.csv")) GTEST_SKIP() << "the shared data are not there";
  for (const auto& [name, rows, least] :
       {std::tuple("activities_hxl.csv", 3331U, 2U), std::tuple("raw_no_hxl.csv", 1617U, 3U),
        std::tuple("raw_other_layout.csv", 1200U, 3U)}) {
    const ListOutcome outcome = import({"activity_row", *read_file(folder + name), name, {}, true, true});
    EXPECT_TRUE(outcome.problems.empty()) << name << " " << outcome.problems.front().problem.describe();
    EXPECT_GE(outcome.rows, rows) << name;
    EXPECT_EQ(outcome.created, outcome.rows) << name;
    std::size_t found = 0;
    std::string shown;
    for (const MappedColumn& column : outcome.mapping) {
      found += column.field.empty() ? 0U : 1U;
      shown += column.column + " -> " + column.field + (column.sure ? "" : "?") + "; ";
    }
    EXPECT_GE(found, least) << name << ": " << shown;
    RecordProperty(name, shown);
  }
}

}  // namespace
}  // namespace hamdil::services::records
