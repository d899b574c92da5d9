// A conformance suite: reference cases run through the product's own public paths. See design of the runner in
// docs/conformance.md.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "analysis/spec.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "stats/result.hpp"

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
// The same cases from sums of rows, beside the rows in memory, within the tolerance that the estimator declares: what
// no cluster computes is skipped. `pushed` runs a specification on a table that it brings where sums are made.
using Pushed =
    std::function<Result<stats::ResultTable>(const analysis::AnalysisSpec&, const Json& one, const data::Table&)>;
Result<std::vector<CaseResult>> run_pushed(const std::string& folder, const std::string& filter, const Pushed& pushed);
Result<std::vector<CaseResult>> run_pushed_in_memory(const std::string& folder, const std::string& filter);
// On the ClickHouse nodes that HAMDIL_CLUSTER_NODES names (addresses with commas between), the cluster "hamdil".
Result<std::vector<CaseResult>> run_cluster(const std::string& folder, const std::string& filter);
Result<std::vector<CaseResult>> run_xlsform(const std::string& folder, const std::string& filter);
Result<std::vector<CaseResult>> run_xpath(const std::string& folder, const std::string& filter);

}  // namespace hamdil::conformance
