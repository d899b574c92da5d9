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

TEST(FrameworkMeasures, UnknownAndUnmappedFrameworksAreNamed) {
  Json file = {{"frameworks", {"scorr", "undp2020"}}};
  Diagnostics problems;
  ASSERT_TRUE(expand_frameworks(file, Json::object(), problems));
  ASSERT_EQ(problems.size(), 2u);
  EXPECT_EQ(problems[0].problem.code, "study.framework.unknown");
  EXPECT_EQ(problems[1].problem.code, "study.framework.not_mapped");
}

}  // namespace hamdil::services::study
