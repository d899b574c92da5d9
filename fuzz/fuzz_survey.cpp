#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "exchange/kobo/read.hpp"
#include "exchange/workbook.hpp"
#include "exchange/xlsform/read.hpp"

namespace {

hamdil::data::Form make_form() {
  hamdil::Diagnostics diagnostics;
  return *hamdil::exchange::xlsform::read_xlsform(hamdil::exchange::sheets_from_markdown(R"(
| survey |
|  | type              | name | label  | relevant |
|  | start             | start |       |          |
|  | select_one yn     | a    | A here |          |
|  | select_multiple m | b    | B here | ${a}='y' |
|  | integer           | n    | N      |          |
|  | date              | d    | D      |          |
|  | geopoint          | g    | G      |          |
|  | begin_repeat      | r    | R      |          |
|  | text              | t    | T      |          |
|  | end_repeat        |      |        |          |
| choices |
|  | list_name | name | label      |
|  | yn        | y    | Yes        |
|  | yn        | dk   | Don't know |
|  | m         | p    | Pp         |
|  | m         | q    | Qq         |
)"),
                                                  "form", diagnostics);
}

}  // namespace

// An export as CSV, or any workbook, with and without a form.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const hamdil::data::Form kForm = make_form();
  for (const hamdil::data::Form* form : {&kForm, static_cast<const hamdil::data::Form*>(nullptr)}) {
    auto workbook =
        hamdil::exchange::open_workbook_bytes(std::string(reinterpret_cast<const char*>(data), size), "fuzz");
    if (!workbook) return 0;
    std::vector<hamdil::exchange::Workbook> workbooks;
    workbooks.push_back(*std::move(workbook));
    hamdil::Diagnostics diagnostics;
    const auto read = hamdil::exchange::kobo::read_survey_workbooks(std::move(workbooks), form, {}, diagnostics);
    if (!read) continue;
    for (const auto& table : read->tables) {
      for (const auto& column : table.table.columns)
        if (column.size() != table.table.rows) __builtin_trap();
    }
  }
  return 0;
}
