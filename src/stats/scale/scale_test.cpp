// The worked examples of content/frameworks.yaml are the test vectors.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "stats/sample_size.hpp"
#include "stats/scale/reliability.hpp"
#include "stats/scale/score.hpp"
#include "stats/survey/estimate.hpp"

namespace hamdil::stats::scale {
namespace {

using Values = std::vector<double>;

double number(const Json& value) { return value.is_null() ? std::nan("") : value.get<double>(); }

Values numbers(const Json& list) {
  Values out;
  for (const Json& value : list) out.push_back(number(value));
  return out;
}

void expect_same(const Values& actual, const Json& expected, double tolerance = 1e-6) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    if (expected[i].is_null())
      EXPECT_TRUE(std::isnan(actual[i])) << i;
    else
      EXPECT_NEAR(actual[i], expected[i].get<double>(), tolerance) << i;
  }
}

class WorkedExamples : public testing::Test {
 protected:
  void SetUp() override {
    auto file = read_yaml_file(HAMDIL_SOURCE_DIR "/content/frameworks.yaml");
    ASSERT_TRUE(file) << file.error().describe();
    for (const Json& example : (*file)["worked_examples"]) examples_[example["id"].get<std::string>()] = example;
  }
  const Json& example(const std::string& id) {
    EXPECT_TRUE(examples_.contains(id)) << id;
    return examples_[id];
  }

 private:
  Json examples_;
};

TEST_F(WorkedExamples, PersonScoresTheirMeanAndAlpha) {
  const Json& ex = example("ex1");
  Values s3;
  Values s4;
  for (const Json& answer : ex["answers"]) {
    s3.push_back(rescale(number(answer[0]), 1, 5, false, 10));
    s4.push_back(rescale(number(answer[1]), 1, 5, true, 10));
  }
  const Values scores = person_scores({s3, s4});
  expect_same(scores, ex["person_scores"]);
  EXPECT_NEAR(cronbach_alpha({s3, s4}).alpha, ex["cronbach_alpha_complete_cases"].get<double>(), 1e-6);

  data::Table table;
  table.put(data::Column::of_numbers("score", scores));
  table.put(data::Column::of_numbers("w", numbers(ex["weights"])));
  const auto design = survey::SurveyDesign::make({.weights = "w"}, table);
  ASSERT_TRUE(design);
  survey::EstimateRequest request;
  request.variables = {"score"};
  request.na_rm = true;
  const auto weighted = survey::estimate(*design, table, survey::all_rows(*design), request);
  ASSERT_TRUE(weighted);
  const Row& row = weighted->rows[0];
  EXPECT_NEAR(row.estimate, ex["weighted_mean"].get<double>(), 1e-6);
  // The example divides by the rows that answered; the design keeps the seventh row as outside the domain.
  const double n = 6;
  EXPECT_NEAR(row.se * std::sqrt(n / (n - 1) / (7.0 / 6.0)), ex["se_linearised_no_clusters"].get<double>(), 1e-5);
  EXPECT_EQ(row.base_rows, ex["n"].get<std::size_t>());
  EXPECT_EQ(row.missing_rows, ex["missing"].get<std::size_t>());
}

TEST_F(WorkedExamples, LaddersOfAcceptance) {
  for (const char* id : {"ex2", "ex5"}) {
    const Json& ex = example(id);
    std::vector<Values> patterns;
    Values closest;
    Values inverted;
    for (const Json& pattern : ex["patterns"]) {
      patterns.push_back(numbers(pattern));
      closest.push_back(ladder_score(patterns.back()).closest);
      inverted.push_back(ladder_score(patterns.back()).inverted);
    }
    expect_same(closest, ex["closest_accepted"]);
    if (ex.contains("inverted_0_10")) expect_same(inverted, ex["inverted_0_10"]);
    const Reproducibility found = reproducibility(patterns);
    EXPECT_EQ(found.errors, ex["errors"].get<std::size_t>()) << id;
    EXPECT_NEAR(found.coefficient, ex["reproducibility"].get<double>(), 1e-9) << id;
  }
}

TEST_F(WorkedExamples, LadderWithTheExclusionQuestion) {
  const Json& ex = example("ex6");
  for (std::size_t person = 0; person < ex["steps"].size(); ++person) {
    const Ladder ladder = ladder_score(numbers(ex["steps"][person]), number(ex["exclusion_bg7"][person]));
    EXPECT_EQ(ladder.closest, ex["closest_accepted"][person].get<double>());
    EXPECT_NEAR(ladder.inverted, ex["inverted_0_10"][person].get<double>(), 1e-6);
    EXPECT_EQ(ladder.inconsistent, ex["inconsistent"][person].get<bool>());
  }
}

