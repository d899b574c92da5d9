#include "protect/identifiers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>

#include "protect/identifiers_distinct.hpp"
#include "protect/identifiers_words.hpp"

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

namespace {

data::Column texts(std::vector<std::string> values) { return data::Column::of_texts("x", std::move(values)); }
data::Column numbers(std::vector<double> values, data::ColumnType type = data::ColumnType::kInteger) {
  return data::Column::of_numbers("x", std::move(values), type);
}
data::Column repeated(const std::vector<std::string>& levels) {
  std::vector<data::Level> out;
  std::vector<std::int32_t> codes;
  for (const std::string& level : levels) out.push_back({level, level});
  for (int i = 0; i < 40; ++i) codes.push_back(i % static_cast<int>(levels.size()));
  return data::Column::of_codes("x", codes, out);
}
// A column of a table without a form.
std::string class_in_table(const std::string& name, const data::Column& values, const std::string& label = {}) {
  const auto found =
      classify_column({name, label.empty() ? std::vector<std::string>() : std::vector{label}, "", &values});
  return found ? identifier_class_name(found->kind) : "";
}

}  // namespace

TEST(Identifiers, TelephonesInDari) {
  for (const char* name : {"تلفون", "تلفن", "تلیفون", "نمبر تلفون", "شماره تماس", "موبایل", "مبایل", "نمبر",
                           "نمبر تماس", "شماره موبایل سرپرست خانوار"})
    EXPECT_EQ(class_in_table(name, texts({"0700000001", "0700000002", "0790000003"})), "contact") << name;
}

TEST(Identifiers, NamesInLatinLettersAsFormsHaveThem) {
  for (const char* name : {"telefon", "nomer_telefona", "raqami_telefon", "shumara_tamas", "mobayl", "hatif"})
    EXPECT_EQ(class_of(name), "contact") << name;
  for (const char* name : {"fio", "familiya", "nomi_purra", "nam", "ism", "takhallus"})
    EXPECT_EQ(class_of(name), "name") << name;
  for (const char* name : {"pasport", "shinosnoma", "raqami_shinosnoma"}) EXPECT_EQ(class_of(name), "document") << name;
  EXPECT_EQ(class_of("sanai_tavallud", "", "date"), "birth");
  EXPECT_EQ(class_of("pursanda"), "meta");
}

TEST(Identifiers, PeopleBesideTheRespondent) {
  for (const char* name : {"village_leader_name", "focal_point_name", "imam_name", "emergency_contact_name",
                           "spouse_name", "name_of_interviewee", "neighbour_name"})
    EXPECT_EQ(class_of(name), "name") << name;
  for (const char* name : {"home_phone", "emergency_phone", "next_of_kin_phone", "neighbour_tel"})
    EXPECT_EQ(class_of(name), "contact") << name;
  for (const char* name : {"office_name", "school_name", "home_ownership", "neighbour_trust", "relatives_nearby"})
    EXPECT_EQ(class_of(name), "") << name;
}

TEST(Identifiers, PositionsInTwoColumns) {
  const data::Column degrees = numbers({37.55, 38.1, 36.9}, data::ColumnType::kNumber);
  for (const char* name : {"lat", "lon", "latitude", "Longitude", "lng", "gps_lat", "hh_longitude", "широта"})
    EXPECT_EQ(class_in_table(name, degrees), "location") << name;
  EXPECT_EQ(class_in_table("lat", numbers({1, 2, 3})), "");
  EXPECT_EQ(class_of("lat", "", "decimal"), "location");
  const auto found =
      classify_columns({{"lat", {}, "", &degrees}, {"long", {}, "", &degrees}, {"how_long", {}, "", &degrees}});
  EXPECT_TRUE(found[1]);
  EXPECT_FALSE(found[2]);
  EXPECT_FALSE(classify_columns({{"long", {}, "", &degrees}})[0]);
}

