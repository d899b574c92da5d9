// Estimates from sums beside estimates from rows: every estimator with a pushdown, on answers with everything that
// answers have.
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <random>

#include "analysis/memory_sums.hpp"
#include "analysis/registry.hpp"
#include "analysis/result_json.hpp"
#include "analysis/run.hpp"

namespace hamdil::analysis {
namespace {

using data::Column;

// 600 rows of 40 units in 5 strata, one of them with a single unit: numbers with gaps of every reason, a score whose
// levels write numbers and a refusal, words, weights of 0.
data::Table make_answers() {
  std::mt19937_64 random(20260101);
  const auto draw = [&](std::uint64_t below) { return static_cast<double>(random() % below); };
  constexpr std::size_t kRows = 600;
  std::vector<double> stratum, unit, weight, x, y, b, count;
  std::vector<std::int32_t> g, score;
  std::vector<std::string> words;
  for (std::size_t row = 0; row < kRows; ++row) {
    const std::size_t own = row * 40 / kRows;
    stratum.push_back(own == 39 ? 5 : static_cast<double>(own / 10 + 1));
    unit.push_back(static_cast<double>(own));
    weight.push_back(draw(20) == 0 ? 0 : 0.5 + draw(1000) / 300);
    x.push_back(draw(60) == 0 ? std::nan("") : std::floor(draw(40)) + static_cast<double>(own % 3));
    y.push_back(10 + draw(10'000) / 777);
    b.push_back(draw(100) < 30 + x.back() ? 1 : 0);
    count.push_back(draw(6));
    g.push_back(draw(50) == 0 ? -1 : static_cast<std::int32_t>(draw(3)));
    score.push_back(static_cast<std::int32_t>(draw(5)));
    words.push_back(draw(30) == 0 ? "" : draw(2) == 0 ? "no; never" : "yes 'often'");
  }
  data::Table out;
  out.rows = kRows;
  const auto put = [&](const char* name, std::vector<double> values) {
    out.put(Column::of_numbers(name, std::move(values)));
  };
  put("st", stratum);
  put("psu", unit);
  put("w", weight);
  put("x", x);
  put("y", y);
  put("b", b);
  put("n", count);
  out.put(Column::of_codes("g", g, {{"a", ""}, {"b", ""}, {"c", ""}, {"nobody", ""}}));
  out.put(Column::of_codes("score", score, {{"1", ""}, {"2", ""}, {"3", ""}, {"4", ""}, {"refused", ""}}, true));
  out.put(Column::of_texts("t", words));
  for (std::size_t row = 0; row < kRows; row += 9) out.find("y")->set_missing(row, data::Missing::kRefused);
  for (std::size_t row = 4; row < kRows; row += 31) out.find("y")->set_missing(row, data::Missing::kNotAsked);
  return out;
}

const std::map<std::string, std::vector<const char*>, std::less<>>& calls() {
  static const std::map<std::string, std::vector<const char*>, std::less<>> kCalls = {
      {"mean",
       {R"({"variables": ["x", "y", "g"], "na_rm": true, "deff": "wor"})",
        R"({"variables": ["y"], "by": ["g", "t"], "na_rm": true, "covmat": true, "deff": "replace"})",
        R"({"variables": ["y", "x"], "by": ["g"]})", R"({"variables": ["x"], "by": ["n"], "na_rm": true})"}},
      {"total", {R"({"variables": ["y", "g", "t"], "by": ["b"], "na_rm": true})", R"({"variables": ["g"]})"}},
      {"proportion",
       {R"({"variables": ["n"], "by": ["g"], "na_rm": true, "deff": "wor"})", R"({"variables": ["t", "score"]})",
        R"({"variables": ["score", "y"], "na_rm": true})"}},
      {"ratio",
       {R"({"numerator": "y", "denominator": "x", "na_rm": true})", R"({"numerator": "y", "denominator": "x"})",
        R"({"numerator": "score", "denominator": "y", "by": ["g"], "na_rm": true, "deff": "wor"})"}},
      {"variance", {R"({"variables": ["x", "score"], "na_rm": true})", R"({"variables": ["x", "b"]})"}},
      {"covariance_matrix", {R"({"variables": ["x", "y", "b"], "na_rm": true})"}},
      {"cdf",
       {R"({"variables": ["x", "y"], "at": [3, 15.5, 900], "na_rm": true})", R"({"variables": ["y"], "at": [3]})"}},
      {"quantile",
       {R"({"variables": ["x", "y"], "quantiles": [0, 0.1, 0.5, 0.93, 1], "na_rm": true, "by": ["g"]})",
        R"({"variables": ["y"], "quantiles": [0.5], "na_rm": true, "qrule": "school", "interval": "beta"})",
        R"({"variables": ["score"], "quantiles": [0.25], "na_rm": true, "qrule": "hf2", "interval": "xlogit"})",
        R"({"variables": ["y"], "quantiles": [0.4], "na_rm": true, "qrule": "hf1", "interval": "asin"})",
        R"({"variables": ["y"], "quantiles": [0.4]})"}},
      {"design_summary", {R"({})"}},
      {"glm",
       {R"({"formula": "y ~ x + g"})", R"({"formula": "y ~ g * x + score + I(x > 20) + t"})",
        R"({"formula": "b ~ log(x) + I(g == 'a') + x:y", "family": "quasibinomial"})",
        R"({"formula": "b ~ x + I(2 * x) + g", "family": "quasibinomial"})",
        R"({"formula": "n ~ t + score - 1", "family": "quasipoisson"})",
        R"({"formula": "n ~ x", "family": "quasipoisson", "link": "identity", "term_tests": false})"}},
      {"several", {R"({"parts": [{"as": "m", "estimator": "mean", "variables": ["x"], "na_rm": true},
                      {"as": "q", "estimator": "quantile", "variables": ["y"], "quantiles": [0.5], "na_rm": true}]})"}},
  };
  return kCalls;
}

// Where two results differ by more than the tolerance of a figure, or of the largest beside it.
void compare(const Json& expected, const Json& actual, double tolerance, double scale, const std::string& path) {
  if (expected.is_number() && actual.is_number()) {
    const double a = expected.get<double>(), b = actual.get<double>();
    EXPECT_LE(std::fabs(a - b), tolerance * std::max(std::fabs(a), scale)) << path << ": " << a << " and " << b;
    return;
  }
  ASSERT_EQ(expected.type(), actual.type()) << path;
  if (!expected.is_structured()) {
    EXPECT_EQ(expected, actual) << path;
    return;
  }
  ASSERT_EQ(expected.size(), actual.size()) << path;
  for (const Json& one : expected)
    if (one.is_number()) scale = std::max(scale, std::fabs(one.get<double>()));
  for (const auto& [key, value] : expected.items())
    compare(value, expected.is_array() ? actual[std::stoul(key)] : actual.value(key, Json()), tolerance, scale,
            path + "/" + key);
}

std::vector<Json> domains() {
  return {Json(),
          Json::array({{{"var", "x"}, {"op", ">="}, {"value", 7}}, {{"var", "g"}, {"op", "!="}, {"value", "b"}}}),
          Json::array({{{"var", "t"}, {"op", "in"}, {"value", {"yes 'often'", "else"}}},
                       {{"var", "score"}, {"op", "<"}, {"value", "4"}}})};
}

Json design_of(const char* lonely) {
  return {{"ids", {"psu"}}, {"strata", {"st"}}, {"weights", "w"}, {"lonely_psu", lonely}};
}

TEST(Pushed, EveryEstimatorGivesFromSumsWhatItGivesFromRows) {
  const data::Table table = make_answers();
  for (const Estimator& one : estimators()) {
    if (one.run_pushed == nullptr) continue;
    const auto found = calls().find(one.info.id);
    ASSERT_NE(found, calls().end()) << one.info.id << " has no call here";
    for (const char* text : found->second) {
      for (const Json& domain : domains()) {
        for (const char* lonely : {"adjust", "average"}) {
          SCOPED_TRACE(std::string(one.info.id) + " " + text + " " + domain.dump() + " " + lonely);
          Json call = Json::parse(text);
          call["estimator"] = std::string(one.info.name);
          const auto spec = parse_spec({{"design", design_of(lonely)}, {"domain", domain}, {"call", call}});
          ASSERT_TRUE(spec) << spec.error().describe();
          const auto expected = run(*spec, table);
          const auto rows = memory_sums(table, *spec);
          ASSERT_TRUE(rows) << rows.error().describe();
          const auto actual = run_pushed(*spec, **rows);
          ASSERT_EQ(static_cast<bool>(expected), static_cast<bool>(actual))
              << (expected ? actual.error() : expected.error()).describe();
          if (expected) compare(to_json(*expected), to_json(*actual), one.info.pushdown, 0, "");
        }
      }
    }
  }
}

std::string code_of(const char* design, const char* call) {
  const data::Table table = make_answers();
  const auto spec = parse_spec({{"design", Json::parse(design)}, {"call", Json::parse(call)}});
  EXPECT_TRUE(spec) << spec.error().describe();
  const auto rows = memory_sums(table, *spec);
  if (!rows) return rows.error().code;
  const auto result = run_pushed(*spec, **rows);
  return result ? "" : result.error().code;
}

TEST(Pushed, WhatNeedsTheRowsIsAnErrorThatSaysSo) {
  constexpr const char* kMean = R"({"estimator": "mean", "variables": ["b"]})";
  EXPECT_EQ(code_of(R"({"weights": "w"})", kMean), "");
  EXPECT_EQ(code_of(R"({"weights": "w"})", R"({"estimator": "ordinal_logit", "formula": "score ~ b"})"),
            "analysis.pushed.none");
  EXPECT_EQ(code_of(R"({"weights": "w"})", R"({"estimator": "quantile", "variables": ["b"], "quantiles": [0.5],
                                              "qrule": "shahvaish"})"),
            "stats.pushed.option");
  EXPECT_EQ(code_of(R"({"weights": "w"})", R"({"estimator": "quantile", "variables": ["b"], "quantiles": [0.5],
                                              "interval": "score"})"),
            "stats.pushed.option");
  EXPECT_EQ(code_of(R"({"weights": "w"})", R"({"estimator": "glm", "formula": "b ~ n", "predict": [{"n": 1}]})"),
            "stats.pushed.option");
  EXPECT_EQ(code_of(R"({"ids": ["psu", "n"], "fpc": ["y2", "y2"], "weights": "w"})", kMean), "stats.pushed.design");
  EXPECT_EQ(code_of(R"({"variance": "replicate", "replicates": {"weights_file": "r.csv"}, "weights": "w"})", kMean),
            "stats.pushed.design");
}

TEST(Pushed, MoreCombinationsThanAreWorkedOnHereAreAnError) {
  data::Table table;
  table.rows = 3000;
  std::vector<double> numbers;
  for (std::size_t row = 0; row < table.rows; ++row) numbers.push_back(static_cast<double>(row));
  table.put(data::Column::of_numbers("x", numbers));
  const auto spec = parse_spec({{"call", {{"estimator", "proportion"}, {"variables", {"x"}}}}});
  const auto rows = memory_sums(table, *spec);
  ASSERT_TRUE(rows);
  const auto result = run_pushed(*spec, **rows);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, "stats.pushed.cells");
}

}  // namespace
}  // namespace hamdil::analysis
