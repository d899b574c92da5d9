#include "protect/identifiers.hpp"

#include <gtest/gtest.h>

#include <cmath>

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

TEST(Identifiers, OneWordWithWhoseOrWhichOne) {
  for (const char* name : {"resp_phone", "phone_1", "phone", "mobile", "tel", "hh_mobile_number", "Q7_tel", "email_2"})
    EXPECT_EQ(class_of(name), "contact") << name;
  for (const char* name : {"name", "Name", "resp_name", "hh_name", "name_2", "имя"})
    EXPECT_EQ(class_of(name), "name") << name;
  EXPECT_EQ(class_of("q1", "Name"), "name");
  EXPECT_EQ(class_of("q1", "Name:"), "name");
  EXPECT_EQ(class_of("q2", "Phone"), "contact");
  EXPECT_EQ(class_of("q2", "Telephone number", "integer"), "contact");
  const data::Column few = data::Column::of_codes("x", {0, 1, 0, 1}, {{"A", "A"}, {"B", "B"}});
  for (const char* name : {"name", "tel", "mobile", "address", "email"})
    EXPECT_TRUE(classify_column({name, {}, "", &few})) << name;
}

TEST(Identifiers, PlacesOrganisationsAndPossessionsStay) {
  for (const char* type : {"text", ""})
    for (const char* name :
         {"district_name", "village", "settlement", "settlement_name", "organisation_name", "ngo name", "has_phone",
          "mobile_money", "phone_network", "name_of_district", "number_of_members"})
      EXPECT_EQ(class_of(name, "", type), "") << name;
  EXPECT_EQ(class_of("settlement_name", "Name", "select_one places"), "");
  EXPECT_EQ(class_of("mobile", "Mobile", "select_one yn"), "");
  EXPECT_EQ(class_of("q3", "Name of the organisation that helped"), "");
  const data::Column owns = data::Column::of_numbers("mobile", {0, 1, 1, 0}, data::ColumnType::kInteger);
  for (const char* name : {"mobile", "phone", "info_channels.whatsapp"})
    EXPECT_FALSE(classify_column({name, {}, "", &owns})) << name;
}

TEST(Identifiers, NumbersOfTheLengthOfTelephoneNumbers) {
  const data::Column phones =
      data::Column::of_numbers("q3", {555100011, 992555100022, 555100033, 7, NAN}, data::ColumnType::kInteger);
  EXPECT_EQ(classify_column({"q3", {}, "integer", &phones})->kind, IdentifierClass::kContact);
  const data::Column income = data::Column::of_numbers("q3", {1500, 22000, 555100033, 700}, data::ColumnType::kInteger);
  EXPECT_FALSE(classify_column({"q3", {}, "integer", &income}));
  const data::Column shares =
      data::Column::of_numbers("q3", {0.123456789, 0.987654321, 0.5}, data::ColumnType::kNumber);
  EXPECT_FALSE(classify_column({"q3", {}, "decimal", &shares}));
  const data::Column times = data::Column::of_numbers("q3", {1.7e9, 1.7e9, 1.7e9}, data::ColumnType::kDateTime);
  EXPECT_FALSE(classify_column({"q3", {}, "", &times}));
}

}  // namespace hamdil::protect
