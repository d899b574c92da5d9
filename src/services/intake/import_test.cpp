// Imports of one round, file after file: whose state counts, what stays, what the vault and the records hold.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "services/intake/import_survey.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::intake {
namespace {

const store::KeySource kKey{.key_file_bytes = std::string(32, 'k'), .passphrase = {}, .recovery_words = {}};
const store::Author kAuthor{"tester", "test"};
const Env kEnv = Env::fixed(1'700'000'000);
constexpr const char* kForm =
    "survey,,,,\n,type,name,label,calculation\n,select_one yn,consent,Do you agree to take part?,\n"
    ",select_one "
    "yn,trust,Trust?,\n,text,phone_number,Phone,\n,begin_repeat,child,Child,\n,integer,age,Age,\n,end_repeat,,,\n"
    "choices,,,,\n,list_name,name,label,\n,yn,yes,Yes,\n,yn,no,No,\n";
const std::string kMain = "SubmissionDate,consent,trust,phone_number,meta-instanceID,KEY\n";
const std::string kChild = "age,PARENT_KEY,KEY\n";

std::string person(const std::string& id, const std::string& consent, const std::string& trust,
                   const std::string& phone = "+000 55 510 0001") {
  return "2024-05-01T07:00:00Z," + consent + "," + trust + "," + phone + ",uuid:" + id + ",uuid:" + id + "\n";
}
std::string child(const std::string& of, const std::string& age, const std::string& number = "1") {
  return age + ",uuid:" + of + ",uuid:" + of + "/child[" + number + "]\n";
}

}  // namespace

class ImportTest : public testing::Test {
 protected:
  ImportTest() {
    auto created = store::Workspace::create(path("w.hamdil"), kKey, kEnv);
    if (created) workspace_.emplace(std::move(created->workspace));
  }
  std::string path(const std::string& name) const { return folder_.file(name); }
  std::string write(const std::string& name, const std::string& bytes) const {
    EXPECT_TRUE(write_file(path(name), bytes));
    return path(name);
  }

  Receipt import(ImportRequest request) {
    request.round = "baseline";
    problems_.clear();
    auto prepared = prepare_import(request, problems_);
    EXPECT_TRUE(prepared) << (prepared ? "" : prepared.error().describe());
    if (!prepared) return {};
    auto receipt = commit_import(*workspace_, std::move(*prepared), request, kAuthor);
    EXPECT_TRUE(receipt) << (receipt ? "" : receipt.error().describe());
    return receipt ? *receipt : Receipt();
  }
  Receipt import(const std::string& people, const std::string& children = "", const std::string& form = kForm) {
    ImportRequest request;
    request.forms = {write("form.csv", form)};
    request.data = {write("visit.csv", people.starts_with("Sub") ? people : kMain + people)};
    if (!children.empty()) request.data.push_back(write("visit-child.csv", kChild + children));
    return import(request);
  }

  model::Record newest() const { return workspace_->list("dataset")->back(); }
  Json fields() const { return newest().fields(); }
  std::string study() const { return workspace_->list("study")->front().id; }
  std::string pseudonym(const std::string& id) const { return workspace_->pseudonym(study(), "submission:" + id); }
  data::Table rows() const { return *workspace_->read_columns(newest().id); }
  bool has(const std::string& id) const {
    const data::Table table = rows();
    const auto& ids = table.find("respondent")->texts;
    return std::find(ids.begin(), ids.end(), pseudonym(id)) != ids.end();
  }
  std::string vault(const std::string& id) const {
    const auto entry = *workspace_->read_vault(study(), pseudonym(id));
    return entry ? entry->values_json : "";
  }

