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

// Tables about the same people that left before, to whomever: named recipients read what is public as well, and may
// talk. Rows are matched round by round, so that a new round changes nothing about the others; rows of rounds whose
// answers changed are left out (check_versions looks at those).
Result<std::vector<protect::EarlierRelease>> earlier_releases(const store::Workspace& workspace, const StudyData& data);

// Two releases about nearly the same people tell about those who make the difference. Refuses when the people of a
// round differ from an earlier release by fewer than the threshold (interviews dropped or added), unless a reason is
// given; it is kept. Codes: reporting.release.few_differ, reporting.release.other_rounds.
Status check_versions(const store::Workspace& workspace, const StudyData& data, const std::string& despite_earlier);

// A warning where the same people's answers were corrected since an earlier release. Code
// reporting.release.other_answers.
Result<Diagnostics> corrected_since_release(const store::Workspace& workspace, const StudyData& data);

// Saves an analysis and a result for every table that the run has not kept yet (`specifications`: one a table, JSON)
// and, outside the team, a release that names the rows that were printed. `released` has the same tables in the same
// order. The same release twice is recorded once.
Status record_release(const store::Workspace& workspace, store::Transaction& transaction, const StudyData& data,
                      const std::vector<stats::ResultTable>& tables, const std::vector<std::string>& specifications,
                      const protect::TableSet& released, const std::string& what, const std::string& despite_earlier);

// Whether a row (from 1) of a kept result was printed for anybody outside the team, and why not if it was not.
Result<protect::Withheld> withheld_everywhere(const store::Workspace& workspace, const std::string& result,
                                              std::size_t row);

}  // namespace hamdil::services::reporting
