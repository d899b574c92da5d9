#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "app/conformance/suite.hpp"
#include "app/conformance/survey_compare.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

namespace hamdil::conformance {
namespace {

const char* const kGolden = HAMDIL_SHARED_DIR "/golden";

TEST(SurveySuite, FamiliesThatAreBuiltInPassWhole) {
  // The cases come from public repositories: they are read in place and never committed.
  if (!file_exists(std::string(kGolden) + "/index.json")) GTEST_SKIP() << "no reference cases beside the project";
  const auto results = run_survey(kGolden, "");
  ASSERT_TRUE(results) << results.error().describe();
  std::map<std::string, std::size_t> passed;
  for (const char* family : {"mean",        "total",          "variance",     "ratio",     "proportion", "domain",
                             "ciprop",      "chisq",          "design",       "contrast",  "lonely_psu", "pps",
                             "tests",       "p_adjust",       "quantile",     "replicate", "agreement",  "classical",
                             "calibration", "cluster_robust", "survey_extra", "glm"})
    passed[family] = 0;
  for (const CaseResult& result : *results) {
    const auto family = passed.find(result.family);
    if (family == passed.end()) continue;
    EXPECT_EQ(result.outcome, Outcome::kPassed) << result.id << ": " << result.detail;
    ++family->second;
  }
  for (const auto& [family, count] : passed) EXPECT_GT(count, 0u) << family;
}

TEST(SurveySuite, SumsOfRowsGiveWhatTheRowsGive) {
  // The cases come from public repositories: they are read in place and never committed.
  if (!file_exists(std::string(kGolden) + "/index.json")) GTEST_SKIP() << "no reference cases beside the project";
  const auto results = run_pushed_in_memory(kGolden, "");
  ASSERT_TRUE(results) << results.error().describe();
  std::size_t compared = 0;
  for (const CaseResult& result : *results) {
    EXPECT_NE(result.outcome, Outcome::kFailed) << result.id << ": " << result.detail;
    compared += result.outcome == Outcome::kPassed ? 1 : 0;
  }
  EXPECT_GT(compared, 250u);
}

TEST(SurveySuite, AnUnknownEstimatorFailsAndIsNeverSkipped) {
  // The cases come from public repositories: they are read in place and never committed.
  if (!file_exists(std::string(kGolden) + "/index.json")) GTEST_SKIP() << "no reference cases beside the project";
  const auto results = run_survey(kGolden, "");
  ASSERT_TRUE(results);
  for (const CaseResult& result : *results) EXPECT_NE(result.outcome, Outcome::kSkipped) << result.id;
}

TEST(AgreementSuite, EveryMeasureOfEveryExamplePasses) {
  const std::string folder = HAMDIL_SHARED_DIR "/golden-agreement";
  if (!file_exists(folder + "/cohen1960_table2.json")) GTEST_SKIP() << "no examples beside the project";
  const auto results = run_agreement(folder, "");
  ASSERT_TRUE(results) << results.error().describe();
  EXPECT_GT(results->size(), 100u);
  for (const CaseResult& result : *results)
    EXPECT_EQ(result.outcome, Outcome::kPassed) << result.id << ": " << result.detail;
}

TEST(RealdataSuite, PublishedStudiesAreFoundAgain) {
  const std::string folder = HAMDIL_SHARED_DIR "/realdata";
  if (!file_exists(folder + "/afghan/expected.json")) GTEST_SKIP() << "no published studies beside the project";
  const auto results = run_realdata(folder, "");
  ASSERT_TRUE(results) << results.error().describe();
  EXPECT_GT(results->size(), 100u);
  for (const CaseResult& result : *results)
    EXPECT_EQ(result.outcome, Outcome::kPassed) << result.id << ": " << result.detail;
}

TEST(SurveyCompare, NumbersWithinToleranceAndNothingElse) {
  const Json expected = {{"rows", {{{"estimate", 2.0}, {"se", 0.5}}}}, {"p_value", 1e-20}, {"deff", nullptr}};
  Json actual = {
      {"rows", {{{"estimate", 2.0 + 1e-9}, {"se", 0.5}, {"more", 1}}}}, {"p_value", 3e-20}, {"deff", nullptr}};
  EXPECT_EQ(compare_results(expected, actual, {}), "");
  actual["rows"][0]["se"] = 0.5 + 1e-7;
  EXPECT_NE(compare_results(expected, actual, {}), "");
  EXPECT_EQ(compare_results(expected, actual, {.unstable = {"se"}}), "");
  actual["rows"][0]["se"] = nullptr;
  EXPECT_NE(compare_results(expected, actual, {}), "");
  actual["rows"][0]["se"] = 0.5;
  actual["p_value"] = 1e-17;
  EXPECT_NE(compare_results(expected, actual, {}), "");
  actual["p_value"] = 1e-20;
  actual["deff"] = 1.5;
  EXPECT_NE(compare_results(expected, actual, {}), "");
  EXPECT_NE(compare_results(expected, Json::object(), {}), "");
}

}  // namespace
}  // namespace hamdil::conformance
