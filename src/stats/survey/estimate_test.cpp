#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "stats/survey/regression.hpp"
#include "stats/survey/two_rounds_fixture.hpp"
#include "stats/survey/variance.hpp"

namespace hamdil::stats::survey {
namespace {

TEST(SurveyEstimate, DomainMeanIsRatioIsRegressionCoefficient) {
  data::Table table = two_rounds();
  Values in_domain;
  Values product;
  RowList domain;
  for (std::size_t row = 0; row < table.rows; ++row) {
    const double answer = table.find("answer")->numbers[row];
    const bool inside = table.find("group")->numbers[row] == 1 && !std::isnan(answer);
    in_domain.push_back(inside);
    product.push_back(inside ? answer : 0);
    if (inside) domain.push_back(static_cast<std::uint32_t>(row));
  }
  table.put(data::Column::of_numbers("inside", in_domain));
  table.put(data::Column::of_numbers("product", product));
  const SurveyDesign design = design_of(clustered(), table);
  const auto mean = estimate(design, table, domain, mean_of("answer"));
  EstimateRequest ratio_request;
  ratio_request.quantity = Quantity::kRatio;
  ratio_request.variables = {"product", "inside"};
  const auto ratio = estimate(design, table, all_rows(design), ratio_request);
  const auto model =
      estimate_glm(design, table, domain, {"answer ~ 1", Family::kGaussian, Link::kIdentity, 0.95, true});
  ASSERT_TRUE(mean && ratio && model);
  EXPECT_NEAR(mean->rows[0].estimate, ratio->rows[0].estimate, 1e-12);
  EXPECT_NEAR(mean->rows[0].se, ratio->rows[0].se, 1e-12);
  EXPECT_NEAR(mean->rows[0].estimate, model->rows[0].estimate, 1e-10);
  EXPECT_NEAR(mean->rows[0].se, model->rows[0].se, 1e-10);
}

TEST(SurveyEstimate, SharesAddUpAndTheirCovarianceRowsSumToZero) {
  const data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  EstimateRequest request = mean_of("answer");
  request.reading = Reading::kCategories;
  const auto shares = estimate(design, table, all_rows(design), request);
  ASSERT_TRUE(shares);
  double sum = 0;
  std::size_t cells = 0;
  for (const Row& row : shares->rows) {
    sum += row.estimate;
    cells += row.cell_rows;
    EXPECT_EQ(row.base_rows + row.missing_rows, table.rows);
  }
  EXPECT_NEAR(sum, 1, 1e-12);
  EXPECT_EQ(cells, shares->rows[0].base_rows);
  for (std::size_t r = 0; r < shares->vcov.rows; ++r) {
    double across = 0;
    for (std::size_t c = 0; c < shares->vcov.columns; ++c) across += shares->vcov.at(r, c);
    EXPECT_NEAR(across, 0, 1e-15);
  }
}

TEST(SurveyEstimate, JointCovarianceHasTheVariancesOnItsDiagonal) {
  const data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  EstimateRequest request = mean_of("answer");
  request.by = {"group", "round"};
  request.covmat = true;
  const auto found = estimate(design, table, all_rows(design), request);
  ASSERT_TRUE(found);
  ASSERT_EQ(found->rows.size(), 6u);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_NEAR(std::sqrt(found->vcov.at(i, i)), found->rows[i].se, 1e-12);
}

TEST(SurveyEstimate, RowOrderDoesNotMatterAndWeightsScaleOut) {
  const data::Table table = two_rounds();
  data::Table scaled = table;
  for (double& weight : scaled.find("weight")->numbers) weight *= 1000;
  const SurveyDesign design = design_of(clustered(), table);
  const SurveyDesign other = design_of(clustered(), scaled);
  const auto one = estimate(design, table, all_rows(design), mean_of("answer"));
  const auto two = estimate(other, scaled, all_rows(other), mean_of("answer"));
  ASSERT_TRUE(one && two);
  EXPECT_NEAR(one->rows[0].se, two->rows[0].se, 1e-12);
}

TEST(SurveyEstimate, DegenerateInputsAreResultsWithFlags) {
  data::Table empty = two_rounds(0);
  const SurveyDesign no_rows = design_of(clustered(), empty);
  const auto nothing = estimate(no_rows, empty, {}, mean_of("answer"));
  ASSERT_TRUE(nothing) << nothing.error().describe();
  EXPECT_TRUE(std::isnan(nothing->rows[0].estimate));
  EXPECT_NE(std::find(nothing->rows[0].flags.begin(), nothing->rows[0].flags.end(), Flag::kUndefined),
            nothing->rows[0].flags.end());

  data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  const auto empty_domain = estimate(design, table, {}, mean_of("answer"));
  ASSERT_TRUE(empty_domain);
  EXPECT_TRUE(std::isnan(empty_domain->rows[0].estimate));
  EXPECT_EQ(empty_domain->rows[0].base_rows, 0u);

  for (double& value : table.find("answer")->numbers) value = 3;
  const auto constant = estimate(design, table, all_rows(design), mean_of("answer"));
  ASSERT_TRUE(constant);
  EXPECT_NEAR(constant->rows[0].estimate, 3, 1e-14);
  EXPECT_NEAR(constant->rows[0].se, 0, 1e-14);

  for (std::size_t row = 0; row < table.rows; ++row) table.find("answer")->set_missing(row, data::Missing::kRefused);
  const auto all_missing = estimate(design, table, all_rows(design), mean_of("answer"));
  ASSERT_TRUE(all_missing);
  EXPECT_TRUE(std::isnan(all_missing->rows[0].estimate));
  EXPECT_EQ(all_missing->rows[0].missing_rows, table.rows);
  EXPECT_NE(std::find(all_missing->rows[0].flags.begin(), all_missing->rows[0].flags.end(), Flag::kHighRefusal),
            all_missing->rows[0].flags.end());
}

TEST(SurveyEstimate, OneRowAndOneUnit) {
  data::Table one;
  one.put(data::Column::of_numbers("answer", {4}));
  DesignSpec spec;
  const SurveyDesign fails = design_of(spec, one);
  const auto refused = estimate(fails, one, all_rows(fails), mean_of("answer"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "stats.variance.lonely_stratum");
  spec.lonely = LonelyRule::kRemove;
  const SurveyDesign design = design_of(spec, one);
  const auto found = estimate(design, one, all_rows(design), mean_of("answer"));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->rows[0].estimate, 4);
  EXPECT_NE(std::find(found->rows[0].flags.begin(), found->rows[0].flags.end(), Flag::kLonelyStratum),
            found->rows[0].flags.end());
  spec.lonely = LonelyRule::kAverage;
  const SurveyDesign average = design_of(spec, one);
  EXPECT_TRUE(std::isnan(estimate(average, one, all_rows(average), mean_of("answer"))->rows[0].se));
}

void expect_same_rows(const ResultTable& one, const ResultTable& two, double tolerance) {
  const auto near = [&](double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::fabs(a - b) <= tolerance * std::max(1.0, std::fabs(b));
  };
  ASSERT_EQ(one.rows.size(), two.rows.size());
  for (std::size_t i = 0; i < one.rows.size(); ++i) {
    const Row& a = one.rows[i];
    const Row& b = two.rows[i];
    EXPECT_EQ(a.term, b.term);
    EXPECT_EQ(a.by, b.by);
    EXPECT_TRUE(near(a.estimate, b.estimate)) << a.term << ": " << a.estimate << " and " << b.estimate;
    EXPECT_TRUE(near(a.se, b.se)) << a.term << ": " << a.se << " and " << b.se;
    EXPECT_TRUE(near(a.ci_t.lower, b.ci_t.lower) && near(a.ci_t_domain.upper, b.ci_t_domain.upper) &&
                near(a.ci_normal.lower, b.ci_normal.lower));
    EXPECT_TRUE(near(a.base_weight, b.base_weight));
    EXPECT_EQ(a.degf_domain, b.degf_domain);
    EXPECT_EQ(a.base_rows, b.base_rows);
    EXPECT_EQ(a.base_clusters, b.base_clusters);
    EXPECT_EQ(a.cell_rows, b.cell_rows);
    EXPECT_EQ(a.missing_rows, b.missing_rows);
    EXPECT_EQ(a.flags, b.flags) << a.term;
  }
  ASSERT_EQ(one.vcov.values.size(), two.vcov.values.size());
  for (std::size_t i = 0; i < one.vcov.values.size(); ++i) EXPECT_TRUE(near(one.vcov.values[i], two.vcov.values[i]));
}

TEST(SurveyEstimate, FastAndPlainWayAgreeOnEveryField) {
  data::Table table = two_rounds(900, 11);
  for (std::size_t row = 0; row < table.rows; row += 7) table.find("weight")->numbers[row] = 0;
  for (std::size_t row = 0; row < table.rows; row += 11) table.find("group")->set_missing(row, data::Missing::kBlank);
  for (std::size_t row = 0; row < table.rows; row += 13)
    table.find("answer")->set_missing(row, row % 2 ? data::Missing::kRefused : data::Missing::kNotAsked);
  RowList domain;
  for (std::size_t row = 0; row < table.rows; ++row)
    if (table.find("cluster")->numbers[row] != 5) domain.push_back(static_cast<std::uint32_t>(row));
  for (const LonelyRule rule : {LonelyRule::kFail, LonelyRule::kAdjust, LonelyRule::kAverage}) {
    DesignSpec spec = clustered();
    spec.lonely = rule;
    spec.adjust_domain_lonely = rule != LonelyRule::kFail;
    const SurveyDesign design = design_of(spec, table);
    for (const Quantity quantity : {Quantity::kMean, Quantity::kTotal}) {
      for (const Reading reading : {Reading::kAsStored, Reading::kCategories}) {
        for (const std::vector<std::string>& by :
             std::vector<std::vector<std::string>>{{}, {"group"}, {"round", "stratum"}}) {
          EstimateRequest request = mean_of("answer");
          request.variables = {"answer", "round", "arm"};
          request.quantity = quantity;
          request.reading = reading;
          request.by = by;
          const auto fast = estimate(design, table, domain, request);
          const auto plain = estimate_by_rows(design, table, domain, request);
          ASSERT_TRUE(fast && plain);
          expect_same_rows(*fast, *plain, 1e-11);
        }
      }
    }
  }
}

// Rows in the order of their clusters, the whole sample: missing values are taken from sums over stretches. Few missing
// values, many, and a cluster without any answer.
TEST(SurveyEstimate, FastAndPlainWayAgreeWithMissingValues) {
  data::Table table = two_rounds(1203, 5);
  std::vector<double>& clusters = table.find("cluster")->numbers;
  for (std::size_t row = 0; row < table.rows; ++row) clusters[row] = static_cast<double>(row * 24 / table.rows);
  for (std::size_t row = 0; row < table.rows; ++row)
    table.find("stratum")->numbers[row] = static_cast<double>(static_cast<int>(clusters[row]) % 4);
  for (const std::size_t every : {40u, 3u, 1u}) {
    for (std::size_t row = 0; row < table.rows; ++row)
      if ((row % every == 0 && row % 5 != 0) || clusters[row] == 7)
        table.find("answer")->set_missing(row, row % 2 ? data::Missing::kRefused : data::Missing::kNotAsked);
    const SurveyDesign design = design_of(clustered(), table);
    ASSERT_FALSE(design.runs().empty());
    for (const std::vector<std::string>& variables :
         std::vector<std::vector<std::string>>{{"answer"}, {"group", "answer"}, {"answer", "round", "arm", "group"}}) {
      for (const std::vector<std::string>& by : std::vector<std::vector<std::string>>{{}, {"round"}}) {
        EstimateRequest request = mean_of("answer");
        request.variables = variables;
        request.by = by;
        const auto fast = estimate(design, table, all_rows(design), request);
        const auto plain = estimate_by_rows(design, table, all_rows(design), request);
        ASSERT_TRUE(fast && plain);
        expect_same_rows(*fast, *plain, 1e-11);
      }
    }
  }
}

TEST(SurveyEstimate, ResultsDoNotDependOnThreads) {
  data::Table table = two_rounds(5000, 3);
  EstimateRequest request = mean_of("answer");
  request.by = {"group"};
  request.variables = {"answer", "round"};
  for (int item = 0; item < 18; ++item) {
    data::Column column = *table.find("answer");
    column.name = "item" + std::to_string(item);
    for (double& value : column.numbers) value = std::sqrt(value * (item + 1));
    request.variables.push_back(column.name);
    table.put(std::move(column));
  }
  const SurveyDesign design = design_of(clustered(), table);
  const auto one = estimate(design, table, all_rows(design), request);
  request.threads = 8;
  const auto eight = estimate(design, table, all_rows(design), request);
  ASSERT_TRUE(one && eight);
  expect_same_rows(*one, *eight, 0);
}

}  // namespace
}  // namespace hamdil::stats::survey
