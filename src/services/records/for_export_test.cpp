#include "services/records/for_export.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hamdil::services::records {
namespace {

model::Record record_of(const std::string& kind, const Json& fields) {
  model::Record record = model::new_record(kind, "DEMO Someone", fields);
  record.id = "abcdefghij";
  return record;
}

}  // namespace

TEST(ForExport, NamesAndWaysToReachPeopleStay) {
  const auto person =
      for_export(record_of("person", {{"role", "teacher"}, {"phone", "000"}, {"email", "a@example.org"}}));
  ASSERT_TRUE(person);
  EXPECT_EQ(person->title, "Person abcdef");
  EXPECT_EQ(person->fields(), Json({{"role", "teacher"}}));
}

TEST(ForExport, EveryFieldThatIdentifiesAPersonIsLeftOut) {
  for (const model::KindDefinition& kind : model::all_kinds()) {
    Json fields = Json::object();
    for (const model::FieldDefinition& field : kind.fields)
      if (field.personal != model::PersonalClass::kNone) fields[field.name] = "x";
    const auto shown = for_export(record_of(kind.name, fields));
    ASSERT_TRUE(shown);
    EXPECT_EQ(shown->fields(), Json::object()) << kind.name;
  }
}

TEST(ForExport, AllegationsAreOnlyCounted) {
  EXPECT_FALSE(for_export(record_of("feedback", {{"sensitivity", "locked"}})));
  EXPECT_TRUE(for_export(record_of("feedback", {{"sensitivity", "ordinary"}})));
}

TEST(ForExport, OtherRecordsStayWhole) {
  const model::Record place = record_of("place", {{"code", "7"}});
  EXPECT_EQ(model::to_json(*for_export(place)), model::to_json(place));
}

}  // namespace hamdil::services::records
