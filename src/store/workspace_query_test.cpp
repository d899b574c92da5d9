#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>

#include "store/workspace_fixture.hpp"

namespace hamdil::store {
namespace {

using Is = RecordQuery::Condition::Is;

class QueryTest : public WorkspaceFixture {
 protected:
  std::string save(const std::string& kind, const std::string& title, const Json& fields) {
    std::string id;
    const Status done = workspace_->write({"tester", ""}, [&](Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(model::new_record(kind, title, fields)));
      id = saved.id;
      return Done{};
    });
    EXPECT_TRUE(done) << (done ? "" : done.error().describe());
    return id;
  }
  Status in_transaction(const std::function<Status(Transaction&)>& work) {
    return workspace_->write({"other", ""}, work);
  }
  std::vector<std::string> titles(const RecordQuery& query) {
    const auto page = workspace_->query(query);
    EXPECT_TRUE(page) << (page ? "" : page.error().describe());
    std::vector<std::string> out;
    if (page)
      for (const model::Record& record : page->records) out.push_back(record.title);
    return out;
  }
};

using Titles = std::vector<std::string>;

TEST_F(QueryTest, ConditionsCompareTextsNumbersAndReferences) {
  const std::string country = save("place", "Country", {{"level", 0}});
  save("place", "North", {{"level", 1}, {"parent", country}, {"code", "N"}});
  save("place", "South", {{"level", 1}, {"parent", country}});
  save("place", "North 12", {{"level", 12}});
  EXPECT_EQ(titles({.kind = "place", .conditions = {{"parent", Is::kEqual, country}}}), (Titles{"North", "South"}));
  EXPECT_EQ(titles({.kind = "place", .conditions = {{"level", Is::kAtLeast, "2"}}}), (Titles{"North 12"}));
  EXPECT_EQ(titles({.kind = "place", .conditions = {{"code", Is::kEmpty, ""}, {"level", Is::kEqual, "1"}}}),
            (Titles{"South"}));
  EXPECT_EQ(titles({.kind = "place", .conditions = {{"title", Is::kContains, "north"}}}),
            (Titles{"North", "North 12"}));
  EXPECT_EQ(workspace_->query({.kind = "place", .conditions = {{"colour", Is::kEqual, "red"}}}).error().code,
            "model.record.unknown_field");
}

TEST_F(QueryTest, PagesFollowEachOtherInEveryOrderWithoutGapsWhileRowsAreAdded) {
  for (int i = 0; i < 25; ++i) save("place", "Place " + std::to_string(i % 7), {{"level", i % 3}});
  for (const char* sort : {"", "title", "level", "changed_at"})
    for (const bool descending : {false, true}) {
      std::set<std::string> seen;
      RecordQuery query{.kind = "place", .sort = sort, .descending = descending, .limit = 4};
      std::size_t before = static_cast<std::size_t>(workspace_->query({.kind = "place"})->total);
      do {
        const auto page = workspace_->query(query);
        ASSERT_TRUE(page) << page.error().describe();
        for (const model::Record& record : page->records)
          EXPECT_TRUE(seen.insert(record.id).second) << sort << " repeats a row";
        query.cursor = page->next;
        if (seen.size() == 4) save("place", "A", {{"level", 0}});  // comes in front, or at the end when not sorted
      } while (!query.cursor.empty());
      EXPECT_GE(seen.size(), before) << sort;
    }
  EXPECT_EQ(workspace_->query({.kind = "place", .cursor = "zz"}).error().code, "store.query.bad_cursor");
}

// Prices, thirds, blanks and very large numbers, each often: the cursor must name exactly the place where a page ended.
TEST_F(QueryTest, PagesOfListsSortedByNumbersNeitherLoseNorRepeatARow) {
  for (int i = 0; i < 60; ++i) {
    Json fields = Json::object();
    if (i % 3 == 0) fields["unit_cost"] = 17.35 + i * 0.1;
    if (i % 3 == 1) fields["unit_cost"] = (i % 7) / 3.0 + 1e9 / 7;
    save("budget_line", "Line", fields);
  }
  for (const bool descending : {false, true}) {
    std::set<std::string> seen;
    RecordQuery query{.kind = "budget_line", .sort = "unit_cost", .descending = descending, .limit = 4};
    int pages = 0;
    do {
      const auto page = workspace_->query(query);
      ASSERT_TRUE(page) << page.error().describe();
      for (const model::Record& record : page->records)
        EXPECT_TRUE(seen.insert(record.id).second) << "a row stands twice";
      query.cursor = page->next;
      ASSERT_LE(++pages, 15) << "the pages do not end";
    } while (!query.cursor.empty());
    EXPECT_EQ(seen.size(), 60u);
  }
}

TEST_F(QueryTest, SearchFindsWordsHoweverTheyAreWritten) {
  const std::string id =
      save("programme", "Bazaars of Ёлка", {{"objectives", {{"fa-AF", "هم‌بستگی كودكان"}}}});
  save("programme", "Another", {});
  for (const char* words : {"bazaar", "елка", "کودکان", "BAZ ёл"}) {
    const auto hits = workspace_->search(words);
    ASSERT_TRUE(hits) << hits.error().describe();
    ASSERT_EQ(hits->size(), 1u) << words;
    EXPECT_EQ(hits->front().id, id);
    EXPECT_EQ(titles({.kind = "programme", .words = words}), (Titles{"Bazaars of Ёлка"}));
  }
  EXPECT_TRUE(workspace_->search("\"*) OR (")->empty());
  ASSERT_TRUE(in_transaction([&](Transaction& t) { return t.remove("programme", id); }));
  EXPECT_TRUE(workspace_->search("bazaar")->empty());
}

TEST_F(QueryTest, SearchTellsTitlesFirst) {
  for (int i = 0; i < 30; ++i)
    save("place", "Elsewhere " + std::to_string(i), {{"code", "northbank northbank northbank"}});
  const std::string id = save("place", "The long road behind the old mill to the northbank",
                              {{"aliases", {"one", "two", "three", "four"}}});
  const auto hits = workspace_->search("northbank", {}, 5);
  ASSERT_EQ(hits->size(), 5u);
  EXPECT_EQ(hits->front().id, id);
  EXPECT_TRUE(hits->front().in_title);
  EXPECT_FALSE(hits->at(1).in_title);
}

TEST_F(QueryTest, WhoSeesLittleFindsWhatRanksFarBehind) {
  const auto put = [&](const char* who, int count, const std::string& title, const std::string& note) {
    ASSERT_TRUE(workspace_->write({who, ""}, [&](Transaction& transaction) -> Status {
      for (int i = 0; i < count; ++i) {
        HAMDIL_TRY(const auto saved, transaction.save(model::new_record("activity", title, {{"note", note}})));
        (void)saved;
      }
      return Done{};
    }));
  };
  put("others", 600, "Northbank", "northbank northbank");
  put("amina", 1, "The long road behind the old mill", "it leads to the northbank and to many other places");
  auto table = std::make_shared<ViewTable>();
  table->who = "amina";
  table->kinds["activity"][static_cast<std::size_t>(Deed::kLook)] = {Scope{.own = true}};
  const LookAs as(*workspace_, View{table});
  ASSERT_EQ(workspace_->search("northbank", {}, 5)->size(), 1u);
  EXPECT_FALSE(workspace_->search("northbank", {}, 5)->front().in_title);
}

TEST_F(QueryTest, WhatContainsAWordIsFoundHoweverItIsWritten) {
  save("place", "دفتر مسئول", {{"code", "Ҳисор"}, {"aliases", {"كابل", "two"}}});
  save("place", "Another", {});
  for (const char* word : {"مسئول", "مسؤول", "مسوول"}) {
    EXPECT_EQ(titles({.kind = "place", .conditions = {{"title", Is::kContains, word}}}).size(), 1u) << word;
    EXPECT_EQ(titles({.kind = "place", .words = word}).size(), 1u) << word;
    EXPECT_EQ(workspace_->search(word)->size(), 1u) << word;
  }
  EXPECT_EQ(titles({.kind = "place", .conditions = {{"code", Is::kContains, "хис"}}}).size(), 1u);
  EXPECT_EQ(titles({.kind = "place", .conditions = {{"aliases", Is::kContains, "کابل"}}}).size(), 1u);
  EXPECT_EQ(titles({.kind = "place", .conditions = {{"code", Is::kContains, "%"}}}).size(), 0u);
}

TEST_F(QueryTest, TheBinGivesBackWhatWasDeleted) {
  const std::string id = save("place", "North", {});
  ASSERT_TRUE(in_transaction([&](Transaction& t) { return t.remove("place", id); }));
  EXPECT_TRUE(titles({.kind = "place"}).empty());
  EXPECT_EQ(titles({.kind = "place", .in_bin = true}), (Titles{"North"}));
  const Status dangling = in_transaction([&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto saved, t.save(model::new_record("place", "Village", {{"parent", id}})));
    (void)saved;
    return Done{};
  });
  ASSERT_FALSE(dangling);
  EXPECT_EQ(dangling.error().code, "model.record.deleted_reference");
  EXPECT_NE(dangling.error().describe().find("North"), std::string::npos);
  ASSERT_TRUE(in_transaction([&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto restored, t.restore("place", id));
    EXPECT_EQ(restored.changed_by, "other");
    EXPECT_EQ(restored.created_by, "tester");
    return Done{};
  }));
  EXPECT_EQ(titles({.kind = "place"}), (Titles{"North"}));
  EXPECT_EQ(workspace_->search("north")->size(), 1u);
}

