// What a server does although nobody asks it.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <nlohmann/json.hpp>
#include <thread>

#include "app/http/service.hpp"
#include "services/records/records.hpp"
#include "store/bin.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;

constexpr std::int64_t kDay = 86'400;
const store::Author kAuthor{"tester", ""};

// True as soon as `what` is; false after ten seconds.
bool comes_true(const std::function<bool()>& what) {
  for (int i = 0; i < 2000; ++i) {
    if (what()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return false;
}

}  // namespace

TEST(Upkeep, TheBinOfAServerThatNobodyTalksToIsEmptied) {
  const store::TemporaryFolder folder;
  const std::string path = folder.file("w.hamdil");
  const std::string key(32, 'k');
  std::atomic<std::int64_t> now = 1'750'000'000;
  std::atomic<int> looks = 0;  // at the clock since the days passed
  Env env;
  env.now = [&] { return ++looks, now.load(); };
  std::string id;
  {
    auto created = store::Workspace::create(path, {.key_file_bytes = key}, env);
    ASSERT_TRUE(created) << created.error().describe();
    const auto made = records::create_record(created->workspace, kAuthor, "activity", {{"title", "DEMO old"}});
    ASSERT_TRUE(made && made->record);
    id = made->record->id;
    ASSERT_TRUE(records::remove_record(created->workspace, kAuthor, "activity", id));
  }
  auto opened = store::Workspace::open(path, {.key_file_bytes = key}, store::Workspace::Access::kWrite, env);
  ASSERT_TRUE(opened) << opened.error().describe();
  ServeOptions options;
  options.limits.upkeep_pause = std::chrono::milliseconds(5);
  std::atomic<bool> listens = false;
  options.started = [&](const std::string&) { listens = true; };
  Status ended = Done{};
  std::thread server([&] { ended = serve(std::move(*opened), options); });
  EXPECT_TRUE(comes_true([&] { return listens.load(); }));
  now += 31 * kDay;
  looks = 0;
  EXPECT_TRUE(comes_true([&] { return looks > 10; })) << "nobody looked";
  std::raise(SIGTERM);
  server.join();
  EXPECT_TRUE(ended) << (ended ? "" : ended.error().describe());
  const auto after = store::Workspace::open(path, {.key_file_bytes = key}, store::Workspace::Access::kWrite, env);
  ASSERT_TRUE(after) << after.error().describe();
  EXPECT_TRUE(*store::is_emptied(*after, "activity", id));
}

}  // namespace hamdil::http
