// What the columns of a table without a form mean: labels, types, value labels, codes that stand for a missing answer.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "data/column.hpp"
#include "data/form.hpp"

namespace hamdil::data {

struct CodebookEntry {
  std::string name;
  std::string label;
  std::optional<ColumnType> type;                        // inferred when not given
  std::vector<Level> levels;                             // a category when not empty
  std::vector<std::pair<std::string, Missing>> missing;  // value and what it stands for
  bool ordered = false;
  std::optional<double> minimum, maximum;                        // ends of the scale of a column of numbers
  Translated labels;                                             // `label` in every language that the codebook gives
  std::vector<std::pair<std::string, Translated>> level_labels;  // of `levels`, by value
};

struct Codebook {
  std::vector<CodebookEntry> entries;
  const CodebookEntry* find(
      std::string_view name) const;  // exact, else without regard to ASCII case; nullptr when there is none
  CodebookEntry* find(std::string_view name);
};

}  // namespace hamdil::data
