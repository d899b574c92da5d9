#include "exchange/kobo/read.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "exchange/kobo/assemble.hpp"
#include "exchange/workbook.hpp"

namespace hamdil::exchange::kobo {
namespace {

bool has_system(const std::vector<std::string>& header, std::string_view name) {
  return std::any_of(header.begin(), header.end(),
                     [&](const std::string& cell) { return system_column(text::trim(cell)) == name; });
}

bool has_header(const std::vector<std::string>& header, std::string_view name) {
  return std::any_of(header.begin(), header.end(), [&](const std::string& cell) { return text::trim(cell) == name; });
}

Dialect detect_dialect(const std::vector<std::string>& header, WorkbookFormat format) {
  if (has_header(header, "KEY") && (has_header(header, "SubmissionDate") || has_header(header, "PARENT_KEY") ||
                                    has_header(header, "meta-instanceID")))
    return Dialect::kCentral;
  const bool is_flat = std::any_of(header.begin(), header.end(),
                                   [](const std::string& cell) { return cell.find("]/") != std::string::npos; });
  if (has_header(header, "_media_count") || has_header(header, "_duration") || is_flat ||
      has_header(header, "meta/instanceID"))
    return Dialect::kOna;
  if (has_system(header, "_uuid") || has_system(header, "_submission__uuid") || has_system(header, "_index"))
    return format == WorkbookFormat::kXlsx || format == WorkbookFormat::kXls ? Dialect::kKoboXlsx : Dialect::kKoboCsv;
  return Dialect::kPlain;
}

bool is_repeat_header(const std::vector<std::string>& header) {
  return has_system(header, "_parent_index") || has_system(header, "PARENT_KEY") ||
         has_system(header, "_submission__uuid");
}

// Depth of a repeat without a form, by the parent that its first row names, is not known: one level.
Result<std::vector<SourceSheet>> list_sheets(std::vector<Workbook>& workbooks, const Matcher& matcher,
                                             Diagnostics& diagnostics) {
  std::vector<SourceSheet> out;
  for (std::size_t w = 0; w < workbooks.size(); ++w) {
    std::vector<SourceSheet> own;
    for (std::size_t s = 0; s < workbooks[w].sheets().size(); ++s) {
      SourceSheet sheet{.workbook = w, .sheet = s, .file = workbooks[w].path(), .name = workbooks[w].sheets()[s].name};
      HAMDIL_CHECK(workbooks[w].stream(
          s,
          [&](const RowView& row) {
            sheet.header.assign(row.cells.begin(), row.cells.end());
            sheet.header_row = row.number;
            return false;
          },
          diagnostics));
      if (!sheet.header.empty()) own.push_back(std::move(sheet));
    }
    // A workbook has one sheet of submissions; audit logs and notes are no tables of the survey.
    bool has_main = false;
    for (SourceSheet& sheet : own) {
      const data::PlacedItem* repeat = matcher.repeat_of_sheet(sheet.name);
      if (is_repeat_header(sheet.header) || (repeat != nullptr && has_main)) {
        sheet.repeat_item = repeat;
        sheet.repeat = repeat == nullptr ? sheet.name : repeat->path("/");
        sheet.depth = 1;
        if (repeat != nullptr)
          sheet.depth += static_cast<std::size_t>(
              std::count_if(repeat->parents.begin(), repeat->parents.end(),
                            [](const data::FormItem* parent) { return parent->kind == data::ItemKind::kRepeat; }));
      } else if (has_main && workbooks[w].format() != WorkbookFormat::kCsvFolder) {
        diagnostics.push_back(
            {Severity::kInfo, Error("exchange.survey.sheet_ignored",
                                    "The sheet holds neither submissions nor a repeat and was left out.")
                                  .at({.file = sheet.file, .sheet = sheet.name})});
        continue;
      } else {
        has_main = true;
      }
      out.push_back(std::move(sheet));
    }
  }
  std::stable_sort(out.begin(), out.end(), [](const SourceSheet& a, const SourceSheet& b) {
    return a.workbook != b.workbook ? a.workbook < b.workbook : a.depth < b.depth;
  });
  return out;
}

}  // namespace

const char* dialect_name(Dialect dialect) {
  switch (dialect) {
    case Dialect::kKoboXlsx:
      return "kobo_xlsx";
    case Dialect::kKoboCsv:
      return "kobo_csv";
    case Dialect::kCentral:
      return "odk_central";
    case Dialect::kOna:
      return "ona";
    case Dialect::kPlain:
      return "plain";
  }
  return "";
}

const char* match_name(Match match) {
  switch (match) {
    case Match::kName:
      return "name";
    case Match::kPath:
      return "path";
    case Match::kLabel:
      return "label";
    case Match::kChoice:
      return "choice";
    case Match::kSystem:
      return "system";
    case Match::kNotInForm:
      return "not_in_form";
    case Match::kInferred:
      return "inferred";
  }
  return "";
}

Result<SurveyExport> read_survey_export(const std::vector<std::string>& paths, const data::Form* form,
                                        const ReadOptions& options, Diagnostics& diagnostics) {
  std::vector<Workbook> workbooks;
  for (const std::string& path : paths) {
    HAMDIL_TRY(Workbook workbook, open_workbook(path));
    workbooks.push_back(std::move(workbook));
  }
  return read_survey_workbooks(std::move(workbooks), form, options, diagnostics);
}

Result<SurveyExport> read_survey_workbooks(std::vector<Workbook> workbooks, const data::Form* form, const ReadOptions& options, Diagnostics& diagnostics) {
  Assembler assembler(form, options, diagnostics);
  HAMDIL_TRY(const std::vector<SourceSheet> sheets, list_sheets(workbooks, assembler.matcher(), diagnostics));
  if (sheets.empty())
    return Error("exchange.survey.no_table", "The export holds no table with a header row.").at({.file = workbooks.empty() ? "" : workbooks.front().path()});
  assembler.result.dialect = detect_dialect(sheets.front().header, workbooks[sheets.front().workbook].format());
  for (const SourceSheet& sheet : sheets) {
    assembler.begin_sheet(sheet);
    bool is_header = true;
    HAMDIL_CHECK(workbooks[sheet.workbook].stream(
        sheet.sheet,
        [&](const RowView& row) {
          if (!is_header) assembler.row(row);
          is_header = false;
          return true;
        },
        diagnostics));
    assembler.end_sheet();
  }
  return assembler.finish();
}

}  // namespace hamdil::exchange::kobo
