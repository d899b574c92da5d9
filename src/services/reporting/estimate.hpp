// Use case: one specification run on a workspace, released before anybody sees it; or on a file that the caller already
// holds.
#pragma once

#include <functional>
#include <string>

#include "analysis/spec.hpp"
#include "base/result.hpp"
#include "protect/released.hpp"
#include "protect/table_set.hpp"
#include "services/reporting/study_data.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

// Where the numbers of a specification come from: the answers themselves, or a cluster that holds them (cluster.hpp).
using Runner = std::function<Result<stats::ResultTable>(const analysis::AnalysisSpec&, const StudyData&)>;
Result<stats::ResultTable> run_in_memory(const analysis::AnalysisSpec& spec, const StudyData& data);

// On the stacked rounds of the study, with measures (measure_ID), frame columns and `round`. Without a `design` the
// study's own is used. Outside the team only means, shares and totals by picked answers, under the study's own design;
// a condition counts as a breakdown of which one part is shown. What is shown is protected together with the tables of
// the report and with everything that left before, and is remembered: the workspace must be open for writing. Codes:
// analysis.*, reporting.*, reporting.estimate.not_released, reporting.estimate.reworded.
Result<protect::Released<protect::TableSet>> estimate_in_workspace(
    store::Workspace& workspace, const std::string& spec_path, protect::Audience audience, const store::Author& author,
    const std::string& despite_earlier = {}, const Runner& run = run_in_memory);

inline constexpr const char* kQueryTable = "query-";  // how the tables of remembered queries are called

// The query without its conditions, which become breakdowns: so the gate sees the parts that are not shown as well.
analysis::AnalysisSpec whole_table(analysis::AnalysisSpec spec);

// On a CSV or workbook: types are inferred, nothing is withheld. Codes: analysis.*, exchange.*.
Result<stats::ResultTable> estimate_on_file(const std::string& spec_path, const std::string& data_path);

}  // namespace hamdil::services::reporting