  store::TemporaryFolder folder_;
  std::optional<store::Workspace> workspace_;
  Diagnostics problems_;
};

TEST_F(ImportTest, ConsentTakenBackRemovesTheRowAndItsKey) {
  import(person("a", "yes", "yes") + person("b", "yes", "no"));
  ASSERT_NE(vault("a"), "");
  const Receipt receipt = import(person("a", "no", "yes"));
  EXPECT_EQ(receipt.rejected, (std::map<std::string, std::size_t>{{"withdrawn", 1}}));
  EXPECT_EQ(receipt.read, 1u);
  EXPECT_EQ(receipt.dataset_version, 2);
  EXPECT_FALSE(has("a"));
  EXPECT_TRUE(has("b"));
  EXPECT_EQ(vault("a"), "");
  EXPECT_NE(vault("b"), "");
  EXPECT_EQ(*workspace_->refusals(study()), std::vector<std::string>{pseudonym("a")});
  EXPECT_EQ(fields()["receipt"]["round_totals"]["rejected"]["withdrawn"], 1);
  EXPECT_EQ(import(person("a", "no", "yes")).dataset, "");  // again: nothing new
  import(person("a", "yes", "yes"));                        // a correction: the newest file counts
  EXPECT_TRUE(has("a"));
  EXPECT_EQ(vault("a"), "");  // erased stays erased
  EXPECT_EQ(fields()["receipt"]["round_totals"]["rejected"].size(), 0u);
}

TEST_F(ImportTest, ConsentNoLongerRecordedRemovesTheRow) {
  import(person("a", "yes", "yes") + person("b", "yes", "no"));
  import(person("a", "", "yes"));
  EXPECT_FALSE(has("a"));
  EXPECT_EQ(rows().rows, 1u);
}

TEST_F(ImportTest, EverybodyMayTakeConsentBack) {
  import(person("a", "yes", "yes"));
  import(person("a", "no", "yes"));
  EXPECT_EQ(rows().rows, 0u);
}

TEST_F(ImportTest, ARefusalIsKeptWhenNothingElseChanged) {
  import(person("a", "yes", "yes"));
  const Receipt receipt = import(person("a", "yes", "yes") + person("c", "no", ""));
  EXPECT_EQ(receipt.unchanged, 1u);
  EXPECT_EQ(*workspace_->refusals(study()), std::vector<std::string>{pseudonym("c")});
}

TEST_F(ImportTest, TheSameFileAgainLeavesNoTrace) {
  const std::string people = person("a", "yes", "yes") + person("c", "no", "") + person("a", "yes", "yes");
  import(people, child("a", "4"));
  const std::string head = workspace_->head()->text();
  EXPECT_EQ(import(people, child("a", "4")).dataset, "");
  EXPECT_EQ(workspace_->head()->text(), head);
}

TEST_F(ImportTest, IdentifiersAreCorrectedWithoutANewVersion) {
  import(person("a", "yes", "yes"));
  const Receipt receipt = import(person("a", "yes", "yes", "+000 55 510 0002"));
  EXPECT_EQ(receipt.dataset, "");
  EXPECT_EQ(fields()["dataset_version"], 1);
  EXPECT_NE(vault("a").find("0002"), std::string::npos);
}

TEST_F(ImportTest, RepeatsOfPeopleInOtherFilesStay) {
  import(person("a", "yes", "yes") + person("b", "yes", "no"),
         child("a", "4") + child("a", "6", "2") + child("b", "9"));
  const Receipt receipt = import(person("a", "yes", "yes"), child("a", "5"));
  EXPECT_EQ(receipt.corrected, 1u);
  const data::Table children = *workspace_->read_columns(newest().id + "/repeat/child");
  ASSERT_EQ(children.rows, 2u);
  EXPECT_EQ(children.find("age")->text_at(0), "9");
  EXPECT_EQ(children.find("respondent")->text_at(0), pseudonym("b"));
  EXPECT_EQ(children.find("age")->text_at(1), "5");
  import(person("b", "no", "no"));  // a file without any repeat: those of `a` stay, those of `b` go with the consent
  const data::Table left = *workspace_->read_columns(newest().id + "/repeat/child");
  ASSERT_EQ(left.rows, 1u);
  EXPECT_EQ(left.find("respondent")->text_at(0), pseudonym("a"));
}

// A file of submissions alone (Kobo's CSV) says nothing of the repeats: they are neither emptied nor a correction.
TEST_F(ImportTest, AFileWithoutRepeatsKeepsThoseThatAreThere) {
  import(person("a", "yes", "yes") + person("b", "yes", "no"),
         child("a", "3") + child("a", "5", "2") + child("b", "9"));
  const auto children = [&] { return workspace_->read_columns(newest().id + "/repeat/child")->rows; };
  ASSERT_EQ(children(), 3u);
  const Receipt same = import(person("a", "yes", "yes") + person("b", "yes", "no"));
  EXPECT_EQ(same.unchanged, 2u);
  EXPECT_EQ(same.dataset, "");
  ASSERT_EQ(same.problems.size(), 1u);
  EXPECT_EQ(same.problems[0].code, "intake.repeat.kept");
  EXPECT_NE(same.problems[0].example.find("3 rows of 2 interviews"), std::string::npos) << same.problems[0].example;
  EXPECT_EQ(children(), 3u);

  const Receipt one = import(person("a", "yes", "no") + person("b", "yes", "no"));
  EXPECT_EQ(one.corrected, 1u);
  EXPECT_EQ(one.unchanged, 1u);
  EXPECT_EQ(one.repeats.at("child"), 3u);
  EXPECT_EQ(children(), 3u);
  // Consent taken back takes the repeats along; a file with a place for them replaces them.
  import(person("a", "no", "no"));
  EXPECT_EQ(children(), 1u);
  const Receipt emptied = import(person("b", "yes", "no"), " ");
  EXPECT_EQ(emptied.corrected, 1u);
  EXPECT_EQ(children(), 0u);
}

TEST_F(ImportTest, ARoundInSeveralFilesAddsUp) {
  import(person("a", "yes", "yes") + person("r", "no", "") + person("a", "yes", "yes"));
  import(person("b", "yes", "yes") + person("s", "no", "") + person("r", "no", ""));
  const Json totals = fields()["receipt"]["round_totals"];
  EXPECT_EQ(totals["kept"], 2);
  EXPECT_EQ(totals["rejected"]["consent_refused"], 2);
  EXPECT_EQ(totals["rejected"]["duplicate_submission"], 1);
  EXPECT_EQ(totals["read"], 5);
  // An export of everything takes the place of what came before; nothing is counted twice.
  import(person("a", "yes", "no") + person("b", "yes", "yes") + person("r", "no", "") + person("s", "no", "") +
         person("b", "yes", "yes"));
  const Json whole = fields()["receipt"]["round_totals"];
  EXPECT_EQ(whole["read"], 5);
  EXPECT_EQ(whole["rejected"]["duplicate_submission"], 1);
}

TEST_F(ImportTest, RecordsAndTheLogHoldNoWordOfThePeople) {
  import(person("a", "yes", "a telling answer") + person("b", "yes", "no") + person("c", "yes", "a telling answer"));
  ImportRequest plain;
  plain.consent_basis = "asked at the door";
  plain.data = {write("plain.csv",
                      "district,remark,score\nD1,his brother told,1\nD1,his brother told,0\nD1,his brother "
                      "told,1\nD1,his brother told,1\n")};
  const auto table = [&](const std::string& name) {
    const Json columns = fields()["columns"];
    for (const Json& column : columns)
      if (column["name"] == name) return column;
    return Json();
  };
  EXPECT_EQ(table("trust")["levels"].size(), 2u);
  EXPECT_EQ(table("trust")["other_levels"], 1);
  EXPECT_EQ(rows().find("trust")->levels.size(), 3u);
  import(plain);
  EXPECT_EQ(table("remark")["type"], "category");
  EXPECT_EQ(table("remark")["levels"].size(), 0u);
  EXPECT_EQ(table("remark")["other_levels"], 1);
  EXPECT_EQ(table("trust")["levels"].size(), 2u);  // of the version before, whose rows are still there
  const std::vector<store::Change> history = *workspace_->history();
  for (const store::Change& change : history)
    for (const char* words : {"telling", "brother"}) EXPECT_EQ(change.after.find(words), std::string::npos);
}

TEST_F(ImportTest, ACodebookListsTheLevels) {
  ImportRequest plain;
  plain.consent_basis = "asked at the door";
  plain.codebook = write("codebook.csv", "name,label,values\nsafe,Safe?,1=Yes; 2=No\n");
  plain.data = {write("plain.csv", "safe,x\n1,5\n2,6\n1,7\n")};
  import(plain);
  EXPECT_EQ(fields()["columns"][4]["name"], "safe");
  EXPECT_EQ(fields()["columns"][4]["levels"], Json::parse(R"([["1","Yes"],["2","No"]])"));
  EXPECT_EQ(fields()["columns"][4]["other_levels"], 0);
}

TEST_F(ImportTest, QuestionsMayBeCalledRespondentAndRound) {
  const std::string form =
      "survey,,,\n,type,name,label\n,select_one yn,consent,Do you agree to take part?\n,select_one "
      "yn,respondent,Head?\n"
      ",select_one yn,round,Round house?\nchoices,,,\n,list_name,name,label\n,yn,yes,Yes\n,yn,no,No\n";
  const Receipt receipt = import(
      "SubmissionDate,consent,respondent,round,meta-instanceID,KEY\n2024-05-01T07:00:00Z,yes,no,yes,uuid:a,uuid:a\n",
      "", form);
  const data::Table table = rows();
  ASSERT_EQ(table.rows, 1u);
  EXPECT_EQ(table.find("respondent")->text_at(0), pseudonym("a"));
  EXPECT_EQ(table.find("respondent_answer")->text_at(0), "no");
  EXPECT_EQ(table.find("round_answer")->text_at(0), "yes");
  EXPECT_EQ(table.find("round"), nullptr);
  EXPECT_TRUE(std::any_of(receipt.problems.begin(), receipt.problems.end(), [](const ProblemGroup& g) {
    return g.code == "intake.column.reserved_name" && g.count == 2;
  }));
}

TEST_F(ImportTest, RefusalsAreCountedByOneQuestionAtATime) {
  const std::string form =
      "survey,,,\n,type,name,label\n,select_one yn,host,Host?\n,select_one yn,camp,Camp?\n,select_one yn,consent,Do "
      "you "
      "agree to take part?\nchoices,,,\n,list_name,name,label\n,yn,yes,Yes\n,yn,no,No\n";
  import(
      "SubmissionDate,host,camp,consent,meta-instanceID,KEY\n2024-05-01T07:00:00Z,yes,no,no,uuid:a,uuid:a\n"
      "2024-05-01T07:00:00Z,no,no,no,uuid:b,uuid:b\n2024-05-01T07:00:00Z,no,no,yes,uuid:c,uuid:c\n",
      "", form);
  const data::Table counts = *workspace_->read_columns(newest().id + "/refusals");
  std::vector<std::string> lines;
  for (std::size_t row = 0; row < counts.rows; ++row)
    lines.push_back(counts.find("question")->text_at(row) + " " + counts.find("answer")->text_at(row) + " " +
                    counts.find("refusals")->text_at(row));
  EXPECT_EQ(lines, (std::vector<std::string>{"host no 1", "host yes 1", "camp no 2"}));
}

TEST_F(ImportTest, WrittenEnumeratorsStayInTheVaultWordForWord) {
  const std::string form =
      "survey,,,\n,type,name,label\n,text,enumerator,Enumerator\n,select_one yn,consent,Do you agree to take part?\n"
      ",select_one yn,trust,Trust?\nchoices,,,\n,list_name,name,label\n,yn,yes,Yes\n,yn,no,No\n";
  std::string rows = "SubmissionDate,enumerator,consent,trust,meta-instanceID,KEY\n";
  const auto name_of = [](int i) { return "first and second name of number " + std::to_string(i); };
  for (int i = 0; i < 400; ++i) {
    const std::string id = "uuid:" + std::to_string(i);
    rows += "2024-05-01T07:00:00Z," + name_of(i) + ",yes,no," + id + "," + id + "\n";
  }
  import(rows, "", form);
  for (const int i : {0, 1, 17, 399}) EXPECT_NE(vault(std::to_string(i)).find(name_of(i)), std::string::npos) << i;
}

TEST_F(ImportTest, EqualRowsOfATableAreDifferentPeopleUnderTheSameNamesAgain) {
  ImportRequest request;
  request.data = {write("table.csv", "age,place\n30,north\n31,south\n30,north\n30,north\n")};
  request.consent_basis = "asked orally";
  EXPECT_EQ(import(request).added, 4u);
  const data::Table table = rows();
  const std::string north = digest_hex("30\x1Fnorth\x1F"), south = digest_hex("31\x1Fsouth\x1F");
  const std::vector<std::string> wanted = {north + ":1", south + ":1", north + ":2", north + ":3"};
  for (std::size_t row = 0; row < wanted.size(); ++row)
    EXPECT_EQ(table.find("respondent")->texts[row], workspace_->pseudonym(study(), "row:" + wanted[row]));
  EXPECT_EQ(table.columns.front().name, "respondent");
  EXPECT_EQ(import(request).unchanged, 4u);
}

TEST_F(ImportTest, EnumeratorsStayUnderAPseudonym) {
  const std::string form =
      "survey,,,,\n,type,name,label,calculation\n,select_one en,enumerator,Enumerator,\n,calculate,team,,"
      "\"concat(${enumerator}, '-team')\"\n,select_one yn,consent,Do you agree to take part?,\n,select_one yn,trust,"
      "Trust?,\nchoices,,,,\n,list_name,name,label,\n,en,gulnora_s,Gulnora S.,\n,en,umed_k,Umed "
      "K.,\n,yn,yes,Yes,\n,yn,no,No,\n";
  const std::string header = "SubmissionDate,enumerator,team,consent,trust,meta-instanceID,KEY\n";
  const auto row = [](const std::string& id, const std::string& who) {
    return "2024-05-01T07:00:00Z," + who + "," + who + "-team,yes,no,uuid:" + id + ",uuid:" + id + "\n";
  };
  const Receipt receipt = import(header + row("a", "gulnora_s") + row("b", "umed_k") + row("c", "gulnora_s"), "", form);
  ASSERT_EQ(receipt.sealed.size(), 3u);  // and the submission's key
  const data::Table table = rows();
  const data::Column* who = table.find("enumerator");
  ASSERT_NE(who, nullptr);
  EXPECT_EQ(who->levels.size(), 2u);
  EXPECT_EQ(who->text_at(0), who->text_at(2));
  EXPECT_NE(who->text_at(0), who->text_at(1));
  EXPECT_EQ(table.find("team")->levels.size(), 2u);
  EXPECT_NE(vault("a").find("gulnora_s"), std::string::npos);
  const std::string before = who->text_at(0);
  import(header + row("d", "gulnora_s"), "", form);
  EXPECT_EQ(rows().find("enumerator")->text_at(rows().rows - 1), before);
  const std::vector<store::Change> history = *workspace_->history();
  for (const store::Change& change : history)
    for (const char* words : {"gulnora_s", "Gulnora", "Umed"}) EXPECT_EQ(change.after.find(words), std::string::npos);
}

TEST_F(ImportTest, TheReceiptSaysWhatWasReplacedWhatStayedAndWhatIsNewAndADryRunPredictsIt) {
  import(person("a", "yes", "yes") + person("b", "yes", "no") + person("c", "yes", "no") + person("d", "yes", "no"));
  ImportRequest request;
  request.round = "baseline";
  request.forms = {write("form.csv", kForm)};
  request.data = {write("visit.csv", kMain + person("a", "yes", "no") + person("b", "yes", "no") +
                                         person("c", "no", "") + person("e", "yes", "yes"))};
  const std::string head = workspace_->head()->text();
  auto prepared = prepare_import(request, problems_);
  ASSERT_TRUE(prepared);
  const auto predicted = predict_import(*workspace_, std::move(*prepared), request);
  ASSERT_TRUE(predicted);
  EXPECT_EQ(workspace_->head()->text(), head);
  const Receipt receipt = import(request);
  EXPECT_EQ(receipt.rows_before, 4u);
  EXPECT_EQ(receipt.corrected, 1u);
  EXPECT_EQ(receipt.unchanged, 1u);
  EXPECT_EQ(receipt.stayed, 1u);
  EXPECT_EQ(receipt.withdrawn, 1u);
  EXPECT_EQ(receipt.added, 1u);
  EXPECT_EQ(receipt.rows_after, 4u);
  Json before = to_json(*predicted), after = to_json(receipt);
  EXPECT_EQ(before["dry_run"], true);
  for (Json* one : {&before, &after})
    for (const char* key : {"dry_run", "dataset"}) one->erase(key);
  EXPECT_EQ(before, after);
  EXPECT_NE(to_text(receipt).find("1 stay though"), std::string::npos) << to_text(receipt);
}

TEST_F(ImportTest, AFileOfOtherPeopleIsSaidToBeOne) {
  import(person("a", "yes", "yes"));
  const Receipt receipt = import(person("x", "yes", "yes") + person("y", "yes", "yes"));
  EXPECT_EQ(receipt.stayed, 1u);
  EXPECT_TRUE(std::any_of(receipt.problems.begin(), receipt.problems.end(),
                          [](const ProblemGroup& g) { return g.code == "intake.round.other_rows"; }));
}

TEST_F(ImportTest, RowsOfATableWithAnIdAreReplaced) {
  ImportRequest plain;
  plain.consent_basis = "asked at the door";
  plain.id_column = "hh_id";
  plain.data = {write("plain.csv", "hh_id,trust\nA1,1\nA2,2\nA3,3\n")};
  import(plain);
  EXPECT_EQ(rows().find("hh_id"), nullptr);
  plain.data = {write("plain.csv", "hh_id,trust\nA2,2\nA3,5\nA4,4\n")};
  const Receipt receipt = import(plain);
  EXPECT_EQ(receipt.corrected, 1u);
  EXPECT_EQ(receipt.unchanged, 1u);
  EXPECT_EQ(receipt.stayed, 1u);
  EXPECT_EQ(receipt.added, 1u);
  const auto code = [&] {
    plain.round = "baseline";
    const auto prepared = prepare_import(plain, problems_);
    return prepared ? "" : prepared.error().code;
  };
  plain.data = {write("plain.csv", "hh_id,trust\nA2,2\nA2,5\n,4\n")};
  EXPECT_EQ(code(), "intake.id.not_unique");
  plain.id_column = "hhid";
  EXPECT_EQ(code(), "intake.id.no_column");
}

TEST_F(ImportTest, ColumnsHaveRolesThatOutliveAFileWithoutThem) {
  ImportRequest plain;
  plain.consent_basis = "asked at the door";
  plain.codebook = write("codebook.csv",
                         "name,label,role\nq1,Сатҳи маълумот,\nq2,Anything,key\nq3,Anything,sensitive\nsex,Sex,data\n");
  plain.data = {write("plain.csv", "q1,q2,q3,sex,trust\n1,5,1,1,2\n2,6,1,2,3\n1,7,2,1,4\n")};
  const auto roles = [&] {
    std::map<std::string, std::string> out;
    const Json columns = fields()["columns"];
    for (const Json& column : columns)
      if (column.contains("role")) out[column["name"].get<std::string>()] = column["role"].get<std::string>();
    return out;
  };
  import(plain);
  const std::map<std::string, std::string> wanted = {
      {"q1", "key:education"}, {"q2", "key:declared"}, {"q3", "sensitive"}, {"sex", "data"}};
  EXPECT_EQ(roles(), wanted);
  plain.codebook.clear();
  plain.data = {write("plain.csv", "trust\n4\n5\n1\n")};
  import(plain);
  EXPECT_EQ(roles(), wanted);
}

TEST_F(ImportTest, ProxiesForAffiliationAreStoredNowhere) {
  ImportRequest plain;
  plain.consent_basis = "asked at the door";
  plain.keep_columns = {"security_clearance"};
  plain.data = {
      write("plain.csv",
            "village,tribe,security_clearance,camp_of_origin,score\nV1,T1,red,A,1\nV1,T1,green,B,0\nV2,T2,red,"
            "A,1\nV2,T2,red,A,1\n")};
  const Receipt receipt = import(plain);
  std::vector<std::string> dropped;
  for (const SealedColumn& column : receipt.dropped) dropped.push_back(column.column);
  EXPECT_EQ(dropped, (std::vector<std::string>{"tribe", "security_clearance", "camp_of_origin"}));
  EXPECT_TRUE(receipt.sealed.empty());
  const data::Table table = rows();
  for (const char* gone : {"tribe", "security_clearance", "camp_of_origin"}) EXPECT_EQ(table.find(gone), nullptr);
  EXPECT_NE(table.find("village"), nullptr);
  for (const std::string& person : table.find("respondent")->texts)
    EXPECT_FALSE(*workspace_->read_vault(study(), person));
}

TEST_F(ImportTest, AnAgeMadeOfADateOfBirthStays) {
  const std::string form =
      "survey,,,,\n,type,name,label,calculation\n,select_one yn,consent,Do you agree to take part?,\n,date,dob,Date of "
      "birth,\n,calculate,age,,\"int((today() - ${dob}) div 365.25)\"\n,calculate,tag,,\"concat('born ', "
      "${dob})\"\nchoices,,,,\n,list_name,name,label,\n,yn,yes,Yes,\n,yn,no,No,\n";
  import(
      "SubmissionDate,consent,dob,age,tag,meta-instanceID,KEY\n2024-05-01T07:00:00Z,yes,1980-02-03,44,born "
      "1980-02-03,uuid:a,uuid:a\n",
      "", form);
  const data::Table table = rows();
  EXPECT_EQ(table.find("dob"), nullptr);
  EXPECT_EQ(table.find("tag"), nullptr);
  ASSERT_NE(table.find("age"), nullptr);
  EXPECT_EQ(table.find("age")->text_at(0), "44");
}

}  // namespace hamdil::services::intake
