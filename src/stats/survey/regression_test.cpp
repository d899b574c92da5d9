#include "stats/survey/regression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <tuple>

#include "stats/survey/summary.hpp"
#include "stats/survey/two_rounds_fixture.hpp"

namespace hamdil::stats::survey {
namespace {

// A term's likelihood ratio goes by a short cut; the models with and without it, each fitted on its own, have the same
// deviances. More than one stretch of rows, some of them missing.
TEST(SurveyRegression, LikelihoodRatiosAreDifferencesOfDeviances) {
  data::Table table = two_rounds(2500);
  std::vector<std::int32_t> codes;
  for (const double value : table.find("group")->numbers) codes.push_back(static_cast<std::int32_t>(value));
  table.put(data::Column::of_codes("kind", codes, {{"a", "A"}, {"b", "B"}, {"c", "C"}}));
  const auto design = *SurveyDesign::make(clustered(), table);
  const auto deviance = [&](const char* formula, Family family, Link link) {
    const auto fit = estimate_glm(design, table, all_rows(design), {formula, family, link, 0.95, false});
    for (const auto& [name, value] : fit->values)
      if (name == "deviance_scaled_weights") return value;
    return kNaN;
  };
  for (const auto& [family, link, response] :
       {std::tuple{Family::kBinomial, Link::kLogit, "as.integer(answer > 3)"},
        std::tuple{Family::kGaussian, Link::kIdentity, "answer"}, std::tuple{Family::kPoisson, Link::kLog, "answer"}}) {
    const std::string left = std::string(response) + " ~ ";
    const auto fit =
        estimate_glm(design, table, all_rows(design), {left + "kind + round * arm", family, link, 0.95, true});
    ASSERT_TRUE(fit);
    ASSERT_EQ(fit->term_tests.size(), 4u);
    const double whole = deviance((left + "kind + round * arm").c_str(), family, link);
    EXPECT_NEAR(fit->term_tests[0].lrt, deviance((left + "round * arm").c_str(), family, link) - whole, 1e-9 * whole);
    EXPECT_NEAR(fit->term_tests[3].lrt, deviance((left + "kind + round + arm").c_str(), family, link) - whole,
                1e-9 * whole);
    EXPECT_GT(fit->term_tests[3].lrt, 0);
  }
}

TEST(SurveyRegression, CollinearColumnsAreLeftOutAndSaidSo) {
  data::Table table = two_rounds();
  Values twice;
  for (const double value : table.find("group")->numbers) twice.push_back(2 * value);
  table.put(data::Column::of_numbers("twice", twice));
  const SurveyDesign design = design_of(clustered(), table);
  const auto found = estimate_glm(design, table, all_rows(design),
                                  {"answer ~ group + twice", Family::kGaussian, Link::kIdentity, 0.95, true});
  ASSERT_TRUE(found);
  ASSERT_EQ(found->rows.size(), 2u);  // as R's summary
  EXPECT_EQ(found->rows[1].term, "group");
  EXPECT_FALSE(std::isnan(found->rows[1].se));
  EXPECT_EQ(found->vcov.rows, found->rows.size());
  ASSERT_EQ(found->notes.size(), 1u);
  EXPECT_EQ(found->notes[0], "aliased: twice is determined by the other columns of the model");
}

}  // namespace
}  // namespace hamdil::stats::survey