TEST(Identifiers, DatesOfBirth) {
  const data::Column days = numbers({3000, 4000, 9000}, data::ColumnType::kDate);
  for (const char* name : {"dob", "DOB", "date_of_birth", "birth date", "BirthDate", "resp_dob", "дата рождения",
                           "санаи таваллуд", "تاریخ تولد"}) {
    EXPECT_EQ(class_in_table(name, days), "birth") << name;
    EXPECT_EQ(class_in_table(name, texts({"12/05/1990", "1/6/1971", "3/3/1988"})), "birth") << name;
    EXPECT_EQ(class_in_table(name, numbers({1990, 1971, 1988})), "") << name << " as a year";
  }
  EXPECT_EQ(class_of("q4", "What is your date of birth?", "date"), "birth");
  EXPECT_EQ(class_of("birth_certificate", "Does the child have a birth certificate?", "text"), "");
}

TEST(Identifiers, HousesAndHeads) {
  EXPECT_EQ(class_in_table("house_no", numbers({1, 7, 12, 3})), "contact");
  EXPECT_EQ(class_in_table("House Number", texts({"12a", "7", "9"})), "contact");
  const data::Column people = texts({"Person One", "Person Two", "Person Three"});
  for (const char* name : {"household_head", "hh_head", "head_of_household", "HoH"}) {
    EXPECT_EQ(class_in_table(name, people), "name") << name;
    EXPECT_EQ(class_in_table(name, repeated({"male", "female"})), "") << name;
    EXPECT_EQ(class_in_table(name, repeated({"yes", "no"})), "") << name;
    EXPECT_EQ(class_in_table(name, numbers({1, 0, 1, 1})), "") << name;
  }
  EXPECT_EQ(class_in_table("head_sex", repeated({"male", "female"})), "");
  EXPECT_EQ(class_of("resp_hoh_yn", "Are you the head of household?", "select_one yn"), "");
}

TEST(Identifiers, EnumeratorsKeepAPseudonym) {
  const data::Column codes = repeated({"E1", "E2", "E3"});
  for (const char* name : {"enumerator", "enumerator_name", "enum_id", "Interviewer ID", "name_of_enumerator",
                           "interviewer", "enqueteur", "مصاحبه‌گر"}) {
    const auto found = classify_column({name, {}, "", &codes});
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->kind, IdentifierClass::kMeta);
    EXPECT_EQ(found->treatment, Treatment::kPseudonymise) << name;
  }
  EXPECT_EQ(class_of("enum", "Enumerator id / ID de l'enquêteur.rice", "select_one e"), "meta");
  EXPECT_EQ(class_of("enum_gender", "What is the enumerator's gender?", "select_one sex"), "");
  EXPECT_EQ(class_of("enumerator_comment", "Remarks of the enumerator", "text"), "");
}

TEST(Identifiers, NumbersOfPapersAccountsAndDevices) {
  const data::Column papers = texts({"P0000001", "P0000002", "P0000003"});
  for (const char* name :
       {"caseid", "case_id", "Case Number", "unhcr_id", "proGres", "progres_id", "individual_id", "registration_number",
        "national_id", "tazkira", "تذکره", "шиноснома", "passport", "passport_no", "номер паспорта", "رقم الهوية"})
    EXPECT_EQ(class_in_table(name, papers), "document") << name;
  for (const char* name : {"bank_account", "account_number", "شماره حساب", "iban"})
    EXPECT_EQ(class_in_table(name, papers), "account") << name;
  for (const char* name : {"ip_address", "IMEI", "imei_number", "device_id"})
    EXPECT_EQ(class_in_table(name, papers), "device") << name;
  EXPECT_EQ(class_in_table("q9", texts({"192.0.2.1", "192.0.2.44", "198.51.100.7"})), "device");
  EXPECT_EQ(class_in_table("q9", texts({"AA00 0000 0000 0000 1", "AA0000000000000002", "AA0000000000000003"})),
            "account");
  EXPECT_EQ(class_in_table("caseid", numbers({1, 2, 3, 4, 5})), "document");
  EXPECT_EQ(class_in_table("passport", numbers({1, 2, 1, 2, 1, 1, 2, 3, 1, 2})), "");  // how many, or a code
  EXPECT_EQ(class_in_table("has_passport", repeated({"yes", "no"})), "");
  EXPECT_EQ(class_in_table("tazkira", repeated({"yes", "no", "don't know"})), "");
  EXPECT_EQ(class_of("docs", "Do you have an ID card?", "text"), "");
  EXPECT_EQ(class_of("bank_account", "Do you have a bank account?", "select_one yn"), "");
  EXPECT_EQ(class_in_table("own_mobile_phone", texts({"yes", "no", "two of them"})), "");
}

