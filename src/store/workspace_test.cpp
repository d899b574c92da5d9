#include "store/workspace.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "data/content_digest.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::store {
namespace {

const Env kEnv = Env::fixed(1'700'000'000);
const KeySource kKey{.key_file_bytes = std::string(32, 'k')};
const Author kAuthor{"tester", "test"};

class WorkspaceTest : public ::testing::Test {
 protected:
  void SetUp() override { path_ = folder_.file("w.hamdil"); }

  Workspace create() {
    auto created = Workspace::create(path_, kKey, kEnv);
    EXPECT_TRUE(created) << (created ? "" : created.error().describe());
    recovery_ = created->recovery_key;
    return std::move(created->workspace);
  }
  static model::Record study() {
    model::Record record;
    record.kind = "study";
    record.title = "DEMO study";
    record.state = "active";
    return record;
  }
  std::string save_study(Workspace& workspace, const std::string& title = "DEMO study") {
    std::string id;
    const auto written = workspace.write(kAuthor, [&](Transaction& t) -> Status {
      model::Record record = study();
      record.title = title;
      HAMDIL_TRY(const model::Record saved, t.save(record));
      id = saved.id;
      return Done{};
    });
    EXPECT_TRUE(written) << (written ? "" : written.error().describe());
    return id;
  }
  void tamper(const std::string& sql) {
    sqlite3* handle = nullptr;
    ASSERT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
    ASSERT_EQ(sqlite3_exec(handle, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(handle);
    sqlite3_close(handle);
  }
  std::vector<std::string> verify_codes(const std::optional<LogHead>& against = {}) {
    auto workspace = Workspace::open(path_, kKey, Workspace::Access::kRead, kEnv);
    EXPECT_TRUE(workspace);
    const auto report = workspace->verify(against);
    EXPECT_TRUE(report);
    std::vector<std::string> codes;
    for (const Diagnostic& problem : report->problems) codes.push_back(problem.problem.code);
    return codes;
  }

  TemporaryFolder folder_;
  std::string path_;
  std::string recovery_;
};

data::Table answers() {
  data::Table table;
  table.put(data::Column::of_codes("sex", {0, 1, data::kNoCode}, {{"f", "Female"}, {"m", "Male"}}));
  table.put(data::Column::of_numbers("age", {31, NAN, 44}, data::ColumnType::kInteger));
  table.put(data::Column::of_texts("note", {"", "a\nb", "ҳамдил"}));
  table.columns[1].set_missing(1, data::Missing::kRefused);
  return table;
}

}  // namespace

TEST_F(WorkspaceTest, RecordsComeBackAndHistoryKeepsBeforeAndAfter) {
  Workspace workspace = create();
  const std::string id = save_study(workspace);
  auto record = workspace.find("study", id);
  ASSERT_TRUE(record && *record);
  (*record)->title = "Renamed";
  ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto saved, t.save(**record));
    EXPECT_EQ(saved.version, 2);
    return Done{};
  }));
  const auto history = workspace.history(id);
  ASSERT_EQ(history->size(), 2u);
  EXPECT_EQ((*history)[1].action, "change");
  EXPECT_EQ(Json::parse((*history)[1].before)["title"], "DEMO study");
  EXPECT_EQ(Json::parse((*history)[1].after)["title"], "Renamed");
}

TEST_F(WorkspaceTest, KindsAndFieldsThatAnOlderProgramDidNotKnowAreEmpty) {
  std::string id;
  {
    Workspace workspace = create();
    id = save_study(workspace);
  }
  tamper("DROP TABLE record_release");
  tamper("ALTER TABLE record_study DROP COLUMN \"f_" + model::find_kind("study")->fields.back().name + "\"");
  const auto workspace = Workspace::open(path_, kKey, Workspace::Access::kRead, kEnv);
  ASSERT_TRUE(workspace);
  const auto releases = workspace->list("release");
  ASSERT_TRUE(releases) << releases.error().describe();
  EXPECT_TRUE(releases->empty());
  const auto filtered = workspace->list("study", model::find_kind("study")->fields.back().name, "x");
  ASSERT_TRUE(filtered) << filtered.error().describe();
  EXPECT_TRUE(filtered->empty());
  const auto none = workspace->find("release", "abc");
  ASSERT_TRUE(none) << none.error().describe();
  EXPECT_FALSE(*none);
  const auto study = workspace->find("study", id);
  ASSERT_TRUE(study && *study);
  EXPECT_EQ((*study)->title, "DEMO study");
  const auto report = workspace->verify({});
  ASSERT_TRUE(report) << report.error().describe();
  EXPECT_TRUE(report->problems.empty());
}

