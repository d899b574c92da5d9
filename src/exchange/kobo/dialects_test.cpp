// Exports of the different servers, made here in small, against one form.
#include <gtest/gtest.h>

#include <map>

#include "base/file.hpp"
#include "base/zip.hpp"
#include "exchange/kobo/read.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/read.hpp"

namespace hamdil::exchange::kobo {
namespace {

const char* const kForm = R"(
| survey |
|  | type                 | name     | label::English    | label::French      | relevant       | required |
|  | start                | start    |                   |                    |                |          |
|  | begin_group          | home     | Home              | Foyer              |                |          |
|  | select_one trust     | trust    | Trust in people?  | Confiance ?        |                |          |
|  | select_multiple help | help     | Who helps?        | Qui aide ?         | ${trust}!='no' |          |
|  | integer              | members  | Members           | Membres            |                | yes      |
|  | end_group            |          |                   |                    |                |          |
|  | integer              | children | Children          | Enfants            | ${members} > 1 | yes      |
|  | date                 | arrived  | Arrived           | Arrivée            |                |          |
|  | geopoint             | place    | Place             | Lieu               |                |          |
|  | begin_repeat         | child    | Child             | Enfant             |                |          |
|  | text                 | nick     | Nickname          | Surnom             |                |          |
|  | integer              | age      | Age               | Âge                |                |          |
|  | end_repeat           |          |                   |                    |                |          |
| choices |
|  | list_name | name              | label::English    | label::French       |
|  | trust     | yes               | Yes               | Oui                 |
|  | trust     | no                | No                | Non                 |
|  | trust     | dnk               | Don't know        | Ne sait pas         |
|  | trust     | prefer_not_to_say | Prefer not to say | Ne veut pas le dire |
|  | help      | kin               | Family            | Famille             |
|  | help      | state             | The state         | L'État              |
|  | help      | dk                | Don't know        | Ne sait pas         |
)";

data::Form form() {
  Diagnostics d;
  auto read = xlsform::read_xlsform(sheets_from_markdown(kForm), "form", d);
  EXPECT_TRUE(read && !has_errors(d)) << (d.empty() ? "" : d[0].problem.describe());
  return *read;
}

class Dialects : public ::testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& bytes) {
    const std::string path =
        ::testing::TempDir() + "hamdil_" + ::testing::UnitTest::GetInstance()->current_test_info()->name() + "_" + name;
    EXPECT_TRUE(write_file(path, bytes));
    return path;
  }
  SurveyExport read(const std::vector<std::string>& paths) {
    auto out = read_survey_export(paths, &form_, {}, diagnostics_);
    EXPECT_TRUE(out) << (out ? "" : out.error().describe());
    return out ? *out : SurveyExport{};
  }
  std::vector<std::string> cells(const SurveyTable& table, const std::string& name) {
    std::vector<std::string> out;
    const data::Column* column = table.table.find(name);
    if (column == nullptr) return {"no column " + name};
    for (std::size_t row = 0; row < column->size(); ++row)
      out.push_back(column->is_missing(row) ? std::string("<") + data::missing_name(column->reason(row)) + ">"
                                            : column->text_at(row));
    return out;
  }

  data::Form form_ = form();
  Diagnostics diagnostics_;
};
using Cells = std::vector<std::string>;

