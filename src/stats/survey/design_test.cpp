#include <gtest/gtest.h>

#include <cmath>

#include "stats/survey/summary.hpp"
#include "stats/survey/two_rounds_fixture.hpp"

namespace hamdil::stats::survey {
namespace {

TEST(SurveyDesign, FaultsHaveCodesAndPlaces) {
  const data::Table good = two_rounds(50);
  const auto code_after = [&](auto change, auto respecify) {
    data::Table table = good;
    DesignSpec spec = clustered();
    change(table);
    respecify(spec);
    const auto design = SurveyDesign::make(spec, table);
    return design ? std::string() : design.error().code;
  };
  const auto same_table = [](data::Table&) {};
  const auto same_spec = [](DesignSpec&) {};
  EXPECT_EQ(code_after([](data::Table& t) { t.find("weight")->numbers[3] = -1; }, same_spec),
            "stats.design.bad_weight");
  EXPECT_EQ(code_after([](data::Table& t) { t.find("weight")->numbers[3] = 0; }, same_spec), "");
  EXPECT_EQ(code_after([](data::Table& t) { t.find("weight")->set_missing(3, data::Missing::kBlank); }, same_spec),
            "stats.design.missing_value");
  EXPECT_EQ(code_after([](data::Table& t) { t.find("cluster")->set_missing(3, data::Missing::kBlank); }, same_spec),
            "stats.design.missing_value");
  EXPECT_EQ(code_after([](data::Table& t) { t.find("stratum")->numbers[3] += 1; }, same_spec),
            "stats.design.not_nested");
  EXPECT_EQ(
      code_after([](data::Table& t) { t.find("stratum")->numbers[3] += 1; }, [](DesignSpec& s) { s.nest = true; }), "");
  EXPECT_EQ(code_after(same_table, [](DesignSpec& s) { s.weights = "wieght"; }), "stats.design.no_column");
  const auto uneven = [](data::Table& t) {
    Values sizes;
    for (const double weight : t.find("weight")->numbers) sizes.push_back(100 + weight);
    t.put(data::Column::of_numbers("population", sizes));
  };
  EXPECT_EQ(code_after(uneven, [](DesignSpec& s) { s.fpc = {"population"}; }), "stats.design.fpc_not_constant");
  EXPECT_EQ(code_after(same_table, [](DesignSpec& s) { s.fpc = {"weight", "weight"}; }), "stats.design.fpc_stages");
  const auto with_population = [](double size) {
    return [size](data::Table& t) { t.put(data::Column::of_numbers("population", Values(t.rows, size))); };
  };
  const auto use_population = [](DesignSpec& s) { s.fpc = {"population"}; };
  EXPECT_EQ(code_after(with_population(2), use_population), "stats.design.fpc_too_small");
  data::Table small = good;
  with_population(2)(small);
  DesignSpec sized = clustered();
  use_population(sized);
  const auto refused = SurveyDesign::make(sized, small);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().describe().find("says 2 units"), std::string::npos) << refused.error().describe();
  EXPECT_FALSE(refused.error().where.row) << "whoever asks from outside the team reads it";
  EXPECT_EQ(code_after(with_population(-2), use_population), "stats.design.fpc_bad");
  EXPECT_EQ(code_after(with_population(0.5), use_population), "");
}

TEST(SurveyDesign, AFractionAndThePopulationItStandsForGiveTheSame) {
  data::Table table = two_rounds();
  Values population;
  Values fraction;
  for (std::size_t row = 0; row < table.rows; ++row) {
    population.push_back(12);
    fraction.push_back(6.0 / 12.0);  // 24 settlements in 4 strata
  }
  table.put(data::Column::of_numbers("population", population));
  table.put(data::Column::of_numbers("fraction", fraction));
  DesignSpec by_size = clustered();
  by_size.fpc = {"population"};
  DesignSpec by_fraction = clustered();
  by_fraction.fpc = {"fraction"};
  const SurveyDesign one = design_of(by_size, table);
  const SurveyDesign two = design_of(by_fraction, table);
  const SurveyDesign without = design_of(clustered(), table);
  const double se = estimate(one, table, all_rows(one), mean_of("answer"))->rows[0].se;
  EXPECT_NEAR(se, estimate(two, table, all_rows(two), mean_of("answer"))->rows[0].se, 1e-14);
  EXPECT_NEAR(se, estimate(without, table, all_rows(without), mean_of("answer"))->rows[0].se * std::sqrt(0.5), 1e-12);
}

TEST(SurveySummary, DoctorShowsWhatEachRuleDoes) {
  data::Table table = two_rounds();
  for (std::size_t row = 0; row < table.rows; ++row)
    if (table.find("cluster")->numbers[row] == 23) table.find("stratum")->numbers[row] = 9;
  const auto report =
      examine_lonely_strata(clustered(), table, all_rows(design_of(clustered(), table)), mean_of("answer"));
  ASSERT_TRUE(report);
  ASSERT_EQ(report->strata.size(), 1u);
  EXPECT_EQ(report->strata[0].stratum, "9");
  EXPECT_EQ(report->strata[0].neighbour, "3");
  ASSERT_EQ(report->outcomes.size(), 5u);
  EXPECT_TRUE(report->outcomes[0].fails);
  const auto se = [&](std::size_t i) { return report->outcomes[i].result.rows[0].se; };
  EXPECT_EQ(se(1), se(2));
  EXPECT_GT(se(3), se(1));
  EXPECT_NEAR(se(4), se(1) * std::sqrt(5.0 / 4.0), 1e-12);
}

}  // namespace
}  // namespace hamdil::stats::survey
