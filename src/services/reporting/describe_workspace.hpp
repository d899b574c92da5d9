// What a workspace holds, for people who write a study file: no answers, no names, no count below the threshold.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

// {"study": {"title", "study_file_applied"},
//  "rounds": [{"name", "title", "rows", "dataset_version", "repeats": [name], "sealed": [{"column", "class"}]}],
//  "columns": [{"name", "label", "type", "role", "used_as": [..], "list", "answers": [{"value", "label"}],
//               "other_answers", "rounds": [name]}]}
// `rows` is null where it is below the content's min_cell. `answers` are those that form or codebook list;
// `other_answers` tells that there are more. `used_as` says what the study file does with the column.
Result<Json> describe_workspace(const store::Workspace& workspace);

// The same for people.
std::string description_text(const Json& description);

}  // namespace hamdil::services::reporting
