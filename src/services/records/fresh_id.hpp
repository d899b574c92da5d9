// Ids of records: new ones that others of the same transaction will name, and what is none.
#pragma once

#include <string>
#include <string_view>

namespace hamdil::services::records {

// Random; of the same letters as the ids that the workspace gives.
std::string fresh_id();
// 16 small letters and digits, as ids of records are written.
bool is_id(std::string_view text);

}  // namespace hamdil::services::records
