#include "services/records/library.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/embedded.hpp"
#include "services/records/undo.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::records {
namespace {

Json content(const std::string& name) {
  const auto bytes = find_embedded(name);
  EXPECT_TRUE(bytes) << name;
  const auto tree = parse_yaml(*bytes, name);
  EXPECT_TRUE(tree) << name << (tree ? "" : tree.error().describe());
  return *tree;
}

std::vector<LibraryEntry> entries(const std::string& kind) {
  const auto listed = list_library(kind);
  EXPECT_TRUE(listed) << (listed ? "" : listed.error().describe());
  return *listed;
}

// Every text under `key`, however deep.
void gather(const Json& tree, const std::string& key, std::vector<std::string>& out) {
  if (tree.is_object())
    for (const auto& [name, value] : tree.items()) {
      if (name == key && value.is_array())
        for (const Json& one : value) out.push_back(one.get<std::string>());
      gather(value, key, out);
    }
  if (tree.is_array())
    for (const Json& one : tree) gather(one, key, out);
}

std::string plain_tag(std::string tag) {
  std::erase(tag, ' ');
  return tag;
}

}  // namespace

TEST(Library, HoldsAllThatTheContentFilesHold) {
  std::map<std::string, std::size_t> counts;
  for (const std::string& kind : library_kinds()) counts[kind] = entries(kind).size();
  const Json dnh = content("do-no-harm-checklist.yaml");
  std::size_t criteria = dnh["red_flags"].size() + dnh["durable_solutions_criteria"]["list"].size();
  for (const Json& section : dnh["sections"]) criteria += section["criteria"].size();
  const Json all_principles = content("data-protection-principles.yaml")["principles"];
  for (const Json& principle : all_principles) criteria += principle["software_checks"].size();
  EXPECT_EQ(counts["checklist_item"], criteria);
  EXPECT_EQ(counts["checklist"], 3u);
  EXPECT_EQ(counts["monitoring_indicator"], content("sc-indicators.yaml")["indicators"].size());
  EXPECT_EQ(counts["consent_text"], content("consent-texts.yaml")["texts"].size());
  EXPECT_EQ(counts["guide"], content("fgd-kii-guides.yaml")["guides"].size());
  EXPECT_EQ(counts["training_module"], content("training-modules.yaml")["modules"].size());
  EXPECT_EQ(counts["competency"], 28u);
  EXPECT_EQ(counts["test_item"], 30u);
  std::size_t units = 0;
  const Json all_countries = content("admin-units.yaml")["countries"];
  for (const Json& country : all_countries) units += country["units"].size();
  EXPECT_EQ(counts["place"], units);
  std::size_t codes = 0;
  const Json all_themes = content("codebook-starter.yaml")["themes"];
  for (const Json& theme : all_themes) codes += 1 + theme["codes"].size();
  EXPECT_EQ(counts["code"], codes);
  for (const char* kind : {"tool", "capacity_domain", "role_profile", "terms_of_reference", "deliverable",
                           "requirement", "acceptance_indicator", "strategy", "objective", "activity", "assumption"})
    EXPECT_GT(counts[kind], 0u) << kind;
}

TEST(Library, EveryEntryIsAValidRecordWithAnIdOfItsOwnAndLeadsToOthers) {
  std::map<std::string, std::set<std::string>> ids;
  for (const std::string& kind : library_kinds())
    for (const LibraryEntry& entry : entries(kind))
      EXPECT_TRUE(ids[kind].insert(entry.library_id).second) << kind << " " << entry.library_id;
  for (const std::string& kind : library_kinds())
    for (const LibraryEntry& entry : entries(kind)) {
      model::Record record = entry.record;
      Json fields = record.fields();
      for (const LibraryReference& reference : entry.references) {
        const model::FieldDefinition* field = model::find_kind(kind)->find(reference.field);
        ASSERT_NE(field, nullptr) << kind << "." << reference.field;
        EXPECT_EQ(field->refers_to, reference.kind);
        for (const std::string& id : reference.library_ids)
          EXPECT_TRUE(ids[reference.kind].contains(id)) << entry.library_id << " leads to " << id;
        const Json all = reference.library_ids;
        fields[reference.field] = field->type == model::FieldType::kReference ? all.front() : all;
      }
      record.set_fields(fields);
      for (const Diagnostic& problem : model::validate(record))
        ADD_FAILURE() << kind << " " << entry.library_id << ": " << problem.problem.describe();
    }
}

