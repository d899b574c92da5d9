#include "stats/survey/table.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "stats/survey/proportion_ci.hpp"
#include "stats/survey/two_rounds_fixture.hpp"

namespace hamdil::stats::survey {
namespace {

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

}  // namespace
}  // namespace hamdil::stats::survey
