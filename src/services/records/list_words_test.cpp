#include "services/records/list_words.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/records/exchange_list.hpp"
#include "services/records/records.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;

const store::Author kAuthor{"tester", ""};

class ListWords : public store::WorkspaceFixture {
 protected:
  // A value that a field takes; the n-th choice of those that have several.
  Json value_of(const FieldDefinition& field, std::size_t n) {
    switch (field.type) {
      case FieldType::kText:
        if (field.web_address) return "https://example.org/" + std::to_string(n) + "?a=b;c";
        if (field.list == "currency") return "TJS";
        if (field.list == "language") return "tg";
        if (field.list == "time_zone") return "Asia/Kabul";
        return n % 2 == 0 ? "=1+1; два, \"سه\"" : "'apostrophe";
      case FieldType::kLongText:
        return "first line\nsecond; line";
      case FieldType::kTranslated:
        return {{"en", "word"}, {"fa-AF", "واژه"}};
      case FieldType::kNumber:
        return field.least || field.greatest ? Json(field.least.value_or(*field.greatest)) : Json(0.1 + 0.2);
      case FieldType::kInteger:
        return static_cast<std::int64_t>(field.least.value_or(field.greatest.value_or(12)));
      case FieldType::kBoolean:
        return n % 2 == 0;
      case FieldType::kDate:
        return "2026-02-28";
      case FieldType::kTimestamp:
        return "2026-02-28T09:30:00Z";
      case FieldType::kChoice:
        return field.choices[n % field.choices.size()];
      case FieldType::kTags:
        return field.list.empty() ? Json({"one", "two; three"}) : Json({"tg", "fa-AF"});
      case FieldType::kReference:
        return known(field.refers_to);
      case FieldType::kReferences:
        return Json::array({known(field.refers_to)});
      case FieldType::kData:
        return {{"a", {1, "two"}}};
      case FieldType::kDigest:
        return std::string(64, 'a');
      case FieldType::kFiles:
        break;
    }
    return nullptr;
  }

  // A record of a kind that others may refer to; written past the rules, as its required fields do not matter here.
  std::string known(const std::string& kind) {
    if (const auto found = ids_.find(kind); found != ids_.end()) return found->second;
    ids_[kind] = "";  // kinds that lead to themselves
    Json fields = Json::object();
    for (const FieldDefinition& field : model::find_kind(kind)->fields)
      if (field.required && field.refers_to.empty()) fields[field.name] = value_of(field, 0);
    for (const FieldDefinition& field : model::find_kind(kind)->fields)
      if (field.required && !field.refers_to.empty() && !known(field.refers_to).empty())
        fields[field.name] = value_of(field, 0);
    const Status done = workspace_->write(kAuthor, [&](store::Transaction& t) -> Status {
      HAMDIL_TRY(const auto saved, t.save(model::new_record(kind, "Known " + kind, fields)));
      ids_[kind] = saved.id;
      return Done{};
    });
    EXPECT_TRUE(done) << kind << " " << (done ? "" : done.error().describe());
    return ids_[kind];
  }

  void fill(const KindDefinition& kind, std::size_t n) {
    Json fields = Json::object();
    for (const FieldDefinition& field : kind.fields)
      if (Json value = value_of(field, n); value != Json("") && value != Json::array({""}))
        fields[field.name] = std::move(value);
    const auto made =
        create_record(*workspace_, kAuthor, kind.name, {{"title", "Record " + std::to_string(n)}, {"fields", fields}});
    ASSERT_TRUE(made) << kind.name << " " << made.error().describe();
    ASSERT_TRUE(made->record) << kind.name << " " << made->problems.front().problem.describe();
  }

  std::map<std::string, std::string> ids_;
};

