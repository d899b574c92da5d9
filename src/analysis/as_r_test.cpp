// The R code is run where R and its package survey are installed, and has to give the same figures.
#include "analysis/as_r.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>

#include "analysis/run.hpp"
#include "base/file.hpp"

namespace hamdil::analysis {
namespace {

bool has_r() { return std::system("Rscript -e 'library(survey)' >/dev/null 2>&1") == 0; }

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
  std::vector<std::int32_t> group;
  for (int i = 0; i < 40; ++i) {
    psu.push_back(1 + i / 4);
    stratum.push_back(1 + i / 20);
    weight.push_back(10 + (i * 7) % 5 + 0.25);
    trust.push_back(1 + (i * 11 + i / 6) % 5);
    size.push_back(2 + (i * 5) % 7);
    group.push_back((i + i / 5) % 2);
  }
  for (auto& [name, values] : std::vector<std::pair<const char*, std::vector<double>>>{
           {"psu", psu}, {"stratum", stratum}, {"weight", weight}, {"trust", trust}, {"size", size}})
    table.put(data::Column::of_numbers(name, values));
  table.put(data::Column::of_codes("group", group, {{"host", "Host"}, {"refugee", "Refugee"}}));
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

TEST(AsR, GivesTheSameFigures) {
  if (!has_r()) GTEST_SKIP() << "no R with the package survey here";
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("hamdil_as_r_" + std::to_string(std::rand()));
  std::filesystem::create_directories(folder);
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
  std::filesystem::remove_all(folder);
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
  const auto other = parse_spec(R"({"call": {"estimator": "ranktest", "variable": "x", "group": "g"}})", "spec");
  ASSERT_TRUE(other);
  EXPECT_EQ(as_r(*other, "x.csv").error().code, "analysis.as_r.not_there");
}

}  // namespace
}  // namespace hamdil::analysis
