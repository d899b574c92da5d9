#include "services/intake/merge_round.hpp"

#include <gtest/gtest.h>

#include "data/content_digest.hpp"

namespace hamdil::services::intake {
namespace {

// Datasets carry the digest; `hamdil verify` works it out by the plain rule.
TEST(TableDigest, IsThatOfThePlainRuleWhateverTheNames) {
  data::Table table;
  table.rows = 3;
  table.put(data::Column::of_texts("b", {"x", "", "z"}));
  table.put(data::Column::of_numbers("a", {1, 2.5, 1e21}));
  table.put(data::Column::of_texts("ab", {"=", "/", "1"}));
  table.put(data::Column::of_texts("a-b", {"q", "q", "r"}));
  table.put(data::Column::of_codes("_flag_x", {0, 1, 0}, {{"0", "No"}, {"1", "Yes"}}));
  table.columns[0].set_missing(2, data::Missing::kNotAsked);
  EXPECT_EQ(table_digest(table), data::content_digest(table));
  for (const char* name : {"a=", "a=1", "a=b"}) {
    table.put(data::Column::of_texts(name, {"0", "2", "1/present"}));
    EXPECT_EQ(table_digest(table), data::content_digest(table)) << name;
  }
}

}  // namespace
}  // namespace hamdil::services::intake
