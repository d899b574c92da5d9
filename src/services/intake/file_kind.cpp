#include "services/intake/file_kind.hpp"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/workbook.hpp"

namespace hamdil::services::intake {
namespace {

constexpr std::size_t kLooked = 64 << 10;  // bytes of a text that are looked at

bool is_question_type(const std::string& cell) {
  static constexpr auto kTypes = std::to_array<const char*>(
      {"text",         "integer",      "decimal",      "note",           "date",         "time",
       "datetime",     "dateTime",     "calculate",    "hidden",         "start",        "end",
       "today",        "deviceid",     "username",     "geopoint",       "geotrace",     "geoshape",
       "image",        "audio",        "video",        "file",           "barcode",      "acknowledge",
       "range",        "rank",         "begin_group",  "begin group",    "end_group",    "end group",
       "begin_repeat", "begin repeat", "end_repeat",   "end repeat",     "audit",        "phonenumber",
       "email",        "xml-external", "csv-external", "start-geopoint", "subscriberid", "simserial"});
  if (cell.starts_with("select_one") || cell.starts_with("select_multiple") || cell.starts_with("select one") ||
      cell.starts_with("select multiple"))
    return true;
  return std::find(kTypes.begin(), kTypes.end(), cell) != kTypes.end();
}

// The sheet lists questions: columns type and name, and most types are those of XLSForms.
bool lists_questions(exchange::Workbook& workbook, std::size_t sheet) {
  std::optional<std::size_t> type, name;
  std::size_t rows = 0, typed = 0;
  bool is_header = true;
  Diagnostics ignored;
  constexpr std::size_t kRows = 200;
  (void)workbook.stream(
      sheet,
      [&](const exchange::RowView& row) {
        if (is_header) {
          for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const std::string header = text::to_lower_ascii(text::trim(row.cells[i]));
            if (header == "type") type = i;
            if (header == "name") name = i;
          }
          is_header = false;
          return type && name;
        }
        const std::string cell = text::trim(row.cell(*type));
        if (!cell.empty()) {
          ++rows;
          typed += is_question_type(cell);
        }
        return rows < kRows;
      },
      ignored);
  return rows > 0 && typed * 10 >= rows * 6;
}

bool starts_like_json(std::string_view head) {
  const std::string start = text::trim(head.substr(0, 64));
  return start.starts_with('{') || start.starts_with('[');
}

// Keys with values, each on a line of its own; a table's header parses as one long word instead.
bool looks_like_yaml(const std::string& head) {
  std::size_t keys = 0, others = 0;
  for (const std::string& line : text::split(head, '\n')) {
    const std::string words = text::trim(line);
    if (words.empty() || words.starts_with('#') || words.starts_with("---")) continue;
    if (line.front() == ' ' || line.front() == '\t' || words.starts_with('-')) continue;
    const std::size_t colon = words.find(':');
    const bool is_key = colon != std::string::npos && colon > 0 && colon < 60 &&
                        words.substr(0, colon).find_first_of(",;\t\"") == std::string::npos &&
                        (colon + 1 == words.size() || words[colon + 1] == ' ');
    ++(is_key ? keys : others);
  }
  return keys > 0 && others * 5 <= keys;
}

bool is_prose(exchange::Workbook& workbook) {
  std::size_t rows = 0, single = 0, words = 0;
  Diagnostics ignored;
  constexpr std::size_t kRows = 50;
  (void)workbook.stream(
      0,
      [&](const exchange::RowView& row) {
        ++rows;
        single += row.cells.size() == 1;
        words += text::split_words(row.cell(0)).size();
        return rows < kRows;
      },
      ignored);
  return rows > 0 && single == rows && words >= 5 * rows;
}

// A workbook, or of a long text its first lines: whether it lists questions or is prose shows there. Where they are no
// table by themselves (a quotation mark that is closed further down, JSON that goes on), the whole file is opened.
Result<exchange::Workbook> open_head(const std::string& path) {
  constexpr std::size_t kHead = 4 << 20;
  if (is_folder(path)) return exchange::open_workbook(path);
  HAMDIL_TRY(std::string head, exchange::read_file_head(path, kHead));
  const bool is_plain = head.size() == kHead && !head.starts_with("PK") && head.find('\0') == std::string::npos &&
                        !head.starts_with("\xD0\xCF") && !starts_like_json(head) && !head.starts_with("\xFF") &&
                        !head.starts_with("\xFE");
  const std::size_t end = head.rfind('\n');
  if (!is_plain || end == std::string::npos) return exchange::open_workbook(path);
  head.resize(end + 1);
  auto workbook = exchange::open_workbook_bytes(std::move(head), path);
  if (!workbook || workbook->format() != exchange::WorkbookFormat::kCsv) return exchange::open_workbook(path);
  return workbook;
}

Error not_answers(const std::string& path, const char* what, const char* advice) {
  return Error("intake.data.not_answers", "This is {what}, not a file of answers.", {{"what", what}})
      .at({.file = path})
      .advise(advice);
}

}  // namespace

