// A conformance suite: reference cases run through the product's own public paths. See design of the runner in
// docs/conformance.md.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::conformance {

enum class Outcome { kPassed, kFailed, kSkipped };

struct CaseResult {
  std::string id;
  std::string family;
  Outcome outcome = Outcome::kFailed;
  std::string detail;  // expected and actual, for a failure; the reason, for a skip
};

// Runs the cases below `folder` whose id contains `filter` (all when empty). An error only when the folder cannot be
// read.
using Suite = Result<std::vector<CaseResult>> (*)(const std::string& folder, const std::string& filter);

Result<std::vector<CaseResult>> run_agreement(const std::string& folder, const std::string& filter);
Result<std::vector<CaseResult>> run_realdata(const std::string& folder, const std::string& filter);
Result<std::vector<CaseResult>> run_survey(const std::string& folder, const std::string& filter);
Result<std::vector<CaseResult>> run_xlsform(const std::string& folder, const std::string& filter);
Result<std::vector<CaseResult>> run_xpath(const std::string& folder, const std::string& filter);

}  // namespace hamdil::conformance
