#include "base/language_tag.hpp"

#include <gtest/gtest.h>

namespace hamdil {
namespace {

TEST(LanguageTag, CaseAndRegionDoNotMatterWhereOnlyOneIsMeant) {
  const std::vector<std::string> known = {"en", "fa-AF", "tg"};
  EXPECT_EQ(find_language("fa-AF", known), "fa-AF");
  EXPECT_EQ(find_language("EN", known), "en");
  EXPECT_EQ(find_language("fa_af", known), "fa-AF");
  EXPECT_EQ(find_language("fa", known), "fa-AF");
  EXPECT_EQ(find_language("en-GB", known), "en");
  for (const char* other : {"", "-", "f", "fab", "e", "de"})
    EXPECT_EQ(find_language(other, known), std::nullopt) << other;
  EXPECT_EQ(find_language("fa", {"fa-IR", "fa"}), "fa");
}

}  // namespace
}  // namespace hamdil
