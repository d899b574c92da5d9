#include "base/catalogue.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

#include "base/embedded.hpp"

namespace hamdil {

namespace {

// Messages that may read the same in another language: signs, and single letters that marks keep.
bool may_equal_english(const std::string& id) {
  static const std::set<std::string> kSame = {
      "finding.figure", "finding.interval", "finding.labels", "finding.statement",  // only places and marks
      "list.between",   "interval.between", "date.long",      "summary.level_share", "alt.single",
      "alt.of",         "alt.answers",      "title.period",   "mark.undefined",      "services.process.failed"};
  return kSame.contains(id) || id.starts_with("annex.kind.");
}

std::vector<std::string> source_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(std::string(HAMDIL_SOURCE_DIR) + "/src"))
    if (entry.path().extension() == ".cpp" && !entry.path().string().ends_with("_test.cpp"))
      files.push_back(entry.path().string());
  return files;
}

}  // namespace

TEST(Catalogue, EveryLanguageIsRead) {
  const Catalogue& catalogue = Catalogue::built_in();
  EXPECT_EQ(catalogue.languages(), (std::vector<std::string>{"en", "fa-AF", "tg"}));
  for (const std::string& language : catalogue.languages())
    EXPECT_EQ(catalogue.file(language)->status, language == "en" ? "source" : "draft, needs native review");
}

TEST(Catalogue, SevenLanguagesHaveTheirFilesAndOnlyThoseThatWereBegunAreOffered) {
  const Catalogue& catalogue = Catalogue::built_in();
  EXPECT_EQ(catalogue.planned(), (std::vector<std::string>{"ar", "en", "es", "fa-AF", "fr", "ru", "tg"}));
  EXPECT_EQ(catalogue.languages(), (std::vector<std::string>{"en", "fa-AF", "tg"}));
  EXPECT_EQ(catalogue.text("ru", "month.3"), catalogue.text("en", "month.3"));
  const std::string english = "language: en\nstatus: source\nmessages: {a: b}\n";
  EXPECT_EQ(
      Catalogue::parse({{"en.yaml", english}, {"x.yaml", "language: x\nstatus: draft\nmessages: {}\n"}}).error().code,
      "base.catalogue.format")
      << "begun without a message";
}

TEST(Catalogue, TranslationsAreCompleteAndKeepTheirPlaces) {
  const Catalogue& catalogue = Catalogue::built_in();
  const Catalogue::File& english = *catalogue.file("en");
  for (const std::string& language : catalogue.languages()) {
    if (language == "en") continue;
    for (const auto& [id, pattern] : english.messages) {
      const std::string* own = catalogue.find(language, id);
      ASSERT_NE(own, nullptr) << language << " lacks " << id;
      EXPECT_TRUE(*own != pattern || may_equal_english(id)) << language << " repeats the English of " << id;
      EXPECT_EQ(*message_arguments(*own), *message_arguments(pattern)) << language << " " << id;
    }
    for (const auto& [id, pattern] : catalogue.file(language)->messages)
      EXPECT_TRUE(english.messages.contains(id)) << language << " has the unknown id " << id;
  }
}

TEST(Catalogue, EveryIdThatTheReportNamesExists) {
  const std::regex call(R"re((?:say|text|count_words|fact)\(\s*"([a-z_]+\.[a-z_0-9.]+)")re");
  std::size_t found = 0;
  for (const std::string& path : source_files()) {
    if (path.find("/report/") == std::string::npos) continue;
    std::ifstream in(path);
    const std::string source{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    for (auto match = std::sregex_iterator(source.begin(), source.end(), call); match != std::sregex_iterator();
         ++match) {
      const std::string id = (*match)[1];
      if (id.ends_with(".")) continue;  // a beginning that the code completes
      ++found;
      EXPECT_NE(Catalogue::built_in().find("en", id), nullptr) << path << " names " << id;
    }
  }
  EXPECT_GT(found, 60u);
}

TEST(Catalogue, NumbersFollowTheLanguage) {
  EXPECT_EQ(write_number("en", 1234.5, 1), "1234.5");
  EXPECT_EQ(write_number("en", 1234567, 0), "1,234,567");
  EXPECT_EQ(write_number("tg", -12345.678, 2), "\u221212\u00A0345,68");
  EXPECT_EQ(write_number("fa-AF", 12345.6, 1), "۱۲٬۳۴۵٫۶");
  EXPECT_EQ(write_percent("fa-AF", 0.432, 1), "۴۳٫۲٪");
  EXPECT_EQ(write_percent("tg", 0.5, 0), "50\u00A0%");
  EXPECT_EQ(write_number("en", -0.0001, 2), "0.00");
  EXPECT_EQ(write_number("en", std::numeric_limits<double>::quiet_NaN(), 2), "");
}

TEST(Catalogue, DatesFollowLanguageAndCalendar) {
  const Catalogue& catalogue = Catalogue::built_in();
  EXPECT_EQ(write_date(catalogue, "en", {2025, 3, 21}), "21 March 2025");
  EXPECT_EQ(write_date(catalogue, "fa-AF", {2025, 3, 21}, CalendarKind::kSolarHijri), "۱ حمل ۱۴۰۴");
  EXPECT_EQ(write_date(catalogue, "fa-AF", {2025, 3, 21}), "۲۱ مارچ ۲۰۲۵");
}

TEST(Catalogue, AnUnknownIdIsSeenAndAnUnknownLanguageReadsEnglish) {
  const Catalogue& catalogue = Catalogue::built_in();
  EXPECT_EQ(catalogue.text("en", "no.such.id"), "[no.such.id]");
  EXPECT_EQ(catalogue.text("sw", "month.3"), "March");
}

TEST(Catalogue, BrokenFilesAreRefused) {
  EXPECT_EQ(Catalogue::parse({{"tg.yaml", "language: tg\nstatus: draft\nmessages: {a: b}\n"}}).error().code,
            "base.catalogue.no_english");
  EXPECT_EQ(Catalogue::parse({{"en.yaml", "language: en\n"}}).error().code, "base.catalogue.format");
  EXPECT_EQ(Catalogue::parse({{"en.yaml", "language: en\nstatus: source\nmessages: {a: \"{\"}\n"}}).error().code,
            "base.message.syntax");
}

TEST(Catalogue, SeveralFilesOfALanguageAreOneAndNoIdStandsTwice) {
  const std::string head = "language: en\nstatus: source\nmessages: ";
  const auto both = Catalogue::parse({{"a.yaml", head + "{a: x}\n"}, {"b.yaml", head + "{b: y}\n"}});
  ASSERT_TRUE(both);
  EXPECT_EQ(both->text("en", "a") + both->text("en", "b"), "xy");
  EXPECT_EQ(Catalogue::parse({{"a.yaml", head + "{a: x}\n"}, {"b.yaml", head + "{a: y}\n"}}).error().code,
            "base.catalogue.twice");
}

TEST(Embedded, OutlinesAreInTheProgram) {
  ASSERT_TRUE(find_embedded("report-outlines.yaml"));
  EXPECT_NE(find_embedded("report-outlines.yaml")->find("impact_assessment_report"), std::string_view::npos);
  EXPECT_FALSE(find_embedded("nothing.yaml"));
}

}  // namespace hamdil
