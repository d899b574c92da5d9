// Too small to matter, or more than what matters: figures worked out by hand from the closed form of t with 4 degrees
// of freedom, F(t) = 1/2 + 3/8 u (1 - u^2 / 12), u = t / sqrt(1 + t^2 / 4).
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "analysis/spec.hpp"

namespace hamdil::analysis {
namespace {

// The first row of the estimator for the mean of these numbers and a margin.
Json row_of(const std::vector<double>& numbers, double margin) {
  data::Table table;
  table.rows = numbers.size();
  table.put(data::Column::of_numbers("x", numbers));
  const auto spec = parse_spec(
      {{"call",
        {{"estimator", "equivalence"},
         {"margin", margin},
         {"parts", Json::array({{{"as", "m"}, {"estimator", "mean"}, {"variables", {"x"}}, {"na_rm", true}}})}}}});
  EXPECT_TRUE(spec) << (spec ? "" : spec.error().describe());
  const auto result = run(*spec, table);
  EXPECT_TRUE(result) << (result ? "" : result.error().describe());
  return to_json(*result)["rows"][0];
}

constexpr double kTolerance = 1e-9;

}  // namespace

TEST(Equivalence, TheMinimumEffectIsThatOfTheMarginToEitherSide) {
  const Json row = row_of({1, 2, 3, 4, 5}, 1);  // mean 3, standard error sqrt(0.5)
  EXPECT_NEAR(row["estimate"].get<double>(), 3, kTolerance);
  EXPECT_NEAR(row["se"].get<double>(), std::sqrt(0.5), kTolerance);
  EXPECT_EQ(row["degf"].get<double>(), 4);
  EXPECT_NEAR(row["p_minimum_effect"].get<double>(), 0.026116666957181955, kTolerance);
  EXPECT_NEAR(row["p_equivalence"].get<double>(), 0.9762896722078401, kTolerance);
}

TEST(Equivalence, TheSideOfTheEstimateDoesNotMatter) {
  const Json up = row_of({1, 2, 3, 4, 5}, 1), down = row_of({-1, -2, -3, -4, -5}, 1);
  EXPECT_NEAR(up["p_minimum_effect"].get<double>(), down["p_minimum_effect"].get<double>(), kTolerance);
  EXPECT_NEAR(up["p_equivalence"].get<double>(), down["p_equivalence"].get<double>(), kTolerance);
}

TEST(Equivalence, NoEffectIsNoMinimumEffectAndATinyMarginIsTheUsualTest) {
  EXPECT_NEAR(row_of({-2, -1, 0, 1, 2}, 1)["p_minimum_effect"].get<double>(), 1, kTolerance)
      << "an estimate of 0 is reached or passed always";
  EXPECT_NEAR(row_of({1, 2, 3, 4, 5}, 1e-12)["p_minimum_effect"].get<double>(), 0.013235599563682587, 1e-6);
  // An estimate of the margin itself shows nothing: half of the draws lie beyond it.
  EXPECT_GT(row_of({1, 2, 3, 4, 5}, 3)["p_minimum_effect"].get<double>(), 0.5);
}

}  // namespace hamdil::analysis
