// What is said to people is there in the languages that they speak, whole, and with the same places to fill in.
#include "services/records/library_languages.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "base/embedded.hpp"
#include "base/text.hpp"
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

// Codes, ids and names of files are the same in every language; what people read has spaces or begins with a capital.
bool is_for_people(const std::string& text) {
  const bool has_letter = std::any_of(text.begin(), text.end(), [](unsigned char c) { return std::isalpha(c) != 0; });
  return has_letter && (text.find(' ') != std::string::npos || std::isupper(static_cast<unsigned char>(text[0])) != 0);
}

// Where the two say the same although it is for people, by pointer.
void gather_untranslated(const Json& english, const Json& said, const std::string& where, const std::string& language,
                         std::vector<std::string>& out) {
  if (is_by_language(english)) {
    if (english.value(language, "").empty()) out.push_back(where);
  } else if (english.is_object()) {
    for (const auto& [key, value] : english.items())
      gather_untranslated(value, said.at(key), where + "/" + key, language, out);
  } else if (english.is_array()) {
    for (std::size_t i = 0; i < english.size(); ++i)
      gather_untranslated(english[i], said.at(i), where + "/" + std::to_string(i), language, out);
  } else if (english.is_string() && english == said && is_for_people(english.get<std::string>())) {
    out.push_back(where);
  }
}

void gather_ids(const Json& tree, std::set<std::string>& out) {
  if (!tree.is_structured()) return;
  if (tree.is_object() && tree.contains("id"))
    out.insert(tree["id"].is_string() ? tree["id"].get<std::string>() : tree["id"].dump());
  for (const Json& one : tree) gather_ids(one, out);
}

const std::vector<const char*> kTranslatedFiles = {
    "consent-texts.yaml",    "fgd-kii-guides.yaml", "do-no-harm-checklist.yaml",
    "training-modules.yaml", "ngo-tools.yaml",      "data-protection-principles.yaml",
    "competencies.yaml",     "sc-indicators.yaml",  "codebook-starter.yaml"};

}  // namespace

TEST(LibraryLanguages, EveryTextOfWhatPeopleWorkWithIsInEachLanguage) {
  for (const char* kind :
       {"consent_text", "guide", "checklist", "checklist_item", "training_module", "tool", "capacity_domain",
        "test_item", "competency", "role_profile", "monitoring_indicator", "code"}) {
    const auto entries = list_library(kind);
    ASSERT_TRUE(entries) << entries.error().describe();
    ASSERT_FALSE(entries->empty()) << kind;
    for (const LibraryEntry& entry : *entries)
      for (const char* language : {"tg", "fa-AF"}) {
        Json english = entry.record.fields();
        english.erase("source");  // what the wording rests on, for those who keep the content
        std::vector<std::string> left;
        gather_untranslated(english, record_in(entry, language).fields(), "", language, left);
        if (record_in(entry, language).title == entry.record.title) left.emplace_back("title");
        EXPECT_TRUE(left.empty()) << kind << " " << entry.library_id << " " << language << ": "
                                  << text::join(left, ", ");
      }
  }
}

TEST(LibraryLanguages, WordsOfALanguageLeadToAnEntry) {
  for (const char* file : kTranslatedFiles) {
    Json english = content(file);
    const Json words = english["translations"];
    english.erase("translations");
    std::set<std::string> ids;
    gather_ids(english, ids);
    for (const auto& [language, said] : words.items())
      for (const auto& [key, text] : said.items())
        EXPECT_TRUE(key == "status" || ids.contains(key) || english.contains(key))
            << file << " " << language << " " << key;
  }
}

TEST(LibraryLanguages, PlacesToFillInAreFilledOrBecomeLines) {
  EXPECT_EQ(fill_places("We are {organisation}.", "en", "DEMO Agency"), "We are DEMO Agency.");
  EXPECT_EQ(fill_places("ما {organisation} هستیم.", "fa-AF", ""), "ما ……… (نام نهاد) هستیم.");
  EXPECT_EQ(fill_places("{no_such_place}", "en", ""), "………");
  EXPECT_EQ(fill_places("a {1} b { c", "en", ""), "a {1} b { c");
}

TEST(LibraryLanguages, EveryPlaceSaysWhatBelongsThere) {
  std::set<std::string> places;
  for (const std::string& kind : library_kinds()) {
    const auto entries = list_library(kind);
    ASSERT_TRUE(entries);
    for (const LibraryEntry& entry : *entries)
      for (const std::string& place : places_in(entry.record.fields().dump() + entry.record.title))
        places.insert(place);
  }
  EXPECT_GE(places.size(), 20u);
  for (const std::string& place : places)
    for (const std::string& language : kLanguages)
      EXPECT_NE(fill_places(place, language, ""), "………") << place << " " << language;
}

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
      for (const char* name : names) {
        if (!fields.contains(name) && std::string(name) != "names" && std::string(name) != "text") continue;
        ASSERT_TRUE(fields.contains(name)) << kind << " " << entry.library_id << " " << name;
        expect_alike(fields[name], std::string(kind) + " " + entry.library_id + " " + name);
        ++looked_at;
      }
    }
  }
  EXPECT_GE(looked_at, 189u);
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
  for (const char* file : kTranslatedFiles) {
    const Json words = content(file).at("translations");
    for (const char* language : {"tg", "fa-AF"})
      EXPECT_EQ(words.at(language).value("status", ""), "draft, needs native review") << file << " " << language;
  }
}