TEST_F(Dialects, KoboCsvKeepsTheStatesOfAnAnswerApart) {
  const SurveyExport e = read({write(
      "k.csv",
      "\"start\";\"trust\";\"help\";\"help/kin\";\"help/state\";\"help/"
      "dk\";\"members\";\"children\";\"arrived\";\"_id\";\"_uuid\";\"__version__\";\"meta/rootUuid\";\"_index\"\r\n"
      "\"2024-05-01T10:00:00.000+03:00\";\"yes\";\"kin "
      "state\";\"1\";\"1\";\"0\";\"4\";\"2\";\"2020-02-29\";\"1\";\"u1\";\"v1\";\"uuid:r1\";\"1\"\r\n"
      "\"2024-05-01T11:00:00.000+03:00\";\"no\";\"\";\"\";\"\";\"\";\"1\";\"\";\"2020-02-30\";\"2\";\"u2\";\"v1\";\"\";"
      "\"2\"\r\n"
      "\"2024-05-02T11:00:00.000+03:00\";\"dnk\";\"dk\";\"0\";\"0\";\"1\";\"many\";\"1\";\"\";\"3\";\"u3\";\"v1\";\"\";"
      "\"3\"\r\n"
      "\"2024-05-02T12:00:00.000+03:00\";\"prefer_not_to_say\";\"\";\"\";\"\";\"\";\"2\";\"0\";\"2021-01-01\";\"4\";"
      "\"u4\";\"v2\";\"\";\"4\"\r\n")});
  EXPECT_EQ(e.dialect, Dialect::kKoboCsv);
  ASSERT_EQ(e.tables.size(), 1u);
  const SurveyTable& t = e.tables[0];
  EXPECT_EQ(cells(t, "trust"), (Cells{"yes", "no", "<dont_know>", "<refused>"}));
  EXPECT_EQ(t.table.find("trust")->levels, (std::vector<data::Level>{{"yes", "Yes"}, {"no", "No"}}));
  EXPECT_EQ(cells(t, "help/kin"), (Cells{"1", "<not_asked>", "<dont_know>", "<not_asked>"}));
  EXPECT_EQ(cells(t, "help/dk"), (Cells{"0", "<not_asked>", "1", "<not_asked>"}));
  EXPECT_EQ(t.table.find("help"), nullptr);
  EXPECT_EQ(t.table.find("help/kin")->label, "Who helps? :: Family");
  EXPECT_EQ(cells(t, "members"), (Cells{"4", "1", "<unreadable>", "2"}));
  EXPECT_EQ(cells(t, "children"), (Cells{"2", "<not_asked>", "1", "0"}));  // required and under a condition
  EXPECT_EQ(cells(t, "arrived")[1], "<unreadable>");
  EXPECT_EQ(cells(t, "arrived")[2], "<blank>");
  EXPECT_EQ(t.keys[0].uuid, "u1");
  EXPECT_EQ(t.keys[0].root_uuid, "r1");
  EXPECT_EQ(t.keys[3].version, "v2");
  EXPECT_EQ(t.keys[0].start, "2024-05-01T10:00:00.000+03:00");
  EXPECT_EQ(t.table.find("start")->numbers[0], 1714546800.0);  // 07:00 UTC
  EXPECT_EQ(t.source_rows, (std::vector<std::size_t>{2, 3, 4, 5}));
  ASSERT_EQ(diagnostics_.size(), 2u);
  for (const Diagnostic& one : diagnostics_) {
    EXPECT_EQ(one.problem.code, "exchange.survey.unreadable");
    EXPECT_EQ(one.problem.describe().find("many"), std::string::npos);  // answers are never quoted
  }
  EXPECT_EQ(diagnostics_[0].problem.where.row, 4u);
}

TEST_F(Dialects, CentralZipLinksRepeatsByKey) {
  ZipWriter zip;
  zip.add("visit.csv",
          "SubmissionDate,start,home-trust,home-help,home-members,children,place-Latitude,place-Longitude,place-"
          "Altitude,place-Accuracy,meta-instanceID,KEY,FormVersion\n"
          "2024-05-01T07:00:00Z,2024-05-01T06:00:00Z,yes,kin,3,2,38.5,68.7,800,5,uuid:a,uuid:a,7\n"
          "2024-05-01T08:00:00Z,2024-05-01T07:00:00Z,no,,1,,,,,,uuid:b,uuid:b,7\n");
  zip.add("visit-child.csv",
          "nick,age,PARENT_KEY,KEY\nZ,4,uuid:a,uuid:a/child[1]\nY,6,uuid:a,uuid:a/child[2]\nX,9,uuid:gone,uuid:gone/"
          "child[1]\n");
  const SurveyExport e = read({write("c.zip", *zip.finish())});
  EXPECT_EQ(e.dialect, Dialect::kCentral);
  ASSERT_EQ(e.tables.size(), 2u);
  EXPECT_EQ(cells(e.tables[0], "help/kin"), (Cells{"1", "<not_asked>"}));
  EXPECT_EQ(cells(e.tables[0], "help/state"), (Cells{"0", "<not_asked>"}));
  EXPECT_EQ(cells(e.tables[0], "place_latitude"), (Cells{"38.5", "<blank>"}));
  EXPECT_EQ(e.tables[0].keys[1].uuid, "b");
  EXPECT_EQ(e.tables[1].repeat, "child");
  EXPECT_EQ(e.tables[1].parent_rows, (std::vector<std::size_t>{0, 0, kNoParent}));
  EXPECT_EQ(e.tables[1].keys[1].uuid, "a");
  EXPECT_EQ(cells(e.tables[1], "age"), (Cells{"4", "6", "9"}));
  EXPECT_EQ(e.rows_read, 5u);
  ASSERT_EQ(diagnostics_.size(), 1u);
  EXPECT_EQ(diagnostics_[0].problem.code, "exchange.survey.orphan");
}

