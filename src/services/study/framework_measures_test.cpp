#include "services/study/framework_measures.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "services/study/study_spec.hpp"

namespace hamdil::services::study {

TEST(FrameworkMeasures, TheFormsColumnMapsQuestionsToTheLibrary) {
  Json file = {{"frameworks", {"score"}}};
  const Json instrument = {{"questions",
                            {{{"name", "q1"}, {"framework_item", "score:s3"}},
                             {{"name", "q2"}, {"framework_item", "score:s4"}},
                             {{"name", "q3"}, {"framework_item", "other:s5"}}}}};
  Diagnostics problems;
  ASSERT_TRUE(expand_frameworks(file, instrument, problems));
  ASSERT_TRUE(problems.empty());
  const StudySpec spec = parse_study(file, problems);
  ASSERT_TRUE(problems.empty()) << problems.front().problem.describe();
  ASSERT_EQ(spec.measures.size(), 1u);
  EXPECT_EQ(spec.measures[0].id, "negative_stereotypes");
  EXPECT_EQ(spec.measures[0].maximum, 10);
  EXPECT_FALSE(spec.measures[0].higher_is_better);
  ASSERT_EQ(spec.measures[0].items.size(), 2u);
  EXPECT_FALSE(spec.measures[0].items[0].reverse);
  EXPECT_TRUE(spec.measures[0].items[1].reverse);
  EXPECT_NE(spec.measures[0].description.at("en").find("style"), std::string::npos);
}

TEST(FrameworkMeasures, ALadderIsNoMeanAndSensitiveItemsAreMarked) {
  Json file = {{"frameworks", {"bogardus"}}, {"sensitive", "income"}};
  Json questions = Json::array();
  for (int i = 1; i <= 7; ++i)
    questions.push_back(
        {{"name", "d" + std::to_string(i)}, {"list", "yn"}, {"framework_item", "bogardus:bg" + std::to_string(i)}});
  const Json instrument = {{"questions", questions}, {"lists", {{"yn", {{{"name", "yes"}}, {{"name", "no"}}}}}}};
  Diagnostics problems;
  ASSERT_TRUE(expand_frameworks(file, instrument, problems));
  const StudySpec spec = parse_study(file, problems);
  ASSERT_TRUE(problems.empty()) << problems.front().problem.describe();
  ASSERT_EQ(spec.measures.size(), 1u);
  EXPECT_TRUE(spec.measures[0].is_ladder());
  EXPECT_TRUE(spec.measures[0].higher_is_better);
  EXPECT_EQ(spec.measures[0].items[0].values.at("yes"), 1);
  EXPECT_EQ(spec.measures[0].items[6].role, "exclusion");
  EXPECT_EQ(spec.sensitive, (std::vector<std::string>{"income", "d5", "d6", "d7"}));
}

TEST(FrameworkMeasures, TheFormMapsTheQuestionsOfEachGroupToOneItem) {
  Json file = {{"frameworks", {"score"}}};
  const Json instrument = {{"questions",
                            {{{"name", "r1"}, {"framework_item", "score:s1:refugee"}},
                             {{"name", "h1"}, {"framework_item", "score:s1:host"}}}}};
  Diagnostics problems;
  ASSERT_TRUE(expand_frameworks(file, instrument, problems));
  const StudySpec spec = parse_study(file, problems);
  ASSERT_TRUE(problems.empty()) << problems.front().problem.describe();
  EXPECT_TRUE(spec.measures.at(0).is_mirrored());
  EXPECT_EQ(spec.measures[0].items[0].questions.at("host"), "h1");
}

TEST(FrameworkMeasures, UnknownAndUnmappedFrameworksAreNamed) {
  Json file = {{"frameworks", {"scorr", "undp2020"}}};
  Diagnostics problems;
  ASSERT_TRUE(expand_frameworks(file, Json::object(), problems));
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].problem.code, "study.framework.unknown");
  EXPECT_EQ(problems[1].problem.code, "study.framework.not_mapped");
}

}  // namespace hamdil::services::study
