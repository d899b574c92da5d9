// The manual names what the program knows.
#include <gtest/gtest.h>

#include "base/file.hpp"
#include "stats/registry.hpp"

namespace hamdil::services::reporting {

TEST(Docs, EveryEstimatorAndOptionIsInTheManual) {
  const auto manual = read_file(std::string(HAMDIL_SOURCE_DIR) + "/docs/estimate-spec.md");
  ASSERT_TRUE(manual);
  for (const stats::EstimatorInfo& info : stats::estimators()) {
    EXPECT_NE(manual->find("`" + std::string(info.name) + "`"), std::string::npos) << info.name;
    for (const std::string_view option : info.options) {
      if (option == "of" || option == "ci_df") continue;  // words of the reference cases that change nothing
      EXPECT_NE(manual->find("`" + std::string(option) + "`"), std::string::npos) << info.name << " " << option;
    }
  }
}

}  // namespace hamdil::services::reporting
