// The type cell of a survey row.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "data/form.hpp"

namespace hamdil::exchange::xlsform {

enum class RowKind {
  kQuestion,
  kBeginGroup,
  kBeginRepeat,
  kBeginLoop,
  kEndGroup,
  kEndRepeat,
  kEndLoop,
  kKoboMatrix,
  kUnknown
};

struct RowType {
  RowKind kind = RowKind::kUnknown;
  data::QuestionType type = data::QuestionType::kNone;
  std::string list;  // list, file or ${repeat}
  data::FormItem::ChoiceSource source = data::FormItem::ChoiceSource::kNone;
  bool or_other = false;
  bool is_from_file_without_known_extension = false;
  bool is_table_list = false;
};

// Reads "select_one yes_no", "add text prompt", "begin_group", "end repeat", ... ; ASCII case and runs of white space
// are ignored, except in the name of a list or file.
RowType read_type(std::string_view cell);

// The spellings that are understood, for "did you mean".
const std::vector<std::string>& known_types();

// What a legacy type such as "phone number" or "percentage" brings along; empty for all others.
struct LegacyType {
  std::string bind_type;
  std::string constraint;
  std::string hint;  // shown when the author wrote none
};
std::optional<LegacyType> legacy_type(std::string_view cell);

}  // namespace hamdil::exchange::xlsform