using LibraryTest = store::WorkspaceFixture;

TEST_F(LibraryTest, IsTakenInOnceWithWhatItRefersTo) {
  store::Workspace& workspace = *workspace_;
  const auto taken = take_from_library(workspace, {"tester", ""}, "training_module", {"tm-01", "tm-02"});
  ASSERT_TRUE(taken) << taken.error().describe();
  ASSERT_EQ(taken->records.size(), 2u);
  EXPECT_GT(taken->made.size(), 2u) << "with competencies";
  const Json competencies = taken->records.front().fields()["competencies"];
  ASSERT_FALSE(competencies.empty());
  EXPECT_TRUE(workspace.find("competency", competencies[0].get<std::string>())->has_value());
  const auto again = take_from_library(workspace, {"tester", ""}, "training_module", {"tm-01"});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->records.front().id, taken->records.front().id);
  EXPECT_TRUE(again->made.empty());
  EXPECT_EQ(again->undo, "");
  EXPECT_EQ(workspace.query({.kind = "training_module"})->total, 2);
  std::vector<std::string> all;
  for (const LibraryEntry& entry : entries("activity")) all.push_back(entry.library_id);
  ASSERT_TRUE(take_from_library(workspace, {"tester", ""}, "activity", all));
  EXPECT_EQ(workspace.query({.kind = "strategy"})->total, 1);
}

TEST_F(LibraryTest, AWholeComesWithItsParts) {
  const LibraryEntry checklist = entries("checklist").front();
  std::size_t criteria = 0;
  for (const LibraryEntry& item : entries("checklist_item"))
    for (const LibraryReference& reference : item.references)
      criteria += reference.kind == "checklist" && reference.library_ids.front() == checklist.library_id ? 1 : 0;
  ASSERT_GT(criteria, 5u);
  const auto taken = take_from_library(*workspace_, {"tester", ""}, "checklist", {checklist.library_id});
  ASSERT_TRUE(taken) << taken.error().describe();
  EXPECT_EQ(taken->records.size(), 1u);
  EXPECT_EQ(workspace_->list("checklist_item", "checklist", taken->records.front().id)->size(), criteria);
}

TEST_F(LibraryTest, NothingIsTakenWhereOneIsUnknown) {
  const auto wrong = take_from_library(*workspace_, {"tester", ""}, "training_module", {"tm-01", "no-such"});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, "records.library.unknown");
  EXPECT_EQ(wrong.error().where.pointer, "/library_ids/1");
  EXPECT_EQ(workspace_->query({.kind = "training_module"})->total, 0);
  EXPECT_EQ(workspace_->query({.kind = "competency"})->total, 0);
  EXPECT_EQ(take_from_library(*workspace_, {"tester", ""}, "visit", {}).error().code, "records.library.kind");
}

TEST_F(LibraryTest, WhatWasTakenIsTakenBackWithAllThatCameWithIt) {
  const auto taken = take_from_library(*workspace_, {"tester", ""}, "training_module", {"tm-01"});
  ASSERT_TRUE(taken);
  const auto undone = undo_step(*workspace_, {"tester", ""}, taken->undo);
  ASSERT_TRUE(undone) << undone.error().describe();
  EXPECT_EQ(undone->records.size(), taken->made.size());
  EXPECT_TRUE(undone->left.empty());
  EXPECT_EQ(workspace_->query({.kind = "competency"})->total, 0);
  const auto anew = take_from_library(*workspace_, {"tester", ""}, "training_module", {"tm-01"});
  ASSERT_TRUE(anew);
  EXPECT_NE(anew->records.front().id, taken->records.front().id) << "what lies in the bin is not here";
}

