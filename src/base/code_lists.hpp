// Lists of codes of the outer world that fields take: content/code-lists.yaml.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hamdil {

// "currency", "language" or "time_zone": its codes as the content gives them; none for another name.
const std::vector<std::string>& code_list(std::string_view name);
bool is_in_code_list(std::string_view name, std::string_view code);
// The code that a text means: the code itself in capitals or not, or its name in a language of the program.
std::optional<std::string> find_code(std::string_view list, std::string_view text);
// What people of the language call it, from the Unicode data; the code where they have no name for it.
std::string name_of_code(std::string_view list, const std::string& code, std::string_view language);

}  // namespace hamdil
