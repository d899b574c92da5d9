// hamdil-conformance SUITE DIR [--filter ID] [--json FILE]
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

#include "app/conformance/suite.hpp"
#include "base/file.hpp"
#include "base/json.hpp"

namespace hamdil::conformance {
namespace {

struct Entry {
  const char* name;
  Suite run;
};
constexpr std::array<Entry, 7> kSuites = {{{"agreement", run_agreement},
                                           {"cluster", run_cluster},
                                           {"pushed", run_pushed_in_memory},
                                           {"realdata", run_realdata},
                                           {"survey", run_survey},
                                           {"xlsform", run_xlsform},
                                           {"xpath", run_xpath}}};

int usage() {
  fmt::print(stderr, "usage: hamdil-conformance SUITE DIR [--filter ID] [--json FILE]\nsuites:");
  for (const Entry& suite : kSuites) fmt::print(stderr, " {}", suite.name);
  fmt::print(stderr, "\n");
  return 2;
}

const char* outcome_name(Outcome outcome) {
  return outcome == Outcome::kPassed ? "passed" : outcome == Outcome::kFailed ? "failed" : "skipped";
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.size() < 2) return usage();
  std::string filter;
  std::string json_file;
  for (std::size_t i = 2; i < arguments.size(); i += 2) {
    if (i + 1 >= arguments.size()) return usage();
    if (arguments[i] == "--filter")
      filter = arguments[i + 1];
    else if (arguments[i] == "--json")
      json_file = arguments[i + 1];
    else
      return usage();
  }
  const auto suite =
      std::find_if(kSuites.begin(), kSuites.end(), [&](const Entry& entry) { return arguments[0] == entry.name; });
  if (suite == kSuites.end()) return usage();
  const auto results = suite->run(arguments[1], filter);
  if (!results) {
    fmt::print(stderr, "{}\n", results.error().describe());
    return 3;
  }
  if (results->empty()) {
    fmt::print(stderr, "{} in {}: nothing was checked.\n",
               filter.empty() ? "There is no case" : "No case has an id with \"" + filter + "\"", arguments[1]);
    return 1;
  }
  std::array<std::size_t, 3> counts{};
  std::map<std::string, std::array<std::size_t, 3>> families;
  Json cases = Json::array();
  for (const CaseResult& result : *results) {
    ++counts[static_cast<std::size_t>(result.outcome)];
    ++families[result.family][static_cast<std::size_t>(result.outcome)];
    if (result.outcome == Outcome::kFailed) fmt::print("FAILED {} ({}): {}\n", result.id, result.family, result.detail);
    cases.push_back({{"id", result.id},
                     {"family", result.family},
                     {"status", outcome_name(result.outcome)},
                     {"detail", result.detail}});
  }
  for (const auto& [family, count] : families)
    fmt::print("{:<40} {:>5} passed {:>5} failed {:>5} skipped\n", family, count[0], count[1], count[2]);
  if (!json_file.empty()) {
    const Json report = {{"suite", arguments[0]},
                         {"passed", counts[0]},
                         {"failed", counts[1]},
                         {"skipped", counts[2]},
                         {"cases", std::move(cases)}};
    if (const auto written = write_file(json_file, report.dump(1)); !written) {
      fmt::print(stderr, "{}\n", written.error().describe());
      return 4;
    }
  }
  fmt::print("{} passed, {} failed, {} skipped\n", counts[0], counts[1], counts[2]);
  return counts[1] > 0 ? 1 : 0;
}

}  // namespace
}  // namespace hamdil::conformance

int main(int argc, char** argv) { return hamdil::conformance::run(std::vector<std::string>(argv + 1, argv + argc)); }
