#include "base/markup.hpp"

#include <gtest/gtest.h>

namespace hamdil {

TEST(Markup, TextCannotLeaveItsElementOrAttribute) {
  EXPECT_EQ(escape_markup("a < b && c > \"d\""), "a &lt; b &amp;&amp; c &gt; &quot;d&quot;");
  EXPECT_EQ(escape_markup("it's Бадахшон, بدخشان"), "it's Бадахшон, بدخشان");
}

TEST(Markup, CharactersThatXmlForbidsAreDropped) {
  EXPECT_EQ(escape_markup(std::string("a\0b\x01\x1F", 5) + "\tc\nd\r"), "ab\tc\nd");
  EXPECT_EQ(escape_markup("x\xEF\xBF\xBEy\xEF\xBF\xBFz\xEF\xBF\xBD"), "xyz\xEF\xBF\xBD");
  EXPECT_EQ(escape_markup("\xEF\xBF"), "\xEF\xBF");  // cut short: left as it is
}

}  // namespace hamdil
