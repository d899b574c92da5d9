// Weights of a plan, balance, attrition and experiments, each on rows small enough to work the figures out by hand.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "analysis/spec.hpp"

namespace hamdil::analysis {
namespace {

using data::Column;

data::Table table_of(const std::vector<std::pair<std::string, std::vector<double>>>& columns) {
  data::Table out;
  for (const auto& [name, values] : columns) out.put(Column::of_numbers(name, values));
  return out;
}

Json answer(const data::Table& table, const char* call, const char* design = nullptr) {
  Json spec = {{"call", Json::parse(call)}};
  if (design != nullptr) spec["design"] = Json::parse(design);
  const auto read = parse_spec(spec);
  EXPECT_TRUE(read) << (read ? "" : read.error().describe());
  if (!read) return {};
  const auto result = run(*read, table);
  if (!result) return {{"error", result.error().code}, {"pointer", result.error().where.pointer}};
  return to_json(*result);
}

// Two of the villages of 1,000 households by size, ten of 100 or 250 households in each: base weights are 50 for all.
// Four of five answered in class 1, all in class 2: 50 * 5 / 4.
TEST(Designs, WeightsOfATwoStagePlan) {
  const data::Table table = table_of({{"size", {100, 100, 100, 100, 100, 250, 250}},
                                      {"answered", {1, 1, 1, 1, 0, 1, 1}},
                                      {"class", {1, 1, 1, 1, 1, 2, 2}}});
  const Json found =
      answer(table, R"({"estimator": "base_weights", "answered": "answered", "classes": ["class"], "stages": [
      {"how": "size", "sample": "2", "size": "size", "population": "1000"},
      {"how": "equal", "sample": "10", "population": "size"}]})");
  ASSERT_EQ(found["classes"].size(), 2u) << found;
  EXPECT_NEAR(found["weights"][0].get<double>(), 62.5, 1e-9);
  EXPECT_EQ(found["weights"][4], 0);
  EXPECT_NEAR(found["weights"][5].get<double>(), 50, 1e-9);
  EXPECT_NEAR(found["before"]["effect"].get<double>(), 1, 1e-12);
  EXPECT_NEAR(found["before"]["sum"].get<double>(), found["after"]["sum"].get<double>(), 1e-9);
  EXPECT_NEAR(found["after"]["largest_ratio"].get<double>(), 1.25, 1e-12);
  EXPECT_EQ(found["classes"][0]["weighted_rate"], 0.8);
  EXPECT_NE(found["notes"].dump().find("small_classes: 2"), std::string::npos);
}

TEST(Designs, APlanThatCannotBeIsRefusedAtItsPlace) {
  const data::Table table = table_of({{"size", {100, 5}}, {"answered", {1, 2}}});
  const Json above = answer(table, R"({"estimator": "base_weights", "stages": [
      {"how": "equal", "sample": "10", "population": "size"}]})");
  EXPECT_EQ(above["error"], "analysis.weights.chance");
  EXPECT_EQ(above["pointer"], "/call/stages/0");
  EXPECT_EQ(answer(table, R"({"estimator": "base_weights", "stages": [{"how": "size", "sample": "2"}]})")["error"],
            "analysis.weights.stage");
  EXPECT_EQ(answer(table, R"({"estimator": "base_weights", "answered": "answered", "stages": [
      {"how": "known", "probability": "0.5"}]})")["error"],
            "analysis.weights.answered");
}