TEST_F(QueryTest, ARecordBackFromTheBinTakesNobodysPlaceInTheSearch) {
  const std::string first = save("place", "North", {});
  ASSERT_TRUE(in_transaction([&](Transaction& t) { return t.remove("place", first); }));
  save("place", "South", {});  // gets the number that the first one had
  ASSERT_TRUE(in_transaction([&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto restored, t.restore("place", first));
    (void)restored;
    return Done{};
  }));
  EXPECT_EQ(workspace_->search("south")->size(), 1u);
  EXPECT_EQ(workspace_->search("north")->size(), 1u);
}

TEST_F(QueryTest, ARecordStaysEditableWhenWhatItNamesGoesToTheBin) {
  const std::string country = save("place", "Country", {});
  const std::string north = save("place", "North", {{"parent", country}});
  ASSERT_TRUE(in_transaction([&](Transaction& t) { return t.remove("place", country); }));
  const Status changed = in_transaction([&](Transaction& t) -> Status {
    HAMDIL_TRY(auto place, workspace_->find("place", north));
    place->title = "North bank";
    HAMDIL_TRY(const auto saved, t.save(*place));
    EXPECT_EQ(saved.fields()["parent"], country);
    return Done{};
  });
  EXPECT_TRUE(changed) << (changed ? "" : changed.error().describe());
  EXPECT_TRUE(in_transaction([&](Transaction& t) { return t.remove("place", north); }));
}

