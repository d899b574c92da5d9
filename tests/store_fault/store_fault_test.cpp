// What a failing or full disk, or a power cut, does to an import: at every single write of it.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <set>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "fault_vfs.hpp"
#include "store/workspace.hpp"

namespace hamdil::store_fault {
namespace {

using store::Transaction;
using store::Workspace;

const Env kEnv = Env::fixed(1'700'000'000);
const store::KeySource kKey{.key_file_bytes = std::string(32, 'k')};
const store::Author kAuthor{"tester", "import"};
constexpr std::size_t kRows = 700;
constexpr std::size_t kMostWrites = 5000;  // an end to the search, far beyond what one import writes

std::string original() {
  std::string bytes;
  for (int i = 0; i < 400; ++i) bytes += digest_hex(std::to_string(i));  // does not pack well
  return bytes;
}

data::Table answers() {
  data::Table table;
  table.rows = kRows;
  std::vector<double> ages;
  std::vector<std::string> notes;
  for (std::size_t row = 0; row < kRows; ++row) {
    ages.push_back(18.0 + static_cast<double>(row % 60));
    notes.push_back("note " + digest_hex(std::to_string(row)).substr(0, 12));
  }
  table.put(data::Column::of_numbers("age", std::move(ages), data::ColumnType::kInteger));
  table.put(data::Column::of_texts("note", std::move(notes)));
  return table;
}

// What an import does: records, the original file, the answers, the sealed identifiers, the refused submissions.
Status import(Workspace& workspace, std::string* address = nullptr) {
  return workspace.write(kAuthor, [&](Transaction& transaction) -> Status {
    model::Record record;
    record.kind = "study";
    record.title = "DEMO import";
    record.state = "active";
    HAMDIL_TRY(const model::Record saved, transaction.save(record));
    (void)saved;
    HAMDIL_TRY(const std::string blob, transaction.put_blob(original()));
    if (address != nullptr) *address = blob;
    HAMDIL_CHECK(transaction.put_columns("s", "d", answers()));
    HAMDIL_CHECK(transaction.put_vault("s", {{"p1", R"({"name":"DEMO one"})"}, {"p2", R"({"name":"DEMO two"})"}}));
    return transaction.put_refusals("s", {"refused"});
  });
}

class StoreFault : public ::testing::Test {
 protected:
  void SetUp() override {
    install();
    folder_ =
        std::filesystem::temp_directory_path() / ("hamdil_fault_" + std::to_string(::getpid()) + "_" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    fresh_ = (folder_ / "fresh.hamdil").string();
    path_ = (folder_ / "w.hamdil").string();
    ASSERT_TRUE(Workspace::create(fresh_, kKey, kEnv));
    start_over();
    auto workspace = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
    ASSERT_TRUE(workspace);
    ASSERT_TRUE(import(*workspace, &address_));
  }
  void TearDown() override {
    disarm();
    std::filesystem::remove_all(folder_);
  }

  void start_over() {
    for (const char* ending : {"", "-wal", "-shm", "-journal"}) std::filesystem::remove(path_ + ending);
    std::filesystem::copy_file(fresh_, path_);
  }

  // Whether the import is there. Fails the test where a part of it is there and another is not, or verify complains.
  bool all_or_nothing(const Workspace& workspace) {
    const auto report = workspace.verify({});
    EXPECT_TRUE(report) << report.error().describe();
    if (!report) return false;
    for (const Diagnostic& problem : report->problems) ADD_FAILURE() << problem.problem.describe();
    const auto studies = workspace.list("study");
    const auto columns = workspace.read_columns("d");
    const auto vault = workspace.read_vault("s", "p2");
    const auto blob = workspace.read_blob(address_);
    const auto refusals = workspace.refusals("s");
    EXPECT_TRUE(studies && columns && refusals);
    if (!studies || !columns || !refusals) return false;
    const bool there = !studies->empty();
    EXPECT_EQ(columns->rows, there ? kRows : 0);
    EXPECT_EQ(vault && vault->has_value(), there);
    EXPECT_EQ(blob && *blob == original(), there);
    EXPECT_EQ(refusals->size(), there ? 1u : 0u);
    EXPECT_EQ(report->blobs, there ? 1 : 0);
    EXPECT_EQ(report->changes > 0, there);
    return there;
  }
  bool all_or_nothing_after_reopening(Workspace::Access access) {
    auto workspace = Workspace::open(path_, kKey, access, kEnv);
    EXPECT_TRUE(workspace) << workspace.error().describe();
    return workspace && all_or_nothing(*workspace);
  }

  void fail_at_every_write(Fault fault, bool for_good, const std::string& code);
  void die_at_every_write(Fault fault);

  std::filesystem::path folder_;
  std::string fresh_;
  std::string path_;
  std::string address_;
};

void StoreFault::fail_at_every_write(Fault fault, bool for_good, const std::string& code) {
  std::size_t failed = 0;
  for (std::size_t n = 1;; ++n) {
    SCOPED_TRACE("write " + std::to_string(n));
    ASSERT_LT(n, kMostWrites);
    start_over();
    bool acknowledged = false;
    bool done = false;
    {
      auto workspace = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
      ASSERT_TRUE(workspace) << workspace.error().describe();
      arm({fault, n, for_good});
      const auto written = import(*workspace);
      acknowledged = static_cast<bool>(written);
      const bool struck_import = struck();
      if (!acknowledged) {
        ++failed;
        EXPECT_TRUE(struck_import);
        EXPECT_EQ(written.error().code, code);
        if (!for_good) {
          // The disk answers again: the same program tries again and succeeds.
          disarm();
          EXPECT_FALSE(all_or_nothing(*workspace)) << "an import that was refused is there";
          const auto again = import(*workspace);
          EXPECT_TRUE(again) << again.error().describe();
          acknowledged = static_cast<bool>(again);
        }
      } else {
        EXPECT_FALSE(struck_import) << "a write failed and nobody was told";
      }
      workspace = Error("test.closed", "closed");  // closing writes, too: it puts everything into one file
      done = !struck();
      disarm();
    }
    const bool there =
        all_or_nothing_after_reopening(n % 2 == 0 ? Workspace::Access::kRead : Workspace::Access::kWrite);
    EXPECT_TRUE(there || !acknowledged) << "an acknowledged import is lost";
    if (::testing::Test::HasFailure()) return;
    if (done) break;
  }
  EXPECT_GT(failed, 10u);
  RecordProperty("writes_that_failed", static_cast<int>(failed));
}

void StoreFault::die_at_every_write(Fault fault) {
  std::size_t without = 0;
  std::size_t with = 0;
  for (std::size_t n = 1;; ++n) {
    SCOPED_TRACE("write " + std::to_string(n));
    ASSERT_LT(n, kMostWrites);
    start_over();
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto workspace = Workspace::open(path_, kKey, Workspace::Access::kWrite, kEnv);
      if (!workspace) ::_exit(1);
      arm({fault, n, false});
      if (!import(*workspace) || ::write(ends[1], "x", 1) != 1) ::_exit(2);
      workspace = Error("test.closed", "closed");
      ::_exit(0);
    }
    ::close(ends[1]);
    char byte = 0;
    const bool acknowledged = ::read(ends[0], &byte, 1) == 1;
    ::close(ends[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFEXITED(status));
    ASSERT_TRUE(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 9) << WEXITSTATUS(status);
    const bool there =
        all_or_nothing_after_reopening(n % 2 == 0 ? Workspace::Access::kRead : Workspace::Access::kWrite);
    EXPECT_TRUE(there || !acknowledged) << "an acknowledged import is lost";
    ++(there ? with : without);
    if (::testing::Test::HasFailure()) return;
    if (WEXITSTATUS(status) == 0) break;
  }
  EXPECT_GT(without, 10u);
  EXPECT_GT(with, 1u);
}

TEST_F(StoreFault, ABackupThatFindsNoRoomLeavesNothingBehind) {
  auto workspace = Workspace::open(path_, kKey, Workspace::Access::kRead, kEnv);
  ASSERT_TRUE(workspace);
  const std::string copy = (folder_ / "copy.hamdil").string();
  std::size_t failed = 0;
  for (std::size_t n = 1;; n += 1 + n / 8) {
    ASSERT_LT(n, kMostWrites);
    arm({Fault::kDiskFull, n, true});
    const auto copied = workspace->backup(copy);
    const bool hit = struck();
    disarm();
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_))
      if (entry.path().filename().string().starts_with("copy")) names.push_back(entry.path().filename().string());
    if (copied) {
      EXPECT_EQ(names, std::vector<std::string>{"copy.hamdil"});
      if (!hit) break;
      std::filesystem::remove(copy);
      continue;
    }
    ++failed;
    EXPECT_TRUE(names.empty()) << names.front() << " after write " << n;
    EXPECT_EQ(copied.error().code, "store.sqlite.disk_full");
  }
  EXPECT_GT(failed, 3u);
}

TEST_F(StoreFault, ADiskThatFailsOnce) { fail_at_every_write(Fault::kIoError, false, "store.sqlite.io"); }
TEST_F(StoreFault, ADiskThatFailsForGood) { fail_at_every_write(Fault::kIoError, true, "store.sqlite.io"); }
TEST_F(StoreFault, ADiskThatIsFullOnce) { fail_at_every_write(Fault::kDiskFull, false, "store.sqlite.disk_full"); }
TEST_F(StoreFault, ADiskThatIsFullForGood) { fail_at_every_write(Fault::kDiskFull, true, "store.sqlite.disk_full"); }
TEST_F(StoreFault, AProcessThatDies) { die_at_every_write(Fault::kKill); }
TEST_F(StoreFault, AProcessThatDiesWithHalfAWrite) { die_at_every_write(Fault::kTornWrite); }

}  // namespace
}  // namespace hamdil::store_fault