TEST_F(WorkspaceTest, AnEmptyWorkspaceIsSmallAndListsGetTheirIndexWithTheirFirstRecord) {
  const auto indexes = [&] {
    sqlite3* handle = nullptr;
    EXPECT_EQ(sqlite3_open(path_.c_str(), &handle), SQLITE_OK);
    std::string found;
    const auto add = [](void* out, int, char** values, char**) {
      static_cast<std::string*>(out)->append(values[0]).append(" ");
      return 0;
    };
    EXPECT_EQ(sqlite3_exec(handle, "SELECT name FROM sqlite_master WHERE name GLOB 'by_*' ORDER BY name", add, &found,
                           nullptr),
              SQLITE_OK);
    sqlite3_close(handle);
    return found;
  };
  {
    const Workspace workspace = create();
  }
  EXPECT_EQ(indexes(), "");
  EXPECT_LT(std::filesystem::file_size(path_), 4u << 20);
  {
    auto workspace = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
    ASSERT_TRUE(workspace);
    save_study(*workspace);
    save_study(*workspace);
    EXPECT_EQ(workspace->list("study")->size(), 2u);
  }
  EXPECT_EQ(indexes(), "by_study_born by_study_title ");
}

TEST_F(WorkspaceTest, AStaleVersionIsRefused) {
  Workspace workspace = create();
  const std::string id = save_study(workspace);
  const auto first = workspace.find("study", id);
  ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto r, t.save(**first));
    (void)r;
    return Done{};
  }));
  const auto again = workspace.write(kAuthor, [&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto r, t.save(**first));
    (void)r;
    return Done{};
  });
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, "store.record.changed_meanwhile");
}

TEST_F(WorkspaceTest, AFailedTransactionLeavesNothing) {
  Workspace workspace = create();
  const auto failed = workspace.write(kAuthor, [&](Transaction& t) -> Status {
    HAMDIL_TRY(const auto saved, t.save(study()));
    HAMDIL_CHECK(t.put_columns(saved.id, "d1", answers()));
    return Error("test.stop", "stop");
  });
  EXPECT_EQ(failed.error().code, "test.stop");
  EXPECT_TRUE(workspace.list("study")->empty());
  EXPECT_EQ(workspace.head()->count, 0);
  EXPECT_EQ(workspace.read_columns("d1")->columns.size(), 0u);
}

TEST_F(WorkspaceTest, SealedColumnsRoundTripWithLevelsAndReasons) {
  Workspace workspace = create();
  ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status { return t.put_columns("s", "d1", answers()); }));
  const auto back = workspace.read_columns("d1");
  ASSERT_TRUE(back) << back.error().describe();
  EXPECT_EQ(back->rows, 3u);
  EXPECT_EQ(back->columns[0].levels, answers().columns[0].levels);
  EXPECT_EQ(back->columns[0].codes, answers().columns[0].codes);
  EXPECT_EQ(back->columns[1].reason(1), data::Missing::kRefused);
  EXPECT_EQ(back->columns[2].texts, answers().columns[2].texts);
  EXPECT_EQ(workspace.read_columns("d1", {"note", "sex"})->columns[0].name, "note");
  EXPECT_EQ(workspace.read_columns("d1", {"nothing"}).error().code, "store.dataset.no_column");
}

TEST_F(WorkspaceTest, TheFileHoldsNoAnswerInTheClear) {
  {
    Workspace workspace = create();
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
      data::Table table;
      table.put(data::Column::of_texts("secret_question", std::vector<std::string>(50, "a-very-telling-answer")));
      HAMDIL_CHECK(t.put_columns("s", "d1", table));
      HAMDIL_TRY(const std::string address, t.put_blob("a-very-telling-file"));
      (void)address;
      return t.put_vault("s", {{"subject1", R"({"name":"a-very-telling-name"})"}});
    }));
  }
  const std::string bytes = *read_file(path_);
  EXPECT_EQ(bytes.find("very-telling"), std::string::npos);
  EXPECT_EQ(bytes.find("secret_question"), std::string::npos);
}

