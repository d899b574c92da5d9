#include "services/records/comments.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const store::Author kAnn{"Ann", ""};
const store::Author kBek{"Bek", ""};
const store::Author kCarol{"Carol", ""};

class CommentsTest : public store::WorkspaceFixture {
 protected:
  void SetUp() override {
    WorkspaceFixture::SetUp();
    visit_ = create_record(*workspace_, kAnn, "visit", {{"title", "Visit"}})->record->id;
  }
  std::string say(const store::Author& author, const Json& body) {
    const auto outcome = add_comment(*workspace_, author, "visit", visit_, body);
    return outcome && outcome->record ? outcome->record->id : "";
  }
  std::vector<std::string> news(const std::string& who) {
    std::vector<std::string> out;
    const auto found = comments_for(*workspace_, who);
    for (const Json& one : *found) out.push_back(one["text"]);
    return out;
  }

  std::string visit_;
};

TEST_F(CommentsTest, AnAnswerToAnAnswerStandsInTheThreadAndASettledThreadCanBeOpenedAgain) {
  const std::string first = say(kAnn, {{"text", "Is the road open?"}, {"field", "starts"}});
  const std::string answer = say(kBek, {{"text", "Yes"}, {"parent", first}});
  ASSERT_NE(say(kAnn, {{"text", "Thanks"}, {"parent", answer}}), "");
  auto threads = comments_of(*workspace_, "visit", visit_, "Ann");
  ASSERT_TRUE(threads);
  ASSERT_EQ(threads->size(), 1u);
  EXPECT_EQ((*threads)[0]["field"], "starts");
  ASSERT_EQ((*threads)[0]["replies"].size(), 2u);
  EXPECT_EQ((*threads)[0]["replies"][1]["text"], "Thanks");
  EXPECT_EQ((*threads)[0]["replies"][0]["unread"], true);
  EXPECT_EQ((*threads)[0]["unread"], false) << "her own";
  ASSERT_TRUE(change_thread(*workspace_, kBek, first, {{"resolved", true}}));
  EXPECT_EQ((*comments_of(*workspace_, "visit", visit_, "Ann"))[0]["resolved"], true);
  ASSERT_TRUE(change_thread(*workspace_, kBek, first, {{"resolved", false}}));
  EXPECT_EQ((*comments_of(*workspace_, "visit", visit_, "Ann"))[0]["resolved"], false);
  EXPECT_EQ(change_thread(*workspace_, kBek, answer, {{"resolved", true}}).error().code, "records.comment.parent");
  EXPECT_EQ(add_comment(*workspace_, kBek, "visit", visit_, {{"text", "x"}, {"parent", "nothing"}}).error().code,
            "records.comment.parent");
  EXPECT_EQ(add_comment(*workspace_, kBek, "visit", visit_, {{"text", " "}}).error().code, "records.comment.empty");
  EXPECT_EQ(add_comment(*workspace_, kBek, "visit", "nothing", {{"text", "x"}}).error().code, "store.record.missing");
}

TEST_F(CommentsTest, WhoIsNamedAskedOrAnsweredHearsOfItUntilItIsRead) {
  ASSERT_TRUE(create_record(*workspace_, kCarol, "person", {{"title", "Carol"}}));
  const std::string person = workspace_->list("person")->front().id;
  const std::string thread = say(kBek, {{"text", "See this, @carol"}});
  EXPECT_EQ(news("Ann"), (std::vector<std::string>{"See this, @carol"})) << "she made the record";
  EXPECT_EQ(news("Carol"), (std::vector<std::string>{"See this, @carol"}));
  EXPECT_TRUE(news("Bek").empty()) << "his own";
  ASSERT_TRUE(mark_read(*workspace_, "visit", visit_, "Carol"));
  EXPECT_TRUE(news("Carol").empty());
  EXPECT_EQ(news("Ann").size(), 1u) << "what one has read is new for others";
  say(kAnn, {{"text", "No"}, {"parent", thread}});
  EXPECT_EQ(news("Bek"), (std::vector<std::string>{"No"})) << "an answer in his thread";
  EXPECT_TRUE(news("Carol").empty());
  ASSERT_TRUE(change_thread(*workspace_, kBek, thread, {{"assigned_to", person}}));
  ASSERT_EQ(news("Carol").size(), 1u) << "asked of her, though read";
  EXPECT_EQ((*comments_for(*workspace_, "Carol"))[0]["assigned"], true);
  EXPECT_EQ((*comments_for(*workspace_, "Carol"))[0]["unread"], false);
  ASSERT_TRUE(change_thread(*workspace_, kCarol, thread, {{"resolved", true}}));
  EXPECT_TRUE(news("Carol").empty());
}

TEST(Mentions, TheLongestNameThatFits) {
  const std::vector<std::string> names = {"Ann", "Ann Example", "بهار"};
  EXPECT_EQ(mentions_in("@ann example and @Ann", names), (std::vector<std::string>{"Ann Example", "Ann"}));
  EXPECT_EQ(mentions_in("سلام @بهار", names), (std::vector<std::string>{"بهار"}));
  EXPECT_TRUE(mentions_in("ann@example.org", {"Bek"}).empty());
  EXPECT_TRUE(mentions_in("@", names).empty());
}

}  // namespace
}  // namespace hamdil::services::records
