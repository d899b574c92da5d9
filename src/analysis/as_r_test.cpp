// The R code is run where R and its package survey are installed, and has to give the same figures.
#include "analysis/as_r.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/result_json.hpp"
#include "analysis/run.hpp"
#include "base/file.hpp"

namespace hamdil::analysis {
namespace {

bool has_r(const std::string& package = "survey") {
  return std::system(("Rscript -e 'library(" + package + ")' >/dev/null 2>&1").c_str()) == 0;
}

std::string output_of(const std::string& command) {
  std::string out;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return out;
  char buffer[512];
  while (std::fgets(buffer, sizeof buffer, pipe) != nullptr) out += buffer;
  pclose(pipe);
  return out;
}

data::Table households() {
  data::Table table;
  table.rows = 40;
  std::vector<double> psu, stratum, weight, trust, size;
  std::vector<std::int32_t> group, round;
  for (int i = 0; i < 40; ++i) {
    psu.push_back(1 + i / 4);
    stratum.push_back(1 + i / 20);
    weight.push_back(10 + (i * 7) % 5 + 0.25);
    trust.push_back(1 + (i * 11 + i / 6) % 5);
    size.push_back(2 + (i * 5) % 7);
    group.push_back((i + i / 5) % 2);
    round.push_back((i / 3 + i / 7) % 2);
  }
  for (auto& [name, values] : std::vector<std::pair<const char*, std::vector<double>>>{
           {"psu", psu}, {"stratum", stratum}, {"weight", weight}, {"trust", trust}, {"size", size}})
    table.put(data::Column::of_numbers(name, values));
  table.put(data::Column::of_codes("group", group, {{"host", "Host"}, {"refugee", "Refugee"}}));
  table.put(data::Column::of_codes("round", round, {{"baseline", "Baseline"}, {"endline", "Endline"}}));
  // Four items with a part in common, d turned round; answers of two coders; who took part.
  std::vector<double> a, b, c, d, likes, trusts, treated;
  for (int i = 0; i < 40; ++i) {
    const int common = (i * 13) % 5;
    a.push_back(1 + common + (i * 3) % 3 + 0.1 * (i % 7));
    b.push_back(1 + common + (i * 5 + i / 4) % 3 + 0.1 * (i % 5));
    c.push_back(1 + common + (i * 2 + i / 3) % 3 + 0.1 * (i % 3));
    d.push_back(7 - common - (i * 11 + i / 2) % 3 - 0.1 * (i % 4));
    likes.push_back(1 + i % 4);
    trusts.push_back(1 + (i % 4 + (i % 3 == 0 ? 1 : 0)) % 4);
    treated.push_back((i * 7 + i / 3) % 3 == 0 ? 1 : 0);
  }
  for (auto& [name, values] : std::vector<std::pair<const char*, std::vector<double>>>{
           {"a", a}, {"b", b}, {"c", c}, {"d", d}, {"likes", likes}, {"trusts", trusts}, {"treated", treated}})
    table.put(data::Column::of_numbers(name, values));
  table.find("trust")->set_missing(7, data::Missing::kRefused);
  return table;
}

void write_csv(const data::Table& table, const std::string& path) {
  std::ostringstream out;
  for (std::size_t c = 0; c < table.columns.size(); ++c) out << (c > 0 ? "," : "") << table.columns[c].name;
  out << "\n";
  for (std::size_t row = 0; row < table.rows; ++row) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) out << (c > 0 ? "," : "") << table.columns[c].text_at(row);
    out << "\n";
  }
  ASSERT_TRUE(write_file(path, out.str()));
}

// What R prints for it, as pointers into the result: pairs of figures (one alone where the second is empty), or every
// row.
struct Case {
  const char* call;
  std::vector<std::pair<const char*, const char*>> figures;
  bool has_design = true;
  double tolerance = 1e-8;
  const char* adjustment = "";  // of the design
  const char* needs = "";       // a package beside survey
};

class RunInR : public testing::Test {
 protected:
  // R is no part of the project and on few machines that build it; the code that is written is compared where it is.
  void SetUp() override {
    if (!has_r()) GTEST_SKIP() << "no R with the package survey here";
    folder = std::filesystem::temp_directory_path() / ("hamdil_as_r_" + std::to_string(std::rand()));
    std::filesystem::create_directories(folder);
  }
  void TearDown() override {
    if (!folder.empty()) std::filesystem::remove_all(folder);
  }
  void compare(const data::Table& table, const std::vector<Case>& cases);
  std::filesystem::path folder;
};