Result<FileKind> file_kind(const std::string& path) {
  if (!is_folder(path)) {
    HAMDIL_TRY(const std::string head, exchange::read_file_head(path, 512));
    const bool is_stat = head.starts_with("$FL2") || head.starts_with("$FL3") || head.starts_with("<stata_dta>");
    if (is_stat) return FileKind::kTable;
  }
  HAMDIL_TRY(exchange::Workbook workbook, open_head(path));
  const auto survey = workbook.find_sheet("survey");
  const bool is_only = workbook.sheets().size() == 1;
  if ((survey || is_only) && lists_questions(workbook, survey.value_or(0))) return FileKind::kForm;
  if (workbook.format() != exchange::WorkbookFormat::kCsv) return FileKind::kTable;
  HAMDIL_TRY(const std::string head, exchange::read_file_head(path, kLooked));
  const bool may_be_json = starts_like_json(head), may_be_yaml = looks_like_yaml(head);
  if (may_be_json || may_be_yaml) {
    HAMDIL_TRY(const std::string bytes, read_file(path));
    if (may_be_json && parse_json(bytes, "")) return FileKind::kJson;
    if (may_be_yaml)
      if (const auto parsed = parse_yaml(bytes, ""); parsed && parsed->is_object()) return FileKind::kYaml;
  }
  return is_prose(workbook) ? FileKind::kText : FileKind::kTable;
}

Status check_data_file(const std::string& path) {
  auto kind = file_kind(path);
  if (!kind && kind.error().code == "exchange.workbook.unknown_format")
    return std::move(
        kind.error().advise("--data takes the export of the answers: an .xlsx, .xls, .csv, .sav or .dta file."));
  if (!kind) return Done{};  // the reader says it with the place
  switch (*kind) {
    case FileKind::kForm:
      return not_answers(path, "an XLSForm",
                         "Give it with --form (hamdil import survey); --data takes the export of the answers.");
    case FileKind::kYaml:
      return not_answers(path, "a YAML document",
                         "A study file goes to hamdil study apply; --data takes the export of the answers.");
    case FileKind::kJson:
      return not_answers(path, "a JSON document", "Export the answers as XLSX or CSV.");
    case FileKind::kText:
      return not_answers(path, "a text without columns", "Export the answers as XLSX or CSV.");
    case FileKind::kTable:
      break;
  }
  return Done{};
}

Error not_a_form(const std::string& path) {
  const auto kind = file_kind(path);
  const std::string what = !kind                       ? "is no workbook"
                           : *kind == FileKind::kYaml  ? "is a YAML document"
                           : *kind == FileKind::kJson  ? "is a JSON document"
                           : *kind == FileKind::kText  ? "is a text without columns"
                           : *kind == FileKind::kTable ? "holds a table without questions, perhaps the answers"
                                                       : "has no sheet called survey";
  return Error("intake.form.not_a_form", "This is no form: it {what}.", {{"what", what}})
      .at({.file = path})
      .advise(
          "A form is an XLSForm: a workbook, or a folder of CSV files, with a sheet survey that has the columns type, "
          "name and label.");
}

}  // namespace hamdil::services::intake