TEST_F(WorkspaceTest, WrongKeyIsRefusedAndTheRecoveryKeyOpens) {
  {
    create();
  }
  const auto wrong = Workspace::open(path_, {.key_file_bytes = std::string(32, 'x')}, Workspace::Access::kRead, kEnv);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "store.workspace.wrong_key");
  EXPECT_EQ(Workspace::open(path_, {}, Workspace::Access::kRead, kEnv).error().code, "store.key.none");
  EXPECT_TRUE(Workspace::open(path_, {.recovery_words = recovery_}, Workspace::Access::kRead, kEnv));
}

TEST_F(WorkspaceTest, ErasingASubjectMakesItsIdentifiersUnreadableAndTheChainStillHolds) {
  {
    Workspace workspace = create();
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
      return t.put_vault("s", {{"p1", R"({"name":"x"})"}, {"p2", R"({"name":"y"})"}});
    }));
    EXPECT_EQ((*workspace.read_vault("s", "p1"))->values_json, R"({"name":"x"})");
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status { return t.erase_subject("s", "p1"); }));
    EXPECT_FALSE(workspace.read_vault("s", "p1")->has_value());
    EXPECT_TRUE(workspace.read_vault("s", "p2")->has_value());
    // A later import brings the same people again: the erased one stays erased, the other is corrected.
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
      return t.put_vault("s", {{"p1", R"({"name":"x"})"}, {"p2", R"({"name":"z"})"}});
    }));
    EXPECT_FALSE(workspace.read_vault("s", "p1")->has_value());
    EXPECT_EQ((*workspace.read_vault("s", "p2"))->values_json, R"({"name":"z"})");
  }
  EXPECT_TRUE(verify_codes().empty());
}

TEST_F(WorkspaceTest, ADamagedVaultEntryIsNoticed) {
  {
    Workspace workspace = create();
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
      return t.put_vault("s", {{"p1", R"({"name":"x"})"}, {"p2", R"({"name":"y"})"}});
    }));
  }
  tamper("UPDATE vault SET sealed = sealed || x'00' WHERE subject = 'p2'");
  EXPECT_EQ(verify_codes(), std::vector<std::string>{"store.verify.vault_damaged"});
}

TEST_F(WorkspaceTest, ASecondWriterIsToldWhoHoldsTheWorkspace) {
  Workspace workspace = create();
  const auto second = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, "store.workspace.busy");
  EXPECT_NE(second.error().message().find(std::to_string(::getpid())), std::string::npos) << second.error().message();
  EXPECT_TRUE(Workspace::open(path_, kKey, Workspace::Access::kRead, kEnv));
}

TEST_F(WorkspaceTest, EveryChangedDeletedReorderedOrCutEntryIsNamed) {
  LogHead head;
  {
    Workspace workspace = create();
    for (int i = 0; i < 5; ++i) save_study(workspace, "Study " + std::to_string(i));
    head = *workspace.head();
  }
  ASSERT_TRUE(verify_codes(head).empty());
  const std::string untouched = *read_file(path_);
  const auto after = [&](const std::string& sql) {
    EXPECT_TRUE(write_file(path_, untouched));
    tamper(sql);
    return verify_codes(head);
  };
  using ::testing::Test;
  EXPECT_EQ(after("UPDATE change SET reason = 'other' WHERE sequence = 3"),
            std::vector<std::string>{"store.verify.entry_changed"});
  EXPECT_FALSE(after("DELETE FROM change WHERE sequence = 2").empty());
  EXPECT_FALSE(after("UPDATE change SET sequence = 100 WHERE sequence = 2; UPDATE change SET sequence = 2 WHERE "
                     "sequence = 3; UPDATE change SET sequence = 3 WHERE sequence = 100")
                   .empty());
  EXPECT_FALSE(after("DELETE FROM change WHERE sequence = 5").empty());
  // Even an attacker who rewrites the end and the head is met by the head's seal and by --against.
  const auto cut = after(
      "DELETE FROM change WHERE sequence = 5; UPDATE log_head SET count = 4, hash = (SELECT hash FROM change WHERE "
      "sequence = 4)");
  EXPECT_NE(std::find(cut.begin(), cut.end(), "store.verify.head_forged"), cut.end());
  EXPECT_NE(std::find(cut.begin(), cut.end(), "store.verify.not_continued"), cut.end());
  EXPECT_EQ(after("UPDATE record_study SET title = 'Forged' WHERE rowid = 1"),
            std::vector<std::string>{"store.verify.record_differs"});
}

