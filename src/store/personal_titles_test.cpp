// Titles that name a person: sealed in the table, the log and the index, found by who may read them, erased with their
// key, and sealed in workspaces that an older program wrote.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "store/sqlite.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::store {
namespace {

constexpr const char* kName = "Zarangorova Examplebegim";  // invented; of letters that stand nowhere else

class PersonalTitles : public WorkspaceFixture {
 protected:
  std::string save(const std::string& name = kName, const Json& fields = {{"email", "z@example.org"}}) {
    std::string id;
    EXPECT_TRUE(workspace_->write({"keyboard", ""}, [&](Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(model::new_record("person", name, fields)));
      id = saved.id;
      EXPECT_EQ(saved.title, name);
      return Done{};
    }));
    return id;
  }
  std::string everything_kept() const {
    std::string out;
    const auto changes = workspace_->history();
    for (const Change& change : *changes) out += change.before + change.after + change.reason;
    auto database = Database::open(workspace_->path(), Database::Mode::kReadOnly);
    for (const char* sql : {"SELECT title FROM record_person", "SELECT title || words FROM record_search"}) {
      auto rows = database->prepare(sql);
      while (*rows->step()) out += std::string(rows->text(0)) + "\n";
    }
    return out;
  }
  static View view_without_names() {
    auto table = std::make_shared<ViewTable>();
    table->who = "reader";
    for (const Deed deed : {Deed::kLook, Deed::kHistory, Deed::kChange, Deed::kExport})
      table->kinds["person"][static_cast<std::size_t>(deed)] = {Scope{}};
    return {table};
  }
};

TEST_F(PersonalTitles, StandInNoTableLogOrIndex) {
  const std::string id = save();
  for (const char* part : {"Zarang", "zarang", "Example", "example"})
    EXPECT_EQ(everything_kept().find(part), std::string::npos) << part;
  EXPECT_EQ((*workspace_->find("person", id))->title, kName);
  EXPECT_EQ(workspace_->list("person")->front().title, kName);
  EXPECT_EQ(workspace_->query({.kind = "person", .sort = "title"})->records.front().title, kName);
  EXPECT_EQ(workspace_->titles("person", {id})->front().title, kName);
  const auto report = workspace_->verify({});
  ASSERT_TRUE(report);
  EXPECT_TRUE(report->problems.empty());
}

TEST_F(PersonalTitles, AreFoundByTheirWordsFromTheSecondLetterOn) {
  const std::string id = save();
  save("Somebody Else");
  for (const char* words : {"zarangorova", "za", "EXAMPLE zar", "examplebegim"}) {
    const auto hits = workspace_->search(words);
    ASSERT_EQ(hits->size(), 1U) << words;
    EXPECT_EQ(hits->front().id, id);
    EXPECT_EQ(hits->front().title, kName);
    EXPECT_EQ(workspace_->query({.kind = "person", .words = words})->total, 1) << words;
  }
  EXPECT_EQ(workspace_->search("zarangorova else")->size(), 0U);
  EXPECT_FALSE(
      workspace_->query({.kind = "person", .conditions = {{"title", RecordQuery::Condition::Is::kContains, "Zar"}}}));
}

TEST_F(PersonalTitles, AreACodeForWhoMayNotReadThemAndStayWhenTheyChangeWhatStandsBeside) {
  const std::string id = save(kName, {{"email", "z@example.org"}, {"role", "Coordinator"}});
  const std::string code = model::code_of_title(id);
  {
    const LookAs as(*workspace_, view_without_names());
    auto record = *workspace_->find("person", id);
    EXPECT_EQ(record->title, code);
    EXPECT_EQ(workspace_->titles("person", {id})->front().title, code);
    EXPECT_TRUE(workspace_->search("zarang")->empty());
    EXPECT_EQ(workspace_->query({.kind = "person", .words = "zarang"})->total, 0);
    ASSERT_EQ(workspace_->search("coordin")->size(), 1U) << "by what they may read";
    EXPECT_EQ(workspace_->search("coordin")->front().title, code);
    EXPECT_EQ(workspace_->query({.kind = "person", .words = "coordin"})->total, 1);
    Json fields = record->fields();
    fields["role"] = "Director";
    record->set_fields(fields);
    EXPECT_TRUE(workspace_->write({"reader", ""}, [&](Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(*record));
      EXPECT_EQ(saved.title, code);
      return Done{};
    }));
  }
  const auto after = *workspace_->find("person", id);
  EXPECT_EQ(after->title, kName);
  EXPECT_EQ(after->fields()["email"], "z@example.org");
  EXPECT_EQ(after->fields()["role"], "Director");
  EXPECT_EQ(workspace_->search("zarang")->size(), 1U) << "it is still found by name";
}