TEST_F(Dialects, LabelsInHeadersAndCells) {
  const SurveyExport e = read({write("l.csv",
                                     "Foyer/Confiance ?,Foyer/Qui aide ?,Foyer/Qui aide ?/Famille,Foyer/Qui aide "
                                     "?/L'État,Foyer/Membres,Enfants,_uuid\n"
                                     "Oui,Famille L'État,1,1,3,2,u1\nNe sait pas,Famille,1,0,3,1,u2\n")});
  EXPECT_TRUE(e.holds_labels);
  EXPECT_TRUE(e.not_in_form.empty());
  EXPECT_EQ(cells(e.tables[0], "trust"), (Cells{"yes", "<dont_know>"}));
  EXPECT_EQ(cells(e.tables[0], "help/state"), (Cells{"1", "0"}));
  EXPECT_EQ(e.tables[0].columns[0].match, Match::kLabel);
}

TEST_F(Dialects, JoinedLabelsAreTakenApartLongestFirst) {
  const SurveyExport e = read({write("j.csv", "Confiance ?,Qui aide ?,_uuid\nOui,Famille L'État,u1\nNon,L'État,u2\n")});
  EXPECT_EQ(cells(e.tables[0], "help/kin"), (Cells{"1", "0"}));
  EXPECT_EQ(cells(e.tables[0], "help/state"), (Cells{"1", "1"}));
}

TEST_F(Dialects, WhatRLeavesBehind) {
  const SurveyExport e =
      read({write("r.csv",
                  "X.U.FEFF.start,home.trust,home.help.kin,home.help.state,home.help.dk,home.members,X_uuid,X_index\n"
                  "NA,yes,TRUE,FALSE,FALSE,3,u1,1\nNA,NA,NA,NA,NA,NA,u2,2\n")});
  EXPECT_TRUE(e.not_in_form.empty()) << e.not_in_form[0];
  EXPECT_EQ(cells(e.tables[0], "trust"), (Cells{"yes", "<blank>"}));
  EXPECT_EQ(cells(e.tables[0], "help/kin"), (Cells{"1", "<blank>"}));  // an empty answer is not 'no': it was asked
  EXPECT_EQ(e.tables[0].keys[0].uuid, "u1");
}

TEST_F(Dialects, AVersionWithoutTheQuestionDidNotAsk) {
  const SurveyExport e = read(
      {write("v.csv", "trust,arrived,_uuid,__version__\nyes,2024-01-01,u1,v2\nyes,,u2,v2\nno,,u3,v1\nno,,u4,v1\n")});
  EXPECT_EQ(cells(e.tables[0], "arrived"), (Cells{"19723", "<blank>", "<not_asked>", "<not_asked>"}));
}

TEST_F(Dialects, AnswersOutsideTheListAreKeptAndReported) {
  const SurveyExport e = read({write("u.csv", "trust,_uuid\nyes,u1\nsometimes,u2\nsometimes,u3\nYES,u4\n")});
  EXPECT_EQ(cells(e.tables[0], "trust"), (Cells{"yes", "sometimes", "sometimes", "yes"}));
  ASSERT_EQ(diagnostics_.size(), 1u);
  EXPECT_EQ(diagnostics_[0].problem.code, "exchange.survey.unlisted_choice");
  EXPECT_EQ(diagnostics_[0].problem.args[1].second, "2");
}

