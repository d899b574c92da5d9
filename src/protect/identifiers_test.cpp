#include "protect/identifiers.hpp"

#include <gtest/gtest.h>

namespace hamdil::protect {
namespace {

std::string class_of(const std::string& name, const std::string& label = {}, const std::string& type = "text") {
  const auto found = classify_column({name, {label}, type, nullptr});
  return found ? identifier_class_name(found->kind) : "";
}

}  // namespace

TEST(Identifiers, FormTypesDecideFirst) {
  EXPECT_EQ(class_of("hh_place", "", "geopoint"), "location");
  EXPECT_EQ(class_of("deviceid", "", "deviceid"), "device");
  EXPECT_EQ(class_of("picture", "", "image"), "media");
}

TEST(Identifiers, NamesAndLabelsInSeveralLanguages) {
  EXPECT_EQ(class_of("respondent_name"), "name");
  EXPECT_EQ(class_of("q7", "What is your name?"), "name");
  EXPECT_EQ(class_of("q8", "نام و تخلص"), "name");
  EXPECT_EQ(class_of("q9", "Номер телефона"), "contact");
  EXPECT_EQ(class_of("phone_number"), "contact");
  EXPECT_EQ(class_of("passport_no", "Passport number"), "document");
}

TEST(Identifiers, QuestionsThatOnlySoundAlikeStay) {
  EXPECT_EQ(class_of("trust_neighbours", "How much do you trust your neighbours?"), "");
  EXPECT_EQ(class_of("contact_frequency", "How often do you have contact with hosts?", "select_one freq"), "");
  EXPECT_EQ(class_of("has_phone", "Does the household own a phone?", "select_one yn"), "");
  EXPECT_EQ(class_of("settlement", "Name of the settlement"), "");
  EXPECT_EQ(class_of("end_of_conflict", "When did it end?"), "");
}

TEST(Identifiers, ServerFieldsAndValuesThatLookLikeNumbers) {
  EXPECT_EQ(class_of("_submitted_by", "", ""), "meta");
  EXPECT_EQ(class_of("_uuid", "", ""), "meta");
  const data::Column phones = data::Column::of_texts("q3", {"+000 55 510 0001", "000555100022", "000-555-100-333"});
  EXPECT_EQ(classify_column({"q3", {}, "text", &phones})->kind, IdentifierClass::kContact);
  const data::Column notes = data::Column::of_texts("q3", {"good", "bad", "000555100022"});
  EXPECT_FALSE(classify_column({"q3", {}, "text", &notes}));
}

}  // namespace hamdil::protect