TEST_F(QueryTest, ReferrersAreFoundInBothForms) {
  const std::string country = save("place", "Country", {});
  save("place", "North", {{"parent", country}});
  const auto found = workspace_->referrers("place", country);
  ASSERT_TRUE(found) << found.error().describe();
  ASSERT_EQ(found->size(), 1u);
  EXPECT_EQ(found->front().field, "parent");
  EXPECT_EQ(found->front().title, "North");
}

TEST_F(QueryTest, PersonalFieldsAreSealedInTableLogAndSearchAndCanBeErased) {
  const std::string id =
      save("person", "Head of the committee", {{"email", "demo.person@example.org"}, {"role", "chair"}});
  const auto bytes = [&] {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream stream(file.path(), std::ios::binary);
      all.append(std::istreambuf_iterator<char>(stream), {});
    }
    return all;
  };
  EXPECT_EQ(bytes().find("demo.person@example"), std::string::npos);
  EXPECT_EQ(workspace_->find("person", id)->value().fields()["email"], "demo.person@example.org");
  EXPECT_EQ(workspace_->query({.kind = "person"})->records[0].fields()["email"], "demo.person@example.org");
  EXPECT_TRUE(workspace_->search("demo.person")->empty());
  EXPECT_EQ(workspace_->query({.kind = "person", .sort = "email"}).error().code, "store.query.personal");

  ASSERT_TRUE(in_transaction([&](Transaction& t) -> Status {
    HAMDIL_TRY(auto person, workspace_->find("person", id));
    Json fields = person->fields();
    fields["role"] = "member";
    person->set_fields(fields);
    HAMDIL_TRY(const auto saved, t.save(*person));
    EXPECT_EQ(saved.fields()["email"], "demo.person@example.org");
    return Done{};
  }));
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
  ASSERT_TRUE(in_transaction([&](Transaction& t) { return t.erase_personal("person", id); }));
  EXPECT_FALSE(workspace_->find("person", id)->value().fields().contains("email"));
  EXPECT_EQ(workspace_->find("person", id)->value().fields()["role"], "member");
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

}  // namespace
}  // namespace hamdil::store
