#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <tuple>

#include "stats/survey/change.hpp"
#include "stats/survey/contrast.hpp"
#include "stats/survey/proportion_ci.hpp"
#include "stats/survey/quantile.hpp"
#include "stats/survey/regression.hpp"
#include "stats/survey/summary.hpp"
#include "stats/survey/table.hpp"
#include "stats/survey/tests.hpp"
#include "stats/survey/variance.hpp"

namespace hamdil::stats::survey {
namespace {

using Values = std::vector<double>;

// Two rounds in shared settlements, two arms, an answer of 1 to 5 with some missing, made from a fixed seed.
data::Table two_rounds(std::size_t rows = 600, unsigned seed = 7) {
  std::mt19937_64 random(seed);
  Values stratum;
  Values cluster;
  Values weight;
  Values answer;
  Values round;
  Values arm;
  Values group;
  for (std::size_t i = 0; i < rows; ++i) {
    const std::size_t settlement = random() % 24;
    cluster.push_back(static_cast<double>(settlement));
    stratum.push_back(static_cast<double>(settlement % 4));
    arm.push_back(static_cast<double>(settlement / 4 % 2));
    round.push_back(static_cast<double>(random() % 2));
    group.push_back(static_cast<double>(random() % 3));
    weight.push_back(1 + static_cast<double>(random() % 100) / 20);
    const double value = std::min(5.0, 1 + static_cast<double>(random() % 4) + round.back() * arm.back());
    answer.push_back(random() % 10 == 0 ? std::nan("") : value);
  }
  data::Table table;
  table.put(data::Column::of_numbers("stratum", stratum));
  table.put(data::Column::of_numbers("cluster", cluster));
  table.put(data::Column::of_numbers("weight", weight));
  table.put(data::Column::of_numbers("answer", answer));
  table.put(data::Column::of_numbers("round", round));
  table.put(data::Column::of_numbers("arm", arm));
  table.put(data::Column::of_numbers("group", group));
  return table;
}

DesignSpec clustered() {
  DesignSpec spec;
  spec.ids = {"cluster"};
  spec.strata = {"stratum"};
  spec.weights = "weight";
  return spec;
}

EstimateRequest mean_of(const std::string& variable) {
  EstimateRequest request;
  request.variables = {variable};
  request.na_rm = true;
  return request;
}

SurveyDesign design_of(const DesignSpec& spec, const data::Table& table) {
  Result<SurveyDesign> design = SurveyDesign::make(spec, table);
  EXPECT_TRUE(design) << design.error().describe();
  return *std::move(design);
}

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

TEST(SurveyTable, IndependentByConstructionHasNoEffect) {
  data::Table table = two_rounds(400);
  // Every combination equally often, with equal weights: the statistic is exactly 0.
  for (std::size_t row = 0; row < table.rows; ++row) {
    table.find("group")->numbers[row] = static_cast<double>(row % 2);
    table.find("round")->numbers[row] = static_cast<double>(row / 2 % 2);
    table.find("weight")->numbers[row] = 2;
  }
  const SurveyDesign design = design_of(clustered(), table);
  const auto found = chisq_test(design, table, all_rows(design), {"group", "round"}, {"F", "Chisq", "Wald"});
  ASSERT_TRUE(found);
  for (const stats::Test& test : found->tests) {
    EXPECT_NEAR(test.statistic, 0, 1e-12);
    EXPECT_NEAR(test.p_value, 1, 1e-6);
  }
  EXPECT_EQ(chisq_test(design, table, all_rows(design), {"group", "round"}, {"G"}).error().code,
            "stats.chisq.unknown_statistic");
}

// 40 interviews, a whole cluster without an answer to `a`; reference figures from R 4.2 survey 4.1-1 on the
// same rows: svychisq, and svyciprop of those who answered with df = degf(whole design or domain), as golden/README.md.
data::Table missing_clusters() {
  Values stratum, crossed, cluster, weight, a, b;
  for (std::size_t i = 0; i < 40; ++i) {
    stratum.push_back(static_cast<double>(i % 2));
    crossed.push_back(static_cast<double>(i / 4 % 2));
    cluster.push_back(static_cast<double>(i / 4));
    weight.push_back(1 + static_cast<double>(i * 7 % 5) / 4);
    a.push_back(i / 4 == 3 || i % 11 == 0 ? std::nan("") : static_cast<double>(i * 3 / 2 % 2));
    b.push_back(static_cast<double>((i * 5 + i / 3) % 3));
  }
  data::Table table;
  table.put(data::Column::of_numbers("element_stratum", stratum));
  table.put(data::Column::of_numbers("stratum", crossed));
  table.put(data::Column::of_numbers("cluster", cluster));
  table.put(data::Column::of_numbers("weight", weight));
  table.put(data::Column::of_numbers("a", a));
  table.put(data::Column::of_numbers("b", b));
  return table;
}

struct DegfCase {
  bool is_clustered;
  std::size_t rows;  // of the domain: the first ones
  double degf;
  double f_ddf;
  double wald_ddf;
  Range logit, asin, beta, likelihood;
};

// R counts clusters and strata of the design or domain, whether or not they hold an answer.
TEST(SurveyTable, MissingAnswersTakeNoDegreesOfFreedom) {
  const data::Table table = missing_clusters();
  DesignSpec elements = clustered();
  elements.ids.clear();
  elements.strata = {"element_stratum"};
  const std::vector<DegfCase> cases = {{false,
                                        40,
                                        38,
                                        75.9316336664981,
                                        38,
                                        {0.313393148832357, 0.673074172272512},
                                        {0.308932484562758, 0.676612570776134},
                                        {0.303941294604697, 0.682142715698869},
                                        {0.308467205314659, 0.677441342093031}},
                                       {true,
                                        40,
                                        8,
                                        15.3944139396002,
                                        8,
                                        {0.403659806720256, 0.581286701542702},
                                        {0.403069104408237, 0.581636744464341},
                                        {0.403161072446875, 0.581659631250975},
                                        {0.401950394686248, 0.582846955989963}},
                                       {true,
                                        20,
                                        3,
                                        3.88742746658644,
                                        3,
                                        {0.343951304268938, 0.752681395892811},
                                        {0.342645679874207, 0.762721244906196},
                                        {0.345287728660116, 0.756403252701818},
                                        {0.336603007806827, 0.764702569143339}},
                                       {false,
                                        20,
                                        18,
                                        35.6766520189863,
                                        18,
                                        {0.27769385535309, 0.805833248872125},
                                        {0.271688777911475, 0.824884478447537},
                                        {0.271221174004256, 0.818836837862908},
                                        {0.26697349752677, 0.823270890856304}}};
  for (const DegfCase& one : cases) {
    SCOPED_TRACE(std::string(one.is_clustered ? "clusters, " : "elements, ") + std::to_string(one.rows));
    const SurveyDesign design = design_of(one.is_clustered ? clustered() : elements, table);
    RowList rows = all_rows(design);
    rows.resize(one.rows);
    const auto tests = chisq_test(design, table, rows, {"a", "b"}, {"F", "Wald", "adjWald"});
    ASSERT_TRUE(tests);
    EXPECT_EQ(tests->degf, one.degf);
    EXPECT_NEAR(tests->tests[0].ddf, one.f_ddf, 1e-9);
    EXPECT_NEAR(tests->tests[1].ddf, one.wald_ddf, 1e-12);
    EXPECT_NEAR(tests->tests[2].ddf, one.wald_ddf - 1, 1e-12);
    const auto share =
        proportion_ci(design, table, rows, {"a", "1", {"logit", "asin", "beta", "likelihood"}, true, 0.95});
    ASSERT_TRUE(share);
    EXPECT_EQ(share->degf, one.degf);
    const std::vector<Range> wanted = {one.logit, one.asin, one.beta, one.likelihood};
    for (std::size_t m = 0; m < wanted.size(); ++m) {
      const double tolerance = m == 0 || m == 3 ? 1e-6 : 1e-10;  // iterated in R
      EXPECT_NEAR(share->methods[m].ci.lower, wanted[m].lower, tolerance) << share->methods[m].method;
      EXPECT_NEAR(share->methods[m].ci.upper, wanted[m].upper, tolerance) << share->methods[m].method;
    }
  }
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

TEST(SurveyProportion, IntervalsAtTheEdgeAndUnknownMethods) {
  data::Table table = two_rounds();
  for (double& value : table.find("answer")->numbers) value = 1;
  table.find("answer")->numbers[0] = 1;
  const SurveyDesign design = design_of(clustered(), table);
  const auto all =
      proportion_ci(design, table, all_rows(design), {"answer", "1", {"beta", "logit", "likelihood"}, true, 0.95});
  ASSERT_TRUE(all);
  EXPECT_EQ(all->methods[0].ci.upper, 1);
  EXPECT_GT(all->methods[0].ci.lower, 0.9);
  EXPECT_TRUE(std::isnan(all->methods[2].ci.lower));
  EXPECT_EQ(proportion_ci(design, table, all_rows(design), {"answer", "1", {"wald"}, true, 0.95}).error().code,
            "stats.proportion_ci.unknown_method");
}

TEST(SurveyQuantile, RulesOnAHandfulOfValues) {
  const Values x{3, 1, 2, 4};
  const Values equal{1, 1, 1, 1};
  EXPECT_EQ(weighted_quantile(x, equal, 0.5, QuantileRule::kMath), 2);
  EXPECT_EQ(weighted_quantile(x, equal, 0.5, QuantileRule::kSchool), 2.5);
  EXPECT_EQ(weighted_quantile(x, equal, 0.51, QuantileRule::kMath), 3);
  EXPECT_EQ(weighted_quantile(x, equal, 0.1, QuantileRule::kMath), 1);
  EXPECT_EQ(weighted_quantile(x, equal, 1, QuantileRule::kMath), 4);
  EXPECT_EQ(weighted_quantile(x, equal, 0.5, QuantileRule::kHf7), 2.5);
  EXPECT_EQ(weighted_quantile(x, equal, 0.25, QuantileRule::kHf7), 1.75);
  EXPECT_EQ(weighted_quantile(x, {0, 5, 1, 0}, 0.9, QuantileRule::kMath), 2);
  EXPECT_TRUE(std::isnan(weighted_quantile({}, {}, 0.5, QuantileRule::kMath)));
  EXPECT_TRUE(std::isnan(weighted_quantile(x, {0, 0, 0, 0}, 0.5, QuantileRule::kHf5)));
}

TEST(SurveyQuantile, DistributionAtTheMedianHoldsHalf) {
  const data::Table table = two_rounds();
  const SurveyDesign design = design_of(clustered(), table);
  const auto median =
      estimate_quantiles(design, table, all_rows(design),
                         {{"answer"}, {0.5}, {}, QuantileRule::kMath, QuantileInterval::kMean, true, 0.95});
  ASSERT_TRUE(median);
  const auto share =
      estimate_distribution(design, table, all_rows(design), {"answer"}, {median->rows[0].estimate}, true, 0.95);
  ASSERT_TRUE(share);
  EXPECT_GE(share->rows[0].estimate, 0.5);
  EXPECT_LE(median->rows[0].ci_t.lower, median->rows[0].estimate);
  EXPECT_GE(median->rows[0].ci_t.upper, median->rows[0].estimate);
}

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