TEST_F(RunInR, GivesTheSameFigures) {
  const data::Table table = households();
  write_csv(table, (folder / "data.csv").string());
  std::vector<std::string> scripts;
  std::vector<stats::ResultTable> results;
  const char* design = R"({"ids": ["psu"], "strata": ["stratum"], "weights": "weight"})";
  for (const char* call :
       {R"({"estimator": "mean", "variables": ["trust", "size"], "na_rm": true})",
        R"({"estimator": "mean", "variables": ["trust"], "by": ["group"], "na_rm": true})",
        R"({"estimator": "proportion", "variables": ["group"]})", R"({"estimator": "total", "variables": ["size"]})",
        R"({"estimator": "ratio", "numerator": "trust", "denominator": "size", "na_rm": true})",
        R"({"estimator": "glm", "formula": "trust ~ group + size"})",
        R"({"estimator": "glm", "formula": "I(trust > 3) ~ group", "family": "quasibinomial"})"})
    for (const char* domain : {"null", R"([{"var": "size", "op": ">=", "value": 3}])"}) {
      const auto spec = parse_spec(
          std::string(R"({"design": )") + design + R"(, "domain": )" + domain + R"(, "call": )" + call + "}", "spec");
      ASSERT_TRUE(spec) << spec.error().describe();
      const auto code = as_r(*spec, (folder / "data.csv").string());
      ASSERT_TRUE(code) << code.error().describe();
      scripts.push_back(*code);
      auto result = run(*spec, table);
      ASSERT_TRUE(result) << result.error().describe();
      results.push_back(*std::move(result));
    }
  // One process for all of them: R is slow to start.
  std::string all;
  for (const std::string& script : scripts) all += script;
  ASSERT_TRUE(write_file((folder / "code.R").string(), all));
  std::istringstream lines(output_of("Rscript '" + (folder / "code.R").string() + "' 2>/dev/null"));
  for (std::size_t i = 0; i < results.size(); ++i)
    for (const stats::Row& row : results[i].rows) {
      double estimate = 0;
      double se = 0;
      ASSERT_TRUE(lines >> estimate >> se) << scripts[i];
      EXPECT_NEAR(row.estimate, estimate, 1e-8 * (1 + std::fabs(estimate))) << scripts[i];
      EXPECT_NEAR(row.se, se, 1e-8 * (1 + std::fabs(se))) << scripts[i];
    }
}

// Runs the cases here and, in one process, in R, and compares them.
void RunInR::compare(const data::Table& table, const std::vector<Case>& all_cases) {
  std::vector<Case> cases;
  for (const Case& one : all_cases)
    if (*one.needs == 0 || has_r(one.needs))
      cases.push_back(one);
    else  // as R itself: no part of the project
      std::fprintf(stderr, "not compared, R has no package %s here: %s\n", one.needs, one.call);
  std::string all;
  std::vector<Json> results;
  for (const Case& one : cases) {
    const std::string design =
        one.has_design ? std::string(R"("design": {"ids": ["psu"], "strata": ["stratum"], "weights": "weight")") +
                             (*one.adjustment == 0 ? "" : R"(, "adjustment": )") + one.adjustment + "}, "
                       : "";
    const auto spec = parse_spec(
        "{" + design + R"("domain": [{"var": "size", "op": "<", "value": 8}], "call": )" + one.call + "}", "spec");
    ASSERT_TRUE(spec) << one.call << " " << spec.error().describe();
    const auto code = as_r(*spec, (folder / "data.csv").string());
    ASSERT_TRUE(code) << one.call << " " << code.error().describe();
    const auto result = run(*spec, table);
    ASSERT_TRUE(result) << one.call << " " << result.error().describe();
    all += *code + "cat(\"end\\n\")\n";
    results.push_back({{"call", one.call}, {"result", to_json(*result)}, {"code", *code}});
  }
  ASSERT_TRUE(write_file((folder / "code.R").string(), all));
  std::istringstream lines(
      output_of("Rscript '" + (folder / "code.R").string() + "' 2>'" + (folder / "said.txt").string() + "'"));
  const auto said = read_file((folder / "said.txt").string());
  for (std::size_t i = 0; i < results.size(); ++i) {
    std::vector<std::pair<double, double>> expected;
    const Json& result = results[i]["result"];
    if (cases[i].figures.front().first[0] == '\0') {
      for (const Json& row : result.at("rows")) {
        ASSERT_TRUE(row.at("se").is_number()) << row << results[i]["code"];
        expected.emplace_back(row.at("estimate"), row.at("se"));
      }
    } else {
      for (const auto& [first, second] : cases[i].figures)
        expected.emplace_back(result.at(Json::json_pointer(first)),
                              *second == 0 ? stats::kNaN : result.at(Json::json_pointer(second)).get<double>());
    }
    for (const auto& [first, second] : expected) {
      std::string line;
      ASSERT_TRUE(std::getline(lines, line)) << results[i]["code"].get<std::string>() << (said ? *said : "");
      double a = 0, b = 0;
      std::istringstream pair(line);
      ASSERT_TRUE(pair >> a && (std::isnan(second) || pair >> b)) << line << "\n"
                                                                  << results[i]["code"].get<std::string>();
      EXPECT_NEAR(first, a, cases[i].tolerance * (1 + std::fabs(a))) << results[i]["code"].get<std::string>();
      if (std::isnan(second)) continue;
      EXPECT_NEAR(second, b, cases[i].tolerance * (1 + std::fabs(b))) << results[i]["code"].get<std::string>();
    }
    std::string end;
    ASSERT_TRUE(std::getline(lines, end));
    EXPECT_EQ(end, "end") << results[i]["code"].get<std::string>();
  }
}

