#include "stats/survey/change.hpp"

#include <gtest/gtest.h>

#include "stats/survey/contrast.hpp"
#include "stats/survey/regression.hpp"
#include "stats/survey/tests.hpp"
#include "stats/survey/two_rounds_fixture.hpp"

namespace hamdil::stats::survey {
namespace {

TEST(SurveyChange, DifferenceInDifferencesIsTheInteractionOfARegression) {
  const data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  DifferenceRequest request;
  request.change = {"answer", "", "round", "0", "1", {}, 0.95};
  request.arm = "arm";
  request.control = "0";
  request.treated = "1";
  const auto found = estimate_difference_in_differences(design, table, all_rows(design), request);
  const auto model = estimate_glm(design, table, all_rows(design),
                                  {"answer ~ round * arm", Family::kGaussian, Link::kIdentity, 0.95, true});
  ASSERT_TRUE(found && model);
  EXPECT_NEAR(found->rows[0].estimate, model->rows[3].estimate, 1e-10);
  EXPECT_NEAR(found->rows[0].se, model->rows[3].se, 1e-10);
  EXPECT_LT(found->rows[0].p_value, 0.05);
}

TEST(SurveyChange, AContrastNeedsAWeight) {
  const data::Table table = two_rounds();
  const auto design = *SurveyDesign::make(clustered(), table);
  const auto none = contrast(design, table, all_rows(design), "answer", "round", {{"0", 0.0}}, 0.95);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, "stats.contrast.no_weight");
}

TEST(SurveyChange, ChangeIsTheTwoGroupContrastAndCountsTheSmallerRound) {
  const data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  const auto change = estimate_change(design, table, all_rows(design), {"answer", "", "round", "0", "1", {}, 0.95});
  const auto contrasted = contrast(design, table, all_rows(design), "answer", "round", {{"0", -1}, {"1", 1}}, 0.95);
  ASSERT_TRUE(change && contrasted);
  EXPECT_NEAR(change->rows[0].estimate, contrasted->rows[0].estimate, 1e-13);
  EXPECT_NEAR(change->rows[0].se, contrasted->rows[0].se, 1e-13);
  EXPECT_EQ(change->rows[0].base_rows, contrasted->rows[0].base_rows);
  const auto share =
      estimate_change(design, table, all_rows(design), {"answer", "5", "round", "0", "1", {"group"}, 0.95});
  ASSERT_TRUE(share);
  EXPECT_EQ(share->rows.size(), 3u);
  EXPECT_EQ(share->rows[0].term, "answer5");
  EXPECT_EQ(estimate_change(design, table, all_rows(design), {"answer", "", "round", "0", "9", {}, 0.95}).error().code,
            "stats.change.no_level");
}

TEST(SurveyTests, TwoSampleTIsTheContrastOfDomains) {
  const data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  const auto test = ttest(design, table, all_rows(design), {"answer", "round", 0, false, 0.95});
  const auto contrasted = contrast(design, table, all_rows(design), "answer", "round", {{"0", -1}, {"1", 1}}, 0.95);
  ASSERT_TRUE(test && contrasted);
  EXPECT_NEAR(test->rows[0].estimate, contrasted->rows[0].estimate, 1e-11);
  EXPECT_NEAR(test->rows[0].se, contrasted->rows[0].se, 1e-11);
  EXPECT_EQ(ttest(design, table, all_rows(design), {"answer", "group", 0, false, 0.95}).error().code,
            "stats.ttest.groups");
}

}  // namespace
}  // namespace hamdil::stats::survey
