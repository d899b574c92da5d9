// What has left the workspace: results are kept once a run, and every release says which of their rows were printed.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "protect/gate.hpp"
#include "services/reporting/study_data.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

const char* audience_name(protect::Audience audience);  // "team", "named_recipients", "public"

// Tables about the same people that the audience holds already; the gate reads them. The public knows what is public;
// named recipients know that and what was given to them. Nothing for the team.
Result<std::vector<protect::EarlierRelease>> earlier_releases(const store::Workspace& workspace, const StudyData& data,
                                                              protect::Audience audience);

// A warning when tables of other answers (an earlier version of a round, other interviews dropped) have left: who
// compares both can learn about the interviews that make the difference. Code reporting.release.other_answers.
Result<Diagnostics> other_versions_released(const store::Workspace& workspace, const StudyData& data,
                                            protect::Audience audience);

// Saves an analysis and a result for every table that the run has not kept yet (`specifications`: one a table, JSON)
// and, outside the team, a release that names the rows that were printed. `released` has the same tables in the same
// order. The same release twice is recorded once.
Status record_release(const store::Workspace& workspace, store::Transaction& transaction, const StudyData& data,
                      const std::vector<stats::ResultTable>& tables, const std::vector<std::string>& specifications,
                      const protect::TableSet& released, const std::string& what);

// Whether a row (from 1) of a kept result was printed for anybody outside the team, and why not if it was not.
Result<protect::Withheld> withheld_everywhere(const store::Workspace& workspace, const std::string& result,
                                              std::size_t row);

}  // namespace hamdil::services::reporting
