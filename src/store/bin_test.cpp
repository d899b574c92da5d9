// Records that are removed for good: nothing of their contents is left in tables, log, index or file; the history says
// that there was one, and the chain still verifies, against heads of before, too.
#include "store/bin.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "store/sqlite.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::store {
namespace {

const Author kAuthor{"keyboard", ""};

class BinTest : public WorkspaceFixture {
 protected:
  std::string save(const std::string& kind, const std::string& title, const Json& fields) {
    std::string id;
    EXPECT_TRUE(workspace_->write(kAuthor, [&](Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(model::new_record(kind, title, fields)));
      id = saved.id;
      return Done{};
    }));
    return id;
  }
  Status remove(const std::string& kind, const std::string& id) {
    return workspace_->write(kAuthor, [&](Transaction& t) { return t.remove(kind, id); });
  }
  Status empty(const std::string& kind, const std::string& id) {
    return workspace_->write({"hamdil", "30 days"},
                             [&](Transaction& t) { return empty_record(*workspace_, t, kind, id); });
  }
  // As somebody who holds the file, not the key.
  void in_file(const std::string& sql) {
    auto database = Database::open(workspace_->path(), Database::Mode::kReadWrite);
    ASSERT_TRUE(database);
    ASSERT_TRUE(database->execute(sql));
  }
  std::vector<std::string> problems() {
    std::vector<std::string> out;
    const auto report = workspace_->verify({});
    EXPECT_TRUE(report);
    for (const Diagnostic& one : report->problems) out.push_back(one.problem.code);
    return out;
  }
};

TEST_F(BinTest, ContentsGoTheHistoryStaysAndTheChainVerifies) {
  const std::string id = save("activity", "Tea in the yard", {{"text", "Quillwortian lanterns"}});
  const std::string other = save("activity", "Other", {{"text", "Stays"}});
  ASSERT_TRUE(remove("activity", id));
  const auto head = workspace_->head();
  ASSERT_TRUE(empty("activity", id));
  EXPECT_TRUE(workspace_->verify(*head)->problems.empty()) << "it continues the log of before";
  const auto left = *workspace_->find("activity", id);
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->deleted);
  EXPECT_EQ(left->title, "Tea in the yard");
  EXPECT_EQ(left->fields(), Json::object());
  EXPECT_TRUE(*is_emptied(*workspace_, "activity", id));
  EXPECT_FALSE(*is_emptied(*workspace_, "activity", other));
  EXPECT_EQ(workspace_->query({.kind = "activity", .in_bin = true})->total, 0);
  EXPECT_EQ(workspace_->query({.kind = "activity"})->total, 1);
  const auto changes = *workspace_->history(id);
  ASSERT_EQ(changes.size(), 3U);
  EXPECT_EQ(changes[0].action, "create");
  EXPECT_EQ(changes[0].who, "keyboard");
  EXPECT_EQ(changes[1].action, "delete");
  EXPECT_EQ(changes[2].action, "empty");
  for (const Change& change : changes) EXPECT_EQ((change.before + change.after).find("Quill"), std::string::npos);
  ASSERT_TRUE(sweep(*workspace_));
  for (const char* part : {"Quillwortian", "quillwortian"})
    EXPECT_EQ(read_file(workspace_->path())->find(part), std::string::npos) << part;
  EXPECT_TRUE(problems().empty());
  const auto restored = workspace_->write(kAuthor, [&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto record, t.restore("activity", id));
    (void)record;
    return Done{};
  });
  ASSERT_FALSE(restored);
  EXPECT_EQ(restored.error().code, "store.record.emptied");
  EXPECT_FALSE(empty("activity", id)) << "once";
}

TEST_F(BinTest, SealedFieldsAndNamesLoseTheirKeys) {
  const std::string id = save("person", "Zarangorova Examplebegim", {{"email", "z@example.org"}});
  const std::string sealed = Json::parse(workspace_->history(id)->front().after)["title"];
  ASSERT_TRUE(remove("person", id));
  ASSERT_TRUE(empty("person", id));
  EXPECT_EQ(workspace_->titles("person", {id})->front().title, model::code_of_title(id));
  EXPECT_EQ(*workspace_->open_title("person", sealed, id), model::code_of_title(id)) << "its key is destroyed";
  EXPECT_TRUE(problems().empty());
  const std::string path = workspace_->path();
  workspace_.reset();  // an emptied title is none that an older program left open
  auto again =
      Workspace::open(path, {.key_file_bytes = std::string(32, 'k')}, Workspace::Access::kWrite, Env::system());
  ASSERT_TRUE(again);
  workspace_ = std::make_unique<Workspace>(std::move(*again));
  EXPECT_EQ(workspace_->history(id)->back().action, "empty");
  EXPECT_TRUE(problems().empty());
}

TEST_F(BinTest, WhatIsCutOrChangedByHandIsStillFound) {
  const std::string id = save("activity", "Tea", {{"text", "Lanterns"}});
  const std::string other = save("activity", "Other", {{"text", "Stays"}});
  ASSERT_TRUE(remove("activity", id));
  ASSERT_TRUE(empty("activity", id));
  ASSERT_TRUE(problems().empty());
  in_file("UPDATE change SET who = 'somebody' WHERE record = '" + id + "' AND action = 'create'");
  EXPECT_EQ(problems(), std::vector<std::string>{"store.verify.entry_changed"});
  in_file("UPDATE change SET who = 'keyboard' WHERE record = '" + id + "' AND action = 'create'");
  EXPECT_TRUE(problems().empty());
  in_file("UPDATE change SET before = '', after = '{\"emptied\":true,\"version\":1}' WHERE record = '" + other + "'");
  const auto found = problems();
  EXPECT_NE(std::find(found.begin(), found.end(), "store.verify.entry_changed"), found.end())
      << "nothing says that this one was emptied";
}

TEST_F(BinTest, WhatRefersToItSaysWhatItWas) {
  const std::string place = save("place", "Northbank", Json::object());
  const std::string event = save("event", "Walk", {{"place", place}});
  ASSERT_TRUE(remove("place", place));
  ASSERT_TRUE(empty("place", place));
  EXPECT_EQ((*workspace_->find("event", event))->fields()["place"], place);
  const auto titles = workspace_->titles("place", {place});
  ASSERT_EQ(titles->size(), 1U);
  EXPECT_EQ(titles->front().title, "Northbank");
  EXPECT_TRUE(titles->front().deleted);
  EXPECT_TRUE(*is_emptied(*workspace_, "place", place));
  EXPECT_EQ(*workspace_->count_lost_references("event"), 1);
}

}  // namespace
}  // namespace hamdil::store
