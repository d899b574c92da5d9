// ${name} in texts and expressions.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hamdil::exchange::xlsform {

struct Reference {
  std::size_t start = 0;  // of "${"
  std::size_t length = 0;
  std::string name;  // without "last-saved#" and spaces
  bool last_saved = false;
  bool is_well_formed = true;  // false for "${}" and an unclosed "${"
};

std::vector<Reference> find_references(std::string_view text);

}  // namespace hamdil::exchange::xlsform
