#include "protect/policy.hpp"

#include <gtest/gtest.h>

#include "base/embedded.hpp"
#include "base/text.hpp"
#include "protect/gate.hpp"

namespace hamdil::protect {

TEST(Policy, TheNumbersOfTheContentAreTheDefaultsOfTheGate) {
  const auto text = find_embedded("data-protection-principles.yaml");
  ASSERT_TRUE(text);
  const auto parsed = parse_disclosure_policy(*text);
  ASSERT_TRUE(parsed) << parsed.error().describe();
  const Thresholds defaults;
  EXPECT_EQ(defaults.min_rows, parsed->min_rows);
  EXPECT_EQ(defaults.min_rows_sensitive, parsed->min_rows_sensitive);
  EXPECT_EQ(defaults.min_clusters, parsed->min_clusters);
  EXPECT_EQ(defaults.dominance, parsed->dominance);
  EXPECT_LT(parsed->k_named_recipients, parsed->k_public);
  EXPECT_GE(parsed->l_diversity, 2u);
  EXPECT_GE(parsed->keys.size(), 15u);
}

TEST(Policy, OtherContentGivesOtherNumbers) {
  const std::string text(*find_embedded("data-protection-principles.yaml"));
  const auto changed = parse_disclosure_policy(
      hamdil::text::replace_all(text, "{id: min_cell, value: 10,", "{id: min_cell, value: 25,"));
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->min_rows, 25u);
  const auto broken = parse_disclosure_policy(
      hamdil::text::replace_all(text, "{id: min_cell, value: 10,", "{id: min_cell, value: few,"));
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().code, "protect.policy.incomplete");
  EXPECT_FALSE(parse_disclosure_policy("disclosure_control: {}"));
}

}  // namespace hamdil::protect
