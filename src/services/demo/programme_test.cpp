#include "services/demo/programme.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/catalogue.hpp"
#include "base/embedded.hpp"
#include "services/demo/programme_texts.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::demo {
namespace {

using DemoProgramme = store::WorkspaceFixture;
using model::FieldType;

const store::Author kPerson{"amina", ""};

Json read_content(const std::string& name) { return *parse_yaml(find_embedded(name).value_or(""), name); }

std::vector<std::string> other_languages() {
  std::vector<std::string> out;
  for (const std::string& language : Catalogue::built_in().languages())
    if (language != "en") out.push_back(language);
  return out;
}

bool holds_codes(const model::FieldDefinition& field) {
  return field.type == FieldType::kChoice || field.type == FieldType::kDate || !field.list.empty() ||
         field.name.ends_with("_kind");
}

// All that somebody reads in the programme: titles and texts, without codes, addresses and references.
std::set<std::string> texts_of_programme() {
  std::set<std::string> out;
  const std::function<void(const Json&)> collect = [&](const Json& value) {
    if (value.is_structured())
      for (const Json& one : value) collect(one);
    else if (value.is_string() && is_in_a_language(value.get<std::string>()))
      out.insert(value.get<std::string>());
  };
  const Json content = read_content("demo-programme.yaml");
  for (const Json& record : content["records"]) {
    collect(record["title"]);
    const Json fields = record.value("fields", Json::object());
    for (const auto& [name, value] : fields.items())
      if (!holds_codes(*model::find_kind(record["kind"].get<std::string>())->find(name))) collect(value);
  }
  return out;
}

// Everything the demonstration wrote, by id.
std::map<std::string, model::Record> all_records(const store::Workspace& workspace) {
  std::map<std::string, model::Record> out;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program) continue;
    const auto records = workspace.list(kind.name);
    EXPECT_TRUE(records) << kind.name;
    for (const model::Record& record : *records) out[record.id] = record;
  }
  return out;
}

TEST(DemoProgrammeTexts, EveryTextIsThereInEveryLanguageAndNoneIsLeftOver) {
  const std::set<std::string> texts = texts_of_programme();
  ASSERT_GT(texts.size(), 200U);
  ASSERT_EQ(other_languages().size(), 2U);
  for (const std::string& language : other_languages()) {
    const Json file = read_content("demo-programme." + language + ".yaml");
    EXPECT_EQ(file["language"], language);
    EXPECT_EQ(file["status"], "draft, needs native review");
    for (const std::string& text : texts) EXPECT_TRUE(file["texts"].contains(text)) << language << ": " << text;
    for (const auto& [text, said] : file["texts"].items()) {
      EXPECT_TRUE(texts.contains(text)) << language << " says what is not in the programme: " << text;
      const auto words = said.get<std::string>();
      EXPECT_EQ(words.starts_with("DEMO "), text.starts_with("DEMO ")) << words;
      EXPECT_FALSE(is_in_a_language(words)) << "Latin words in " << language << ": " << words;
    }
  }
}

TEST_F(DemoProgramme, FillsEveryKindSaysDemoAndGoesAgain) {
  store::Workspace& workspace = *workspace_;
  const auto filled = fill_programme(workspace);
  ASSERT_TRUE(filled) << filled.error().describe();
  EXPECT_GT(*filled, model::all_kinds().size());
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program) continue;
    const auto page = workspace.query({.kind = kind.name});
    ASSERT_TRUE(page);
    EXPECT_GT(page->total, 0) << kind.name;
    for (const model::Record& record : page->records) EXPECT_TRUE(record.title.starts_with("DEMO ")) << record.title;
  }
  EXPECT_EQ(fill_programme(workspace).error().code, "demo.programme.there");
  const auto removed = remove_programme(workspace, kPerson);
  ASSERT_TRUE(removed) << removed.error().describe();
  EXPECT_EQ(removed->size(), *filled);
  EXPECT_EQ(workspace.history()->back().who, "amina");
  for (const model::Record& record : *removed) {
    const auto now = workspace.find(record.kind, record.id);
    ASSERT_TRUE(now && *now);
    EXPECT_TRUE((*now)->deleted) << record.kind;
    EXPECT_EQ((*now)->version, record.version) << record.kind;
  }
  const std::int64_t lines = workspace.head()->count;
  EXPECT_EQ(remove_programme(workspace, kPerson)->size(), 0U);  // again: nothing happens
  EXPECT_EQ(workspace.head()->count, lines);
  EXPECT_EQ(workspace.query({.kind = "finding"})->total, 0);
  EXPECT_TRUE(workspace.verify({})->problems.empty());
  EXPECT_TRUE(fill_programme(workspace));
}

TEST_F(DemoProgramme, IsWrittenInTheLanguageThatIsAskedFor) {
  store::Workspace& workspace = *workspace_;
  EXPECT_EQ(*programme_language(workspace), "");
  const auto unknown = fill_programme(workspace, "fr");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, "demo.programme.language");
  EXPECT_NE(unknown.error().describe().find("en, fa-AF, tg"), std::string::npos) << unknown.error().describe();
  ASSERT_TRUE(fill_programme(workspace, "fa_af"));
  EXPECT_EQ(*programme_language(workspace), "fa-AF");
  for (const auto& [id, record] : all_records(workspace)) {
    EXPECT_TRUE(record.title.starts_with("DEMO ")) << record.title;
    EXPECT_FALSE(is_in_a_language(record.title)) << record.kind << ": " << record.title;
    const Json fields = record.fields();
    for (const model::FieldDefinition& field : model::find_kind(record.kind)->fields) {
      const auto value = fields.find(field.name);
      if (value == fields.end()) continue;
      if (field.type == FieldType::kTranslated) {
        EXPECT_EQ(value->size(), Catalogue::built_in().languages().size()) << record.title << " " << field.name;
      } else if (field.type == FieldType::kLongText) {
        EXPECT_FALSE(is_in_a_language(value->get<std::string>())) << *value;
      }
    }
  }
  const auto events = workspace.list("event");
  EXPECT_EQ(events->front().title, "DEMO نخستین روز بازار");
  EXPECT_EQ(workspace.list("scenario")->front().title, "DEMO سناریو");  // of its declaration alone
}

