#include "base/words.hpp"

#include <gtest/gtest.h>

#include <algorithm>

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

TEST(SearchWords, EndingsOfThePluralAreNotAskedFor) {
  for (const char* asked : {"ناحیه‌ها", "ناحیه ها", "ناحیه‌های", "ناحیه هایی", "ناحیه"})
    EXPECT_EQ(asked_words(asked), asked_words("ناحیه")) << asked;
  for (const char* asked : {"بازدیدها", "بازدیدهای", "بازدیدهایی", "بازدید‌ی"})
    EXPECT_EQ(asked_words(asked), search_words("بازدید")) << asked;
  for (const char* asked : {"تنها", "بها", "هاشم", "فرهاد"})
    EXPECT_EQ(asked_words(asked), search_words(asked)) << asked;
  EXPECT_EQ(asked_words("دره‌ی توت"), search_words("دره توت"));
  EXPECT_EQ(asked_words("ناحیه‌های شمال"), asked_words("ناحیه شمال"));
  // One is found by many and many by one, whichever way the plural is made and written.
  const auto finds = [](const char* asked, const char* there) {
    const Words indexed = indexed_words(there);
    for (const std::string& word : asked_words(asked))
      if (std::none_of(indexed.begin(), indexed.end(), [&](const std::string& one) { return one.starts_with(word); }))
        return false;
    return true;
  };
  for (const auto& [asked, there] :
       std::initializer_list<std::pair<const char*, const char*>>{{"عودت کننده", "عودت‌کنندگان"},
                                                                  {"عودت‌کنندگان", "عودت کننده"},
                                                                  {"عودتکنندگان", "عودت‌کننده"},
                                                                  {"میزبانان", "جامعهٔ میزبان"},
                                                                  {"باشندگان", "باشنده"},
                                                                  {"ولایات", "ولایت تخار"},
                                                                  {"ناحیه", "ناحیه‌ها"}}) {
    EXPECT_TRUE(finds(asked, there)) << asked << " " << there;
    EXPECT_TRUE(finds(asked, asked)) << asked;
  }
  EXPECT_FALSE(finds("میزبانان", "مهمان"));
  EXPECT_EQ(asked_words("ها"), search_words("ها")) << "the beginning of a name";
  EXPECT_EQ(asked_words("احمد هاشم"), search_words("احمد هاشم"));
  EXPECT_EQ(asked_words(""), Words{});
}

TEST(SearchWords, DigitsOfEveryScriptApostrophesAndTheHardSign) {
  EXPECT_EQ(search_words("طرح ۱۴۰۵"), (Words{search_words("طرح").front(), "1405"}));
  EXPECT_EQ(search_words("٢٠٢٦"), (Words{"2026"}));
  EXPECT_EQ(search_words("Муъмин"), search_words("Мумин"));
  const Words found = indexed_words("Ta\u2019lim");
  EXPECT_NE(std::find(found.begin(), found.end(), "talim"), found.end());
  EXPECT_NE(std::find(found.begin(), found.end(), "lim"), found.end());
}

}  // namespace
}  // namespace hamdil::text
