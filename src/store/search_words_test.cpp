// How words are found: half-spaces as people type them or not, names with hyphens, the order of sealed names, and the
// index of an older program.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/sqlite.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::store {
namespace {

class SearchWordsTest : public WorkspaceFixture {
 protected:
  std::string save(const std::string& kind, const std::string& title, const Json& fields = Json::object()) {
    std::string id;
    EXPECT_TRUE(workspace_->write({"tester", ""}, [&](Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(model::new_record(kind, title, fields)));
      id = saved.id;
      return Done{};
    }));
    return id;
  }
  void open_again() {
    const std::string path = workspace_->path();
    workspace_.reset();
    auto opened =
        Workspace::open(path, {.key_file_bytes = std::string(32, 'k')}, Workspace::Access::kWrite, Env::system());
    ASSERT_TRUE(opened);
    workspace_ = std::make_unique<Workspace>(std::move(*opened));
  }
  std::size_t found(const std::string& words) { return workspace_->search(words)->size(); }
  static View view_without_names() {
    auto table = std::make_shared<ViewTable>();
    table->who = "reader";
    table->kinds["person"][static_cast<std::size_t>(Deed::kLook)] = {Scope{}};
    return {table};
  }
};

TEST_F(SearchWordsTest, AHalfSpaceIsFoundBySpaceHalfSpaceOrNone) {
  save("activity", "گفت‌وگوی همسایه‌ها", {{"text", "نشست‌های ماهانه"}});
  for (const char* words :
       {"گفت‌وگوی", "گفت وگوی", "گفتوگوی", "همسایه ها", "نشست های", "نشست‌های", "نشستهای"}) {
    EXPECT_EQ(found(words), 1U) << words;
    EXPECT_EQ(workspace_->query({.kind = "activity", .words = words})->total, 1) << words;
  }
  EXPECT_EQ(found("نشست دیگر"), 0U);
  EXPECT_EQ(workspace_->search("نشستهای")->front().excerpt, "نشست‌های ماهانه");
  save("person", "بی‌بی گل‌نسا");
  for (const char* words : {"بی بی", "بی‌بی", "بیبی", "گل نسا", "گلنسا"}) EXPECT_EQ(found(words), 1U) << words;
}

TEST_F(SearchWordsTest, ThePluralFindsWhatTheSingularFinds) {
  save("activity", "ناحیهٔ شمال");
  save("activity", "ناحیه‌های جنوب");
  save("activity", "جلسه‌ها در هاشم‌آباد");
  for (const char* words : {"ناحیه", "ناحیه‌ها", "ناحیه ها", "ناحیه‌های"}) {
    EXPECT_EQ(found(words), 2U) << words;
    EXPECT_EQ(workspace_->query({.kind = "activity", .words = words})->total, 2) << words;
  }
  EXPECT_EQ(found("هاشم"), 1U);
}

TEST_F(SearchWordsTest, ASpaceIsFoundByAHalfSpace) {
  save("activity", "نشست های ماهانه");
  EXPECT_EQ(found("نشست‌های"), 1U);
}

TEST_F(SearchWordsTest, HyphensAndApostrophesPartWordsOfNamesToo) {
  const std::string id = save("person", "Zaran-Gorova O'Examplebek", {{"role", "Co-ordinator (north)"}});
  for (const char* words : {"gorova", "zaran-gorova", "examplebek", "o'example", "gorova, zaran"}) {
    ASSERT_EQ(found(words), 1U) << words;
    EXPECT_EQ(workspace_->search(words)->front().id, id);
  }
  const LookAs as(*workspace_, view_without_names());
  EXPECT_EQ(found("gorova"), 0U);
  for (const char* words : {"north", "ordinator", "co-ordinator"}) EXPECT_EQ(found(words), 1U) << words;
}

TEST_F(SearchWordsTest, SealedNamesAreSortedAsTheyAreRead) {
  for (const char* name : {"Clove Example", "Anise Example", "Basil Example"}) save("person", name);
  const auto names = [&](RecordQuery query) {
    std::vector<std::string> out;
    do {
      const auto page = workspace_->query(query);
      EXPECT_TRUE(page);
      EXPECT_EQ(page->total, 3);
      for (const model::Record& record : page->records) out.push_back(record.title.substr(0, 5));
      query.cursor = page->next;
    } while (!query.cursor.empty());
    return out;
  };
  EXPECT_EQ(names({.kind = "person", .sort = "title", .limit = 2}),
            (std::vector<std::string>{"Anise", "Basil", "Clove"}));
  EXPECT_EQ(names({.kind = "person", .sort = "title", .descending = true, .limit = 1}),
            (std::vector<std::string>{"Clove", "Basil", "Anise"}));
  const LookAs as(*workspace_, view_without_names());
  const std::vector<std::string> codes = names({.kind = "person", .sort = "title", .limit = 2});
  EXPECT_TRUE(std::is_sorted(codes.begin(), codes.end())) << "by what is read, not by the names";
}

TEST_F(SearchWordsTest, TheIndexOfAnOlderProgramIsMadeAnew) {
  save("activity", "گفت‌وگوی همسایه‌ها");
  save("person", "Zaran-Gorova Examplebek");
  const auto head = workspace_->head()->count;
  {
    auto database = Database::open(workspace_->path(), Database::Mode::kReadWrite);
    ASSERT_TRUE(
        database->execute("UPDATE record_search SET words = 'old'; DELETE FROM meta WHERE key = 'search_words'"));
  }
  ASSERT_EQ(found("همسایه ها"), 0U);
  open_again();
  EXPECT_EQ(found("همسایه ها"), 1U);
  EXPECT_EQ(found("gorova"), 1U);
  EXPECT_EQ(workspace_->head()->count, head) << "nothing of it is a change";
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

TEST_F(SearchWordsTest, NamesOfRecordsThatAreNotValidAnyMoreAreSealedToo) {
  const std::string id = save("person", "Zaran Examplebek");
  {  // a field that an older program allowed, and the name as it wrote it
    auto database = Database::open(workspace_->path(), Database::Mode::kReadWrite);
    ASSERT_TRUE(database->execute("UPDATE record_person SET title = 'Zaran Examplebek', state = 'gone_by'"));
  }
  open_again();
  auto database = Database::open(workspace_->path(), Database::Mode::kReadOnly);
  auto row = database->prepare("SELECT title FROM record_person");
  ASSERT_TRUE(*row->step());
  EXPECT_TRUE(row->text(0).starts_with("sealed:"));
  EXPECT_EQ((*workspace_->find("person", id))->title, "Zaran Examplebek");
  EXPECT_EQ(workspace_->history(id)->back().action, "seal title");
  EXPECT_EQ(found("zaran"), 1U);
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

}  // namespace
}  // namespace hamdil::store
