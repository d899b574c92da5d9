#include "app/http/replies.hpp"

#include <gtest/gtest.h>

namespace hamdil::http {
namespace {

TEST(Replies, TheOldestGoWhenThereAreTooManyBytes) {
  Replies replies;
  const Response large{200, {}, std::string(Replies::kLongest, 'x')};
  for (int i = 0; i < 100; ++i) {
    replies.keep(std::to_string(i), "d", large);
    EXPECT_LE(replies.bytes(), Replies::kMostBytes);
  }
  EXPECT_EQ(replies.look("0", "d"), Replies::Known::kNew);
  EXPECT_EQ(replies.look("99", "d"), Replies::Known::kSame);
  EXPECT_EQ(replies.look("99", "e"), Replies::Known::kOther);
  EXPECT_EQ(replies.response("99").body.size(), large.body.size());
}

TEST(Replies, TheOldestGoWhenThereAreTooMany) {
  Replies replies;
  for (std::size_t i = 0; i <= Replies::kMost; ++i) replies.keep(std::to_string(i), "d", Response{204, {}, ""});
  EXPECT_EQ(replies.look("0", "d"), Replies::Known::kNew);
  EXPECT_EQ(replies.look("1", "d"), Replies::Known::kSame);
}

}  // namespace
}  // namespace hamdil::http
