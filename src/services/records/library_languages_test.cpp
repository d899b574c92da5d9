// What is said to people is there in the languages that they speak, whole, and with the same places to fill in.
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "services/records/library.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

const std::set<std::string> kLanguages = {"en", "fa-AF", "tg"};

Json content(const std::string& name) {
  const auto bytes = find_embedded(name);
  EXPECT_TRUE(bytes) << name;
  const auto tree = parse_yaml(*bytes, name);
  EXPECT_TRUE(tree) << name << (tree ? "" : tree.error().describe());
  return *tree;
}

std::multiset<std::string> places_in(const std::string& text) {
  static const std::regex kPlace(R"(\{\w+\})");
  std::multiset<std::string> out;
  for (std::sregex_iterator found(text.begin(), text.end(), kPlace), end; found != end; ++found)
    out.insert(found->str());
  return out;
}

// The same places in each language and as many lines; nothing left in English.
void expect_alike(const Json& by_language, const std::string& what) {
  std::set<std::string> languages;
  for (const auto& [language, text] : by_language.items()) languages.insert(language);
  EXPECT_EQ(languages, kLanguages) << what;
  if (!by_language.contains("en")) return;
  const std::string english = by_language["en"];
  for (const auto& [language, value] : by_language.items()) {
    const std::string said = value;
    EXPECT_EQ(places_in(said), places_in(english)) << what << " " << language;
    EXPECT_EQ(text::split(said, '\n').size(), text::split(english, '\n').size()) << what << " " << language;
    EXPECT_TRUE(language == "en" || said != english) << what << " " << language;
    for (const std::string& line : text::split(said, '\n')) EXPECT_FALSE(text::trim(line).empty()) << what;
  }
}

}  // namespace

TEST(LibraryLanguages, WhatIsReadOutIsWholeInEachLanguage) {
  const std::vector<std::pair<const char*, std::vector<const char*>>> kinds = {
      {"consent_text", {"names", "text", "check_by_language"}},
      {"guide", {"names", "spoken_by_language", "caution_by_language"}},
      {"checklist", {"names"}},
      {"checklist_item", {"names", "section_by_language"}},
      {"training_module", {"names", "objectives_by_language"}}};
  std::size_t looked_at = 0;
  for (const auto& [kind, names] : kinds) {
    const auto entries = list_library(kind);
    ASSERT_TRUE(entries) << entries.error().describe();
    for (const LibraryEntry& entry : *entries) {
      const Json fields = entry.record.fields();
      const bool is_own = entry.library_id != "data-protection" && !entry.library_id.starts_with("dp");
      for (const char* name : names) {
        if (!is_own || (!fields.contains(name) && std::string(name) != "names" && std::string(name) != "text"))
          continue;
        ASSERT_TRUE(fields.contains(name)) << kind << " " << entry.library_id << " " << name;
        expect_alike(fields[name], std::string(kind) + " " + entry.library_id + " " + name);
        ++looked_at;
      }
    }
  }
  EXPECT_GE(looked_at, 138u);
}

TEST(LibraryLanguages, CheckQuestionsAreAsManyAsInEnglish) {
  const auto texts = list_library("consent_text");
  ASSERT_TRUE(texts);
  for (const LibraryEntry& entry : *texts) {
    const Json fields = entry.record.fields();
    if (!fields.contains("check_questions")) continue;
    for (const auto& [language, said] : fields["check_by_language"].items())
      EXPECT_EQ(text::split(said.get<std::string>(), '\n').size(), fields["check_questions"].size())
          << entry.library_id << " " << language;
  }
}

TEST(LibraryLanguages, EveryStepOfATrainingHasItsTitles) {
  const auto modules = list_library("training_module");
  ASSERT_TRUE(modules);
  for (const LibraryEntry& entry : *modules) {
    const Json steps = entry.record.fields()["steps"];
    for (const Json& step : steps)
      for (const char* language : {"tg", "fa-AF"})
        EXPECT_FALSE(step["titles"].value(language, "").empty()) << step.dump();
  }
}

TEST(LibraryLanguages, ADraftSaysThatItIsOne) {
  for (const char* file :
       {"consent-texts.yaml", "fgd-kii-guides.yaml", "do-no-harm-checklist.yaml", "training-modules.yaml"}) {
    const Json words = content(file).at("translations");
    for (const char* language : {"tg", "fa-AF"})
      EXPECT_EQ(words.at(language).value("status", ""), "draft, needs native review") << file << " " << language;
  }
}

using LibraryLanguagesTest = store::WorkspaceFixture;

TEST_F(LibraryLanguagesTest, ARecordThatIsTakenInKeepsThem) {
  const auto taken = take_from_library(*workspace_, {"tester", ""}, "consent_text", {"ct-survey-adult"});
  ASSERT_TRUE(taken) << taken.error().describe();
  const auto kept = workspace_->find("consent_text", taken->records.front().id);
  ASSERT_TRUE(kept && *kept);
  const Json fields = (*kept)->fields();
  EXPECT_NE(fields["text"]["fa-AF"].get<std::string>().find("می‌توانید نه بگویید"),
            std::string::npos);
  EXPECT_NE(fields["text"]["tg"].get<std::string>().find("Қарор аз они шумост"), std::string::npos);
}

}  // namespace hamdil::services::records
