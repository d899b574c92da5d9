#include "store/request_key.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "store/bin.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::store {
namespace {

const Author kAuthor{"tester", ""};
using Is = RequestKey::Known::Is;

class RequestKeyTest : public WorkspaceFixture {
 protected:
  // Makes a record under the key, unless it is known.
  std::string make(const std::string& key) {
    const RequestKey once(*workspace_, key, "request");
    std::string id;
    EXPECT_TRUE(workspace_->write(kAuthor, [&](Transaction& transaction) -> Status {
      HAMDIL_TRY(const model::Record made, transaction.save(model::new_record("place", key, Json::object())));
      id = made.id;
      return Done{};
    }));
    return id;
  }
  RequestKey::Known known(const std::string& key, const std::string& request = "request") {
    auto found = RequestKey(*workspace_, key, request).known();
    EXPECT_TRUE(found) << (found ? "" : found.error().describe());
    return found ? *found : RequestKey::Known{};
  }
  void keep(const std::string& key, const std::string& answer) {
    EXPECT_TRUE(RequestKey(*workspace_, key, "request").keep(answer));
  }
};

TEST_F(RequestKeyTest, AKeyIsNotedWithTheWriteAndItsAnswerAfterwards) {
  EXPECT_EQ(known("a").is, Is::kNew);
  make("a");
  EXPECT_EQ(known("a").is, Is::kSame) << "the program ended before the answer";
  EXPECT_EQ(known("a").answer, "");
  keep("a", "made");
  EXPECT_EQ(known("a").answer, "made");
  EXPECT_EQ(known("a", "another").is, Is::kOther);
  EXPECT_EQ(known("b").is, Is::kNew);
  keep("long", std::string(RequestKey::kLongestAnswer + 1, 'x'));
  EXPECT_EQ(known("long").is, Is::kSame);
  EXPECT_EQ(known("long").answer, "");
}

TEST_F(RequestKeyTest, WhatWasUndoneOrRefusedMayComeAgain) {
  {
    const RequestKey once(*workspace_, "a", "request");
    EXPECT_FALSE(workspace_->write(kAuthor, [&](Transaction&) -> Status { return Error("test.no", "No."); }));
  }
  EXPECT_EQ(known("a").is, Is::kNew);
  make("b");
  EXPECT_TRUE(RequestKey(*workspace_, "b", "request").forget());
  EXPECT_EQ(known("b").is, Is::kNew);
}

TEST_F(RequestKeyTest, TheOldestGo) {
  keep("first", "1");
  for (std::size_t i = 0; i < RequestKey::kMostBytes / RequestKey::kLongestAnswer - 1; ++i)
    keep(std::to_string(i), std::string(RequestKey::kLongestAnswer - 100, 'x'));
  EXPECT_EQ(known("first").is, Is::kSame);
  keep("large", std::string(RequestKey::kLongestAnswer - 100, 'x'));
  keep("larger", std::string(RequestKey::kLongestAnswer - 100, 'x'));
  EXPECT_EQ(known("first").is, Is::kNew) << "too many bytes";
  EXPECT_EQ(known("larger").is, Is::kSame);
  for (std::size_t i = 0; i < RequestKey::kMostAnswers; ++i) keep("n" + std::to_string(i), "1");
  EXPECT_EQ(known("larger").is, Is::kNew) << "too many";
  EXPECT_EQ(known("n0").is, Is::kSame);
}

TEST_F(RequestKeyTest, WhatWasChangedOutlastsAnyNumberOfAnswers) {
  make("a");
  keep("a", "made");
  for (std::size_t i = 0; i < RequestKey::kMostAnswers; ++i) keep("n" + std::to_string(i), "1");
  EXPECT_EQ(known("a").is, Is::kSame);
  EXPECT_EQ(known("a").answer, "");
  EXPECT_EQ(known("n0").is, Is::kSame);
}

TEST_F(RequestKeyTest, AnAnswerIsKnownInTheNextProgramForAWeekAndWhatWasChangedForever) {
  make("a");
  keep("a", "made");
  keep("read", "nothing changed");
  const auto open_after = [&](std::int64_t seconds) {
    workspace_.reset();
    auto opened = Workspace::open(folder_.file("w.hamdil"), {.key_file_bytes = std::string(32, 'k')},
                                  Workspace::Access::kWrite, Env::fixed(1'750'000'000 + seconds));
    ASSERT_TRUE(opened);
    workspace_ = std::make_unique<Workspace>(std::move(*opened));
  };
  open_after(RequestKey::kKeptSeconds);
  EXPECT_EQ(known("a").answer, "made");
  open_after(RequestKey::kKeptSeconds + 1);
  EXPECT_EQ(known("read").is, Is::kNew);
  EXPECT_EQ(known("a").is, Is::kSame);
  keep("b", "later");
  open_after(400 * RequestKey::kKeptSeconds);
  EXPECT_EQ(known("a").is, Is::kSame);
  EXPECT_EQ(known("a").answer, "");
  EXPECT_EQ(known("a", "another").is, Is::kOther);
}

TEST_F(RequestKeyTest, WhatIsErasedStandsInNoAnswer) {
  const std::string id = make("a");
  keep("a", "made");
  EXPECT_TRUE(workspace_->write(kAuthor, [&](Transaction& transaction) -> Status {
    HAMDIL_CHECK(transaction.remove("place", id));
    return empty_record(*workspace_, transaction, "place", id);
  }));
  EXPECT_EQ(known("a").is, Is::kSame);
  EXPECT_EQ(known("a").answer, "");
}

}  // namespace
}  // namespace hamdil::store
