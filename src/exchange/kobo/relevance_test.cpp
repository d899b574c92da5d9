#include <gtest/gtest.h>

#include <fstream>

#include "base/file.hpp"
#include "base/zip.hpp"
#include "exchange/kobo/read.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/merge.hpp"
#include "exchange/xlsform/read.hpp"

namespace hamdil::exchange::kobo {
namespace {

using Cells = std::vector<std::string>;

data::Form form_of(const std::string& survey) {
  Diagnostics problems;
  auto read = xlsform::read_xlsform(sheets_from_markdown("\n| survey |\n" + survey + R"(
| choices |
|  | list_name | name  | label      |
|  | yn        | yes   | Yes        |
|  | yn        | no    | No         |
|  | yn        | dnk   | Don't know |
|  | help      | kin   | Family     |
|  | help      | other | Other      |
)"),
                                    "form", problems);
  EXPECT_TRUE(read && !has_errors(problems)) << (problems.empty() ? "" : problems[0].problem.describe());
  return *read;
}

class Relevance : public ::testing::Test {
 protected:
  void read(const data::Form& form, const std::string& bytes) {
    std::vector<Workbook> workbooks;
    auto workbook = open_workbook_bytes(bytes, "data.csv");
    ASSERT_TRUE(workbook) << workbook.error().describe();
    workbooks.push_back(*std::move(workbook));
    auto out = read_survey_workbooks(std::move(workbooks), &form, {}, problems_);
    ASSERT_TRUE(out) << out.error().describe();
    export_ = *std::move(out);
  }
  Cells cells(const std::string& name, std::size_t table = 0) {
    Cells out;
    const data::Column* column = export_.tables[table].table.find(name);
    if (column == nullptr) return {"no column " + name};
    for (std::size_t row = 0; row < column->size(); ++row)
      out.push_back(column->is_missing(row) ? std::string("<") + data::missing_name(column->reason(row)) + ">"
                                            : column->text_at(row));
    return out;
  }
  const QuestionRelevance& counts(const std::string& question) {
    for (const QuestionRelevance& one : export_.relevance)
      if (one.question == question) return one;
    ADD_FAILURE() << "no counts of " << question;
    static const QuestionRelevance kNone;
    return kNone;
  }
  std::string problems() const {
    std::string out;
    for (const Diagnostic& one : problems_) out += one.problem.message() + "\n";
    return out;
  }

