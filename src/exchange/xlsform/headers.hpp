// Column headers of XLSForm sheets: aliases, languages, spellings.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hamdil::exchange::xlsform {

enum class SheetKind { kSurvey, kChoices, kSettings, kEntities };

// What a column holds: `field` is our name of it ("label", "media::image", "relevant", ...), or the header as written
// when `is_known` is false; `language` is "" for a column without one.
struct ColumnRole {
  std::string field;
  std::string language;
  bool is_known = false;
};

// One role a header cell. ':' separates the language only on a sheet where no header has '::' (the old spelling).
std::vector<ColumnRole> read_headers(const std::vector<std::string>& header, SheetKind sheet);

}  // namespace hamdil::exchange::xlsform
