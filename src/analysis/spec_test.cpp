#include "analysis/spec.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "analysis/result_json.hpp"
#include "analysis/run.hpp"

namespace hamdil::analysis {
namespace {

Error fault_of(std::string_view json) {
  const auto spec = parse_spec(json, "spec.json");
  EXPECT_FALSE(spec) << json;
  return spec ? Error() : spec.error();
}

TEST(AnalysisSpec, FaultsPointAtTheirPlace) {
  Error fault = fault_of(R"({"call": {"estimator": "mean", "variables": ["x"], "qrule": "hf7"}})");
  EXPECT_EQ(fault.code, "analysis.spec.unknown_option");
  EXPECT_EQ(fault.where.pointer, "/call/qrule");
  fault = fault_of(R"({"call": {"estimator": "sorcery"}})");
  EXPECT_EQ(fault.code, "analysis.spec.unknown_estimator");
  EXPECT_EQ(fault.where.pointer, "/call/estimator");
  EXPECT_NE(fault.message().find("sorcery is not known"), std::string::npos);
  fault = fault_of(R"({"design": {"lonely_psu": "ignore"}, "call": {"estimator": "mean", "variables": ["x"]}})");
  EXPECT_EQ(fault.code, "analysis.spec.unknown_value");
  EXPECT_EQ(fault.where.pointer, "/design/lonely_psu");
  EXPECT_EQ(fault_of(R"({"design": {"wieghts": "w"}, "call": {"estimator": "mean"}})").where.pointer,
            "/design/wieghts");
  EXPECT_EQ(fault_of(R"({"call": {"estimator": "mean", "variables": [1]}})").where.pointer, "/call/variables/0");
  EXPECT_EQ(
      fault_of(R"({"domain": [{"var": "x", "op": "~", "value": 1}], "call": {"estimator": "mean"}})").where.pointer,
      "/domain/0/op");
  EXPECT_EQ(fault_of(R"({"domain": [{"var": "x", "op": "=="}], "call": {"estimator": "mean"}})").code,
            "analysis.spec.missing_member");
  EXPECT_EQ(fault_of(R"({"call": {"estimator": "several", "parts": [{"estimator": "mean", "variable": "x"}]}})")
                .where.pointer,
            "/call/parts/0/variable");
  EXPECT_EQ(fault_of(R"([1])").code, "analysis.spec.not_object");
  EXPECT_EQ(fault_of(R"({"design": {"variance": "replicate"}, "call": {"estimator": "mean"}})").code,
            "analysis.spec.missing_member");
  EXPECT_EQ(fault_of(R"({"design": {"variance": "jackknife"}, "call": {"estimator": "mean"}})").where.pointer,
            "/design/variance");
  EXPECT_EQ(
      fault_of(
          R"({"design": {"variance": "replicate", "replicates": {"combined": false}}, "call": {"estimator": "mean"}})")
          .code,
      "analysis.spec.unsupported_design");
}

data::Table people() {
  data::Table table;
  table.put(data::Column::of_codes("g", {0, 1, 0, 1, -1, 0}, {{"low", "Low"}, {"high", "High"}}, true));
  table.find("g")->set_missing(4, data::Missing::kRefused);
  table.put(data::Column::of_numbers("x", {1, 2, 3, 4, 5, 6}));
  return table;
}

TEST(AnalysisRun, DomainsLeaveMissingOutsideAndFollowTheOrderOfLevels) {
  const data::Table table = people();
  using Rows = std::vector<std::uint32_t>;
  EXPECT_EQ(*select_domain({{"g", Compare::kNotEqual, {"low"}, {std::nan("")}}}, table), (Rows{1, 3}));
  EXPECT_EQ(*select_domain({{"g", Compare::kLess, {"high"}, {std::nan("")}}}, table), (Rows{0, 2, 5}));
  EXPECT_EQ(*select_domain({{"x", Compare::kIn, {"2", "6"}, {2, 6}}}, table), (Rows{1, 5}));
  EXPECT_EQ(
      *select_domain({{"x", Compare::kGreater, {"2"}, {2}}, {"g", Compare::kEqual, {"low"}, {std::nan("")}}}, table),
      (Rows{2, 5}));
  EXPECT_EQ(select_domain({{"z", Compare::kEqual, {"2"}, {2}}}, table).error().code, "stats.terms.no_column");
}

TEST(AnalysisRun, ManyGiveWhatEachGivesAlone) {
  const data::Table table = people();
  std::vector<AnalysisSpec> specs;
  for (
      const char* json :
      {R"({"id": "a", "call": {"estimator": "mean", "variables": ["x"]}})",
       R"({"id": "b", "domain": [{"var": "x", "op": ">", "value": 1}], "call": {"estimator": "total", "variables": ["x"], "by": "g"}})",
       R"({"id": "c", "design": {"weights": "x"}, "call": {"estimator": "mean", "variables": ["x"]}})",
       R"({"id": "d", "design": {"weights": "none"}, "call": {"estimator": "mean", "variables": ["x"]}})"})
    specs.push_back(*parse_spec(json, "spec.json"));
  const auto many = run_many(specs, table);
  ASSERT_TRUE(many);
  std::size_t asked = 0;
  const auto stopped = run_many(specs, table, {{}, [&asked] { return ++asked == 3; }});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, "jobs.cancelled");
  EXPECT_EQ(asked, 3u) << "it stops between two of them";
  const auto& together = *many;
  ASSERT_EQ(together.size(), 4u);
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(together[i]) << together[i].error().describe();
    EXPECT_EQ(to_json(*together[i]).dump(), to_json(*run(specs[i], table)).dump());
  }
  EXPECT_EQ(together[3].error().code, "stats.design.no_column");
}