TEST_F(ListWords, WhatIsWrittenInEveryLanguageIsReadAsTheSameForEveryKind) {
  std::size_t kinds = 0;
  for (const KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program || kind.name == "comment") continue;
    std::size_t most = 2;
    for (const FieldDefinition& field : kind.fields) most = std::max(most, field.choices.size());
    for (std::size_t n = 0; n < most; ++n) fill(kind, n);
    for (const std::string& language : Catalogue::built_in().languages())
      for (const ListFormat format : {ListFormat::kCsv, ListFormat::kXlsx}) {
        const auto file = export_list(*workspace_, {.kind = kind.name}, format, language);
        ASSERT_TRUE(file) << file.error().describe();
        const auto back = import_list(*workspace_, kAuthor, {kind.name, file->bytes, file->name, {}, true});
        ASSERT_TRUE(back) << kind.name << " " << back.error().describe();
        EXPECT_EQ(back->rows, file->rows) << kind.name << " " << language;
        EXPECT_EQ(back->created + back->changed, 0U) << kind.name << " " << language;
        EXPECT_TRUE(back->problems.empty())
            << kind.name << " " << language << " " << back->problems.front().problem.describe();
      }
    ++kinds;
  }
  EXPECT_GT(kinds, 100U);
}

TEST_F(ListWords, EveryChoiceAndStateIsReadBackInEveryLanguage) {
  for (const KindDefinition& kind : model::all_kinds())
    for (const std::string& language : Catalogue::built_in().languages()) {
      for (const std::string& state : kind.states)
        EXPECT_EQ(state_of(kind, state_text(kind, state, language)), state) << kind.name << " " << language;
      for (const bool value : {true, false}) EXPECT_EQ(boolean_of(boolean_text(value, language)), value) << language;
    }
}

TEST_F(ListWords, HeadsAndValuesStandInTheLanguageAndADemonstrationSaysSo) {
  ASSERT_TRUE(create_record(*workspace_, kAuthor, "programme", {{"title", "Try"}, {"fields", {{"demo", true}}}}));
  const auto place = create_record(*workspace_, kAuthor, "place", {{"title", "Northbank"}});
  ASSERT_TRUE(place && place->record);
  ASSERT_TRUE(create_record(*workspace_, kAuthor, "event",
                            {{"title", "Spring"}, {"fields", {{"good_contact", true}, {"place", place->record->id}}}}));
  const auto file = export_list(*workspace_, {.kind = "event"}, ListFormat::kCsv, "fa-AF");
  ASSERT_TRUE(file);
  EXPECT_NE(file->bytes.find("عنوان"), std::string::npos) << "the title's head";
  EXPECT_NE(file->bytes.find("بلی"), std::string::npos) << "yes";
  EXPECT_NE(file->bytes.find("Northbank"), std::string::npos);
  EXPECT_NE(file->bytes.find(demo_head("fa-AF")), std::string::npos);
  EXPECT_EQ(file->bytes.find("good_contact"), std::string::npos);
}

TEST_F(ListWords, ATitleBesideAnEmptyIdNamesTheRecordInANewRow) {
  const auto place = create_record(*workspace_, kAuthor, "place", {{"title", "Northbank"}});
  ASSERT_TRUE(place && place->record);
  const auto file = export_list(*workspace_, {.kind = "event"}, ListFormat::kCsv, "en");
  ASSERT_TRUE(file);
  const std::string head = file->bytes.substr(3, file->bytes.find("\r\n") - 3);  // behind the mark of UTF-8
  ASSERT_NE(head.find(",Place,"), std::string::npos) << head;
  ASSERT_NE(head.find(",Place:id,"), std::string::npos) << head;
  std::string row;
  std::size_t column = 0;
  for (std::size_t at = 0, next = 0; next != std::string::npos; at = next + 1, ++column) {
    next = head.find(',', at);
    const std::string name = head.substr(at, next - at);
    row += (column == 0 ? "" : ",") + std::string(name == "Title" ? "New" : name == "Place" ? "Northbank" : "");
  }
  const auto back = import_list(*workspace_, kAuthor, {"event", head + "\r\n" + row + "\r\n", "e.csv"});
  ASSERT_TRUE(back) << back.error().describe();
  ASSERT_TRUE(back->problems.empty()) << back->problems.front().problem.describe();
  ASSERT_EQ(back->records.size(), 1U);
  EXPECT_EQ(back->records.front().fields()["place"], place->record->id);
}

