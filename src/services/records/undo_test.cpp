#include "services/records/undo.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/records/copy_records.hpp"
#include "services/records/exchange_list.hpp"
#include "services/records/records.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAuthor{"tester", ""};

class UndoTest : public store::WorkspaceFixture {
 protected:
  std::string made(const std::string& kind, const std::string& title, const Json& fields = Json::object()) {
    const auto outcome = create_record(*workspace_, kAuthor, kind, {{"title", title}, {"fields", fields}});
    EXPECT_TRUE(outcome && outcome->record);
    return outcome && outcome->record ? outcome->record->id : "";
  }
  std::string imported(const std::string& kind, const std::string& csv) {
    const auto outcome = import_list(*workspace_, kAuthor, {kind, csv, "list.csv"});
    EXPECT_TRUE(outcome && outcome->problems.empty())
        << (outcome ? outcome->problems.front().problem.describe() : outcome.error().describe());
    return outcome ? outcome->undo : "";
  }
  model::Record now(const std::string& kind, const std::string& id) { return **workspace_->find(kind, id); }
};

TEST_F(UndoTest, WhatAListMadeGoesToTheBinAndWhatItChangedIsAsBefore) {
  const std::string old = made("activity", "Tea", {{"text", "In the yard"}});
  const std::string id = imported("activity", "id,title,text\n" + old + ",Coffee,In the hall\n,New one,By the river\n");
  ASSERT_FALSE(id.empty());
  ASSERT_EQ(now("activity", old).title, "Coffee");
  const auto undone = undo_step(*workspace_, kAuthor, id);
  ASSERT_TRUE(undone) << undone.error().describe();
  EXPECT_EQ(undone->records.size(), 2U);
  EXPECT_TRUE(undone->left.empty());
  EXPECT_EQ(now("activity", old).title, "Tea");
  EXPECT_EQ(now("activity", old).fields()["text"], "In the yard");
  EXPECT_EQ(workspace_->query({.kind = "activity"})->total, 1);
  EXPECT_EQ(workspace_->query({.kind = "activity", .in_bin = true})->total, 1);
  EXPECT_EQ(undo_step(*workspace_, kAuthor, id).error().code, "records.undo.done");
  EXPECT_EQ(undo_step(*workspace_, kAuthor, "nothing").error().code, "records.undo.unknown");
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

TEST_F(UndoTest, WhatSomebodyChangedSinceStaysAndIsNamed) {
  const std::string id = imported("activity", "title\nFirst\nSecond\nThird\n");
  const auto all = workspace_->list("activity");
  ASSERT_TRUE(change_record(*workspace_, {"amina", ""}, "activity", all->at(0).id, {{"title", "Hers"}}));
  ASSERT_TRUE(remove_record(*workspace_, kAuthor, "activity", all->at(1).id));
  const auto undone = undo_step(*workspace_, kAuthor, id);
  ASSERT_TRUE(undone);
  ASSERT_EQ(undone->records.size(), 1U);
  EXPECT_EQ(undone->records[0].title, "Third");
  ASSERT_EQ(undone->left.size(), 2U);
  EXPECT_EQ(undone->left[0].title, "Second");
  EXPECT_EQ(undone->left[0].why, "deleted");
  EXPECT_EQ(undone->left[1].title, "Hers");
  EXPECT_EQ(undone->left[1].why, "changed");
}

TEST_F(UndoTest, ReferencesAmongTheRowsAndSealedFieldsComeBack) {
  const std::string person = made("person", "Zarangorova Examplebegim", {{"email", "z@example.org"}});
  const std::string id = imported("person", "id,title,email\n" + person + ",Somebody Else,other@example.org\n");
  ASSERT_EQ(now("person", person).title, "Somebody Else");
  ASSERT_TRUE(undo_step(*workspace_, kAuthor, id));
  EXPECT_EQ(now("person", person).title, "Zarangorova Examplebegim");
  EXPECT_EQ(now("person", person).fields()["email"], "z@example.org");
}

TEST_F(UndoTest, CopiesAreTakenBackInTheSameWay) {
  const std::string original = made("activity", "Tea");
  const auto copied = copy_records(*workspace_, kAuthor, {.kind = "activity", .ids = {original}});
  ASSERT_TRUE(copied);
  ASSERT_FALSE(copied->undo.empty());
  ASSERT_TRUE(undo_step(*workspace_, kAuthor, copied->undo));
  EXPECT_EQ(workspace_->query({.kind = "activity"})->total, 1);
}

TEST_F(UndoTest, OnlyWhoTookTheStepOrSeesAllOfTheKind) {
  const std::string id = imported("activity", "title\nFirst\n");
  auto table = std::make_shared<store::ViewTable>();
  table->who = "amina";
  for (const store::Deed deed : {store::Deed::kLook, store::Deed::kRemove})
    table->kinds["activity"][static_cast<std::size_t>(deed)] = {store::Scope{.own = true}};
  const store::LookAs as(*workspace_, store::View{table});
  EXPECT_EQ(undo_step(*workspace_, {"amina", ""}, id).error().code, "records.undo.unknown");
}

}  // namespace
}  // namespace hamdil::services::records