TEST_F(DemoProgramme, GoesIntoAnotherLanguageAndComesBackAsItWas) {
  store::Workspace& workspace = *workspace_;
  ASSERT_TRUE(fill_programme(workspace));
  const auto first = all_records(workspace);
  for (const std::string language : {"tg", "fa-AF", "en"}) {
    const auto changed = translate_programme(workspace, language, kPerson);
    ASSERT_TRUE(changed) << changed.error().describe();
    EXPECT_EQ(changed->size(), first.size()) << language;
    EXPECT_EQ(workspace.history()->back().who, "amina");
    EXPECT_EQ(*programme_language(workspace), language);
    for (const model::Record& record : *changed)
      EXPECT_EQ((*workspace.find(record.kind, record.id))->version, record.version);
    const std::int64_t lines = workspace.head()->count;
    EXPECT_EQ(translate_programme(workspace, language, kPerson)->size(), 0U);  // nothing for what stands already
    EXPECT_EQ(workspace.head()->count, lines);
  }
  const auto last = all_records(workspace);
  ASSERT_EQ(last.size(), first.size());
  for (const auto& [id, record] : first) {
    EXPECT_EQ(last.at(id).title, record.title);
    EXPECT_EQ(last.at(id).fields(), record.fields()) << record.title;
    EXPECT_EQ(last.at(id).state, record.state);
    EXPECT_EQ(last.at(id).created_by, "DEMO");
  }
  EXPECT_TRUE(workspace.verify({})->problems.empty());
}

TEST_F(DemoProgramme, WhatPeopleChangedOrRemovedStaysInAnyLanguage) {
  store::Workspace& workspace = *workspace_;
  ASSERT_TRUE(fill_programme(workspace));
  model::Record visit = workspace.list("visit")->front();
  visit.title = "Our visit";
  model::Record finding = workspace.list("finding")->front();
  Json fields = finding.fields();
  fields["statement"]["en"] = "Trust grew, we think.";
  fields["statement"].erase("tg");
  finding.set_fields(fields);
  const model::Record risk = workspace.list("risk")->front();
  model::Record programme = workspace.list("programme")->front();
  programme.title = "Ours";
  ASSERT_TRUE(workspace.write(kPerson, [&](store::Transaction& transaction) -> Status {
    for (const model::Record& record : {visit, finding, programme}) HAMDIL_CHECK(transaction.save(record));
    HAMDIL_CHECK(transaction.save(model::new_record("visit", "DEMO Visit to Northbank", {})));
    return transaction.remove(risk.kind, risk.id);
  }));
  ASSERT_TRUE(translate_programme(workspace, "tg", kPerson));
  EXPECT_EQ(*programme_language(workspace), "tg");  // told by what nobody named anew
  const model::Record visited = **workspace.find("visit", visit.id);
  EXPECT_EQ(visited.title, "Our visit");
  EXPECT_EQ(visited.fields()["purpose"], "Мусоҳибаҳо ва ду гурӯҳи фокусӣ");  // beside it the demonstration's own
  const model::Record found = **workspace.find("finding", finding.id);
  EXPECT_TRUE(found.title.starts_with("DEMO Боварӣ")) << found.title;
  EXPECT_EQ(found.fields()["statement"], fields["statement"]);
  EXPECT_EQ(workspace.list("visit")->back().title, "DEMO Visit to Northbank");  // somebody's own
  const model::Record removed = **workspace.find("risk", risk.id);
  EXPECT_TRUE(removed.deleted);
  EXPECT_EQ(removed.title, risk.title);
}

TEST_F(DemoProgramme, WhatRefersToTheBinIsTranslatedToo) {
  store::Workspace& workspace = *workspace_;
  ASSERT_TRUE(fill_programme(workspace));
  const model::Record visit = workspace.list("visit")->front();
  const std::string place = visit.fields()["place"];
  ASSERT_TRUE(
      workspace.write(kPerson, [&](store::Transaction& transaction) { return transaction.remove("place", place); }));
  const auto changed = translate_programme(workspace, "fa-AF", kPerson);
  ASSERT_TRUE(changed) << changed.error().describe();
  EXPECT_EQ((*workspace.find("visit", visit.id))->title, "DEMO بازدید از کرانهٔ شمال");
}

TEST_F(DemoProgramme, AnEarlierDemonstrationIsTranslatedWhole) {
  store::Workspace& workspace = *workspace_;
  ASSERT_TRUE(workspace.write({"DEMO", ""}, [](store::Transaction& transaction) -> Status {
    HAMDIL_CHECK(transaction.save(model::new_record("activity_row", "DEMO Youth sport in Nine Mills", {})));
    HAMDIL_CHECK(transaction.save(model::new_record("capacity_score", "DEMO capacity score", {})));
    return Done{};
  }));
  EXPECT_EQ(translate_programme(workspace, "tg", kPerson)->size(), 2U);
  EXPECT_EQ(workspace.list("capacity_score")->front().title, "DEMO Баҳои иқтидор");
}

}  // namespace
}  // namespace hamdil::services::demo