// Whoever changes a list in a spreadsheet changes what they read: the ids stand out of sight.
TEST_F(ListWords, ATitleThatWasChangedBesideItsIdCounts) {
  const auto make = [&](const std::string& kind, const std::string& title, const Json& fields = Json::object()) {
    return create_record(*workspace_, kAuthor, kind, {{"title", title}, {"fields", fields}})->record->id;
  };
  const std::string north = make("place", "Northbank; upper part", {{"names", {{"fa-AF", "کرانهٔ شمال"}}}});
  const std::string south = make("place", "Southbank"), twin = make("place", "Twin"),
                    other_twin = make("place", "Twin");
  const std::string person = make("person", "DEMO somebody"), nobody = make("person", "DEMO nobody");
  const std::string event = make("event", "Spring", {{"place", north}});
  const std::string twins = make("event", "Summer", {{"place", other_twin}});
  const std::string leave = make("permission", "Walk", {{"places", {north, twin}}, {"team", {person, nobody}}});
  const auto imported = [&](const std::string& kind, const std::string& from, const std::string& to) {
    for (const std::string language : {"en", "fa-AF"}) {
      const auto file = export_list(*workspace_, {.kind = kind}, ListFormat::kCsv, language);
      std::string bytes = file->bytes;
      const std::size_t at = bytes.find(from);
      if (at == std::string::npos) continue;
      bytes.replace(at, from.size(), to);
      return *import_list(*workspace_, kAuthor, {kind, bytes, "e.csv"});
    }
    ADD_FAILURE() << from << " stands in no file";
    return ListOutcome{};
  };
  const auto place_of = [&](const std::string& id) {
    return (*workspace_->find("event", id))->fields().value("place", std::string());
  };
  for (const auto& [kind, title] : std::map<std::string, std::string>{{"event", "Spring"}, {"permission", "Walk"}}) {
    const ListOutcome same = imported(kind, title, title);
    EXPECT_TRUE(same.problems.empty() && same.notes.empty());
    EXPECT_EQ(same.changed, 0U) << "twins and titles with semicolons are known by their ids";
  }
  const ListOutcome changed = imported("event", "[\"\"Northbank; upper part\"\"]", "Southbank");
  ASSERT_TRUE(changed.problems.empty()) << changed.problems.front().problem.describe();
  ASSERT_EQ(changed.notes.size(), 1U);
  EXPECT_EQ(changed.notes.front().problem.code, "records.import.title_counts");
  EXPECT_EQ(place_of(event), south);
  EXPECT_EQ(place_of(twins), other_twin);
  const ListOutcome unknown = imported("event", "Southbank", "Nowhere");
  ASSERT_EQ(unknown.problems.size(), 1U);
  EXPECT_EQ(unknown.problems.front().problem.code, "records.import.reference");
  EXPECT_EQ(place_of(event), south);
  const ListOutcome emptied = imported("event", "Southbank", "");
  ASSERT_TRUE(emptied.problems.empty());
  EXPECT_EQ(emptied.notes.front().problem.code, "records.import.title_gone");
  EXPECT_EQ(place_of(event), "");
  const ListOutcome fewer = imported("permission", "; " + model::code_of_title(nobody), "");
  ASSERT_TRUE(fewer.problems.empty()) << fewer.problems.front().problem.describe();
  EXPECT_EQ((*workspace_->find("permission", leave))->fields()["team"], Json({person}));
}

TEST_F(ListWords, WhatPeopleReadStandsFirstAndIdAndVersionLast) {
  for (const std::string language : {"", "en"}) {
    const auto file = export_list(*workspace_, {.kind = "place"}, ListFormat::kCsv, language);
    ASSERT_TRUE(file);
    const std::string head = text::fold(file->bytes.substr(3, file->bytes.find("\r\n") - 3));
    EXPECT_TRUE(head.starts_with("title,state,")) << head;
    EXPECT_TRUE(head.ends_with(",id,version")) << head;
  }
}

