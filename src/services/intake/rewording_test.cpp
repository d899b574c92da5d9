#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/intake/instrument.hpp"

namespace hamdil::services::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json form(const Json& label, const std::string& type = "select_one", const Json& choices = Json::array()) {
  return {{"questions", {{{"name", "q"}, {"type", type}, {"label", label}, {"list", "l"}}}},
          {"lists", {{"l", choices}}}};
}

std::vector<std::string> changes(const Json& before, const Json& now) {
  std::vector<std::string> out;
  for (const Rewording& one : find_rewordings(before, now)) out.push_back(one.question + ":" + one.what);
  return out;
}

const Json kYesNo = Json::parse(R"([{"name": "1", "label": {"en": "Yes"}}, {"name": "2", "label": {"en": "No"}}])");

TEST(Rewording, WhatDoesNotChangeTheMeaningDoesNotCount) {
  const Json before = form({{"en", "Do you trust them?"}}, "select_one", kYesNo);
  EXPECT_THAT(changes(before, form({{"en", " do you **TRUST** <span style=\"color:red\">them</span> …"}}, "select_one",
                                   kYesNo)),
              IsEmpty());
  EXPECT_THAT(changes(before, form({{"en", "Do you trust them?"}, {"tg", "Шумо ба онҳо бовар мекунед?"}}, "select_one",
                                   kYesNo)),
              IsEmpty());
  EXPECT_THAT(changes(form({{"", "Do you trust them?"}}, "text"), form({{"en", "Do you trust them"}}, "text")),
              IsEmpty());
  const Json turned = Json::parse(
      R"([{"name": "2", "label": {"en": "NO", "fr": "Non"}}, {"name": "1", "label": {"en": "Yes.", "fr": "Oui"}}])");
  EXPECT_THAT(changes(before, form({{"en", "Do you trust them?"}}, "select_one", turned)), IsEmpty());
  EXPECT_THAT(changes(form({{"en", "A"}}, "note"), form({{"en", "B"}}, "note")), IsEmpty());
}

TEST(Rewording, OtherWordsAnswersOrTypesCount) {
  const Json before = form({{"en", "Do you trust them?"}, {"tg", "Шумо ба онҳо бовар мекунед?"}}, "select_one", kYesNo);
  EXPECT_THAT(changes(before, form({{"en", "Do you not trust them?"}}, "select_one", kYesNo)), ElementsAre("q:words"));
  EXPECT_THAT(
      changes(before, form({{"en", "Do you trust them?"}, {"tg", "Шумо бовар мекунед?"}}, "select_one", kYesNo)),
      ElementsAre("q:words"));
  EXPECT_THAT(changes(form({{"en", "For 3 months?"}}), form({{"en", "For 6 months?"}})), ElementsAre("q:words"));
  Json more = kYesNo;
  more.push_back({{"name", "3"}, {"label", {{"en", "A little"}}}});
  EXPECT_THAT(changes(before, form({{"en", "Do you trust them?"}}, "select_one", more)), ElementsAre("q:answers"));
  Json other = kYesNo;
  other[0]["label"]["en"] = "Mostly yes";
  EXPECT_THAT(changes(before, form({{"en", "Do you trust them?"}}, "select_one", other)), ElementsAre("q:answers"));
  EXPECT_THAT(changes(before, form({{"en", "Do you trust them?"}}, "select_multiple", kYesNo)), ElementsAre("q:type"));
}

}  // namespace
}  // namespace hamdil::services::intake