TEST_F(RunInR, GivesTheSameTestsAndCombinations) {
  const data::Table table = households();
  write_csv(table, (folder / "data.csv").string());
  const std::vector<std::pair<const char*, const char*>> test = {{"/statistic", "/p_value"}}, kRow = {{"", ""}},
                                                         combined = {{"/estimate", "/se"}};
  const std::vector<Case> cases = {
      {R"({"estimator": "variance", "variables": ["trust", "size"], "na_rm": true})", kRow},
      {R"({"estimator": "quantile", "variables": ["trust", "size"], "quantiles": [0.25, 0.5], "na_rm": true})", kRow},
      {R"({"estimator": "quantile", "variables": ["size"], "quantiles": [0.4, 0.5], "qrule": "hf7", "interval": "xlogit"})",
       kRow},
      {R"({"estimator": "proportion_ci", "variable": "group", "success": "host", "methods": ["logit", "beta", "mean"]})",
       {{"/estimate", "/se"},
        {"/methods/logit/ci/0", "/methods/logit/ci/1"},
        {"/methods/beta/ci/0", "/methods/beta/ci/1"},
        {"/methods/mean/ci/0", "/methods/mean/ci/1"}}},
      {R"({"estimator": "contrast", "of": "domain means with covariance", "variable": "trust", "by": ["group"], "weights_by_level": {"host": -1, "refugee": 1}})",
       combined},
      {R"({"estimator": "chisq", "variables": ["group", "round"], "statistics": ["F", "Chisq"]})",
       {{"/tests/F/statistic", "/tests/F/p_value"}, {"/tests/Chisq/statistic", "/tests/Chisq/p_value"}}},
      {R"({"estimator": "ttest", "variable": "trust", "group": "group", "na_rm": true})", test},
      {R"({"estimator": "ttest", "variable": "trust", "mu": 2.5, "na_rm": true})", test},
      {R"({"estimator": "ranktest", "variable": "trust", "group": "group"})", test},
      {R"({"estimator": "ranktest", "variable": "trust", "group": "group", "test": "median"})", test},
      {R"({"estimator": "change", "variable": "trust", "round": "round", "from": "baseline", "to": "endline"})", kRow},
      {R"({"estimator": "difference_in_differences", "variable": "trust", "round": "round", "from": "baseline", "to": "endline", "arm": "group", "treated": "refugee", "control": "host"})",
       kRow},
      {R"({"estimator": "t_test", "variable": "trust", "group": "group"})", test, false},
      {R"({"estimator": "t_test", "variable": "trust", "group": "group", "var_equal": true})", test, false},
      {R"({"estimator": "t_test_paired", "variables": ["trust", "size"]})", test, false},
      {R"({"estimator": "mann_whitney", "variable": "trust", "group": "group"})", test, false},
      {R"({"estimator": "wilcoxon_signed_rank", "variables": ["trust", "size"], "correction": "none"})", test, false},
      {R"({"estimator": "kruskal_wallis", "variable": "trust", "group": "group"})", test, false},
      {R"({"estimator": "anova_oneway", "variable": "trust", "group": "group"})", {{"/F", "/p_value"}}, false},
      {R"({"estimator": "welch_anova", "variable": "trust", "group": "group"})", test, false},
      {R"({"estimator": "mcnemar", "variables": ["group", "round"]})", test, false},
      {R"({"estimator": "chisq", "variables": ["group", "round"]})", test, false},
      {R"({"estimator": "cor_pearson", "variables": ["trust", "size"]})", test, false},
      {R"({"estimator": "cor_spearman", "variables": ["trust", "size"]})", test, false},
      {R"({"estimator": "cor_kendall", "variables": ["trust", "size"]})", test, false}};
  compare(table, cases);
}

