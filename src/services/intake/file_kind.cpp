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

bool is_json(const std::string& bytes) {
  const std::string start = text::trim(std::string_view(bytes).substr(0, 64));
  return (start.starts_with('{') || start.starts_with('[')) && parse_json(bytes, "").operator bool();
}

// Keys with values, each on a line of its own; a table's header parses as one long word instead.
bool is_yaml(const std::string& bytes) {
  const std::string head = bytes.substr(0, kLooked);
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
  if (keys == 0 || others * 5 > keys) return false;
  const auto parsed = parse_yaml(bytes, "");
  return parsed && parsed->is_object();
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
  HAMDIL_TRY(exchange::Workbook workbook, exchange::open_workbook(path));
  const auto survey = workbook.find_sheet("survey");
  const bool is_only = workbook.sheets().size() == 1;
  if ((survey || is_only) && lists_questions(workbook, survey.value_or(0))) return FileKind::kForm;
  if (workbook.format() != exchange::WorkbookFormat::kCsv) return FileKind::kTable;
  HAMDIL_TRY(const std::string bytes, read_file(path));
  if (is_json(bytes)) return FileKind::kJson;
  if (is_yaml(bytes)) return FileKind::kYaml;
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