// A round with one version of `answers`, as an import records it.
Result<model::Record> save_dataset(const Workspace& workspace, Transaction& t, const std::string& study) {
  model::Record round;
  round.kind = "round";
  round.title = round.state = "active";
  round.set_fields({{"study", study}, {"name", "baseline"}, {"order", 1}});
  HAMDIL_TRY(const auto saved_round, t.save(round));
  model::Record dataset;
  dataset.kind = "dataset";
  dataset.title = "baseline v1";
  dataset.state = "active";
  dataset.set_fields({{"round", saved_round.id},
                      {"dataset_version", 1},
                      {"rows", 3},
                      {"receipt", Json::object()},
                      {"columns", Json::array({1, 2, 3})},
                      {"content", workspace.pseudonym("content", data::content_digest(answers()))},
                      {"sources", Json::array()}});
  return t.save(dataset);
}

TEST_F(WorkspaceTest, WhatIsTakenAwayIsMissed) {
  {
    Workspace workspace = create();
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(study()));
      HAMDIL_TRY(const auto saved_dataset, save_dataset(workspace, t, saved.id));
      HAMDIL_CHECK(t.put_columns(saved.id, saved_dataset.id, answers()));
      HAMDIL_CHECK(t.put_refusals(saved.id, {"r1", "r2"}));
      return t.put_vault(saved.id, {{"p1", "{}"}});
    }));
  }
  ASSERT_TRUE(verify_codes().empty());
  const std::string untouched = *read_file(path_);
  const auto after = [&](const std::string& sql) {
    EXPECT_TRUE(write_file(path_, untouched));
    tamper(sql);
    return verify_codes();
  };
  EXPECT_EQ(after("DELETE FROM column_block; DELETE FROM dataset_column"),
            std::vector<std::string>{"store.verify.answers_gone"});
  EXPECT_EQ(after("DELETE FROM vault"), std::vector<std::string>{"store.verify.vault_differs"});
  EXPECT_EQ(after("DELETE FROM refusal WHERE submission = 'r1'"),
            std::vector<std::string>{"store.verify.vault_differs"});
}

TEST_F(WorkspaceTest, OtherAnswersUnderTheSameRecordAreNamed) {
  std::string id, study_id;
  {
    Workspace workspace = create();
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(study()));
      study_id = saved.id;
      HAMDIL_TRY(const auto saved_dataset, save_dataset(workspace, t, saved.id));
      id = saved_dataset.id;
      return t.put_columns(saved.id, id, answers());
    }));
  }
  ASSERT_TRUE(verify_codes().empty());
  // Somebody with the key takes the sealed columns out and seals changed ones in their place.
  tamper("DELETE FROM column_block; DELETE FROM dataset_column");
  {
    auto workspace = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
    ASSERT_TRUE(workspace);
    data::Table changed = answers();
    changed.columns.front().set_missing(0, data::Missing::kRefused);
    ASSERT_TRUE(
        workspace->write(kAuthor, [&](Transaction& t) -> Status { return t.put_columns(study_id, id, changed); }));
  }
  EXPECT_EQ(verify_codes(), std::vector<std::string>{"store.verify.content_differs"});
}

TEST_F(WorkspaceTest, FieldsGivenInAnyOrderVerify) {
  {
    Workspace workspace = create();
    const std::string study_id = save_study(workspace);
    ASSERT_TRUE(workspace.write(kAuthor, [&](Transaction& t) -> Status {
      model::Record round;
      round.kind = "round";
      round.title = "Baseline";
      round.state = "active";
      round.set_fields({{"order", 1}, {"ends", nullptr}, {"name", "baseline"}, {"study", study_id}});
      HAMDIL_TRY(const auto saved, t.save(round));
      (void)saved;
      return Done{};
    }));
  }
  EXPECT_TRUE(verify_codes().empty());
}

