#include "base/text.hpp"

#include <gtest/gtest.h>

namespace hamdil::text {

TEST(Text, TrimTakesNoBreakAndZeroWidthSpaces) {
  EXPECT_EQ(trim("\xC2\xA0 \xEF\xBB\xBF name\xE2\x80\x8B\t"), "name");
  EXPECT_EQ(trim(""), "");
}

TEST(Text, FoldMeetsTheSpellingsOfOneName) {
  EXPECT_EQ(fold("كابل"), fold("کابل"));
  EXPECT_EQ(fold("Ҳамдилӣ"), fold("хамдили"));
  EXPECT_EQ(fold("ЁЛКА"), fold("елка"));
  EXPECT_EQ(fold("buur_hakaba"), fold("Buur  Hakaba"));
  EXPECT_NE(fold("xuudurHC"), fold("xudurHC"));
}

TEST(Text, TheHamzaBeforeAWawIsWrittenInThreeWays) {
  for (const char* other : {"مسؤول", "مسوول", "مسي\u0654ول", "مسی\u0654ول", "مسو\u0654ول"})
    EXPECT_EQ(fold("مسئول"), fold(other)) << other;
  EXPECT_EQ(fold("رئیس"), fold("رییس"));
  EXPECT_NE(fold("مسیول"), fold("مسوول"));
}

TEST(Text, NumbersAreReadWhole) {
  EXPECT_EQ(parse_number(" 1.5e3 "), 1500);
  EXPECT_EQ(parse_number("-.5"), -0.5);
  for (const char* bad : {"", "1,5", "12a", "inf", "nan", "0x10", "--1", "1e999"})
    EXPECT_FALSE(parse_number(bad)) << bad;
}

TEST(Text, FixedRoundsHalvesAwayFromZeroAndNeverPrintsMinusZero) {
  EXPECT_EQ(format_fixed(0.285, 2), "0.29");
  EXPECT_EQ(format_fixed(-0.004, 2), "0.00");
  EXPECT_EQ(format_fixed(-2.5, 0), "-3");
  EXPECT_EQ(format_fixed(1234567.0, 0), "1234567");
}

TEST(Text, CodePagesDecode) {
  EXPECT_EQ(decode("\x92", CodePage::kWindows1252), "\xE2\x80\x99");
  EXPECT_EQ(decode("\xCF\xF0\xE8", CodePage::kWindows1251), "При");
  EXPECT_EQ(decode("\xE3", CodePage::kWindows1256), "م");
}

TEST(Text, NearestNamesAreOffered) {
  EXPECT_EQ(nearest("intger", {"integer", "decimal", "text"}), std::vector<std::string>{"integer"});
}

}  // namespace hamdil::text