TEST_F(Dialects, ARankingIsOneOrderedAnswerAndAPlaceForEachChoice) {
  Diagnostics problems;
  form_ = *xlsform::read_xlsform(sheets_from_markdown(R"(
| survey |
|  | type       | name  | label | relevant    |
|  | text       | who   | Who   |             |
|  | rank needs | needs | Needs | ${who}!='x' |
| choices |
|  | list_name | name   | label        |
|  | needs     | water  | Clean water  |
|  | needs     | school | School       |
|  | needs     | road   | Road         |
)"),
                                 "form", problems);
  const SurveyExport e = read({write("r.csv",
                                     "who,needs,_uuid\na,road water school,u1\nb,,u2\nx,,u3\nc,water lamp,u4\n"
                                     "d,School Clean water Road,u5\ne,water water,u6\n")});
  const SurveyTable& t = e.tables[0];
  EXPECT_EQ(cells(t, "needs"), (Cells{"road water school", "<blank>", "<not_asked>", "<unreadable>",
                                      "school water road", "<unreadable>"}));
  EXPECT_EQ(cells(t, "needs/water"), (Cells{"2", "<blank>", "<not_asked>", "<unreadable>", "2", "<unreadable>"}));
  EXPECT_EQ(cells(t, "needs/school"), (Cells{"3", "<blank>", "<not_asked>", "<unreadable>", "1", "<unreadable>"}));
  EXPECT_EQ(t.table.find("needs/road")->label, "Needs :: Road");
  EXPECT_EQ(t.table.find("needs/road")->type, data::ColumnType::kInteger);
  ASSERT_EQ(diagnostics_.size(), 1u);
  EXPECT_EQ(diagnostics_[0].problem.code, "exchange.survey.unreadable");
  EXPECT_EQ(diagnostics_[0].problem.describe().find("lamp"), std::string::npos);

  const SurveyExport places = read({write("p.csv",
                                          "who,needs/_1st_choice,needs/_3rd_choice,needs/_2nd_choice,_uuid\n"
                                          "a,road,school,water,u1\nb,,,,u2\n")});
  EXPECT_EQ(cells(places.tables[0], "needs"), (Cells{"road water school", "<blank>"}));
  EXPECT_EQ(cells(places.tables[0], "needs/school"), (Cells{"3", "<blank>"}));
}

// Found by fuzzing: columns of a repeat inside the sheet of that repeat hang on no submission.
TEST_F(Dialects, ARepeatInsideItsOwnSheetHasNoParent) {
  ZipWriter zip;
  zip.add("main.csv", "trust,_uuid,_index\nyes,u1,1\n");
  zip.add("child.csv",
          "nick,child[1]/age,child[2]/age,_index,_parent_table_name,_parent_index\nA,3,4,1,main,1\nB,5,6,2,main,1\n");
  const SurveyExport e = read({write("z.zip", *zip.finish())});
  ASSERT_EQ(e.tables.size(), 2u);
  for (const std::size_t parent : e.tables[1].parent_rows)
    EXPECT_TRUE(parent == kNoParent || parent < e.tables[0].table.rows) << parent;
  EXPECT_EQ(cells(e.tables[1], "age")[1], "3");
}

