#include "model/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <regex>
#include <set>

#include "model/rule_words.hpp"

namespace hamdil::model {
namespace {

constexpr const char* kToday = "2026-06-15";

class World final : public RecordLookup {
 public:
  explicit World(std::vector<Record> records) : records_(std::move(records)) {}
  std::optional<Record> find(const std::string& kind, const std::string& id) const override {
    for (const Record& record : records_)
      if (record.kind == kind && record.id == id) return record;
    return std::nullopt;
  }
  std::vector<Record> list(const std::string& kind, const std::string& field, const std::string& value) const override {
    std::vector<Record> out;
    for (const Record& record : records_) {
      if (record.kind != kind) continue;
      const std::vector<std::string> held = words::Fields(record).ids(field);
      if (field.empty() || std::find(held.begin(), held.end(), value) != held.end()) out.push_back(record);
    }
    return out;
  }
  std::string today() const override { return kToday; }
  const Record& first() const { return records_.front(); }

 private:
  std::vector<Record> records_;
};

Record record_of(const Json& given) {
  const std::string kind = given["kind"];
  EXPECT_NE(find_kind(kind), nullptr) << kind;
  Json fields = given;
  for (const char* own : {"kind", "id", "state", "title", "changed_at"}) fields.erase(own);
  Record record = new_record(kind, given.value("title", "DEMO " + given.value("id", kind)), fields);
  record.id = given.value("id", kind);
  record.state = given.value("state", record.state);
  record.changed_at = given.value("changed_at", "");
  for (const Diagnostic& problem : validate(record))  // a case is made of records that could be saved
    EXPECT_EQ(problem.problem.code, "model.record.field_missing") << given.dump() << problem.problem.describe();
  return record;
}

World world_of(const Json& given) {
  std::vector<Record> records;
  for (const Json& one : given) records.push_back(record_of(one));
  return World(std::move(records));
}

bool breaks(const Rule& rule, const World& world) {
  for (const RuleFailure& failure : broken_rules(world.first(), world))
    if (failure.rule == rule.id) return true;
  return false;
}

// A pair of worlds for a rule that was made from the declarations, by the form of its id.
std::optional<std::pair<Json, Json>> general_case(const Rule& rule) {
  const auto one = [&](Json fields) {
    fields["kind"] = rule.kind;
    return Json::array({fields});
  };
  const std::string point = rule.id.substr(rule.kind.size() + 1);
  std::smatch match;
  if (std::regex_match(point, match, std::regex("(.+)_before_(.+)")))
    return std::pair{one({{match[1], "2026-02-01"}, {match[2], "2026-02-01"}}),
                     one({{match[1], "2026-02-01"}, {match[2], "2026-01-31"}})};
  if (std::regex_match(point, match, std::regex("(.+)_within_(.+)")) &&
      find_kind(rule.kind)->find(match[1].str()) != nullptr && find_kind(rule.kind)->find(match[2].str()) != nullptr)
    return std::pair{one({{match[1], 5}, {match[2], 5}}), one({{match[1], 6}, {match[2], 5}})};
  if (std::regex_match(point, match, std::regex("(.+)_no_circle"))) {
    const std::string field = match[1];
    const bool many = find_kind(rule.kind)->find(field)->type == FieldType::kReferences;
    const auto to = [&](const char* id) { return many ? Json::array({id}) : Json(id); };
    const Json second = {{"kind", rule.kind}, {"id", "second"}, {field, to("third")}};
    const Json open = {{"kind", rule.kind}, {"id", "third"}};
    const Json closed = {{"kind", rule.kind}, {"id", "third"}, {field, to("first")}};
    const Json first = {{"kind", rule.kind}, {"id", "first"}, {field, to("second")}};
    return std::pair{Json::array({first, second, open}), Json::array({first, second, closed})};
  }
  if (std::regex_match(point, match, std::regex("(.+)_of_the_same_whole"))) {
    const FieldDefinition& field = *find_kind(rule.kind)->find(match[1].str());
    const bool is_whole = find_kind(rule.kind)->find(field.within) == nullptr;
    Json first = {{"kind", rule.kind}, {"id", "own"}, {field.name, "named"}};
    if (!is_whole) first[field.within] = "own";
    const auto of = [&](const char* whole) {
      return Json::array({first, {{"kind", field.refers_to}, {"id", "named"}, {field.within, whole}}});
    };
    return std::pair{of("own"), of("another")};
  }
  if (std::regex_match(point, match, std::regex("(.+)_not_in_future")))
    return std::pair{one({{match[1], kToday}}), one({{match[1], "2026-06-16"}})};
  if (point == "has_whole")
    return std::pair{one({{find_kind(rule.kind)->part_of()->name, "whole"}}), one(Json::object())};
  if (point == "filled") {
    Json full = Json::object();
    const KindDefinition& kind = *find_kind(rule.kind);
    for (const FieldDefinition& field : kind.fields) {
      if (!field.required) continue;
      full[field.name] = field.type == FieldType::kTranslated ? Json{{"en", "x"}}
                         : field.type == FieldType::kInteger  ? Json(1)
                         : field.type == FieldType::kChoice   ? Json(field.choices.front())
                                                              : Json("x");
    }
    return std::pair{one(full), one(Json::object())};
  }
  if (point == "not_overdue") {
    const auto& fields = find_kind(rule.kind)->fields;
    const auto owed =
        std::find_if(fields.begin(), fields.end(), [](const auto& field) { return !field.done_in.empty(); });
    return std::pair{one({{owed->name, kToday}}), one({{owed->name, "2026-06-14"}})};
  }
  if (point == "reviewed_in_time")
    return std::pair{one({{"reviewed_on", "2026-03-15"}, {"review_months", 3}}),
                     one({{"reviewed_on", "2026-03-14"}, {"review_months", 3}})};
  return std::nullopt;
}

std::map<std::string, std::vector<std::pair<Json, Json>>> cases() {
  std::map<std::string, std::vector<std::pair<Json, Json>>> out;
  const auto file = read_yaml_file(std::string(HAMDIL_SOURCE_DIR) + "/src/model/testdata/rules.yaml");
  EXPECT_TRUE(file) << (file ? "" : file.error().describe());
  for (const Json& one : *file) out[one["rule"]].emplace_back(one["holds"], one["fails"]);
  for (const Rule& rule : general_rules())
    if (const auto made = general_case(rule)) out[rule.id].push_back(*made);
  return out;
}

}  // namespace

TEST(Rules, EachHasACaseThatHoldsAndOneThatFails) {
  const auto all = cases();
  for (const Rule& rule : all_rules()) {
    const auto found = all.find(rule.id);
    ASSERT_NE(found, all.end()) << rule.id << " has no case";
    for (const auto& [holds, fails] : found->second) {
      EXPECT_FALSE(breaks(rule, world_of(holds))) << rule.id << " is broken by " << holds.dump();
      EXPECT_TRUE(breaks(rule, world_of(fails))) << rule.id << " is kept by " << fails.dump();
    }
  }
  for (const auto& [id, worlds] : all) EXPECT_NE(find_rule(id), nullptr) << "there is no rule " << id;
}

TEST(Rules, IdsAreUniqueAndNameKindsAndTransitions) {
  std::set<std::string> ids;
  for (const Rule& rule : all_rules()) {
    EXPECT_TRUE(ids.insert(rule.id).second) << rule.id;
    const KindDefinition* kind = find_kind(rule.kind);
    ASSERT_NE(kind, nullptr) << rule.id;
    EXPECT_TRUE(rule.id.starts_with(rule.kind + ".")) << rule.id;
    EXPECT_FALSE(rule.sentence.empty() || rule.failure.empty()) << rule.id;
    for (const std::string& name : rule.blocks)
      EXPECT_TRUE(std::any_of(kind->transitions.begin(), kind->transitions.end(),
                              [&](const Transition& t) { return t.name == name; }))
          << rule.id << " blocks the unknown transition " << name;
  }
}

TEST(Rules, AFailureNamesItsFieldAndFillsItsSentence) {
  const World world = world_of(Json::array({{{"kind", "activity_row"}, {"reached", 3}, {"women_reached", 4}}}));
  for (const RuleFailure& failure : broken_rules(world.first(), world)) {
    if (failure.rule != "activity_row.parts_within_reached") continue;
    EXPECT_EQ(failure.problem.message(), "The parts add up to 4, more than were reached.");
    EXPECT_EQ(failure.problem.where.pointer, "/fields/reached");
    EXPECT_TRUE(failure.refuses("confirm"));
    return;
  }
  FAIL() << "the rule was not broken";
}

TEST(Rules, AmountsKeepTheirDecimalsAndScreeningsAreCounted) {
  const auto said = [](const Json& records, const std::string& rule) -> std::string {
    const World world = world_of(records);
    for (const RuleFailure& failure : broken_rules(world.first(), world))
      if (failure.rule == rule) return failure.problem.message();
    return "nothing";
  };
  EXPECT_EQ(said(Json::array({{{"kind", "budget_line"}, {"unit_cost_low", 1250.5}, {"unit_cost", 1250.25}}}),
                 "budget_line.unit_cost_low_within_unit_cost"),
            "unit_cost_low (1250.5) is more than unit_cost (1250.25).");
  EXPECT_EQ(
      said(Json::array({{{"kind", "document"}},
                        {{"kind", "screening"}, {"document", "document"}, {"reviewer", "a"}, {"decision", "include"}}}),
           "document.two_screeners"),
      "Two reviewers must decide on this document: 1 of 2 done.");
}

TEST(Rules, EveryPlaceInAFailureIsFilled) {
  for (const auto& [id, worlds] : cases())
    for (const auto& [holds, fails] : worlds) {
      const World world = world_of(fails);
      for (const RuleFailure& failure : broken_rules(world.first(), world))
        EXPECT_EQ(failure.problem.message().find('{'), std::string::npos)
            << failure.rule << ": " << failure.problem.message();
    }
}

TEST(Rules, AnEmptyDraftBreaksNothingThatCannotBeMended) {
  for (const KindDefinition& kind : all_kinds()) {
    const World world({new_record(kind.name, "DEMO", Json::object())});
    for (const RuleFailure& failure : broken_rules(world.first(), world))
      EXPECT_FALSE(failure.problem.message().empty());
  }
}

// An empty draft is not marked as wrong for what only its steps need.
TEST(Rules, APermissionIsNeededForTheStepAndNoMarkWhileNoDayIsKnown) {
  for (const auto& [kind, rule] : std::initializer_list<std::pair<const char*, const char*>>{
           {"visit", "visit.permission"}, {"focus_session", "focus_session.permission"}}) {
    const World world({new_record(kind, "DEMO", Json::object())});
    std::vector<RuleFailure> failures = broken_rules(world.first(), world);
    std::erase_if(failures, [&, name = rule](const RuleFailure& one) { return one.rule != name; });
    ASSERT_EQ(failures.size(), 1u) << rule;
    EXPECT_FALSE(failures.front().warns) << rule;
  }
}

TEST(Rules, WhatIsMendedInOtherRecordsLeadsToThem) {
  std::size_t led = 0;
  for (const Rule& rule : all_rules()) {
    const Related related = related_of(rule, {{"kind", "activity"}});
    if (related.kind.empty()) continue;
    ++led;
    const KindDefinition* kind = find_kind(related.kind);
    ASSERT_NE(kind, nullptr) << rule.id;
    if (related.field.empty()) continue;
    const FieldDefinition* field = kind->find(related.field);
    ASSERT_NE(field, nullptr) << rule.id;
    EXPECT_EQ(field->refers_to, rule.kind) << rule.id;
  }
  EXPECT_GT(led, 15u);
  EXPECT_TRUE(related_of(*find_rule("objective.smart"), {}).kind.empty());
}

}  // namespace hamdil::model
