// Fills report::Context from the workspace: names, dates, design, who answered, what was measured.
#pragma once

#include "report/context.hpp"
#include "services/reporting/analyses.hpp"
#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {

report::Context report_context(const store::Workspace& workspace, const StudyData& data, const Analysed& analysed,
                               const protect::Thresholds& thresholds, protect::Audience audience,
                               const std::string& language);

}  // namespace hamdil::services::reporting
