// Questions that changed their words between rounds.
#pragma once

#include <vector>

#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {

// From the forms that the rounds of `data` were read with; rounds without a form compare with nothing.
Result<std::vector<RewordedQuestion>> find_reworded_questions(const store::Workspace& workspace, const StudyData& data);

// Whether the item is that question, or mirrored and one of its questions.
bool asks(const study::ItemSpec& item, const std::string& question);

}  // namespace hamdil::services::reporting
