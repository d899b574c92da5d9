#include "base/code_lists.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hamdil {

TEST(CodeLists, CurrenciesAreThreeCapitalsAndLanguagesTagsEachOnce) {
  for (const char* list : {"currency", "language"}) {
    const std::vector<std::string>& codes = code_list(list);
    EXPECT_GT(codes.size(), 140u) << list;
    EXPECT_EQ(std::set<std::string>(codes.begin(), codes.end()).size(), codes.size()) << list;
  }
  for (const std::string& code : code_list("currency")) {
    EXPECT_EQ(code.size(), 3u) << code;
    for (const char c : code) EXPECT_TRUE(c >= 'A' && c <= 'Z') << code;
  }
  EXPECT_TRUE(code_list("no_such_list").empty());
}

TEST(CodeLists, AreAskedByCode) {
  for (const char* code : {"USD", "TJS", "AFN", "EUR"}) EXPECT_TRUE(is_in_code_list("currency", code)) << code;
  for (const char* code : {"en", "tg", "fa-AF", "no"}) EXPECT_TRUE(is_in_code_list("language", code)) << code;
  for (const char* code : {"usd", "USX", "", "US"}) EXPECT_FALSE(is_in_code_list("currency", code)) << code;
}

TEST(CodeLists, AreFoundByNameToo) {
  EXPECT_EQ(find_code("currency", "usd"), "USD");
  EXPECT_EQ(find_code("currency", "us dollar"), "USD");
  EXPECT_EQ(find_code("language", "German"), "de");
  EXPECT_EQ(find_code("language", "FA-af"), "fa-AF");
  EXPECT_EQ(find_code("currency", "dollars"), std::nullopt);
  EXPECT_EQ(find_code("no_such_list", "USD"), std::nullopt);
}

TEST(CodeLists, HaveNamesInTheLanguageOfTheReader) {
  EXPECT_EQ(name_of_code("currency", "USD", "en"), "US Dollar");
  EXPECT_EQ(name_of_code("currency", "AFN", "fa-AF"), "افغانی افغانستان");
  EXPECT_EQ(name_of_code("language", "de", "en"), "German");
  EXPECT_NE(name_of_code("language", "tg", "fa-AF"), "tg");
  EXPECT_EQ(name_of_code("currency", "QQQ", "en"), "QQQ");
  std::size_t nameless = 0;  // newer than the Unicode data of the machine
  for (const std::string& code : code_list("currency")) nameless += name_of_code("currency", code, "en") == code;
  EXPECT_LE(nameless, 2u);
}

}  // namespace hamdil