TEST_F(Dialects, JsonOfTheApiReadsAsTheWorkbookDoes) {
  const SurveyExport e = read({write("d.json", R"({"count": 3, "next": null, "results": [
    {"_id": 7, "formhub/uuid": "f", "start": "2024-05-01T10:00:00.000+03:00", "home/trust": "yes",
     "home/help": "kin state", "home/members": "4", "children": "2", "arrived": "2020-02-29", "place": "38.5 68.7 0 5",
     "child": [{"child/nick": "A", "child/age": "3"}, {"child/age": "5"}],
     "__version__": "v1", "meta/instanceID": "uuid:u1", "_uuid": "u1", "_attachments": [{"filename": "x", "id": 3}],
     "_geolocation": [38.5, 68.7], "_tags": [], "_validation_status": {"uid": "ok", "label": "Approved"}},
    {"_id": 8, "home/trust": "no", "home/members": 1, "child": [{"child/nick": "C", "child/age": 8}],
     "_uuid": "u2", "_validation_status": {}, "__version__": "v1"},
    {"_id": 9, "home/trust": "dnk", "home/help": "dk", "home/members": "1", "_uuid": "u3", "__version__": "v1"}]})")});
  EXPECT_EQ(e.dialect, Dialect::kKoboJson);
  EXPECT_TRUE(e.not_in_form.empty()) << e.not_in_form[0];
  ASSERT_EQ(e.tables.size(), 2u);
  const SurveyTable& t = e.tables[0];
  EXPECT_EQ(cells(t, "trust"), (Cells{"yes", "no", "<dont_know>"}));
  EXPECT_EQ(cells(t, "help/kin"), (Cells{"1", "<not_asked>", "<dont_know>"}));
  EXPECT_EQ(cells(t, "members"), (Cells{"4", "1", "1"}));
  EXPECT_EQ(cells(t, "children"), (Cells{"2", "<not_asked>", "<not_asked>"}));
  EXPECT_EQ(t.keys[0].uuid, "u1");
  EXPECT_EQ(t.keys[0].start, "2024-05-01T10:00:00.000+03:00");
  EXPECT_EQ(e.tables[1].repeat, "child");
  EXPECT_EQ(cells(e.tables[1], "nick"), (Cells{"A", "<blank>", "C"}));
  EXPECT_EQ(cells(e.tables[1], "age"), (Cells{"3", "5", "8"}));
  EXPECT_EQ(e.tables[1].parent_rows, (std::vector<std::size_t>{0, 0, 1}));
  EXPECT_EQ(t.source_rows, (std::vector<std::size_t>{2, 3, 4}));
  EXPECT_TRUE(diagnostics_.empty()) << diagnostics_[0].problem.describe();
}