TEST_F(RunInR, GivesTheSameFiguresOfAdjustedWeights) {
  const data::Table table = households();
  write_csv(table, (folder / "data.csv").string());
  std::vector<Case> cases;
  for (
      const char* adjustment :
      {R"json({"method": "poststratify", "by": ["group"], "population": [{"group": "host", "Freq": 300}, {"group": "refugee", "Freq": 250}]})json",
       R"json({"method": "rake", "margins": [{"by": ["group"], "population": [{"group": "host", "Freq": 300}, {"group": "refugee", "Freq": 250}]}, {"by": ["round"], "population": [{"round": "baseline", "Freq": 270}, {"round": "endline", "Freq": 280}]}]})json",
       R"json({"method": "calibrate", "formula": "~ group + size", "totals": {"(Intercept)": 550, "grouprefugee": 250, "size": 2900}})json",
       R"json({"method": "calibrate", "formula": "~ group + size", "distance": "raking", "totals": {"(Intercept)": 550, "grouprefugee": 250, "size": 2900}})json",
       R"json({"method": "calibrate", "formula": "~ group + size", "distance": "logit", "bounds": [0.5, 2], "totals": {"(Intercept)": 550, "grouprefugee": 250, "size": 2900}})json",
       R"json({"method": "trim", "upper": 13.5})json"})
    cases.push_back({.call = R"({"estimator": "mean", "variables": ["trust", "size"], "na_rm": true})",
                     .figures = {{"", ""}},
                     .adjustment = adjustment});
  compare(table, cases);
}

// What is fitted in steps stops elsewhere than R's own step; there the figures agree as far as the steps go.
TEST_F(RunInR, GivesTheSameFiguresOfScalesModelsAndCoders) {
  const data::Table table = households();
  write_csv(table, (folder / "data.csv").string());
  const std::vector<std::pair<const char*, const char*>> test = {{"/statistic", "/p_value"}}, kRow = {{"", ""}};
  compare(
      table,
      {{R"({"estimator": "cdf", "variables": ["trust", "size"], "at": [2, 4], "na_rm": true})", kRow},
       {R"({"estimator": "ordinal_logit", "formula": "trust ~ group + size"})", kRow, true, 1e-4},
       {R"({"estimator": "chisq_goodness_of_fit", "variables": ["group"], "p": [0.4, 0.6]})", test},
       {R"({"estimator": "direct_standardisation", "variables": ["size"], "by": ["round"], "over": ["group"], "population": [100, 150], "na_rm": true})",
        kRow},
       {R"({"estimator": "cohen_kappa", "variables": ["likes", "trusts"], "na_rm": true})", {{"/estimate", "/se"}}},
       {R"({"estimator": "cronbach_alpha", "variables": ["a", "b", "c"], "na_rm": true})", {{"/estimate", ""}}},
       {R"({"estimator": "propensity_logit", "formula": "treated ~ size + group", "data_row_id": "unit"})", kRow,
        false},
       {R"({"estimator": "kendall_w", "columns": ["a", "b", "c"]})", {{"/W", "/p_value"}}, false},
       {R"({"estimator": "cronbach_alpha", "items": ["a", "b", "c", "d"], "reversed": ["d"], "reverse_rule": "8 - x"})",
        {{"/raw_alpha", "/ase"}, {"/std_alpha", "/guttman_lambda6"}, {"/average_r", "/median_r"}},
        false,
        1e-8,
        "",
        "psych"},
       {R"({"estimator": "icc", "columns": ["a", "b", "c"]})",
        {{"/forms/0/estimate", "/forms/0/F"},
         {"/forms/1/estimate", "/forms/1/F"},
         {"/forms/2/estimate", "/forms/2/F"},
         {"/forms/3/estimate", "/forms/3/F"},
         {"/forms/4/estimate", "/forms/4/F"},
         {"/forms/5/estimate", "/forms/5/F"}},
        false,
        1e-8,
        "",
        "psych"},
       {R"({"estimator": "cohen_kappa", "columns": ["likes", "trusts"]})",
        {{"/kappa", "/se"}},
        false,
        1e-8,
        "",
        "psych"},
       {R"({"estimator": "cfa", "model": "likert =~ a + b + c + d"})",
        {{"/fit/chisq", "/fit/df"},
         {"/fit/cfi", "/fit/tli"},
         {"/fit/rmsea", "/fit/srmr"},
         {"/parameters/1/est", "/parameters/1/se"},
         {"/parameters/2/est", "/parameters/2/se"},
         {"/parameters/3/est", "/parameters/3/se"},
         {"/parameters/4/est", "/parameters/4/se"},
         {"/parameters/5/est", "/parameters/5/se"},
         {"/parameters/6/est", "/parameters/6/se"},
         {"/parameters/7/est", "/parameters/7/se"},
         {"/parameters/8/est", "/parameters/8/se"}},
        false,
        1e-5,
        "",
        "lavaan"}});
}