TEST_F(WorkspaceTest, BackupOpensAndHoldsTheSame) {
  LogHead head;
  const std::string copy = folder_.file("backup.hamdil");
  {
    Workspace workspace = create();
    save_study(workspace);
    ASSERT_TRUE(workspace.backup(copy));
    EXPECT_EQ(workspace.backup(copy).error().code, "store.backup.exists");
    head = *workspace.head();
  }
  auto back = Workspace::open(copy, kKey, Workspace::Access::kRead, kEnv);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->list("study")->size(), 1u);
  EXPECT_TRUE(back->verify(head)->problems.empty());
}

TEST_F(WorkspaceTest, AFileOfAnotherKindIsRefusedInClearWords) {
  ASSERT_TRUE(write_file(path_, "PK\x03\x04 this is not a workspace, whatever its name says"));
  EXPECT_EQ(Workspace::open(path_, kKey, Workspace::Access::kRead, kEnv).error().code, "store.sqlite.damaged");
  EXPECT_EQ(Workspace::open(folder_.file("none"), kKey, Workspace::Access::kRead, kEnv).error().code,
            "store.workspace.missing");
  EXPECT_EQ(Workspace::create(path_, kKey, kEnv).error().code, "store.workspace.exists");
}

// A writer is killed at random moments; every acknowledged record must be there and the log must hold.
TEST_F(WorkspaceTest, NothingAcknowledgedIsLostWhenTheWriterIsKilled) {
  {
    create();
  }
  std::int64_t acknowledged = 0;
  unsigned random = 12345;
  const char* const asked = std::getenv("HAMDIL_KILL_ROUNDS");  // ./test --slow takes 200
  const int rounds = asked == nullptr ? 12 : std::atoi(asked);
  ASSERT_GT(rounds, 0);
  for (int round = 0; round < rounds; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(::pipe(pipe_ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
      auto workspace = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
      if (!workspace) ::_exit(1);
      while (true) {
        const auto written = workspace->write(kAuthor, [&](Transaction& t) -> Status {
          HAMDIL_TRY(const auto r, t.save(study()));
          (void)r;
          return Done{};
        });
        if (!written || ::write(pipe_ends[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(pipe_ends[1]);
    // Every second round waits for the first word of the writer, however busy the machine is; the others may end it
    // while it still opens the workspace.
    char buffer[4096];
    if (round % 2 == 0) {
      ASSERT_EQ(::read(pipe_ends[0], buffer, 1), 1);
      ++acknowledged;
    }
    random = random * 1103515245u + 12345u;
    ::usleep(20'000 + random / 65536 % 60'000);
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the writer stopped by itself";
    for (ssize_t got = ::read(pipe_ends[0], buffer, sizeof buffer); got > 0;
         got = ::read(pipe_ends[0], buffer, sizeof buffer))
      acknowledged += got;
    ::close(pipe_ends[0]);
    auto workspace = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
    ASSERT_TRUE(workspace) << workspace.error().describe();
    const auto kept = static_cast<std::int64_t>(workspace->list("study")->size());
    ASSERT_GE(kept, acknowledged);
    ASSERT_LE(kept, acknowledged + round + 1);  // at most one a round was committed and not yet acknowledged
    ASSERT_TRUE(workspace->verify({})->problems.empty());
  }
  EXPECT_GT(acknowledged, 0);
}

TEST_F(WorkspaceTest, SettingsBelongToAPersonAndStayOutOfTheLog) {
  Workspace workspace = create();
  const auto head = workspace.head();
  EXPECT_TRUE(workspace.settings("a")->empty());
  EXPECT_TRUE(workspace.put_setting("a", "view/visit/One", "{}"));
  EXPECT_TRUE(workspace.put_setting("a", "view/visit/One", R"({"sort":"title"})"));
  EXPECT_TRUE(workspace.put_setting("a", "read/1", "[]"));
  EXPECT_TRUE(workspace.put_setting("b", "view/visit/One", "[]"));
  EXPECT_EQ(*workspace.settings("a", "view/"),
            (std::map<std::string, std::string>{{"view/visit/One", R"({"sort":"title"})"}}));
  EXPECT_TRUE(workspace.put_setting("a", "view/visit/One", ""));
  EXPECT_EQ(workspace.settings("a")->size(), 1u);
  EXPECT_EQ(workspace.settings("b")->size(), 1u);
  EXPECT_EQ(workspace.head()->text(), head->text());
}

}  // namespace hamdil::store
