// An id for a record that others of the same transaction will name.
#pragma once

#include <string>

namespace hamdil::services::records {

// Random; of the same letters as the ids that the workspace gives.
std::string fresh_id();

}  // namespace hamdil::services::records