// A jackknife over the ten clusters, with weights that came with the data.
TEST_F(RunInR, GivesTheSameFiguresOfReplicates) {
  const data::Table table = households();
  write_csv(table, (folder / "data.csv").string());
  data::Table weights;
  weights.rows = table.rows;
  for (int out = 1; out <= 10; ++out) {
    std::vector<double> column;
    for (std::size_t row = 0; row < table.rows; ++row) {
      const bool left_out = table.find("psu")->number_at(row) == out;
      column.push_back(left_out ? 0 : table.find("weight")->number_at(row) * 10 / 9);
    }
    weights.put(data::Column::of_numbers("r" + std::to_string(out), column));
  }
  write_csv(weights, (folder / "weights.csv").string());
  const auto spec = parse_spec(
      R"({"design": {"weights": "weight", "variance": "replicate", "replicates": {"scale": 0.9, "mse": true, "weights_file": ")" +
          (folder / "weights.csv").string() +
          R"("}}, "call": {"estimator": "mean", "variables": ["trust", "size"], "na_rm": true}})",
      "spec");
  ASSERT_TRUE(spec) << spec.error().describe();
  const auto result = run(*spec, table, &weights);
  ASSERT_TRUE(result) << result.error().describe();
  const auto code = as_r(*spec, (folder / "data.csv").string());
  ASSERT_TRUE(code) << code.error().describe();
  ASSERT_TRUE(write_file((folder / "code.R").string(), *code));
  std::istringstream lines(output_of("Rscript '" + (folder / "code.R").string() + "' 2>/dev/null"));
  for (const stats::Row& row : result->rows) {
    double estimate = 0;
    double se = 0;
    ASSERT_TRUE(lines >> estimate >> se) << *code;
    EXPECT_NEAR(row.estimate, estimate, 1e-8 * (1 + std::fabs(estimate)));
    EXPECT_NEAR(row.se, se, 1e-8);
  }
}

TEST(AsR, NamesAreQuotedAndWhatIsMissingIsNamed) {
  const auto spec = parse_spec(
      R"({"design": {"weights": "w\"); quit("}, "call": {"estimator": "mean", "variables": ["a`b"]}})", "spec");
  ASSERT_TRUE(spec);
  const auto code = as_r(*spec, "x\"; q(\"");
  ASSERT_TRUE(code);
  EXPECT_NE(code->find(R"(read.csv("x\"; q(\"")"), std::string::npos);
  EXPECT_NE(code->find("weights = ~`w\"); quit(`"), std::string::npos);
  EXPECT_NE(code->find("~`ab`"), std::string::npos);
  const auto other = parse_spec(
      R"({"call": {"estimator": "krippendorff_alpha", "columns": ["x", "y"], "metric": "nominal"}})", "spec");
  ASSERT_TRUE(other);
  EXPECT_EQ(as_r(*other, "x.csv").error().code, "analysis.as_r.not_there");
}

}  // namespace
}  // namespace hamdil::analysis
