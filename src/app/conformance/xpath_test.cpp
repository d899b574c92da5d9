#include <gtest/gtest.h>

#include <filesystem>

#include "app/conformance/suite.hpp"

namespace hamdil::conformance {
namespace {

TEST(XPathSuite, AgreesWithTheEngineThatTheCasesComeFrom) {
  const std::string folder = std::string(HAMDIL_SHARED_DIR) + "/golden-xpath";
  // They came from public repositories and are read beside the project, never committed to it.
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "the reference cases are not here";
  const auto results = run_xpath(folder, "");
  ASSERT_TRUE(results) << results.error().describe();
  std::size_t passed = 0;
  for (const CaseResult& result : *results) {
    EXPECT_NE(result.outcome, Outcome::kFailed) << result.id << ": " << result.detail;
    if (result.outcome == Outcome::kPassed) ++passed;
  }
  EXPECT_GT(passed, 900U);
}

}  // namespace
}  // namespace hamdil::conformance
