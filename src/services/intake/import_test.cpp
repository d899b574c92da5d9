// Imports of one round, file after file: whose state counts, what stays, what the vault and the records hold.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "services/intake/import_survey.hpp"

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
    folder_ = std::filesystem::temp_directory_path() /
              ("hamdil_import_" + std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + "_" +
               std::to_string(::getpid()));
    std::filesystem::create_directories(folder_);
    auto created = store::Workspace::create(path("w.hamdil"), kKey, kEnv);
    if (created) workspace_.emplace(std::move(created->workspace));
  }
  ~ImportTest() override {
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }
  std::string path(const std::string& name) const { return (folder_ / name).string(); }
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

  std::filesystem::path folder_;
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

}  // namespace hamdil::services::intake