TEST(AnalysisRun, JackknifeOfAMeanIsItsStandardError) {
  data::Table table;
  table.put(data::Column::of_numbers("x", {2, 5, 7, 10}));
  data::Table weights;
  for (std::size_t left_out = 0; left_out < 4; ++left_out) {
    std::vector<double> column(4, 4.0 / 3);
    column[left_out] = 0;
    weights.put(data::Column::of_numbers("r" + std::to_string(left_out), column));
  }
  const auto spec =
      parse_spec(R"({"design": {"variance": "replicate", "replicates": {"scale": 0.75, "weights_file": "w.csv"}},
                                   "call": {"estimator": "mean", "variables": ["x"]}})",
                 "s");
  ASSERT_TRUE(spec) << spec.error().describe();
  const auto result = run(*spec, table, &weights);
  ASSERT_TRUE(result) << result.error().describe();
  EXPECT_NEAR(result->rows[0].se, std::sqrt((16 + 1 + 1 + 16) / 3.0 / 4.0), 1e-12);
  EXPECT_EQ(result->degf, 3);
  EXPECT_EQ(run(*spec, table).error().code, "analysis.run.replicate_weights");
}

TEST(AnalysisRun, ResultsCarryTheNamesOfTheReferenceCases) {
  const auto result =
      run(*parse_spec(R"({"call": {"estimator": "mean", "variables": ["x"], "by": ["g"]}})", "s"), people());
  ASSERT_TRUE(result);
  const Json json = to_json(*result);
  EXPECT_EQ(json["rows"][0]["by"]["g"], "low");
  for (const char* field :
       {"term", "estimate", "se", "ci_t", "ci_normal", "p_value", "deff", "degf_domain", "ci_t_domain", "flags", "ref"})
    EXPECT_TRUE(json["rows"][0].contains(field)) << field;
  EXPECT_EQ(json["rows"][0]["base_rows"], 3);
  EXPECT_EQ(json["degf"], 5);
}

}  // namespace
}  // namespace hamdil::analysis