  SurveyExport export_;
  Diagnostics problems_;
};

TEST_F(Relevance, ABlankCellIsNotAskedOrBlankAsTheConditionSays) {
  read(form_of(R"(
|  | type                 | name  | label | relevant               | required |
|  | select_one yn        | moved | M     |                        |          |
|  | text                 | why   | W     | ${moved} = 'yes'       | yes      |
|  | select_multiple help | help  | H     | selected(${moved}, 'dnk') or ${moved} = 'yes' | |
|  | text                 | whom  | O     | selected(${help}, 'other') | |)"),
       "moved,why,help,help/kin,help/other,whom,_uuid,_index\n"
       "yes,war,kin other,1,1,him,a,1\n"
       "yes,,,,,,b,2\n"
       "no,,,,,,c,3\n"
       "no,work,,0,0,,d,4\n"
       "dnk,,other,0,1,,e,5\n");
  EXPECT_EQ(cells("why"), (Cells{"war", "<blank>", "<not_asked>", "work", "<not_asked>"}));
  EXPECT_EQ(cells("help/kin"), (Cells{"1", "<blank>", "<not_asked>", "<not_asked>", "0"}));
  EXPECT_EQ(cells("whom"), (Cells{"him", "<not_asked>", "<not_asked>", "<not_asked>", "<blank>"}));
  EXPECT_EQ(counts("why").not_asked, 2u);
  EXPECT_EQ(counts("why").blank, 1u);
  EXPECT_EQ(counts("why").answered, 1u);
  EXPECT_EQ(counts("help").not_asked, 2u);
  EXPECT_EQ(counts("whom").unknown, 0u);
  ASSERT_EQ(problems_.size(), 1u) << problems();
  EXPECT_EQ(problems_[0].problem.code, "exchange.survey.answer_not_relevant");
  EXPECT_EQ(problems_[0].problem.where.row, 5u);
  EXPECT_EQ(problems().find("work"), std::string::npos);  // answers are never quoted
}

// Ona writes "n/a" for both; the same interviews give the same reasons.
TEST_F(Relevance, OnasNotAvailableIsWhatKobosBlankIs) {
  const data::Form form = form_of(R"(
|  | type                 | name  | label | relevant               | required |
|  | select_one yn        | moved | M     |                        |          |
|  | text                 | why   | W     | ${moved} = 'yes'       | yes      |
|  | select_multiple help | help  | H     | selected(${moved}, 'dnk') or ${moved} = 'yes' | |
|  | integer              | age   | A     |                        |          |)");
  const auto read_with = [&](const std::string& nothing) {
    read(form, "moved,why,help,help/kin,help/other,age,_uuid,_index\nyes,war,kin other,1,1,30,a,1\nyes," + nothing +
                   "," + nothing + "," + nothing + "," + nothing + "," + nothing + ",b,2\nno," + nothing + "," +
                   nothing + "," + nothing + "," + nothing + ",40,c,3\n" + nothing + "," + nothing + "," + nothing +
                   "," + nothing + "," + nothing + ",50,d,4\n");
  };
  const Cells names = {"moved", "why", "help/kin", "help/other", "age"};
  read_with("");
  std::vector<Cells> kobo;
  for (const std::string& name : names) kobo.push_back(cells(name));
  EXPECT_EQ(kobo[1], (Cells{"war", "<blank>", "<not_asked>", "<not_asked>"}));
  EXPECT_EQ(kobo[4], (Cells{"30", "<blank>", "40", "50"}));
  const std::size_t not_asked = counts("why").not_asked;
  read_with("n/a");
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(cells(names[i]), kobo[i]) << names[i];
  EXPECT_EQ(counts("why").not_asked, not_asked);
}

TEST_F(Relevance, FlattenedRepeatsMayWriteTheirPathTwice) {
  const data::Form form = form_of(R"(
|  | type          | name  | label |
|  | begin_group   | home  | H     |
|  | begin_repeat  | child | C     |
|  | integer       | age   | A     |
|  | end_repeat    |       |       |
|  | end_group     |       |       |)");
  for (const std::string path :
       {"home/child[1]/age,home/child[2]/age", "home/child[1]/home/child/age,home/child[2]/home/child/age"}) {
    read(form, path + ",_uuid,_index\n4,9,a,1\n5,n/a,b,2\n");
    ASSERT_EQ(export_.tables.size(), 2u) << path;
    EXPECT_EQ(cells("age", 1), (Cells{"4", "9", "5"})) << path;
    EXPECT_TRUE(export_.not_in_form.empty()) << path;
  }
}

TEST_F(Relevance, ConditionsOfGroupsAndRepeatsHoldForAllInside) {
  ZipWriter zip;
  zip.add("main.csv", "members,city,_uuid,_index\n2,x,a,1\n0,,b,2\n,,c,3\n");
  zip.add("child.csv",
          "nick,age,school,first,_index,_parent_table_name,_parent_index\n"
          "A,4,,,1,main,1\nB,9,,,2,main,1\nC,12,yes,,3,main,2\n");
  read(form_of(R"(
|  | type          | name    | label | relevant          |
|  | integer       | members | M     |                   |
|  | begin_group   | home    | H     | ${members} > 0    |
|  | text          | city    | C     |                   |
|  | begin_repeat  | child   | C     |                   |
|  | text          | nick    | N     |                   |
|  | integer       | age     | A     |                   |
|  | select_one yn | school  | S     | ${age} >= 6       |
|  | text          | first   | F     | position(..) = 1 and count(${child}) > 1 |
|  | end_repeat    |         |       |                   |
|  | end_group     |         |       |                   |)"),
       *zip.finish());
  EXPECT_EQ(cells("city"), (Cells{"x", "<not_asked>", "<not_asked>"}));
  EXPECT_EQ(cells("school", 1), (Cells{"<not_asked>", "<blank>", "yes"}));
  EXPECT_EQ(cells("first", 1), (Cells{"<blank>", "<not_asked>", "<not_asked>"}));
  EXPECT_EQ(counts("home/child/nick").answered, 1u);  // of the household without members
  EXPECT_EQ(counts("home/child/school").answered, 1u);
}

TEST_F(Relevance, WhatCannotBeKnownKeepsItsState) {
  read(form_of(R"(
|  | type      | name   | label | relevant                             | required | calculation |
|  | integer   | age    | A     |                                      |          |             |
|  | calculate | score  |       |                                      |          | ${age} * 2  |
|  | calculate | level  |       |                                      |          | ${age} * 3  |
|  | text      | lost   | L     | ${score} > 3                         |          |
|  | text      | must   | M     | ${level} > 3                         | yes      |
|  | text      | known  | K     | ${age} > 60 or ${score} > 3          |          |
|  | text      | pulled | P     | pulldata('x', 'a', 'b', ${age}) = 1  |          |
|  | text      | broken | B     | ${age} >                             |          |)"),
       "age,level,lost,must,known,pulled,broken,_uuid\n70,,,,,,,a\nmany,,,,,,,b\n20,,x,,,,,c\n");
  EXPECT_EQ(cells("lost"), (Cells{"<blank>", "<blank>", "x"}));
  EXPECT_EQ(cells("must"),
            (Cells{"<not_asked>", "<not_asked>", "<not_asked>"}));  // as before: required, under a condition
  EXPECT_EQ(cells("known"), (Cells{"<blank>", "<blank>", "<blank>"}));
  EXPECT_EQ(counts("lost").unknown, 2u);
  EXPECT_EQ(counts("known").unknown, 2u);
  EXPECT_EQ(counts("known").blank, 1u);
  EXPECT_NE(
      problems().find("Question lost: for 2 blank cells it could not be told whether it was asked; score is not in "
                      "the data."),
      std::string::npos)
      << problems();
  EXPECT_NE(problems().find("level, a calculation, is empty throughout"), std::string::npos) << problems();
}

TEST_F(Relevance, TodayIsTheDayOfTheInterview) {
  read(form_of(R"(
|  | type  | name  | label | relevant                          |
|  | start | start |       |                                   |
|  | date  | born  | B     |                                   |
|  | text  | grown | G     | (today() - ${born}) div 365.25 >= 18 |)"),
       "start,born,grown,_uuid\n2024-05-01T01:00:00.000+05:00,2006-04-30,,a\n2024-05-01T01:00:00.000+05:00,2010-04-30,,"
       "b\n"
       ",2000-01-01,,c\n");
  EXPECT_EQ(cells("grown"), (Cells{"<blank>", "<not_asked>", "<blank>"}));
  EXPECT_EQ(counts("grown").unknown, 1u);
}

TEST_F(Relevance, JsonLeavesOutWhatNobodyAnsweredAndCalculationsThatWereLost) {
  read(
      form_of(R"(
|  | type      | name  | label | relevant      | calculation |
|  | integer   | age   | A     |               |             |
|  | text      | job   | J     |               |             |
|  | calculate | score |       |               | ${age} * 2  |
|  | text      | why   | W     | ${job} = 'x'  |             |
|  | text      | lost  | L     | ${score} > 3  |             |
|  | text      | both  | B     | ${age} > 5    |             |)"),
      R"([{"age": "3", "why": "w", "_uuid": "a"}, {"age": "30", "lost": "l", "both": "b", "_uuid": "b"}, {"age": "9", "_uuid": "c"}])");
  EXPECT_EQ(cells("why"), (Cells{"w", "<not_asked>", "<not_asked>"}));
  EXPECT_EQ(cells("lost"), (Cells{"<blank>", "l", "<blank>"}));
  EXPECT_EQ(cells("both"), (Cells{"<not_asked>", "b", "<blank>"}));
  EXPECT_EQ(counts("lost").unknown, 2u);
}

TEST_F(Relevance, VersionsMustAgree) {
  const char* const before = R"(
|  | type    | name | label | relevant    |
|  | integer | age  | A     |             |
|  | text    | job  | J     | ${age} > 15 |)";
  const char* const after = R"(
|  | type    | name | label | relevant    |
|  | integer | age  | A     |             |
|  | text    | job  | J     | ${age} > 17 |)";
  read(xlsform::merge_forms({form_of(before), form_of(after)}).form, "age,job,_uuid\n10,,a\n16,,b\n20,,c\n");
  EXPECT_EQ(cells("job"), (Cells{"<not_asked>", "<blank>", "<blank>"}));
  EXPECT_EQ(counts("job").unknown, 1u);
  EXPECT_EQ(counts("job").blank, 1u);
}

TEST_F(Relevance, IndexedRepeatsReachOtherRows) {
  ZipWriter zip;
  zip.add("main.csv", "city,_uuid,_index\nx,a,1\n");
  zip.add("roster.csv", "age,_index,_parent_table_name,_parent_index\n30,1,main,1\n4,2,main,1\n");
  zip.add("edu.csv", "pos,school,_index,_parent_table_name,_parent_index\n1,,1,main,1\n2,,2,main,1\n");
  read(form_of(R"(
|  | type         | name   | label | relevant | calculation |
|  | text         | city   | C     |          |  |
|  | begin_repeat | roster | R     |          |
|  | integer      | age    | A     |          |
|  | end_repeat   |        |       |          |
|  | begin_repeat | edu    | E     | sum(${age}) > 10 |
|  | calculate    | pos    |       |          | position(..) |
|  | text         | school | S     | indexed-repeat(${age}, ${roster}, ${pos}) < 18 |
|  | end_repeat   |        |       |          |)"),
       *zip.finish());
  EXPECT_EQ(cells("school", 2), (Cells{"<not_asked>", "<blank>"}));
}

}  // namespace
}  // namespace hamdil::exchange::kobo