TEST_F(Dialects, JsonThatIsNoListOfSubmissionsIsRefused) {
  const auto code = [&](const std::string& bytes) {
    const auto read = read_survey_export({write("n.json", bytes)}, &form_, {}, diagnostics_);
    return read ? std::string("read") : read.error().code;
  };
  EXPECT_EQ(code(R"({"type": "FeatureCollection", "features": []})"), "exchange.workbook.unknown_format");
  EXPECT_EQ(code(R"([{"a": "1"}, {"a": )"), "exchange.json.syntax");
  EXPECT_EQ(code("[{\"a\": " + std::string(60, '[') + "1" + std::string(60, ']') + "}]"), "exchange.json.too_deep");
  std::string wide = "[{\"a\": 1";
  for (int i = 0; i < 20'000; ++i) wide += ",\"q" + std::to_string(i) + "\": 1";
  EXPECT_EQ(code(wide + "}]"), "exchange.json.too_many_columns");
}

TEST_F(Dialects, TheSameSubmissionTwiceIsRejectedWithItsRepeats) {
  const std::string main = "start,trust,_uuid,_index\n,yes,u1,1\n,no,u2,2\n";
  const std::string child =
      "nick,age,_index,_parent_table_name,_parent_index,_submission__uuid\nA,3,1,visit,1,u1\nB,4,2,visit,2,u2\n";
  ZipWriter first;
  first.add("visit.csv", main);
  first.add("child.csv", child);
  ZipWriter second;
  second.add("visit.csv", "start,trust,_uuid,_index\n,no,u2,1\n,no,u3,2\n");
  second.add(
      "child.csv",
      "nick,age,_index,_parent_table_name,_parent_index,_submission__uuid\nB,4,1,visit,1,u2\nC,5,2,visit,2,u3\n");
  const SurveyExport e = read({write("1.zip", *first.finish()), write("2.zip", *second.finish())});
  EXPECT_EQ(e.tables[0].table.rows, 3u);
  EXPECT_EQ(e.tables[1].table.rows, 3u);
  EXPECT_EQ(e.tables[1].parent_rows, (std::vector<std::size_t>{0, 1, 2}));
  EXPECT_EQ(e.rejected.size(), 2u);
  EXPECT_EQ(e.rows_read, e.tables[0].table.rows + e.tables[1].table.rows + e.rejected.size());
}

TEST_F(Dialects, WithoutAFormTypesAreInferredAndRepeatsFound) {
  auto e = read_survey_export(
      {write(
          "n.csv",
          "age,joined,kids[1]/name,kids[2]/name,meta/instanceID\n34,2024-01-05,P,Q,uuid:1\n51,2024-01-06,R,,uuid:2\n")},
      nullptr, {}, diagnostics_);
  ASSERT_TRUE(e);
  ASSERT_EQ(e->tables.size(), 2u);
  EXPECT_EQ(e->tables[0].table.find("age")->type, data::ColumnType::kInteger);
  EXPECT_EQ(e->tables[0].table.find("joined")->type, data::ColumnType::kDate);
  EXPECT_EQ(e->tables[1].repeat, "kids");
  EXPECT_EQ(e->tables[1].parent_rows, (std::vector<std::size_t>{0, 0, 1}));
}

TEST_F(Dialects, RepeatsAsFilesOfTheirOwnInAnyOrder) {
  const std::string main =
      write("visit.csv", "SubmissionDate,home-trust,meta-instanceID,KEY\n2024-05-01T07:00:00Z,yes,uuid:a,uuid:a\n");
  const std::string child = write("visit-child.csv", "nick,age,PARENT_KEY,KEY\nZ,4,uuid:a,uuid:a/child[1]\n");
  for (const auto& paths : {std::vector<std::string>{main, child}, {child, main}}) {
    const SurveyExport e = read(paths);
    ASSERT_EQ(e.tables.size(), 2u);
    EXPECT_EQ(e.tables[0].table.rows, 1u);
    EXPECT_EQ(e.tables[1].parent_rows, (std::vector<std::size_t>{0}));
  }
}

TEST_F(Dialects, NotesAndLogsBesideTheSubmissionsAreLeftOut) {
  ZipWriter zip;
  zip.add("a readme.csv", "what,why\nx,y\n");
  zip.add("visit - audit.csv", "event,node,start,end\nquestion,/a,1,2\n");
  zip.add("visit.csv", "trust,members,_uuid\nyes,3,u1\n");
  const SurveyExport e = read({write("n.zip", *zip.finish())});
  ASSERT_EQ(e.tables.size(), 1u);
  EXPECT_EQ(e.rows_read, 1u);
  EXPECT_EQ(cells(e.tables[0], "members"), (Cells{"3"}));
  EXPECT_EQ(diagnostics_.size(), 2u);
}

TEST_F(Dialects, LostLettersAreSaid) {
  const SurveyExport e = read({write("q.csv", "nick,_uuid\n???? ???,u1\nok?,u2\n")});
  EXPECT_EQ(cells(e.tables[0], "nick"), (Cells{"<unreadable>", "ok?"}));
  ASSERT_EQ(diagnostics_.size(), 1u);
  EXPECT_EQ(diagnostics_[0].problem.code, "exchange.survey.lost_script");
}

TEST_F(Dialects, ThreeLevelsOfNumberedRepeatsKeepTheirParents) {
  auto e = read_survey_export(
      {write("d.csv", "a[1]/b[1]/c[1]/x,a[1]/b[2]/c[1]/x,a[2]/b[1]/c[1]/x,_uuid\n1,2,3,u1\n,5,,u2\n")}, nullptr, {},
      diagnostics_);
  ASSERT_TRUE(e);
  std::map<std::string, const SurveyTable*> by_repeat;
  for (const SurveyTable& table : e->tables) by_repeat[table.repeat] = &table;
  EXPECT_EQ(by_repeat.at("a")->parent_rows, (std::vector<std::size_t>{0, 0, 1}));
  EXPECT_EQ(by_repeat.at("a/b")->parent_rows, (std::vector<std::size_t>{0, 0, 1, 2}));
  EXPECT_EQ(by_repeat.at("a/b/c")->parent_rows, (std::vector<std::size_t>{0, 1, 2, 3}));
  EXPECT_EQ(cells(*by_repeat.at("a/b/c"), "x"), (Cells{"1", "2", "3", "5"}));
  EXPECT_EQ(e->tables[by_repeat.at("a/b/c")->parent_table].repeat, "a/b");
}

TEST_F(Dialects, HxlTagRowIsNoSubmission) {
  EXPECT_EQ(
      read({write("h.csv", "trust,members,_uuid\n#indicator+trust,#population,\nyes,3,u1\n")}).tables[0].table.rows,
      1u);
}

}  // namespace
}  // namespace hamdil::exchange::kobo
