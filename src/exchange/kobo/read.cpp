#include "exchange/kobo/read.hpp"

#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>

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
  if (format == WorkbookFormat::kJson) return Dialect::kKoboJson;
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

// How much a header looks like that of the submissions: notes and audit logs have little in common with the form.
std::size_t main_score(const SourceSheet& sheet, const Matcher& matcher) {
  std::size_t score = 0;
  for (const HeaderTarget& target : matcher.match(sheet.header, nullptr))
    score += target.item != nullptr ? 2 : target.part == HeaderTarget::Part::kSystem ? 3 : 0;
  return score;
}

Result<std::vector<SourceSheet>> read_headers(Workbook& workbook, std::size_t index) {
  std::vector<SourceSheet> out;
  for (std::size_t s = 0; s < workbook.sheets().size(); ++s) {
    SourceSheet sheet{.workbook = index, .sheet = s, .file = workbook.path(), .name = workbook.sheets()[s].name};
    Diagnostics again;  // the same problems show when the rows are read
    HAMDIL_CHECK(workbook.stream(
        s,
        [&](const RowView& row) {
          sheet.header.assign(row.cells.begin(), row.cells.end());
          sheet.header_row = row.number;
          return false;
        },
        again));
    if (!sheet.header.empty()) out.push_back(std::move(sheet));
  }
  return out;
}

void make_repeat(SourceSheet& sheet, const data::PlacedItem* repeat) {
  sheet.repeat_item = repeat;
  sheet.repeat = repeat == nullptr ? sheet.name : repeat->path("/");
  sheet.depth = 1;
  if (repeat != nullptr)
    sheet.depth += static_cast<std::size_t>(
        std::count_if(repeat->parents.begin(), repeat->parents.end(),
                      [](const data::FormItem* parent) { return parent->kind == data::ItemKind::kRepeat; }));
}

// A workbook has one sheet of submissions and repeats; in a folder every file that is no repeat holds submissions.
std::vector<SourceSheet> classify(std::vector<SourceSheet> own, WorkbookFormat format, const Matcher& matcher,
                                  Diagnostics& diagnostics) {
  std::optional<std::size_t> main;
  std::size_t best = 0;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (is_repeat_header(own[i].header)) continue;
    const std::size_t score = main_score(own[i], matcher);
    if (main && score <= best) continue;
    main = i;
    best = score;
  }
  std::vector<SourceSheet> out;
  for (std::size_t i = 0; i < own.size(); ++i) {
    const data::PlacedItem* repeat = matcher.repeat_of_sheet(own[i].name);
    if (is_repeat_header(own[i].header) || (repeat != nullptr && i != main)) {
      make_repeat(own[i], repeat);
    } else if (i != main && format != WorkbookFormat::kCsvFolder) {
      diagnostics.push_back(
          {Severity::kInfo,
           Error("exchange.survey.sheet_ignored", "The sheet holds neither submissions nor a repeat and was left out.")
               .at({.file = own[i].file, .sheet = own[i].name})});
      continue;
    }
    out.push_back(std::move(own[i]));
  }
  return out;
}

// All sheets in the order in which they are read. Files that hold only repeats (a repeat saved as a file of its own)
// belong to the submissions given before them, or else to the first.
Result<std::vector<SourceSheet>> list_sheets(std::vector<Workbook>& workbooks, const Matcher& matcher,
                                             Diagnostics& diagnostics) {
  std::vector<SourceSheet> out;
  std::optional<std::size_t> batch;
  std::vector<std::size_t> early;  // repeats before any submissions
  for (std::size_t w = 0; w < workbooks.size(); ++w) {
    HAMDIL_TRY(std::vector<SourceSheet> own, read_headers(workbooks[w], w));
    own = classify(std::move(own), workbooks[w].format(), matcher, diagnostics);
    if (std::any_of(own.begin(), own.end(), [](const SourceSheet& sheet) { return sheet.depth == 0; })) batch = w;
    for (SourceSheet& sheet : own) {
      if (!batch) early.push_back(out.size());
      sheet.batch = batch.value_or(0);
      out.push_back(std::move(sheet));
    }
  }
  for (const std::size_t i : early) {
    const auto first = std::find_if(out.begin(), out.end(), [](const SourceSheet& sheet) { return sheet.depth == 0; });
    if (first != out.end()) out[i].batch = first->batch;
  }
  // Submissions before their repeats, outer repeats before inner ones.
  std::sort(out.begin(), out.end(), [](const SourceSheet& a, const SourceSheet& b) {
    return std::tie(a.batch, a.depth, a.workbook, a.sheet) < std::tie(b.batch, b.depth, b.workbook, b.sheet);
  });
  return out;
}

// Pages of an API's answer must be all of them; whole lists beside them stand for themselves.
Status check_pages(const std::vector<Workbook>& workbooks) {
  std::vector<json::Page> pages;
  std::string file;
  for (const Workbook& workbook : workbooks) {
    const auto page = workbook.page();
    if (!page || page->is_whole()) continue;
    if (pages.empty()) file = workbook.path();
    pages.push_back(*page);
  }
  return pages.empty() ? Status(Done{}) : json::check_pages(pages, file);
}

}  // namespace

const char* dialect_name(Dialect dialect) {
  switch (dialect) {
    case Dialect::kKoboXlsx:
      return "kobo_xlsx";
    case Dialect::kKoboCsv:
      return "kobo_csv";
    case Dialect::kKoboJson:
      return "kobo_json";
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

Result<SurveyExport> read_survey_workbooks(std::vector<Workbook> workbooks, const data::Form* form,
                                           const ReadOptions& options, Diagnostics& diagnostics) {
  HAMDIL_CHECK(check_pages(workbooks));
  Assembler assembler(form, options, diagnostics);
  HAMDIL_TRY(const std::vector<SourceSheet> sheets, list_sheets(workbooks, assembler.matcher(), diagnostics));
  if (sheets.empty())
    return Error("exchange.survey.no_table", "The export holds no table with a header row.")
        .at({.file = workbooks.empty() ? "" : workbooks.front().path()});
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
