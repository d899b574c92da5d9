#include "protect/microdata.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "protect/microdata_keys.hpp"

namespace hamdil::protect {
namespace {

data::Table people() {
  data::Table table;
  std::vector<std::int32_t> sex, district;
  std::vector<double> age;
  std::vector<std::string> remark, settlement;
  for (int i = 0; i < 60; ++i) {
    sex.push_back(i % 2);
    district.push_back(i < 58 ? i % 3 : 3);  // two people live in a district of their own
    age.push_back(20 + i % 40);
    remark.push_back("a remark");
    settlement.push_back("place " + std::to_string(i % 7));
  }
  table.put(data::Column::of_codes("sex", sex, {{"f", "Female"}, {"m", "Male"}}));
  table.put(data::Column::of_codes("district", district, {{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}}));
  table.put(data::Column::of_numbers("age", age, data::ColumnType::kInteger));
  table.put(data::Column::of_texts("remark", remark));
  table.put(data::Column::of_texts("settlement", settlement));
  return table;
}

}  // namespace

TEST(Microdata, EveryCombinationOfKeysIsSharedByAtLeastKRows) {
  const MicrodataPolicy policy{.k = 5, .keys = {"age", "sex", "district"}, .cluster_columns = {"settlement"}};
  const auto released = release_microdata(people(), policy);
  std::map<std::string, int> groups;
  for (std::size_t row = 0; row < released->table.rows; ++row) {
    std::string key;
    for (const std::string& name : policy.keys)
      if (const data::Column* column = released->table.find(name)) key += column->text_at(row) + "|";
    ++groups[key];
  }
  for (const auto& [key, count] : groups) EXPECT_GE(count, 5) << key;
  EXPECT_EQ(released->table.find("settlement"), nullptr);  // seven in so few people: given up as a whole
  EXPECT_EQ(released->table.rows + released->loss.rows_left_below_k, 60u);
}

TEST(Microdata, TextsAndNamesOfPlacesStayBehind) {
  const auto released = release_microdata(people(), {.keys = {"sex"}, .cluster_columns = {"settlement"}});
  EXPECT_EQ(released->table.find("remark"), nullptr);
  EXPECT_EQ(released->loss.texts_dropped, 1u);
  EXPECT_EQ(released->table.find("settlement")->text_at(0), "1");
}

namespace {

const ColumnLoss* loss_of(const ReleasedMicrodata& data, const std::string& column) {
  for (const ColumnLoss& one : data.loss.columns)
    if (one.column == column) return &one;
  return nullptr;
}

// A round number source of people: `values[i]` different answers of key i.
data::Table random_people(std::mt19937_64& random, std::size_t rows, const std::vector<int>& values,
                          bool some_missing) {
  data::Table table;
  for (std::size_t key = 0; key < values.size(); ++key) {
    std::vector<std::int32_t> codes;
    std::vector<data::Level> levels;
    for (int level = 0; level < values[key]; ++level) levels.push_back({std::to_string(level), std::to_string(level)});
    for (std::size_t row = 0; row < rows; ++row) {
      const double spread = std::uniform_real_distribution<double>(0, 1)(random);
      codes.push_back(static_cast<std::int32_t>(spread * spread * values[key]));
    }
    data::Column column = data::Column::of_codes("k" + std::to_string(key), codes, levels);
    if (some_missing)
      for (std::size_t row = 0; row < rows; ++row)
        if (std::uniform_int_distribution<int>(0, 9)(random) == 0)
          column.set_missing(row, row % 2 == 0 ? data::Missing::kRefused : data::Missing::kNotAsked);
    table.put(std::move(column));
  }
  return table;
}

}  // namespace

TEST(Microdata, HoldsKForEveryReasonOfAMissingValueAndBlanksLittle) {
  std::mt19937_64 random(11);
  for (int turn = 0; turn < 60; ++turn) {
    const auto between = [&](int low, int high) { return std::uniform_int_distribution<int>(low, high)(random); };
    std::vector<int> values;
    for (int key = 0, keys = between(1, 6); key < keys; ++key) values.push_back(between(2, 9));
    const std::size_t rows = static_cast<std::size_t>(between(5, 400));
    const std::size_t k = static_cast<std::size_t>(between(2, 6));
    MicrodataPolicy policy{.k = k};
    for (std::size_t key = 0; key < values.size(); ++key) policy.keys.push_back("k" + std::to_string(key));
    const auto released = release_microdata(random_people(random, rows, values, turn % 2 == 0), policy);
    std::map<std::string, std::size_t> groups;
    for (std::size_t row = 0; row < released->table.rows; ++row) {
      std::string key;
      for (const std::string& name : policy.keys)
        if (const data::Column* column = released->table.find(name))
          key += column->text_at(row) + "/" + data::missing_name(column->reason(row)) + "|";
      ++groups[key];
    }
    for (const auto& [key, count] : groups) EXPECT_GE(count, k) << key;
    EXPECT_EQ(released->table.rows + released->loss.rows_left_below_k, rows);
    EXPECT_LT(released->loss.rows_left_below_k, k);
  }
  const auto large =
      release_microdata(random_people(random, 2000, {2, 5, 4}, false), {.k = 3, .keys = {"k0", "k1", "k2"}});
  EXPECT_LT(large->loss.cells_blanked, 60u);  // of 6000
}

TEST(Microdata, CodedNumbersAreNeverBanded) {
  data::Table table;
  std::vector<double> flag, code, age;
  for (int i = 0; i < 400; ++i) {
    flag.push_back(i % 2);
    code.push_back(1 + i % 5);
    age.push_back(18 + i % 60);
  }
  table.put(data::Column::of_numbers("displaced", flag, data::ColumnType::kInteger));
  table.put(data::Column::of_numbers("education", code, data::ColumnType::kInteger));
  table.put(data::Column::of_numbers("age", age, data::ColumnType::kInteger));
  const auto released =
      release_microdata(table, {.k = 3, .keys = {"displaced", "education", "age"}, .bands = {{"age", 20}}});
  EXPECT_EQ(released->table.find("displaced")->type, data::ColumnType::kInteger);
  EXPECT_EQ(released->table.find("education")->text_at(4), "5");
  EXPECT_EQ(released->table.find("age")->text_at(0), "0-19");
  EXPECT_EQ(released->table.find("age")->levels.back().value, "60-79");
}

TEST(Microdata, RareEndsOfNumbersAreJoined) {
  data::Table table;
  std::vector<double> size(300, 4);
  for (int i = 0; i < 100; ++i) size[static_cast<std::size_t>(i)] = 1 + i % 14;
  size[0] = 41;
  table.put(data::Column::of_numbers("hh_size", size, data::ColumnType::kInteger));
  const auto released = release_microdata(table, {.k = 5, .keys = {"hh_size"}, .bands = {{"hh_size", 3}}});
  EXPECT_EQ(released->table.find("hh_size")->levels.back().value, "12+");
  EXPECT_EQ(released->loss.cells_blanked, 0u);
}

TEST(Microdata, AGroupThatAnswersAlikeKeepsItsAnswerToItself) {
  data::Table table;
  std::vector<std::int32_t> place, harmed;
  for (int i = 0; i < 40; ++i) {
    place.push_back(i / 10);
    harmed.push_back(i / 10 == 2 ? 1 : i % 2);
  }
  table.put(data::Column::of_codes("place", place, {{"a", "A"}, {"b", "B"}, {"c", "C"}, {"d", "D"}}));
  table.put(data::Column::of_codes("harmed", harmed, {{"no", "No"}, {"yes", "Yes"}}));
  const auto released = release_microdata(table, {.k = 3, .l = 2, .keys = {"place"}, .sensitive = {"harmed"}});
  const data::Column& column = *released->table.find("harmed");
  EXPECT_EQ(column.reason(25), data::Missing::kSuppressed);
  EXPECT_EQ(column.reason(5), data::Missing::kPresent);
  ASSERT_NE(loss_of(*released, "harmed"), nullptr);
  EXPECT_EQ(loss_of(*released, "harmed")->blanked, 10u);
}

TEST(Microdata, NothingTellsTheNameOfARenumberedCluster) {
  data::Table table = people();
  std::vector<double> code;
  std::vector<std::int32_t> name, answer;
  for (int i = 0; i < 60; ++i) {
    code.push_back(700 + i % 7);
    name.push_back(i % 7);
    answer.push_back(i % 5);
  }
  std::vector<data::Level> levels;
  for (int i = 0; i < 7; ++i) levels.push_back({"v" + std::to_string(i), "V"});
  table.put(data::Column::of_numbers("cluster_id", code, data::ColumnType::kInteger));
  table.put(data::Column::of_codes("village", name, levels));
  table.put(data::Column::of_codes("trust", answer, {{"1", ""}, {"2", ""}, {"3", ""}, {"4", ""}, {"5", ""}}));
  const auto released = release_microdata(table, {.keys = {"village"}, .cluster_columns = {"settlement"}});
  EXPECT_EQ(released->table.find("cluster_id"), nullptr);
  EXPECT_EQ(released->table.find("village"), nullptr);
  EXPECT_NE(released->table.find("trust"), nullptr);
  EXPECT_EQ(loss_of(*released, "cluster_id")->what, "left out");
}

TEST(Microdata, WhatPeopleWroteThemselvesStaysBehind) {
  data::Table table;
  std::vector<std::int32_t> codes;
  for (int i = 0; i < 30; ++i) codes.push_back(i % 3);
  table.put(data::Column::of_codes("picked", codes, {{"yes", "Yes"}, {"his brother told us", ""}, {"no", "No"}}));
  table.put(data::Column::of_codes("remark", codes, {{"he went to the next village", ""}, {"b", ""}, {"c", ""}}));
  const auto released = release_microdata(table, {.listed_levels = {{"picked", {"yes", "no"}}}});
  EXPECT_EQ(released->table.find("remark"), nullptr);
  const data::Column& picked = *released->table.find("picked");
  ASSERT_EQ(picked.levels.size(), 2u);
  EXPECT_EQ(picked.reason(1), data::Missing::kSuppressed);
  EXPECT_EQ(picked.text_at(2), "no");
  EXPECT_EQ(loss_of(*released, "picked")->blanked, 10u);
}

TEST(Microdata, AColumnThatWouldBeBlankIsLeftOutByName) {
  data::Table table;
  std::vector<std::int32_t> village, sex;
  std::vector<data::Level> levels;
  for (int i = 0; i < 40; ++i) levels.push_back({"v" + std::to_string(i), "V"});
  for (int i = 0; i < 80; ++i) {
    village.push_back(i % 40);
    sex.push_back(i % 2);
  }
  table.put(data::Column::of_codes("village", village, levels));
  table.put(data::Column::of_codes("sex", sex, {{"f", "F"}, {"m", "M"}}));
  const auto released = release_microdata(table, {.k = 3, .keys = {"village", "sex"}, .keep_long = {"sex"}});
  EXPECT_EQ(released->table.find("village"), nullptr);
  ASSERT_NE(loss_of(*released, "village"), nullptr);
  EXPECT_EQ(loss_of(*released, "village")->blanked, 80u);
  EXPECT_EQ(loss_of(*released, "sex")->blanked, 0u);
}

TEST(Microdata, KeysAreKnownByNamesAndLabelsInSevenLanguages) {
  const auto key = [](const std::string& name, const std::string& label = "",
                      const std::string& type = "select_one x") {
    return quasi_identifier_of({name, {label}, type, nullptr}).value_or("");
  };
  EXPECT_EQ(key("resp_educ", "What is your highest level of education?"), "education");
  EXPECT_EQ(key("edu_level"), "education");
  EXPECT_EQ(key("q5", "Маълумоти шумо"), "education");
  EXPECT_EQ(key("q5", "Сатҳи маълумоти шумо"), "education");
  EXPECT_EQ(key("q5", "Маълумот"), "education");
  EXPECT_EQ(key("q5", "سطح تحصیل شما"), "education");
  EXPECT_EQ(key("q6", "Семейное положение"), "marital_status");
  EXPECT_EQ(key("q6", "حالت مدنی"), "marital_status");
  EXPECT_EQ(key("q7", "Niveau d'éducation du répondant"), "education");
  EXPECT_EQ(key("q8", "المهنة"), "occupation");
  EXPECT_EQ(key("q8", "Ocupación principal"), "occupation");
  EXPECT_EQ(key("q8", "Ocupación"), "occupation");
  EXPECT_EQ(key("q9", "Год прибытия", "integer"), "arrival_year");
  EXPECT_EQ(key("malumot"), "education");
  EXPECT_EQ(key("nohiya"), "district");
  EXPECT_EQ(key("jins_respondent"), "sex");
  EXPECT_EQ(key("deha"), "village");
  EXPECT_EQ(key("hh_size", "", "integer"), "household_size");
  EXPECT_EQ(key("pop_group"), "displacement_status");
  EXPECT_EQ(key("admin3"), "jamoat_or_sub_district");
  EXPECT_EQ(key("district_localadmin"), "district");
  EXPECT_EQ(key("settlement_code"), "village");
  EXPECT_EQ(key("safe_in_village", "Do you feel safe in the village?"), "");
  EXPECT_EQ(key("contacts", "How many people of the other village do you know?", "integer"), "");
  EXPECT_EQ(key("resp_age", "How old are you?", "integer"), "age");
  EXPECT_EQ(key("enum_age", "What is the enumerator's age?", "integer"), "");
  EXPECT_EQ(key("trust_education", "How much do you trust education officials?"), "");
  EXPECT_EQ(key("edu_barrier", "What was the main barrier to education?"), "");
  EXPECT_EQ(key("needs", "Education", "select_multiple x"), "");
}

}  // namespace hamdil::protect
