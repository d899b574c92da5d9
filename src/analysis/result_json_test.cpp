#include "analysis/result_json.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace hamdil::analysis {
namespace {

stats::ResultTable means(std::size_t first_missing, std::size_t second_missing) {
  stats::ResultTable table;
  table.id = "trust.by_group";
  table.estimator = "mean";
  table.n = 60;
  for (const std::size_t missing : {first_missing, second_missing}) {
    stats::Row row;
    row.term = "trust";
    row.base_rows = 30 - missing;
    row.missing_rows = missing;
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace

TEST(ReleasedJson, FewMissingAnswersAreNotTold) {
  const Json out = to_released_json(means(3, 12), 10);
  for (const Json& row : out["rows"]) {
    EXPECT_FALSE(row.contains("missing_rows")) << "the other row and the sum would tell by difference";
    EXPECT_TRUE(row.contains("base_rows"));
  }
  EXPECT_FALSE(out.contains("n"));
  stats::ResultTable whole;
  whole.estimator = "several";
  whole.n = 60;
  whole.parts = {means(1, 0)};
  whole.part_names = {"means"};
  EXPECT_EQ(to_released_json(whole, 10).dump().find("missing_rows"), std::string::npos);
}

TEST(ReleasedJson, NoneAndManyMissingAnswersAreTold) {
  EXPECT_EQ(to_released_json(means(0, 10), 10), to_json(means(0, 10)));
  EXPECT_EQ(to_json(means(3, 12))["rows"][0]["missing_rows"], 3) << "the team, and files that somebody holds";
}

}  // namespace hamdil::analysis
