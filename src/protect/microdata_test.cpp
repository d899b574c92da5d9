#include "protect/microdata.hpp"

#include <gtest/gtest.h>

#include <map>

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
    for (const std::string& name : policy.keys) key += released->table.find(name)->text_at(row) + "|";
    ++groups[key];
  }
  for (const auto& [key, count] : groups) EXPECT_GE(count, 5) << key;
  EXPECT_GT(released->loss.cells_blanked, 0u);
  EXPECT_EQ(released->table.rows + released->loss.rows_left_below_k, 60u);
}

TEST(Microdata, TextsAndNamesOfPlacesStayBehind) {
  const auto released = release_microdata(people(), {.keys = {"sex"}, .cluster_columns = {"settlement"}});
  EXPECT_EQ(released->table.find("remark"), nullptr);
  EXPECT_EQ(released->loss.texts_dropped, 1u);
  EXPECT_EQ(released->table.find("settlement")->text_at(0), "1");
}

}  // namespace hamdil::protect