// Means 2 and 5, variances 1 and 1: a difference of 3, error sqrt(1/3 + 1/3) under a sample of rows, 3 standard
// deviations apart.
TEST(Designs, ABalanceTableByHand) {
  const data::Table table = table_of({{"x", {1, 2, 3, 4, 5, 6}}, {"group", {0, 0, 0, 1, 1, 1}}});
  const Json found = answer(table, R"({"estimator": "balance_table", "variables": ["x"], "group": "group"})");
  const Json row = found["rows"][0];
  EXPECT_EQ(row["mean_0"], 2);
  EXPECT_EQ(row["mean_1"], 5);
  EXPECT_NEAR(row["standardised"].get<double>(), 3, 1e-12);
  // Of a ratio of totals of six rows: each group's variance is 6/5 * 2 / 9.
  EXPECT_NEAR(row["se"].get<double>(), std::sqrt(2 * 6.0 / 5 * 2 / 9), 1e-12);
  EXPECT_TRUE(found["joint"]["F"].is_null()) << "x tells the groups apart completely";
  EXPECT_NE(found["notes"].dump().find("tell the groups apart"), std::string::npos);
}

// R 4.2, survey 4.1: regTermTest(svyglm(g ~ x, svydesign(ids = ~1, weights = rep(1, 8)), family = quasibinomial()),
// ~x).
TEST(Designs, TheJointTestIsThatOfR) {
  const data::Table table = table_of({{"x", {1, 2, 3, 4, 2, 3, 4, 6}}, {"g", {0, 0, 0, 0, 1, 1, 1, 1}}});
  const Json joint = answer(table, R"({"estimator": "balance_table", "variables": ["x"], "group": "g"})")["joint"];
  EXPECT_NEAR(joint["F"].get<double>(), 1.842874587381, 1e-6);
  EXPECT_EQ(joint["ddf"], 6);
  EXPECT_NEAR(joint["p_value"].get<double>(), 0.223450379282, 1e-6);
}

TEST(Designs, AttritionByArm) {
  const data::Table table = table_of({{"x", {1, 4, 2, 5, 3, 3, 2, 4, 1, 5, 2, 3}},
                                      {"stayed", {1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 1, 0}},
                                      {"arm", {0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1}}});
  const Json found =
      answer(table, R"({"estimator": "attrition", "variables": ["x"], "stayed": "stayed", "arm": "arm"})");
  EXPECT_NEAR(found["rates"][0]["left"].get<double>(), 1.0 / 6, 1e-12);
  EXPECT_NEAR(found["rates"][1]["left"].get<double>(), 3.0 / 6, 1e-12);
  EXPECT_NEAR(found["difference_of_rates"]["difference"].get<double>(), 2.0 / 6, 1e-12);
  EXPECT_NEAR(found["stayed_and_left"]["rows"][0]["mean_1"].get<double>(), (1 + 4 + 2 + 5 + 3 + 4 + 5 + 2) / 8.0,
              1e-12);
  EXPECT_NEAR(found["arms_of_those_who_stayed"]["rows"][0]["n_1"].get<double>(), 3, 0);
  EXPECT_EQ(answer(table, R"({"estimator": "attrition", "variables": ["x"], "stayed": "x"})")["error"],
            "analysis.sample.two_groups");
}

// Within policy 1 the endorser adds 1, within policy 2 he adds 3, as often asked: 2. Policies differ by 10, which must
// not enter.
TEST(Designs, AnEndorsementIsComparedWithinPolicies) {
  data::Table table = table_of({{"support", {1, 2, 2, 3, 11, 12, 14, 15}},
                                {"policy", {1, 1, 1, 1, 2, 2, 2, 2}},
                                {"person", {1, 2, 3, 4, 1, 2, 3, 4}}});
  table.put(Column::of_codes("arm", {1, 1, 0, 0, 1, 1, 0, 0}, {{"elder", "Elder"}, {"none", "None"}}));
  const Json found =
      answer(table, R"({"estimator": "endorsement_experiment", "variable": "support", "group": "arm", "control": "none",
      "policy": "policy", "cluster": "person"})");
  ASSERT_EQ(found["effects"].size(), 1u) << found;
  EXPECT_EQ(found["effects"][0]["endorser"], "elder");
  EXPECT_NEAR(found["effects"][0]["estimate"].get<double>(), 2, 1e-12);
  EXPECT_EQ(found["clusters"], 4);
  EXPECT_EQ(
      answer(table,
             R"({"estimator": "endorsement_experiment", "variable": "support", "group": "arm", "control": "nobody"})")
          ["error"],
      "analysis.sample.no_level");
}

