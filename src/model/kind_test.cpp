#include "model/kind.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

namespace hamdil::model {
namespace {

Record round_record() {
  Record record;
  record.kind = "round";
  record.title = "Baseline";
  record.state = "active";
  record.set_fields({{"study", "s1"}, {"name", "baseline"}, {"order", 1}});
  return record;
}

}  // namespace

TEST(Kinds, NamesAreUniqueAndSortedAndReferencesLeadToKinds) {
  const auto& kinds = all_kinds();
  EXPECT_TRUE(std::is_sorted(kinds.begin(), kinds.end(), [](const auto& a, const auto& b) { return a.name < b.name; }));
  for (const KindDefinition& kind : kinds) {
    std::set<std::string> names;
    for (const FieldDefinition& field : kind.fields) {
      EXPECT_TRUE(names.insert(field.name).second) << kind.name << "." << field.name;
      EXPECT_FALSE(field.help.empty()) << kind.name << "." << field.name;
      if (field.type == FieldType::kReference || field.type == FieldType::kReferences) {
        EXPECT_NE(find_kind(field.refers_to), nullptr) << kind.name << "." << field.name;
      }
      EXPECT_EQ(field.type == FieldType::kChoice, !field.choices.empty()) << kind.name << "." << field.name;
    }
  }
}

TEST(Records, AValidRecordHasNothingToSay) { EXPECT_TRUE(validate(round_record()).empty()); }

TEST(Records, EveryProblemIsNamedNotOnlyTheFirst) {
  Record record = round_record();
  record.title = " ";
  record.set_fields({{"name", 7}, {"starts", "2026-13-01"}, {"colour", "red"}});
  std::multiset<std::string> codes;
  for (const Diagnostic& problem : validate(record)) codes.insert(problem.problem.code);
  EXPECT_EQ(codes, (std::multiset<std::string>{"model.record.field_missing", "model.record.field_missing",
                                               "model.record.no_title", "model.record.unknown_field",
                                               "model.record.wrong_type", "model.record.wrong_type"}));
}

TEST(Records, JsonRoundTripIsTheIdentity) {
  const Record record = round_record();
  const auto back = record_from_json(to_json(record));
  ASSERT_TRUE(back);
  EXPECT_EQ(to_json(*back), to_json(record));
}

TEST(Records, ADraftNeedsNothingButATitle) {
  Record record;
  record.kind = "finding";
  record.title = "Trust rose";
  record.state = "draft";
  EXPECT_TRUE(validate(record).empty());
  record.state = "confirmed";
  EXPECT_FALSE(validate(record).empty());
}

}  // namespace hamdil::model