TEST(Identifiers, WhatSocialCohesionSurveysAskAboutIsData) {
  const data::Column often = repeated({"never", "sometimes", "often"});
  for (const char* name : {"contact", "registration", "unhcr", "device", "account", "passport", "case_no", "signal",
                           "affiliation", "screening result", "clearance status", "belonging", "الانتماء"})
    EXPECT_EQ(class_in_table(name, often), "") << name;
  EXPECT_EQ(class_of("other", "In case no one helped, please specify", "text"), "");
  EXPECT_EQ(class_of("why", "Why is there no phone number?", "text"), "");
  EXPECT_EQ(class_of("reason", "What is the reason for not having a national ID?", "text"), "");
  EXPECT_EQ(class_of("detained", "Have you ever been in a detention centre?", "select_one yn"), "");
  EXPECT_EQ(class_of("compare", "How is this camp compared with your previous camp?", "select_one s"), "");
  EXPECT_EQ(class_of("place_of_birth", "In which country were you born?", "text"), "");
  EXPECT_EQ(class_in_table("No.", numbers({1, 2, 3, 4})), "meta");
  EXPECT_EQ(class_in_table("number", numbers({1, 2, 2, 1, 1, 2, 3, 1, 2, 2, 1})), "");
}

TEST(Identifiers, RecordNumbersThatUndoPseudonyms) {
  const data::Column counted = numbers({1, 2, 3, 4, 5, 6});
  for (const char* name : {"row_id", "id", "record_id", "KEY", "hh_id", "respondent_id", "questionnaire no"}) {
    const auto found = classify_column({name, {}, "", &counted});
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->treatment, Treatment::kSeal) << name;
  }
  std::vector<double> shared;
  for (int i = 0; i < 120; ++i) shared.push_back(i / 3);
  const data::Column households = numbers(shared);
  EXPECT_EQ(classify_column({"hh_id", {}, "", &households})->treatment, Treatment::kPseudonymise);
  for (const char* name : {"cluster_id", "village.id", "district_id", "stratum", "hh_size", "number_of_children"})
    EXPECT_EQ(class_in_table(name, counted), "") << name;
  EXPECT_EQ(class_in_table("key", repeated({"a", "b"})), "");
  EXPECT_EQ(class_in_table("status", repeated({"idp", "host"})), "");
  EXPECT_EQ(class_in_table("notes", texts({"a", "b", "c"})), "");
}

TEST(Identifiers, ProxiesForAffiliationAreDropped) {
  const data::Column words = repeated({"A", "B", "C"});
  for (const char* name : {"camp_or_centre_of_origin", "camp_of_origin", "security_clearance", "perceived_affiliation",
                           "лагери пештара", "تصفیه امنیتی", "المخيم السابق"}) {
    const auto found = classify_column({name, {}, "select_one x", &words});
    ASSERT_TRUE(found) << name;
    EXPECT_EQ(found->treatment, Treatment::kDrop) << name;
    EXPECT_EQ(found->kind, IdentifierClass::kAffiliation);
  }
  const ColumnFacts tribe{"tribe", {}, "", &words}, village{"village", {}, "", &words}, camp{"camp", {}, "", &words};
  EXPECT_EQ(classify_columns({tribe, village})[0]->treatment, Treatment::kDrop);
  EXPECT_FALSE(classify_columns({tribe, village})[1]);
  EXPECT_FALSE(classify_columns({tribe, camp})[0]);
  EXPECT_EQ(class_of("feel_safe", "How safe do you feel in the camp?", "text"), "");
  EXPECT_EQ(class_of("gps", "Take the GPS [remove depending on security clearance]", "geopoint"), "location");
}

