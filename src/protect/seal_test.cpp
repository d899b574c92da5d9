#include "protect/seal.hpp"

#include <gtest/gtest.h>

namespace hamdil::protect {

TEST(Seal, OpensWithTheSameKeyAndPlaceOnly) {
  const SecretKey key = SecretKey::random();
  const std::string sealed = seal("answers", key, "dataset 1, column 2");
  EXPECT_EQ(*unseal(sealed, key, "dataset 1, column 2"), "answers");
  EXPECT_EQ(sealed.find("answers"), std::string::npos);
  EXPECT_FALSE(unseal(sealed, key, "dataset 1, column 3"));
  EXPECT_FALSE(unseal(sealed, SecretKey::random(), "dataset 1, column 2"));
  EXPECT_FALSE(unseal("short", key, ""));
}

TEST(Seal, EveryChangedByteIsNoticed) {
  const SecretKey key = SecretKey::random();
  const std::string sealed = seal("x", key, "");
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    std::string changed = sealed;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(unseal(changed, key, "")) << i;
  }
}

TEST(Seal, RecoveryWordsReadBackAndCatchAMistypedLetter) {
  const SecretKey key = SecretKey::random();
  std::string words = key_to_words(key);
  EXPECT_EQ(key_from_words(words)->bytes(), key.bytes());
  words[3] = words[3] == 'A' ? 'B' : 'A';
  const auto wrong = key_from_words(words);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "protect.key.mistyped");
}

TEST(Seal, DerivedKeysDifferByPurpose) {
  const SecretKey key = SecretKey::random();
  EXPECT_EQ(key.derive("a").bytes(), key.derive("a").bytes());
  EXPECT_NE(key.derive("a").bytes(), key.derive("b").bytes());
}

}  // namespace hamdil::protect