TEST_F(WorkedExamples, SampleSizes) {
  const Json& share = example("ex3");
  const ShareSize one = sample_size_share(0.5, 0.05, 1.96, 1500, 1.5, 0.9);
  EXPECT_NEAR(one.n0, share["n0"].get<double>(), 0.005);
  EXPECT_NEAR(one.n_fpc, share["n_fpc"].get<double>(), 0.005);
  EXPECT_EQ(one.n_final, share["n_final"].get<double>());
  const Json& change = example("ex4");
  const ChangeSize two = sample_size_change(0.40, 0.52, 0.05, 0.80, 1.5);
  EXPECT_NEAR(two.n_srs, change["n_srs"].get<double>(), 0.01);
  EXPECT_EQ(two.n_final, change["n_final"].get<double>());
}

TEST_F(WorkedExamples, SeverityOfAPlace) {
  const Json& ex = example("ex7");
  const Values answers = numbers(ex["answers"]);
  EXPECT_NEAR(severity_score(answers, Values(answers.size(), 1.0)), ex["scale_score"].get<double>(), 1e-9);
  EXPECT_TRUE(std::isnan(severity_score({2, std::nan(""), std::nan("")}, {1, 1, 1})));
}

TEST_F(WorkedExamples, LinkedShares) {
  const Json& ex = example("ex8");
  data::Table table;
  Values monthly;
  Values positive;
  const Values k1 = numbers(ex["k1"]);
  const Values k3 = numbers(ex["k3"]);
  survey::RowList monthly_rows;
  for (std::size_t i = 0; i < k1.size(); ++i) {
    monthly.push_back(std::isnan(k1[i]) ? k1[i] : k1[i] >= 3);
    positive.push_back(std::isnan(k3[i]) ? k3[i] : k3[i] >= 4);
    if (monthly[i] == 1) monthly_rows.push_back(static_cast<std::uint32_t>(i));
  }
  table.put(data::Column::of_numbers("monthly", monthly));
  table.put(data::Column::of_numbers("positive", positive));
  table.put(data::Column::of_numbers("w", numbers(ex["weights"])));
  const auto design = survey::SurveyDesign::make({.weights = "w"}, table);
  ASSERT_TRUE(design);
  survey::EstimateRequest request;
  request.na_rm = true;
  request.variables = {"monthly"};
  EXPECT_NEAR(survey::estimate(*design, table, survey::all_rows(*design), request)->rows[0].estimate,
              ex["share_monthly_contact"].get<double>(), 1e-6);
  request.variables = {"positive"};
  EXPECT_NEAR(survey::estimate(*design, table, monthly_rows, request)->rows[0].estimate,
              ex["share_positive_of_monthly"].get<double>(), 1e-6);
}

TEST(Score, BelowTheAnsweredShareIsMissingAndNeverZero) {
  const double missing = std::nan("");
  const Values scores = person_scores({{4, missing, missing}, {6, 5, missing}, {8, missing, missing}});
  EXPECT_EQ(scores[0], 6);
  EXPECT_TRUE(std::isnan(scores[1]));
  EXPECT_TRUE(std::isnan(scores[2]));
  EXPECT_EQ(person_scores({{4, 1}, {missing, missing}})[0], 4);
}

TEST(Score, AnswersOutsideTheScaleAreMissing) {
  EXPECT_TRUE(std::isnan(rescale(7, 1, 5, false, 10)));
  EXPECT_TRUE(std::isnan(rescale(1, 1, 1, false, 10)));
  EXPECT_EQ(rescale(1, 1, 5, true, 100), 100);
}

TEST(Reliability, TwoItemsGiveSpearmanBrownWhenVariancesAreEqual) {
  const Values a{1, 2, 3, 4};
  const Values b{2, 1, 4, 3};
  EXPECT_NEAR(cronbach_alpha({a, b}).alpha, spearman_brown(a, b), 1e-12);
  EXPECT_NEAR(spearman_brown(a, b), 0.75, 1e-12);
}

TEST(Reliability, WeightsCountAsRepeatedPersons) {
  const std::vector<Values> once{{1, 2, 4, 5}, {2, 2, 5, 4}, {1, 3, 3, 5}};
  const std::vector<Values> repeated{{1, 2, 2, 4, 5, 5, 5}, {2, 2, 2, 5, 4, 4, 4}, {1, 3, 3, 3, 5, 5, 5}};
  EXPECT_NEAR(cronbach_alpha(once, {1, 2, 1, 3}).alpha, cronbach_alpha(repeated).alpha, 1e-12);
  EXPECT_EQ(cronbach_alpha(once, {1, 0, 1, 3}).n, 3u);
}

TEST(Reliability, NothingToMeasureIsNaN) {
  EXPECT_TRUE(std::isnan(cronbach_alpha({{1, 2, 3}}).alpha));
  EXPECT_TRUE(std::isnan(cronbach_alpha({{1, 1, 1}, {2, 2, 2}}).alpha));
  EXPECT_TRUE(std::isnan(cronbach_alpha({{1}, {2}}).alpha));
}

}  // namespace
}  // namespace hamdil::stats::scale
