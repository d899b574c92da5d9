#include "services/intake/merge_round.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/digest.hpp"
#include "data/content_digest.hpp"

namespace hamdil::services::intake {
namespace {

// The rule that the datasets of workspaces were written by, cell by cell.
std::string plain_rule(const data::Table& table) {
  std::string all;
  for (std::size_t row = 0; row < table.rows; ++row) {
    std::vector<std::string> parts;
    for (const data::Column& column : table.columns)
      if (!column.name.starts_with("_flag_") && column.reason(row) != data::Missing::kNotAsked)
        parts.push_back(column.name + "=" + column.text_at(row) + "/" + data::missing_name(column.reason(row)));
    std::sort(parts.begin(), parts.end());
    std::string joined;
    for (const std::string& part : parts) joined += part + "\x1F";
    all += digest_hex(joined);
  }
  return digest_hex(all);
}

TEST(ContentDigest, IsThatOfThePlainRuleWhateverTheNames) {
  data::Table table;
  table.rows = 3;
  table.put(data::Column::of_texts("b", {"x", "", "z"}));
  table.put(data::Column::of_numbers("a", {1, 2.5, 1e21}));
  table.put(data::Column::of_texts("ab", {"=", "/", "1"}));
  table.put(data::Column::of_texts("a-b", {"q", "q", "r"}));
  table.put(data::Column::of_codes("c", {1, -1, 0}, {{"no", "No"}, {"yes", "Yes"}}));
  table.put(data::Column::of_codes("_flag_x", {0, 1, 0}, {{"0", "No"}, {"1", "Yes"}}));
  table.columns[0].set_missing(2, data::Missing::kNotAsked);
  table.columns[1].set_missing(0, data::Missing::kRefused);
  EXPECT_EQ(data::content_digest(table), plain_rule(table));
  for (const char* name : {"a=", "a=1", "a=b"}) {
    table.put(data::Column::of_texts(name, {"0", "2", "1/present"}));
    EXPECT_EQ(data::content_digest(table), plain_rule(table)) << name;
  }
}

}  // namespace
}  // namespace hamdil::services::intake
