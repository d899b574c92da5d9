#include "stats/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "analysis/run.hpp"

namespace hamdil::analysis {
namespace {

TEST(Registry, IsSortedAndEveryEstimatorInItCanBeRun) {
  std::vector<std::string> listed;
  for (const stats::EstimatorInfo& info : stats::estimators()) listed.emplace_back(info.name);
  EXPECT_TRUE(std::is_sorted(listed.begin(), listed.end()));
  EXPECT_EQ(listed, runnable_estimators());
}

}  // namespace
}  // namespace hamdil::analysis
