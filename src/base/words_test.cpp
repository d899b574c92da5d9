#include "base/words.hpp"

#include <gtest/gtest.h>

namespace hamdil::text {
namespace {

using Words = std::vector<std::string>;

TEST(SearchWords, LettersAndDigitsOfAnyScriptPartedByEverythingElse) {
  EXPECT_EQ(search_words("Anne-Marie O’Neil, TJ_01"), (Words{"anne", "marie", "o", "neil", "tj", "01"}));
  EXPECT_EQ(search_words("کار؛ برنامه"), search_words("كار برنامه"));
  EXPECT_EQ(search_words(" - "), Words{});
}

TEST(SearchWords, AHalfSpacePartsWordsAndWhatIsWrittenTogetherIsFoundToo) {
  EXPECT_EQ(search_words("می‌شود"), search_words("می شود"));
  const Words found = indexed_words("می‌شود");
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[2], search_words("میشود").front());
  EXPECT_EQ(indexed_words("می شود").size(), 2U);
}

}  // namespace
}  // namespace hamdil::text