// Profiles in pairs; A is chosen 3 of 4 times over B whatever the other attribute: an effect of B of -0.5, means 0.75
// and 0.25.
TEST(Designs, AConjointFindsWhatMakesPeopleChoose) {
  data::Table table = table_of(
      {{"chosen", {1, 0, 1, 0, 1, 0, 0, 1}}, {"task", {1, 1, 2, 2, 1, 1, 2, 2}}, {"person", {1, 1, 1, 1, 2, 2, 2, 2}}});
  table.put(Column::of_codes("language", {0, 1, 0, 1, 0, 1, 0, 1}, {{"a", "A"}, {"b", "B"}}));
  table.put(Column::of_codes("home", {0, 0, 1, 1, 0, 0, 1, 1}, {{"near", "Near"}, {"far", "Far"}}));
  const char* call =
      R"({"estimator": "conjoint", "variable": "chosen", "attributes": ["language", "home"], "respondent": "person", "task": "task"})";
  const Json found = answer(table, call);
  ASSERT_EQ(found["effects"].size(), 4u) << found;
  EXPECT_EQ(found["effects"][0]["baseline"], true);
  EXPECT_NEAR(found["effects"][1]["estimate"].get<double>(), -0.5, 1e-12);
  EXPECT_NEAR(found["effects"][3]["estimate"].get<double>(), 0, 1e-12);
  EXPECT_NEAR(found["marginal_means"][0]["estimate"].get<double>(), 0.75, 1e-12);
  EXPECT_NEAR(found["marginal_means"][1]["estimate"].get<double>(), 0.25, 1e-12);
  table.find("chosen")->numbers[1] = 1;
  EXPECT_EQ(answer(table, call)["error"], "analysis.conjoint.tasks");
}

TEST(Designs, LevelsThatWereKeptApartAreNamed) {
  data::Table table;
  std::vector<double> chosen, person;
  std::vector<std::int32_t> a, b;
  for (int i = 0; i < 60; ++i) {
    a.push_back(i % 2);
    b.push_back(i % 2 == 1 ? 1 : i / 2 % 2);  // the second level of a never with the first of b
    chosen.push_back((i * 7 / 3) % 2);
    person.push_back(i / 6);
  }
  table.put(Column::of_numbers("chosen", chosen));
  table.put(Column::of_numbers("person", person));
  table.put(Column::of_codes("job", a, {{"none", ""}, {"doctor", ""}}));
  table.put(Column::of_codes("school", b, {{"none", ""}, {"some", ""}}));
  const Json found = answer(
      table,
      R"({"estimator": "conjoint", "variable": "chosen", "attributes": ["job", "school"], "respondent": "person"})");
  ASSERT_EQ(found["notes"].size(), 1u);
  EXPECT_NE(found["notes"][0].get<std::string>().find("never_together: levels of job and school"), std::string::npos);
}

TEST(Designs, ModelledAreasCarryTheirLabel) {
  data::Table table = table_of({{"direct", {1, 2, 3, 4, 10}}, {"variance", {2.5, 2.5, 2.5, 2.5, 2.5}}});
  table.put(Column::of_texts("area", {"E", "D", "C", "B", "A"}));
  const Json found =
      answer(table, R"({"estimator": "fay_herriot", "area": "area", "direct": "direct", "variance": "variance"})");
  EXPECT_EQ(found["areas"][0]["area"], "A");
  EXPECT_NEAR(found["areas"][0]["modelled"].get<double>(), 8.8, 1e-8);
  EXPECT_NE(found["label"].get<std::string>().find("modelled"), std::string::npos);
}

}  // namespace
}  // namespace hamdil::analysis
