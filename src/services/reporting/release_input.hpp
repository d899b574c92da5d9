// What the gate is given for a study's tables: thresholds, sensitive questions, how tables hang together.
#pragma once

#include "protect/gate.hpp"
#include "services/reporting/analyses.hpp"
#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {

protect::GateInput release_input(const StudyData& data, const Analysed& analysed, protect::Audience audience);

}  // namespace hamdil::services::reporting
