#include "model/labels.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "model/rules.hpp"

namespace hamdil::model {
namespace {

// Ids that belong to records, wherever in the catalogue they stand.
bool is_of_records(const std::string& id) {
  const std::string first = id.substr(0, id.find('.'));
  return std::set<std::string>{"area", "kind", "field", "help", "choice", "state", "transition"}.contains(first);
}

// field.<kind>.<field> and the like: a special word for one kind.
bool is_special(const std::string& id) {
  const std::size_t dot = id.find('.', id.find('.') + 1);
  return dot != std::string::npos && !id.ends_with(".plural");
}

}  // namespace

TEST(Labels, EveryLanguageHasEveryLabelAndNoneRepeatsTheEnglish) {
  const Catalogue& catalogue = Catalogue::built_in();
  const std::vector<std::string> ids = label_ids();
  EXPECT_GT(ids.size(), 1000u);
  for (const std::string& language : catalogue.languages()) {
    std::size_t missing = 0;
    for (const std::string& id : ids) {
      const std::string* own = catalogue.find(language, id);
      const std::string* english = catalogue.find("en", id);
      if (own != nullptr && (language == "en" || (english != nullptr && *own != *english))) continue;
      ++missing;
      ADD_FAILURE() << language << " has no label " << id;
    }
    EXPECT_EQ(missing, 0u) << language;
  }
}

// Words that newcomers took for one another.
TEST(Labels, WordsThatAreNotTheSameAreToldApart) {
  const Catalogue& catalogue = Catalogue::built_in();
  std::size_t of_consent = 0;
  for (const auto& [id, text] : catalogue.file("fa-AF")->messages) {
    if (id.starts_with("ui.also.")) continue;  // what people type when they search, not what the program says
    EXPECT_TRUE(id == "field.satisfaction" || text.find("رضایت") == std::string::npos) << id << ": " << text;
    of_consent += text.find("موافقت آگاهانه") != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(of_consent, 30u);
  for (const std::string language : {"tg", "fa-AF"}) {
    EXPECT_NE(*catalogue.find(language, "transition.close"), *catalogue.find(language, "ui.close")) << language;
    for (const char* id : {"transition.cancel", "ui.undo", "ui.close"})
      EXPECT_NE(*catalogue.find(language, "ui.cancel"), *catalogue.find(language, id)) << language << " " << id;
  }
}

TEST(Labels, NoLabelIsLeftOfSomethingThatIsNotDeclared) {
  const std::vector<std::string> ids = label_ids();
  for (const auto& [id, text] : Catalogue::built_in().file("en")->messages) {
    if (!is_of_records(id) || is_special(id)) continue;
    EXPECT_TRUE(std::binary_search(ids.begin(), ids.end(), id)) << id;
  }
}

TEST(Labels, FieldsOfAKindKindsAndChoicesOfAFieldAreToldApart) {
  for (const std::string& language : Catalogue::built_in().languages()) {
    std::map<std::string, std::string> kinds;
    for (const KindDefinition& kind : all_kinds()) {
      const auto [twin, is_new] = kinds.emplace(label_of_kind(kind.name, language), kind.name);
      EXPECT_TRUE(is_new) << language << ": " << kind.name << " and " << twin->second;
      std::map<std::string, std::string> fields;
      for (const FieldDefinition& field : kind.fields) {
        const auto [same, first] = fields.emplace(label_of_field(kind.name, field.name, language), field.name);
        EXPECT_TRUE(first) << language << ": " << kind.name << "." << field.name << " and " << same->second;
        std::set<std::string> choices;
        for (const std::string& value : field.choices)
          EXPECT_TRUE(choices.insert(label_of_choice(kind.name, field.name, value, language)).second)
              << language << ": " << kind.name << "." << field.name << " " << value;
      }
      std::set<std::string> states, transitions;
      for (const std::string& state : kind.states)
        EXPECT_TRUE(states.insert(label_of_state(kind.name, state, language)).second) << language << kind.name << state;
      for (const Transition& transition : kind.transitions)
        EXPECT_TRUE(transitions.insert(label_of_transition(kind.name, transition.name, language)).second)
            << language << kind.name << transition.name;
    }
  }
}

TEST(Labels, FallBackToEnglishAndThenToTheName) {
  EXPECT_EQ(plain_label("starts_on"), "Starts on");
  EXPECT_EQ(label_of_field("visit", "no_such_field", "tg"), "No such field");
  EXPECT_EQ(label_of_kind("monitoring_indicator", "en"), "Monitoring indicator");
  EXPECT_EQ(label_of_kind("monitoring_indicator", "sw"), "Monitoring indicator");
  EXPECT_EQ(plural_of_kind("visit", "fa-AF"), "بازدیدها");
  const KindDefinition& visit = *find_kind("visit");
  EXPECT_EQ(help_of_field(visit, *visit.find("place"), "sw"), visit.find("place")->help);
  EXPECT_EQ(help_of_field(visit, *visit.find("place"), "fa-AF"),
            "محلی که تیم به آن می‌رود، برای نمونه یک ولسوالی یا قریه.");
  const KindDefinition& line = *find_kind("budget_line");  // its own kind has no special word
  EXPECT_EQ(help_of_field(line, *line.find("place"), "tg"), "Дар куҷо.");
}

// The text of the id that English takes, in the words of the declaration; every other language has its own there.
void expect_in_every_language(const std::string& source, const std::vector<std::string>& ids,
                              const std::string& where) {
  const Catalogue& catalogue = Catalogue::built_in();
  const auto id = std::find_if(ids.begin(), ids.end(), [&](const auto& one) { return catalogue.find("en", one); });
  ASSERT_NE(id, ids.end()) << where << " has no text in the catalogue: " << source;
  for (const std::string& language : catalogue.languages()) {
    const std::string* own = catalogue.find(language, *id);
    ASSERT_NE(own, nullptr) << language << " lacks " << *id << ": " << source;
    EXPECT_EQ(*own == source, language == "en") << language << " " << *id << ": " << source;
  }
}

TEST(Labels, HelpAndUnitsOfFieldsSpeakEveryLanguageInTheWordsOfTheirSource) {
  for (const KindDefinition& kind : all_kinds())
    for (const FieldDefinition& field : kind.fields) {
      const std::string where = kind.name + "." + field.name;
      expect_in_every_language(field.help, {"help." + where, "help." + field.name}, where);
      if (!field.unit.empty() && field.unit != "%") expect_in_every_language(field.unit, {"unit." + field.unit}, where);
    }
}

TEST(Labels, SentencesOfRulesSpeakEveryLanguageInTheWordsOfTheirSource) {
  for (const Rule& rule : all_rules())
    expect_in_every_language(rule.sentence, {"asks." + rule.id, "asks." + rule.message}, rule.id);
}

TEST(Labels, NoHelpOrRuleIsLeftOfSomethingThatIsNotDeclared) {
  std::set<std::string> known;
  for (const KindDefinition& kind : all_kinds()) {
    for (const FieldDefinition& field : kind.fields)
      known.insert({"help." + field.name, "help." + kind.name + "." + field.name});
    for (const Calculated& one : kind.calculated) known.insert("help." + one.name);
  }
  for (const Rule& rule : all_rules()) known.insert({"asks." + rule.id, "asks." + rule.message});
  for (const auto& [id, text] : Catalogue::built_in().file("en")->messages) {
    const bool is_ours = id.starts_with("help.") || id.starts_with("asks.");
    EXPECT_TRUE(!is_ours || known.contains(id)) << id;
  }
}

TEST(Labels, AnErrorNamesItsFieldsStateAndStepInTheLanguage) {
  const Error needs("x", "Before {transition}, fill in: {fields}.",
                    {{"transition", "confirm"}, {"fields", "unit, baseline"}, {"other_field", "not_declared"}});
  const Error dari = in_words(needs, "monitoring_indicator", "fa-AF");
  EXPECT_EQ(dari.args[0].second, label_of_transition("monitoring_indicator", "confirm", "fa-AF"));
  EXPECT_EQ(dari.args[1].second, "واحد، مقدار پایه");
  EXPECT_EQ(dari.args[2].second, "\u2068not_declared\u2069");
  const Error refused("records.transition.rule", "{transition} is refused: {problem}",
                      {{"field", "due"}, {"problem", "The part due is not filled."}, {"rule", "objective.smart"}});
  EXPECT_EQ(in_words(refused, "objective", "tg").args[1].second, "Қисми Мӯҳлат пур нашудааст.");
}

TEST(Labels, DatesOutOfOrderAndPartsAreNamedByTheirLabels) {
  const Rule& order = *find_rule("visit.starts_before_ends");
  const RuleFailure failure{
      order.id,
      broken(order,
             {{"first", "2026-02-02"}, {"second", "2026-02-01"}, {"first_field", "starts"}, {"second_field", "ends"}}),
      {}};
  EXPECT_EQ(text_of_failure(failure, "visit", "en"), "Ends on (2026-02-01) lies before Starts on (2026-02-02).");
  EXPECT_EQ(text_of_failure(failure, "visit", "fa-AF"),
            "«پایان» (\u20682026-02-01\u2069) پیش از «آغاز» (\u20682026-02-02\u2069) است.");
}

TEST(Labels, PurposesSpeakEveryLanguageInTheWordsOfTheirSource) {
  const Catalogue& catalogue = Catalogue::built_in();
  for (const KindDefinition& kind : all_kinds())
    for (const std::string& language : catalogue.languages()) {
      const std::string* own = catalogue.find(language, "purpose." + kind.name);
      ASSERT_NE(own, nullptr) << language << " " << kind.name;
      EXPECT_EQ(*own == kind.purpose, language == "en") << language << " " << kind.name;
    }
}

TEST(Labels, AFailureNamesItsFieldsInTheLanguage) {
  const RuleFailure failure{
      "objective.smart",
      Error("model.rule.objective.smart", find_rule("objective.smart")->failure, {{"field", "due"}}),
      {}};
  EXPECT_EQ(text_of_failure(failure, "objective", "en"), "The part Due on is not filled.");
  EXPECT_EQ(text_of_failure(failure, "objective", "tg"), "Қисми Мӯҳлат пур нашудааст.");
}

TEST(Labels, RulesSpeakEveryLanguageInTheWordsOfTheirSource) {
  const Catalogue& catalogue = Catalogue::built_in();
  std::set<std::string> known;
  for (const Rule& rule : all_rules()) {
    const std::string id = "model.rule." + (rule.message.empty() ? rule.id : rule.message);
    known.insert(id);
    for (const std::string& language : catalogue.languages()) {
      const std::string* own = catalogue.find(language, id);
      ASSERT_NE(own, nullptr) << language << " lacks " << id;
      EXPECT_EQ(*own == rule.failure, language == "en") << language << " " << id;
    }
  }
  for (const auto& [id, text] : catalogue.file("en")->messages)
    EXPECT_TRUE(!id.starts_with("model.rule.") || known.contains(id)) << id;
}

}  // namespace hamdil::model
