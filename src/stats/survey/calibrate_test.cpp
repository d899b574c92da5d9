#include "stats/survey/calibrate.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <numeric>

#include "stats/survey/estimate.hpp"

namespace hamdil::stats::survey {
namespace {

data::Table people() {
  data::Table table;
  table.rows = 8;
  table.put(data::Column::of_codes("g", {0, 0, 0, 1, 1, 1, 1, 0}, {{"a", "A"}, {"b", "B"}}));
  table.put(data::Column::of_codes("h", {0, 1, 0, 1, 0, 1, 0, 1}, {{"x", "X"}, {"y", "Y"}}));
  table.put(data::Column::of_numbers("z", {1, 2, 3, 4, 5, 6, 7, 9}));
  table.put(data::Column::of_numbers("w", {10, 12, 9, 11, 10, 13, 8, 10}));
  table.put(data::Column::of_numbers("psu", {1, 1, 2, 2, 3, 3, 4, 4}));
  return table;
}

DesignSpec design_with(Adjustment adjustment) {
  DesignSpec spec;
  spec.ids = {"psu"};
  spec.weights = "w";
  spec.adjustment = std::move(adjustment);
  return spec;
}

KnownCounts counts(const char* by, std::vector<KnownCounts::Cell> cells) { return {{by}, std::move(cells)}; }

Row total_of(const DesignSpec& spec, const char* variable) {
  const data::Table table = people();
  const auto design = SurveyDesign::make(spec, table);
  EXPECT_TRUE(design) << design.error().describe();
  if (!design) return {};
  EstimateRequest request;
  request.quantity = Quantity::kTotal;
  request.variables = {variable};
  const auto found = estimate(*design, table, all_rows(*design), request);
  EXPECT_TRUE(found);
  return found->rows.back();
}

Error fault_of(Adjustment adjustment) {
  const auto design = SurveyDesign::make(design_with(std::move(adjustment)), people());
  EXPECT_FALSE(design);
  return design ? Error() : design.error();
}

TEST(Calibrate, WhatIsKnownHasNoStandardError) {
  Adjustment post;
  post.counts = {counts("g", {{{"a"}, 60}, {{"b"}, 40}})};
  const Row b = total_of(design_with(post), "g");
  EXPECT_NEAR(b.estimate, 40, 1e-9);
  EXPECT_NEAR(b.se, 0, 1e-9);
  EXPECT_GT(total_of(design_with(post), "z").se, 1);
  for (const auto distance :
       {Adjustment::Distance::kLinear, Adjustment::Distance::kRaking, Adjustment::Distance::kLogit}) {
    Adjustment model;
    model.method = Adjustment::Method::kCalibrate;
    model.formula = "~ g + z";
    model.totals = {{"(Intercept)", 90}, {"gb", 42}, {"z", 400}};
    model.distance = distance;
    model.bounds = {0.3, 3};
    const Row z = total_of(design_with(model), "z");
    EXPECT_NEAR(z.estimate, 400, 1e-8);
    EXPECT_NEAR(z.se, 0, 1e-7);
  }
}

TEST(Calibrate, RakingMeetsBothMargins) {
  Adjustment rake;
  rake.method = Adjustment::Method::kRake;
  rake.counts = {counts("g", {{{"a"}, 60}, {{"b"}, 40}}), counts("h", {{{"x"}, 55}, {{"y"}, 45}})};
  EXPECT_NEAR(total_of(design_with(rake), "g").estimate, 40, 1e-6);
  EXPECT_NEAR(total_of(design_with(rake), "h").estimate, 45, 1e-6);
}

TEST(Calibrate, TrimmingKeepsTheSum) {
  Adjustment trim;
  trim.method = Adjustment::Method::kTrim;
  trim.upper = 11;
  trim.strict = true;
  const auto design = SurveyDesign::make(design_with(trim), people());
  ASSERT_TRUE(design);
  EXPECT_NEAR(std::accumulate(design->weights().begin(), design->weights().end(), 0.0), 83, 1e-9);
  for (const double weight : design->weights()) EXPECT_LE(weight, 11 + 1e-12);
}

TEST(Calibrate, WhatCannotBeMetIsAnError) {
  Adjustment post;
  post.counts = {counts("g", {{{"a"}, 60}})};
  EXPECT_EQ(fault_of(post).code, "stats.calibrate.unknown_cell");
  post.counts = {counts("g", {{{"a"}, 60}, {{"b"}, 30}, {{"c"}, 10}})};
  EXPECT_EQ(fault_of(post).code, "stats.rake.empty_level");
  post.method = Adjustment::Method::kRake;
  post.counts = {counts("g", {{{"a"}, 60}, {{"b"}, 40}}), counts("h", {{{"x"}, 55}, {{"y"}, 46}})};
  EXPECT_EQ(fault_of(post).code, "stats.calibrate.totals_differ");
  Adjustment model;
  model.method = Adjustment::Method::kCalibrate;
  model.formula = "~ z";
  model.totals = {{"(Intercept)", 90}};
  EXPECT_EQ(fault_of(model).code, "stats.calibrate.names");
  model.totals = {{"(Intercept)", 90}, {"z", 90000}};
  model.bounds = {0.5, 2};
  EXPECT_EQ(fault_of(model).code, "stats.calibrate.not_met");
  model.bounds = {1.5, 2};
  EXPECT_EQ(fault_of(model).code, "stats.calibrate.bounds");
  Adjustment trim;
  trim.method = Adjustment::Method::kTrim;
  trim.upper = 1;
  EXPECT_EQ(fault_of(trim).code, "stats.calibrate.trim");
}

// A domain mean equals the ratio of the domain's total to its size, also after raking.
TEST(Calibrate, DomainMeanIsARatioAfterRaking) {
  data::Table table = people();
  std::vector<double> in, product;
  for (std::size_t row = 0; row < table.rows; ++row) {
    in.push_back(table.find("g")->codes[row] == 1 ? 1 : 0);
    product.push_back(in.back() * table.find("z")->numbers[row]);
  }
  table.put(data::Column::of_numbers("in", in));
  table.put(data::Column::of_numbers("product", product));
  Adjustment rake;
  rake.method = Adjustment::Method::kRake;
  rake.counts = {counts("g", {{{"a"}, 60}, {{"b"}, 40}}), counts("h", {{{"x"}, 55}, {{"y"}, 45}})};
  const auto design = SurveyDesign::make(design_with(rake), table);
  ASSERT_TRUE(design);
  EstimateRequest mean;
  mean.variables = {"z"};
  mean.by = {"g"};
  EstimateRequest ratio;
  ratio.quantity = Quantity::kRatio;
  ratio.variables = {"product", "in"};
  const auto by_mean = estimate(*design, table, all_rows(*design), mean);
  const auto by_ratio = estimate(*design, table, all_rows(*design), ratio);
  ASSERT_TRUE(by_mean && by_ratio);
  EXPECT_NEAR(by_mean->rows[1].estimate, by_ratio->rows[0].estimate, 1e-12);
  EXPECT_NEAR(by_mean->rows[1].se, by_ratio->rows[0].se, 1e-12);
}

}  // namespace
}  // namespace hamdil::stats::survey
