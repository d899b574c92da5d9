// The numbers of lists, which a DOCX does not hold but counts. Internal to the reader.
#pragma once

#include <array>
#include <map>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace hamdil::exchange::docx {

inline constexpr std::size_t kListLevels = 9;

struct ListPlace {
  std::string number;     // id of the list; "" and "0": none
  std::size_t level = 0;  // from 0
};
std::size_t level_of(std::string_view text);  // 0 to 8; 0 for what is none

class Numbering {
 public:
  Status read(std::string_view xml);
  // The label of the next paragraph at this place: "2.1", "b)", "•"; "" when the paragraph is in no list.
  std::string next(const ListPlace& place);

 private:
  struct Level {
    std::string format = "decimal";
    std::string text = "%1.";
    long start = 1;
  };
  using Levels = std::array<Level, kListLevels>;
  std::map<std::string, Levels> definitions_;
  std::map<std::string, std::string> definition_of_;  // list -> definition
  std::map<std::string, std::array<long, kListLevels>> counts_;
};

}  // namespace hamdil::exchange::docx
