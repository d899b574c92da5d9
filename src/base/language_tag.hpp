// Language tags as people write them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hamdil {

// The one of `known` that `tag` means: the same tag in any case and with "_" for "-" ("EN", "fa_af"), else the first
// that shares its language ("fa" and "fa-IR" mean "fa-AF" where that is the only Persian). Empty when there is none.
std::optional<std::string> find_language(std::string_view tag, const std::vector<std::string>& known);

}  // namespace hamdil