namespace {

// What is asked of a shape, from all different answers.
void expect_shape(const data::Column& column) {
  std::set<std::string> different;
  std::size_t answers = 0, with_digits = 0;
  for (std::size_t row = 0; row < column.size(); ++row) {
    if (column.is_missing(row)) continue;
    ++answers;
    different.insert(column.text_at(row));
  }
  for (const std::string& one : different)
    with_digits += std::count_if(one.begin(), one.end(), [](char c) { return c >= '0' && c <= '9'; }) >= 3;
  const ValueShape shape = shape_of(&column);
  EXPECT_EQ(shape.answers, answers);
  EXPECT_EQ(shape.mostly_distinct(), answers > 0 && different.size() * 10 >= answers * 9) << different.size();
  for (const std::size_t few : {2u, 12u, 20u}) EXPECT_EQ(shape.distinct <= few, different.size() <= few) << few;
  if (column.is_numeric()) return;
  EXPECT_EQ(shape.distinct, different.size());
  EXPECT_EQ(shape.with_digits, !different.empty() && with_digits * 2 >= different.size());
}

}  // namespace

TEST(ValueShape, IsThatOfAllDifferentAnswers) {
  std::mt19937 random(11);  // NOLINT: a fixed seed, so that a failure can be seen again
  for (const std::size_t rows : {0u, 1u, 20u, 21u, 22u, 200u, 5000u})
    for (const std::size_t values : {1u, 2u, 12u, 13u, 20u, 21u, 22u, 60u, 1000u, 100000u}) {
      std::vector<double> numbers;
      std::vector<std::string> texts;
      std::vector<std::int32_t> codes;
      std::vector<data::Level> levels;
      for (std::size_t i = 0; i < 30; ++i) levels.push_back({std::to_string(i * 40 % 1100), ""});  // some twice
      for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t value = random() % values;
        numbers.push_back(row % 50 == 7 ? std::nan("") : static_cast<double>(value) / 8);
        texts.push_back(row % 50 == 7 ? "" : "a" + std::to_string(value));
        codes.push_back(static_cast<std::int32_t>(value % 31) - 1);
      }
      SCOPED_TRACE(std::to_string(rows) + " rows, " + std::to_string(values) + " values");
      expect_shape(data::Column::of_numbers("n", std::move(numbers)));
      expect_shape(data::Column::of_texts("t", std::move(texts)));
      expect_shape(data::Column::of_codes("c", std::move(codes), std::move(levels)));
    }
}

TEST(ValueShape, ATenthOfRepeatedNumbersDecides) {
  for (const std::size_t repeated : {100u, 101u, 102u}) {
    std::vector<double> numbers;
    for (std::size_t row = 0; row < 1000; ++row)
      numbers.push_back(row < repeated ? -5.5 : static_cast<double>(row));  // -5.5 once is no repetition
    EXPECT_EQ(shape_of(nullptr).known, false);
    const data::Column column = data::Column::of_numbers("n", std::move(numbers));
    EXPECT_EQ(shape_of(&column).mostly_distinct(), repeated - 1 <= 100) << repeated;
    expect_shape(column);
  }
}

TEST(DistinctRows, EqualHashesDoNotMakeValuesEqual) {
  const std::vector<int> values = {1, 2, 1, 3, 2, 4, 1};
  DistinctRows distinct;
  std::vector<std::size_t> first;
  for (std::size_t row = 0; row < values.size(); ++row)
    first.push_back(distinct.first_of(7, row, [&](std::size_t a, std::size_t b) { return values[a] == values[b]; }));
  EXPECT_EQ(first, (std::vector<std::size_t>{0, 1, 0, 3, 1, 5, 0}));
  EXPECT_EQ(distinct.size(), 4u);
  EXPECT_EQ(ValueHash()("a") == ValueHash()("a"), false);  // another one each time
}

}  // namespace hamdil::protect
