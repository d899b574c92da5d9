// Measures of a shipped framework, found through the form's column `framework_item`.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

namespace hamdil::services::study {

// For every framework that the study file names under `frameworks`, adds a dimension for each of its indicators with at
// least one mapped question ("score:s3" or "s3" in the form's column framework_item): the framework's scale end, its
// reverse items and direction, and its name as description, with the honest label ("SCORE-style") where its licence
// asks for one. An indicator whose id stands already under `dimensions` is left to the file. Codes:
// study.framework.unknown, study.framework.not_mapped.
Status expand_frameworks(Json& study_file, const Json& instrument, Diagnostics& problems);

}  // namespace hamdil::services::study
