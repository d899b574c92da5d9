// Columns that the answers do not hold but analyses need: mirrored questions joined, flags as one, weights to known
// shares.
#pragma once

#include "services/reporting/study_data.hpp"

namespace hamdil::services::reporting {

inline constexpr const char* kFlaggedColumn = "_flagged";  // "yes", "no": any flag of the import
inline constexpr const char* kRakedColumn = "_raked";      // weights that agree with the study's known shares

// A category column for every mirrored item: each group's answers to its own question; not asked for other groups.
// Codes: reporting.no_question, reporting.mirrored_answers (the questions do not have the same answers).
Status join_mirrored_items(StudyData& data);

// Only where some rows are flagged and some are not.
void add_flagged(StudyData& data);

// Only for a sample that is not random and has known shares; each round for itself. Codes: reporting.no_question,
// stats.rake.*.
Status add_raked_weights(StudyData& data);

}  // namespace hamdil::services::reporting