class LibraryLanguagesTest : public store::WorkspaceFixture {
 protected:
  Status create_programme(const std::string& organisation) {
    return workspace_->write({"tester", ""}, [&](store::Transaction& transaction) -> Status {
      const auto saved = transaction.save(
          model::new_record("programme", "DEMO programme", {{"organisation", organisation}}), "create");
      return saved ? Status(Done{}) : saved.error();
    });
  }
};

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

TEST_F(LibraryLanguagesTest, AReaderTakesPlainTextsInTheirLanguage) {
  const auto taken = take_from_library(*workspace_, {"tester", ""}, "tool", {"nt-aq"}, "fa-AF");
  ASSERT_TRUE(taken) << taken.error().describe();
  const model::Record& tool = taken->records.front();
  EXPECT_EQ(tool.title, "فهرست بررسی کیفیت فعالیت");
  EXPECT_EQ(tool.fields()["items"][0]["id"], "nt-aq01") << "codes stay";
  EXPECT_EQ(tool.fields()["items"][0]["critical"], false);
  EXPECT_EQ(tool.fields()["scoring"]["scale"]["2"], "بلی");
  EXPECT_EQ(tool.fields()["languages"], Json({"fa-AF"}));
  const auto module = take_from_library(*workspace_, {"tester", ""}, "training_module", {"tm-01"}, "tg");
  ASSERT_TRUE(module);
  EXPECT_EQ(module->records.front().fields()["audience_roles"][0], "ngo_manager");
  const auto competency = workspace_->find("competency", module->records.front().fields()["competencies"][0]);
  ASSERT_TRUE(competency && *competency);
  EXPECT_NE((*competency)->title.find("иҷтимоӣ"), std::string::npos) << "what comes with it, too";
}

TEST_F(LibraryLanguagesTest, WhatIsTakenHasNoBraces) {
  ASSERT_TRUE(create_programme("DEMO Agency for Neighbours"));
  for (const std::string& kind : library_kinds()) {
    std::vector<std::string> all;
    const auto entries = list_library(kind);
    for (const LibraryEntry& entry : *entries) all.push_back(entry.library_id);
    const auto taken = take_from_library(*workspace_, {"tester", ""}, kind, all, "fa-AF");
    ASSERT_TRUE(taken) << kind << " " << taken.error().describe();
    for (const model::Record& record : taken->records)
      EXPECT_TRUE(places_in(record.title + record.fields().dump()).empty()) << kind << " " << record.title;
    if (kind != "consent_text") continue;
    const std::string text = taken->records.front().fields()["text"]["fa-AF"];
    EXPECT_NE(text.find("DEMO Agency for Neighbours"), std::string::npos) << text;
    EXPECT_NE(text.find("……… (چند) دقیقه"), std::string::npos) << text;
    EXPECT_NE(taken->records.front().fields()["text"]["en"].get<std::string>().find("……… (how many) minutes"),
              std::string::npos);
  }
}

TEST_F(LibraryLanguagesTest, ALineSaysInWhichLanguageItStands) {
  const auto dari = look_in_library(*workspace_, {.kind = "consent_text", .language = "fa-AF"});
  ASSERT_TRUE(dari);
  for (const LibraryLine& line : dari->lines) {
    EXPECT_EQ(line.language, "fa-AF") << line.library_id;
    EXPECT_TRUE(line.draft) << line.library_id;
    EXPECT_EQ(line.about.find('{'), std::string::npos) << line.about;
    for (const char* odd : {".;", "?;", "؟;", "!;"}) EXPECT_EQ(line.about.find(odd), std::string::npos) << line.about;
  }
  const auto english = look_in_library(*workspace_, {.kind = "consent_text", .language = "en"});
  ASSERT_TRUE(english);
  EXPECT_EQ(english->lines.front().language, "en");
  EXPECT_FALSE(english->lines.front().draft);
  const auto terms = look_in_library(*workspace_, {.kind = "terms_of_reference", .language = "fa-AF"});
  ASSERT_TRUE(terms);
  EXPECT_EQ(terms->lines.front().language, "en") << "not translated yet, and says so";
  EXPECT_FALSE(terms->lines.front().draft);
}

}  // namespace hamdil::services::records