TEST_F(PersonalTitles, AreErasedFromTheWholeHistoryAndTheIndex) {
  const std::string id = save();
  auto record = *workspace_->find("person", id);
  record->title = "Zarangorova Changed";
  ASSERT_TRUE(workspace_->write({"keyboard", ""}, [&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto saved, t.save(*record));
    (void)saved;
    return t.erase_personal("person", id);
  }));
  const std::string code = model::code_of_title(id);
  EXPECT_EQ((*workspace_->find("person", id))->title, code);
  EXPECT_TRUE(workspace_->search("zarangorova")->empty());
  const auto changes = workspace_->history(id);
  for (const Change& change : *changes) {
    const Json then = Json::parse(change.after, nullptr, false);
    if (then.is_object() && then.contains("title")) {
      EXPECT_EQ(*workspace_->open_title("person", then["title"], id), code);
    }
  }
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

TEST_F(PersonalTitles, OfAnOlderWorkspaceAreSealedWhenItIsOpened) {
  const std::string id = save();
  const std::string path = workspace_->path();
  workspace_.reset();
  {  // as a program before wrote it: the name in the table and among the words
    auto database = Database::open(path, Database::Mode::kReadWrite);
    ASSERT_TRUE(database);
    const std::string name = std::string("'") + kName + "'";
    ASSERT_TRUE(database->execute("UPDATE record_person SET title = " + name));
    ASSERT_TRUE(database->execute("UPDATE record_search SET title = " + name + ", words = lower(" + name + ")"));
  }
  {
    auto reading =
        Workspace::open(path, {.key_file_bytes = std::string(32, 'k')}, Workspace::Access::kRead, Env::system());
    ASSERT_TRUE(reading);
    const LookAs as(*reading, view_without_names());
    EXPECT_EQ((*reading->find("person", id))->title, model::code_of_title(id)) << "hidden, sealed or not";
  }
  auto opened =
      Workspace::open(path, {.key_file_bytes = std::string(32, 'k')}, Workspace::Access::kWrite, Env::system());
  ASSERT_TRUE(opened);
  // The log keeps what an older program wrote into it; the index does not, in no page of the file.
  EXPECT_EQ(read_file(path)->find("zarangorova"), std::string::npos);
  workspace_ = std::make_unique<Workspace>(std::move(*opened));
  EXPECT_EQ((*workspace_->find("person", id))->title, kName);
  EXPECT_EQ(workspace_->history(id)->back().action, "seal title");
  EXPECT_EQ(workspace_->search("zarang")->size(), 1U);
  auto database = Database::open(path, Database::Mode::kReadOnly);
  auto row =
      database->prepare("SELECT title, (SELECT group_concat(title || words) FROM record_search) FROM record_person");
  ASSERT_TRUE(*row->step());
  EXPECT_TRUE(row->text(0).starts_with("sealed:"));
  EXPECT_EQ(std::string(row->text(1)).find("zarang"), std::string::npos);
  const auto count = workspace_->head()->count;
  workspace_.reset();
  auto again =
      Workspace::open(path, {.key_file_bytes = std::string(32, 'k')}, Workspace::Access::kWrite, Env::system());
  EXPECT_EQ(again->head()->count, count) << "once";
  workspace_ = std::make_unique<Workspace>(std::move(*again));
}

}  // namespace
}  // namespace hamdil::store
