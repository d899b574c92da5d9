// Use case: one specification run on a workspace, released before anybody sees it; or on a file that the caller already
// holds.
#pragma once

#include <string>

#include "base/result.hpp"
#include "protect/released.hpp"
#include "protect/table_set.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

// On the stacked rounds of the study, with measures (measure_ID), frame columns and `round`. Without a `design` the
// study's own is used. Outside the team only means, shares and totals by picked answers, under the study's own design,
// and protected together with the tables of the report. What earlier queries showed is not remembered. Codes:
// analysis.*, reporting.*, reporting.estimate.not_released, reporting.estimate.reworded.
Result<protect::Released<protect::TableSet>> estimate_in_workspace(const store::Workspace& workspace,
                                                                   const std::string& spec_path,
                                                                   protect::Audience audience);

// On a CSV or workbook: types are inferred, nothing is withheld. Codes: analysis.*, exchange.*.
Result<stats::ResultTable> estimate_on_file(const std::string& spec_path, const std::string& data_path);

}  // namespace hamdil::services::reporting
