#include "analysis/registry.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/describe.hpp"
#include "analysis/spec.hpp"
#include "base/file.hpp"

namespace hamdil::analysis {
namespace {

TEST(Registry, EveryEstimatorSaysWhatItIs) {
  std::set<std::string_view> ids;
  for (const Estimator& one : estimators()) {
    const stats::EstimatorInfo& info = one.info;
    EXPECT_TRUE(ids.insert(info.id).second) << info.id << " stands twice";
    EXPECT_NE(one.run, nullptr) << info.id;
    EXPECT_EQ(one.run_pushed != nullptr, info.pushdown > 0) << info.id << ": a pushdown declares its tolerance";
    EXPECT_LE(info.pushdown, 1e-8) << info.id;
    for (const std::string_view text : {info.id, info.name, info.family, info.title, info.what, info.cost})
      EXPECT_FALSE(text.empty()) << info.id;
    EXPECT_FALSE(info.statements.empty()) << info.id;
    EXPECT_FALSE(info.figures.empty()) << info.id;
    for (const stats::OptionInfo& option : info.options)
      EXPECT_FALSE(option.help.empty()) << info.id << " " << option.name;
    EXPECT_EQ(estimator_with_id(info.id), &one);
  }
}

TEST(Registry, FormsOfOneNameArePickedByOptionsAndDesign) {
  for (const Estimator& one : estimators()) {
    const stats::Form& form = one.info.form;
    const auto has = [&](std::string_view option) { return option == form.with_option; };
    const Estimator* found = find_estimator(one.info.name, has, !form.without_design);
    ASSERT_NE(found, nullptr);
    EXPECT_EQ(found->info.id, one.info.id);
  }
}

TEST(Registry, UnknownNamesAreAnsweredWithTheNearest) {
  const auto spec = parse_spec(R"({"call": {"estimator": "proprotion", "variables": ["x"]}})", "spec.json");
  ASSERT_FALSE(spec);
  EXPECT_EQ(spec.error().code, "analysis.spec.unknown_estimator");
  EXPECT_NE(spec.error().hint.find("proportion"), std::string::npos);
  const auto option = parse_spec(R"({"call": {"estimator": "mean", "varables": ["x"]}})", "spec.json");
  ASSERT_FALSE(option);
  EXPECT_EQ(option.error().where.pointer, "/call/varables");
  EXPECT_NE(option.error().hint.find("variables"), std::string::npos);
  const auto value =
      parse_spec(R"({"call": {"estimator": "chisq", "variables": ["x", "y"], "statistics": ["Wold"]}})", "s");
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().where.pointer, "/call/statistics/0");
  EXPECT_NE(value.error().hint.find("Wald"), std::string::npos);
  EXPECT_FALSE(describe_text("maen"));
  EXPECT_NE(describe_text("mean")->find("sum(w x) / sum(w)"), std::string::npos);
}

TEST(Registry, TheSchemaNamesEveryOption) {
  const Json schema = spec_schema();
  const Json& calls = schema["$defs"]["call"]["anyOf"];
  ASSERT_EQ(calls.size(), estimators().size());
  for (std::size_t i = 0; i < calls.size(); ++i) {
    EXPECT_EQ(calls[i]["properties"]["estimator"]["const"], std::string(estimators()[i].info.name));
    for (const stats::OptionInfo& option : estimators()[i].info.options)
      EXPECT_TRUE(calls[i]["properties"].contains(std::string(option.name))) << option.name;
  }
}

void check_page(const std::string& name, const std::string& now) {
  const std::string path = std::string(HAMDIL_SOURCE_DIR) + "/docs/methods/" + name;
  if (std::getenv("HAMDIL_WRITE_DOCS") != nullptr) {
    ASSERT_TRUE(write_file(path, now));
  }
  const auto page = read_file(path);
  ASSERT_TRUE(page) << name << ": write it with HAMDIL_WRITE_DOCS=1";
  EXPECT_TRUE(*page == now) << name << " is not current: write it anew with HAMDIL_WRITE_DOCS=1";
}

TEST(Registry, PagesOfMethodsAreCurrent) {
  const std::filesystem::path folder = std::string(HAMDIL_SOURCE_DIR) + "/docs/methods";
  std::set<std::string> wanted = {"README.md"};
  if (std::getenv("HAMDIL_WRITE_DOCS") != nullptr) std::filesystem::create_directories(folder);
  check_page("README.md", methods_index());
  for (const Estimator& one : estimators()) {
    wanted.insert(std::string(one.info.id) + ".md");
    check_page(std::string(one.info.id) + ".md", methods_page(one.info));
  }
  for (const auto& entry : std::filesystem::directory_iterator(folder))
    EXPECT_TRUE(wanted.contains(entry.path().filename().string()))
        << entry.path().filename() << " belongs to no estimator";
}

}  // namespace
}  // namespace hamdil::analysis