TEST_F(ListWords, ReferencesAreNamedInTheLanguageOfTheReader) {
  const auto place = create_record(*workspace_, kAuthor, "place",
                                   {{"title", "Northbank"}, {"fields", {{"names", {{"fa-AF", "کرانهٔ شمال"}}}}}});
  ASSERT_TRUE(place && place->record);
  ASSERT_TRUE(
      create_record(*workspace_, kAuthor, "event", {{"title", "Spring"}, {"fields", {{"place", place->record->id}}}}));
  const auto dari = export_list(*workspace_, {.kind = "event"}, ListFormat::kCsv, "fa-AF");
  ASSERT_TRUE(dari);
  EXPECT_NE(dari->bytes.find("کرانهٔ شمال"), std::string::npos);
  EXPECT_EQ(dari->bytes.find("Northbank"), std::string::npos);
  const auto tajik = export_list(*workspace_, {.kind = "event"}, ListFormat::kCsv, "tg");
  ASSERT_TRUE(tajik);
  EXPECT_NE(tajik->bytes.find("Northbank"), std::string::npos) << "it has no name in Tajik";
  // Without the id the name says which place is meant.
  std::string without = dari->bytes;
  without.replace(without.find(place->record->id), place->record->id.size(), "");
  const auto back = import_list(*workspace_, kAuthor, {"event", without, "e.csv", {}, true});
  ASSERT_TRUE(back) << back.error().describe();
  EXPECT_TRUE(back->problems.empty());
  EXPECT_EQ(back->changed, 0U);
}

TEST_F(ListWords, ACalculatedColumnIsWrittenAndNeverRead) {
  const auto made =
      create_record(*workspace_, kAuthor, "budget_line",
                    {{"title", "Bus"}, {"fields", {{"quantity", 3}, {"frequency", 2}, {"unit_cost", 10}}}});
  ASSERT_TRUE(made && made->record);
  for (const std::string language : {"", "en", "tg"}) {
    const auto file = export_list(*workspace_, {.kind = "budget_line"}, ListFormat::kCsv, language);
    ASSERT_TRUE(file);
    const std::string sum = ",60,";
    ASSERT_NE(file->bytes.find(sum), std::string::npos) << file->bytes;
    std::string other = file->bytes;
    other.replace(other.find(sum), 3, ",61");
    const auto back = import_list(*workspace_, kAuthor, {"budget_line", other, "b.csv"});
    ASSERT_TRUE(back);
    EXPECT_TRUE(back->problems.empty()) << back->problems.front().problem.describe();
    EXPECT_EQ(back->changed, 0U);
  }
}

TEST_F(ListWords, NamesOfPeopleLeaveOnlyWhereTheyAreAskedForAndHiddenOnesNever) {
  for (const bool hides : {false, true}) {
    const auto made =
        create_record(*workspace_, kAuthor, "stakeholder",
                      {{"title", hides ? "Hidden somebody" : "Open somebody"}, {"fields", {{"hide_name", hides}}}});
    ASSERT_TRUE(made && made->record);
  }
  for (const ListFormat format : {ListFormat::kCsv, ListFormat::kJson}) {
    const auto file = export_list(*workspace_, {.kind = "stakeholder"}, format);
    ASSERT_TRUE(file);
    EXPECT_EQ(file->bytes.find("somebody"), std::string::npos);
    const auto named = export_list(*workspace_, {.kind = "stakeholder"}, format, "", true);
    EXPECT_NE(named->bytes.find("Open somebody"), std::string::npos);
    EXPECT_EQ(named->bytes.find("Hidden somebody"), std::string::npos);
    for (const auto* one : {&*file, &*named}) {
      const auto back = import_list(*workspace_, kAuthor, {"stakeholder", one->bytes, one->name, {}, true});
      ASSERT_TRUE(back && back->problems.empty());
      EXPECT_EQ(back->created + back->changed, 0U) << "a code that comes back is no new name";
    }
  }
}

}  // namespace
}  // namespace hamdil::services::records
