// Stata is not free, so nothing runs the code here: its text is held to what Stata's manual of survey data says.
#include "analysis/as_stata.hpp"

#include <gtest/gtest.h>

namespace hamdil::analysis {
namespace {

Result<std::string> code_of(const std::string& spec) {
  const auto read = parse_spec(spec, "spec");
  EXPECT_TRUE(read) << (read ? "" : read.error().describe());
  return as_stata(*read, "data.csv");
}

bool has(const Result<std::string>& code, const std::string& line) {
  return code && code->find(line + "\n") != std::string::npos;
}

constexpr const char* kDesign =
    R"("design": {"ids": ["psu", "household"], "strata": ["stratum"], "weights": "weight", "fpc": ["villages"], "lonely_psu": "adjust"})";

TEST(AsStata, TheDesignAsSvysetWritesIt) {
  const auto code =
      code_of(std::string("{") + kDesign +
              R"(, "call": {"estimator": "mean", "variables": ["trust", "size"], "by": ["group"], "na_rm": true}})");
  ASSERT_TRUE(code) << code.error().describe();
  EXPECT_TRUE(
      has(code, "svyset psu [pweight = weight], strata(stratum) fpc(villages) singleunit(centered) || household"))
      << *code;
  EXPECT_TRUE(has(code, "svy, subpop(hamdil_in): mean trust size, over(group)")) << *code;
  EXPECT_TRUE(has(code, "replace hamdil_in = 0 if missing(trust)"))
      << "a missing answer leaves the subpopulation, not the design";
  EXPECT_TRUE(has(code, "replace hamdil_in = 0 if missing(group)")) << *code;
}

TEST(AsStata, ADomainIsASubpopulationAndNoMissingAnswerGoesUnseen) {
  const auto code = code_of(
      R"({"domain": [{"var": "age", "op": ">=", "value": 18}, {"var": "group", "op": "in", "value": ["host", "refugee"]}],
          "call": {"estimator": "total", "variables": ["size"]}})");
  ASSERT_TRUE(code) << code.error().describe();
  EXPECT_TRUE(has(code, "replace hamdil_in = 0 if missing(age) | !(age >= 18)")) << *code;
  EXPECT_TRUE(has(code, "replace hamdil_in = 0 if missing(group) | !(group == `\"host\"' | group == `\"refugee\"')"))
      << *code;
  EXPECT_TRUE(has(code, "assert !missing(size) if hamdil_in"))
      << "where na_rm is false a missing answer makes the figure missing";
  EXPECT_TRUE(has(code, "svyset _n, singleunit(missing)")) << *code;
}

TEST(AsStata, ModelsInStatasWords) {
  const auto code = code_of(
      std::string("{") + kDesign +
      R"(, "call": {"estimator": "glm", "formula": "I(trust > 3) ~ group * size", "family": "quasibinomial"}})");
  ASSERT_TRUE(code) << code.error().describe();
  EXPECT_TRUE(has(code, "generate byte hamdil_y = trust > 3 if !missing(trust)")) << *code;
  EXPECT_TRUE(has(code, "svy, subpop(hamdil_in): logit hamdil_y `i_group' `i_size' `i_group'#`i_size'")) << *code;
  const auto other = code_of(R"({"call": {"estimator": "glm", "formula": "y ~ log(x) + z"}})");
  EXPECT_EQ(other.error().code, "analysis.as_stata.not_there");
}

TEST(AsStata, NothingOfADataFileBecomesACommand) {
  EXPECT_EQ(code_of(R"({"call": {"estimator": "mean", "variables": ["a b"]}})").error().code,
            "analysis.as_stata.not_there");
  EXPECT_EQ(code_of(R"({"call": {"estimator": "mean", "variables": ["x, clear"]}})").error().code,
            "analysis.as_stata.not_there");
  const auto code = code_of(
      R"({"domain": [{"var": "g", "op": "==", "value": "`\"'; shell rm\n`=x'"}], "call": {"estimator": "mean", "variables": ["x"]}})");
  ASSERT_TRUE(code);
  EXPECT_TRUE(has(code, "replace hamdil_in = 0 if missing(g) | !(g == `\"'; shell rm=x'\"')")) << *code;
}

}  // namespace
}  // namespace hamdil::analysis
