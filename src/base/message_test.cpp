#include "base/message.hpp"

#include <gtest/gtest.h>

namespace hamdil {

namespace {

std::string written(const std::string& pattern, const std::string& language, const Choices& choices = {}) {
  auto pieces = message_pieces(pattern, language, choices);
  if (!pieces) return pieces.error().code;
  std::string out;
  for (const Piece& piece : *pieces) out += piece.is_argument ? "<" + piece.text + ">" : piece.text;
  return out;
}

}  // namespace

TEST(Message, PluralsFollowTheLanguage) {
  const std::string pattern = "{n, plural, one {# answer} few {# few} many {# many} other {# answers}} in {place}";
  const auto with = [&](const char* language, double n) { return written(pattern, language, {{{"n", n}}, {}}); };
  EXPECT_EQ(with("en", 1), "<n> answer in <place>");
  EXPECT_EQ(with("en", 0), "<n> answers in <place>");
  EXPECT_EQ(with("ru", 22), "<n> few in <place>");
  EXPECT_EQ(with("ru", 12), "<n> many in <place>");
  EXPECT_EQ(with("ru", 21), "<n> answer in <place>");
  EXPECT_EQ(with("tg", 21), "<n> answers in <place>");
  EXPECT_EQ(with("tg", 1), "<n> answer in <place>");
  EXPECT_EQ(with("fa-AF", 0), "<n> answer in <place>");
  EXPECT_EQ(with("fr", 1.5), "<n> answer in <place>");
  EXPECT_EQ(with("en", 1.5), "<n> answers in <place>");
  EXPECT_EQ(plural_category("ar", 2), "two");
  EXPECT_EQ(plural_category("ar", 103), "few");
  EXPECT_EQ(plural_category("ar", 111), "many");
  EXPECT_EQ(plural_category("ar", 100), "other");
}

TEST(Message, SelectTakesTheNamedFormOrOther) {
  const std::string pattern = "went {way, select, up {up to {v}} other {down to {v}}}.";
  EXPECT_EQ(written(pattern, "en", {{}, {{"way", "up"}}}), "went up to <v>.");
  EXPECT_EQ(written(pattern, "en", {{}, {{"way", "sideways"}}}), "went down to <v>.");
  EXPECT_EQ(written(pattern, "en"), "base.message.no_argument");
}

TEST(Message, BrokenPatternsAreRefused) {
  for (const char* wrong : {"{", "{}", "{n", "a } b", "{n, plural, other {x}", "{n, number}", "{n, plural, }"})
    EXPECT_FALSE(message_arguments(wrong)) << wrong;
  EXPECT_EQ(message_arguments("{n, plural, one {x}}").error().code, "base.message.no_form");
  std::string deep;
  for (int i = 0; i < 50; ++i) deep += "{n, plural, other {";
  EXPECT_FALSE(message_arguments(deep));
}

TEST(Message, ArgumentsAreThoseOfAllForms) {
  EXPECT_EQ(*message_arguments("{b} {n, plural, one {{a}} other {# {c}}} {b}"),
            (std::vector<std::string>{"a", "b", "c", "n"}));
}

}  // namespace hamdil
