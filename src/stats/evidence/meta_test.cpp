#include "stats/evidence/meta.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace hamdil::stats::evidence {
namespace {

// Log risk ratios of the BCG vaccine trials, as printed in Viechtbauer (2010), tables 1 and section 3.
TEST(Meta, BcgTrials) {
  const std::vector<double> effects = {-0.8893, -1.5854, -1.3481, -1.4416, -0.2175, -0.7861, -1.6209,
                                       0.0120,  -0.4694, -1.3713, -0.3394, 0.4459,  -0.0173};
  const std::vector<double> variances = {0.3256, 0.1946, 0.4154, 0.0200, 0.0512, 0.0069, 0.2230,
                                         0.0040, 0.0564, 0.0730, 0.0124, 0.5325, 0.0714};
  std::vector<std::int32_t> clusters(effects.size());
  std::iota(clusters.begin(), clusters.end(), 0);
  const MetaAnalysis found = random_effects(effects, variances, clusters, 0.95);
  EXPECT_TRUE(found.converged);
  EXPECT_NEAR(found.estimate, -0.7145, 1e-3);
  EXPECT_NEAR(found.se, 0.1798, 1e-3);
  EXPECT_NEAR(found.tau2, 0.3132, 1e-3);
  EXPECT_NEAR(found.i2, 92.22, 0.05);
  EXPECT_NEAR(found.q, 152.233, 0.6);
}

TEST(Meta, OneStudyTellsNothingOfOthers) {
  EXPECT_TRUE(std::isnan(random_effects({0.3}, {0.1}, {0}, 0.95).estimate));
  const MetaAnalysis same = random_effects({0.3, 0.3, 0.3}, {0.1, 0.1, 0.1}, {0, 0, 0}, 0.95);
  EXPECT_EQ(same.tau2, 0);
  EXPECT_TRUE(std::isnan(same.se_robust)) << "one cluster";
}

}  // namespace
}  // namespace hamdil::stats::evidence