TEST_F(LibraryTest, IsLookedThroughByPagesAndWordsOfEveryLanguage) {
  const std::size_t all = entries("consent_text").size();
  std::vector<std::string> seen;
  for (std::size_t skip = 0; skip < all; skip += 2) {
    const auto page =
        look_in_library(*workspace_, {.kind = "consent_text", .language = "en", .skip = skip, .limit = 2});
    ASSERT_TRUE(page);
    EXPECT_EQ(page->total, all);
    for (const LibraryLine& line : page->lines) seen.push_back(line.library_id);
  }
  ASSERT_EQ(seen.size(), all);
  for (std::size_t i = 0; i < all; ++i) EXPECT_EQ(seen[i], entries("consent_text")[i].library_id);
  const auto dari = look_in_library(*workspace_, {.kind = "consent_text", .words = "معرفي", .language = "fa-AF"});
  ASSERT_TRUE(dari);
  ASSERT_GT(dari->total, 0u) << "an Arabic yeh finds the Persian one";
  EXPECT_NE(dari->lines.front().about.find("ا"), std::string::npos) << "in the language of the reader";
  EXPECT_LE(dari->lines.front().about.size(), 250u);
  EXPECT_EQ(look_in_library(*workspace_, {.kind = "consent_text", .words = "zzzz"})->total, 0u);
  const auto taken = take_from_library(*workspace_, {"tester", ""}, "consent_text", {seen.back()});
  ASSERT_TRUE(taken);
  const auto after = look_in_library(*workspace_, {.kind = "consent_text", .language = "en"});
  EXPECT_EQ(after->lines.back().taken, taken->records.front().id);
  EXPECT_EQ(after->lines.front().taken, "");
}

TEST_F(LibraryTest, AllOfEveryKindCanBeTaken) {
  for (const std::string& kind : library_kinds()) {
    std::vector<std::string> all;
    for (const LibraryEntry& entry : entries(kind)) all.push_back(entry.library_id);
    const auto taken = take_from_library(*workspace_, {"tester", ""}, kind, all);
    ASSERT_TRUE(taken) << kind << " " << taken.error().describe();
    EXPECT_EQ(taken->records.size(), all.size());
    EXPECT_EQ(workspace_->query({.kind = kind})->total, static_cast<std::int64_t>(all.size())) << kind;
  }
}

TEST(Library, EveryContentFileIsReadable) {
  for (const EmbeddedFile& file : embedded_content()) {
    const auto tree = parse_yaml(file.bytes, std::string(file.name));
    EXPECT_TRUE(tree) << (tree ? "" : tree.error().describe());
  }
}

TEST(Content, EveryFeedOfAnOutlineIsAKindOfRecord) {
  std::vector<std::string> feeds;
  gather(content("report-outlines.yaml"), "feeds", feeds);
  EXPECT_GT(feeds.size(), 100u);
  for (const std::string& feed : feeds) EXPECT_NE(model::find_kind(feed), nullptr) << feed;
}

TEST(Content, TagsOfActivityRowsAreThoseOfTheMatrix) {
  std::set<std::string> tags;
  const Json matrix = content("hxl-5w.yaml");
  for (const Json& column : matrix["columns"]) tags.insert(plain_tag(column["hxl"]));
  std::size_t tagged = 0;
  for (const model::FieldDefinition& field : model::find_kind("activity_row")->fields) {
    if (field.hxl.empty()) continue;
    ++tagged;
    EXPECT_TRUE(tags.contains(plain_tag(field.hxl))) << field.name << " " << field.hxl;
  }
  EXPECT_GT(tagged, 20u);
  const auto& pillars = model::find_kind("activity_row")->find("pillar")->choices;
  EXPECT_EQ(Json(pillars), matrix["pillars"]["list"]);
}

TEST(Content, ChoicesOfRolesAndGroupsAreThoseOfTheContent) {
  EXPECT_EQ(Json(model::find_kind("role_profile")->find("role")->choices), content("competencies.yaml")["roles"]);
  std::set<std::string> purposes;
  const Json consent = content("consent-texts.yaml");
  for (const Json& one : consent["meta"]["purposes"]) purposes.insert(one);
  for (const LibraryEntry& entry : entries("consent_text")) {
    const Json fields = entry.record.fields();
    for (const Json& purpose : fields["purposes"])
      EXPECT_TRUE(purposes.contains(purpose)) << entry.library_id << " " << purpose;
  }
}

}  // namespace hamdil::services::records
