#include "exchange/workbook.hpp"

#include <algorithm>
#include <fstream>
#include <optional>
#include <utility>

#include "base/file.hpp"
#include "base/text.hpp"
#include "base/zip.hpp"
#include "exchange/csv/read.hpp"
#include "exchange/json/read.hpp"
#include "exchange/xls/read.hpp"
#include "exchange/xlsx/read.hpp"

namespace hamdil::exchange {

struct Workbook::State {
  WorkbookFormat format = WorkbookFormat::kCsv;
  std::string path;
  std::string bytes;                  // of a file held in memory
  std::optional<FileStamp> streamed;  // of a large CSV file, which is not
  char separator = ',';               // of such a file
  std::vector<WorkbookSheet> sheets;
  std::optional<xlsx::Reader> xlsx;
  std::optional<xls::Reader> xls;
  std::optional<ZipReader> zip;
  std::vector<std::string> members;  // paths or entry names, one a sheet
  std::vector<json::Sheet> json;     // of submissions as JSON
  json::Page page;
  std::vector<RawTable> tables;  // sheets that were cut out of one text

  Result<std::string> member_bytes(std::size_t sheet);
};

namespace {

std::string stem(const std::string& path) {
  const std::size_t slash = path.find_last_of("/\\");
  const std::string leaf = slash == std::string::npos ? path : path.substr(slash + 1);
  const std::size_t dot = leaf.rfind('.');
  return dot == std::string::npos || dot == 0 ? leaf : leaf.substr(0, dot);
}

bool is_csv_name(const std::string& name) {
  const std::string lower = text::to_lower_ascii(name);
  return (lower.ends_with(".csv") || lower.ends_with(".tsv")) && !lower.starts_with("__macosx/");
}

// What the first bytes say about a file that holds no table; "" for what may be one.
std::string foreign_kind(std::string_view bytes) {
  if (bytes.starts_with("%PDF")) return "a PDF document";
  if (bytes.starts_with("\x89PNG") || bytes.starts_with("\xFF\xD8\xFF") || bytes.starts_with("GIF8")) return "an image";
  if (bytes.starts_with("$FL2") || bytes.starts_with("$FL3")) return "an SPSS data file";
  if (bytes.starts_with("<stata_dta>")) return "a Stata data file";
  if (bytes.starts_with("SQLite format 3")) return "a database";
  if (bytes.starts_with("\x1F\x8B")) return "a gzip archive";
  const std::string head = text::to_lower_ascii(text::trim(bytes.substr(0, 512)));
  if (head.starts_with("<!doctype html") || head.starts_with("<html")) return "a web page";
  if (head.starts_with("<?xml") || head.starts_with("<h:html")) return "an XML document";
  if (head.starts_with("{\"") || head.starts_with("{ \"") || head.starts_with("[{")) return "a JSON document";
  const bool is_utf16 = bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF");
  if (!is_utf16 && bytes.substr(0, 4096).find('\0') != std::string_view::npos) return "a binary file";
  return {};
}

Error unknown_format(const std::string& path, const std::string& kind) {
  return Error("exchange.workbook.unknown_format", "This is {kind}, not a workbook or a table.", {{"kind", kind}})
      .at({.file = path})
      .advise("Give an .xlsx, .xls or .csv file, or a folder of CSV files.");
}

bool is_markdown(std::string_view bytes) {
  const std::string head = text::trim(bytes.substr(0, 256));
  if (!head.starts_with("|")) return false;
  const std::size_t line = head.find('\n');
  return text::trim(head.substr(0, line)).ends_with("|");
}

// The sheets of a CSV file whose rows are either "name,,," or ",cell,cell". Empty when it is an ordinary table.
std::vector<RawTable> embedded_sheets(std::string_view bytes, const std::string& name, Diagnostics& diagnostics) {
  std::vector<RawTable> out;
  bool is_ordinary = false;
  bool expects_header = false;
  Diagnostics own;
  csv::ReadOptions options;
  options.ragged_rows_matter = false;
  const Status status = csv::stream(
      bytes, name, options,
      [&](const RowView& row) {
        const std::string first = text::trim(row.cell(0));
        if (!first.empty()) {
          if (row.cells.size() > 1) return !(is_ordinary = true);
          out.push_back({.name = first});
          expects_header = true;
          return true;
        }
        if (out.empty()) return !(is_ordinary = true);
        std::vector<std::string> cells(row.cells.begin() + 1, row.cells.end());
        if (expects_header) {
          out.back().header = std::move(cells);
          out.back().header_row = row.number;
          expects_header = false;
        } else {
          out.back().rows.push_back(std::move(cells));
          out.back().source_rows.push_back(row.number);
        }
        return true;
      },
      own);
  const bool has_rows =
      std::any_of(out.begin(), out.end(), [](const RawTable& table) { return !table.header.empty(); });
  if (!status || is_ordinary || !has_rows) return {};
  diagnostics.insert(diagnostics.end(), own.begin(), own.end());
  return out;
}

Result<Workbook> open_tables(std::unique_ptr<Workbook::State> state, WorkbookFormat format,
                             std::vector<RawTable> tables) {
  state->format = format;
  state->tables = std::move(tables);
  for (const RawTable& table : state->tables) state->sheets.push_back({table.name, false});
  return Workbook(std::move(state));
}

Result<Workbook> open_zip(std::unique_ptr<Workbook::State> state, bool from_file) {
  Result<ZipReader> zip = from_file ? ZipReader::open(state->path) : ZipReader::open_bytes(state->bytes, state->path);
  if (!zip) return std::move(zip.error());
  const bool has_csv = std::any_of(zip->names().begin(), zip->names().end(), is_csv_name);
  const bool is_office = zip->contains("[Content_Types].xml") || zip->contains("xl/workbook.xml") || !has_csv;
  if (!is_office) {
    state->format = WorkbookFormat::kCsvZip;
    for (const std::string& name : zip->names()) {
      if (!is_csv_name(name)) continue;
      state->members.push_back(name);
      state->sheets.push_back({stem(name), false});
    }
    state->zip = std::move(*zip);
    return Workbook(std::move(state));
  }
  for (const auto& [part, kind] : {std::pair{"word/document.xml", "a text document (.docx)"},
                                   {"ppt/presentation.xml", "a presentation (.pptx)"},
                                   {"content.xml", "an OpenDocument file"}})
    if (zip->contains(part)) return unknown_format(state->path, kind);
  auto reader = from_file ? xlsx::Reader::open(state->path) : xlsx::Reader::open_bytes(state->bytes, state->path);
  if (!reader) return std::move(reader.error());
  state->format = WorkbookFormat::kXlsx;
  for (const xlsx::SheetInfo& sheet : reader->sheets()) state->sheets.push_back({sheet.name, sheet.is_hidden});
  state->xlsx = std::move(*reader);
  return Workbook(std::move(state));
}

Result<Workbook> open_text(std::unique_ptr<Workbook::State> state) {
  if (json::looks_like_submissions(state->bytes)) {
    auto found = json::find_sheets(state->bytes, state->path, {}, &state->page);
    if (!found && found.error().code != "exchange.json.no_submissions") return std::move(found.error());
    if (found) {
      state->format = WorkbookFormat::kJson;
      state->json = std::move(*found);
      for (const json::Sheet& sheet : state->json)
        state->sheets.push_back({sheet.path.empty() ? stem(state->path) : sheet.path, false});
      return Workbook(std::move(state));
    }
  }
  const std::string kind = foreign_kind(state->bytes);
  if (!kind.empty()) return unknown_format(state->path, kind);
  if (is_markdown(state->bytes)) {
    std::vector<RawTable> tables = sheets_from_markdown(state->bytes);
    if (!tables.empty()) return open_tables(std::move(state), WorkbookFormat::kMarkdown, std::move(tables));
  }
  Diagnostics ignored;  // the same rows are diagnosed again when the sheet is read
  std::vector<RawTable> tables = embedded_sheets(state->bytes, state->path, ignored);
  if (!tables.empty()) return open_tables(std::move(state), WorkbookFormat::kCsvSheets, std::move(tables));
  state->format = WorkbookFormat::kCsv;
  state->sheets.push_back({stem(state->path), false});
  return Workbook(std::move(state));
}

// Whether a text that begins so is an ordinary CSV table: nothing else that open_text() knows, and its first row is not
// the lone name of an embedded sheet.
bool begins_ordinary_table(const std::string& head, const std::string& path) {
  if (json::looks_like_submissions(head) || !foreign_kind(head).empty() || is_markdown(head)) return false;
  bool is_ordinary = false;
  Diagnostics ignored;
  const Status status = csv::stream(
      head, path, {},
      [&](const RowView& row) {
        is_ordinary = row.cells.size() > 1;
        return false;
      },
      ignored);
  return status && is_ordinary;
}

// A large CSV file stays where it is; empty for every other file.
Result<std::optional<Workbook>> open_streamed(const std::string& path) {
  constexpr std::size_t kLarge = std::size_t{8} << 20;
  constexpr std::size_t kHead = std::size_t{1} << 20;
  HAMDIL_TRY(const FileStream file, FileStream::open(path));
  if (file.stamp().size < kLarge) return std::optional<Workbook>();
  HAMDIL_TRY(const std::string head, read_file_head(path, kHead));
  if (!begins_ordinary_table(head, path)) return std::optional<Workbook>();
  auto state = std::make_unique<Workbook::State>();
  state->path = path;
  state->format = WorkbookFormat::kCsv;
  state->streamed = file.stamp();
  state->separator = csv::detect_separator(std::string_view(head).substr(head.starts_with("\xEF\xBB\xBF") ? 3 : 0));
  state->sheets.push_back({stem(path), false});
  return std::optional<Workbook>(Workbook(std::move(state)));
}

Result<Workbook> open_folder(std::unique_ptr<Workbook::State> state) {
  HAMDIL_TRY(const std::vector<std::string> names, list_folder(state->path));
  state->format = WorkbookFormat::kCsvFolder;
  for (const std::string& name : names) {
    if (!is_csv_name(name)) continue;
    state->members.push_back(state->path + "/" + name);
    state->sheets.push_back({stem(name), false});
  }
  if (state->sheets.empty())
    return Error("exchange.workbook.empty_folder", "The folder holds no CSV files.").at({.file = state->path});
  return Workbook(std::move(state));
}

constexpr std::string_view kOleMark = "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1";

bool is_stored_zip(std::string_view head) { return head.starts_with("PK\x03\x04") || head.starts_with("PK\x05\x06"); }

}  // namespace

Result<std::string> Workbook::State::member_bytes(std::size_t sheet) {
  if (format == WorkbookFormat::kCsvZip) return zip->read(members[sheet]);
  return read_file(members[sheet]);
}

const char* workbook_format_name(WorkbookFormat format) {
  switch (format) {
    case WorkbookFormat::kXlsx:
      return "xlsx";
    case WorkbookFormat::kXls:
      return "xls";
    case WorkbookFormat::kCsv:
      return "csv";
    case WorkbookFormat::kCsvSheets:
      return "csv with sheets";
    case WorkbookFormat::kCsvFolder:
      return "folder of csv";
    case WorkbookFormat::kCsvZip:
      return "zip of csv";
    case WorkbookFormat::kMarkdown:
      return "markdown";
    case WorkbookFormat::kJson:
      return "json";
  }
  return "";
}

Workbook::Workbook(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workbook::Workbook(Workbook&&) noexcept = default;
Workbook& Workbook::operator=(Workbook&&) noexcept = default;
Workbook::~Workbook() = default;

WorkbookFormat Workbook::format() const { return state_->format; }
const std::string& Workbook::path() const { return state_->path; }
const std::vector<WorkbookSheet>& Workbook::sheets() const { return state_->sheets; }

std::optional<std::size_t> Workbook::find_sheet(std::string_view name) const {
  for (std::size_t i = 0; i < state_->sheets.size(); ++i)
    if (text::equals_ignoring_case(text::trim(state_->sheets[i].name), name)) return i;
  return std::nullopt;
}

std::optional<json::Page> Workbook::page() const {
  return state_->format == WorkbookFormat::kJson ? std::optional(state_->page) : std::nullopt;
}

std::optional<char> Workbook::separator() const {
  if (state_->format != WorkbookFormat::kCsv) return std::nullopt;
  if (state_->streamed) return state_->separator;
  return csv::detect_separator(state_->bytes);
}

Status Workbook::stream(std::size_t sheet, const RowSink& sink, Diagnostics& diagnostics, const TableLimits& limits) {
  if (sheet >= state_->sheets.size())
    return Error("exchange.workbook.no_sheet", "There is no sheet with this number.").at({.file = state_->path});
  if (state_->xlsx) return state_->xlsx->stream(sheet, limits, sink, diagnostics);
  if (state_->xls) return state_->xls->stream(sheet, limits, sink);
  if (state_->format == WorkbookFormat::kJson)
    return json::stream(state_->bytes, state_->path, state_->json, sheet, limits, sink);
  csv::ReadOptions options;
  options.limits = limits;
  if (state_->streamed) {
    options.separator = state_->separator;
    return csv::stream_file(state_->path, *state_->streamed, options, sink, diagnostics);
  }
  if (state_->format == WorkbookFormat::kCsv)
    return csv::stream(state_->bytes, state_->path, options, sink, diagnostics);
  if (state_->tables.empty()) {
    HAMDIL_TRY(const std::string bytes, state_->member_bytes(sheet));
    return csv::stream(bytes, state_->members[sheet], options, sink, diagnostics);
  }
  const RawTable& table = state_->tables[sheet];
  std::vector<std::string_view> cells(table.header.begin(), table.header.end());
  if (cells.empty() || !sink(RowView{table.header_row, cells})) return Done{};
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    cells.assign(table.rows[row].begin(), table.rows[row].end());
    if (!sink(RowView{table.source_rows[row], cells})) break;
  }
  return Done{};
}

Result<RawTable> Workbook::read(std::size_t sheet, Diagnostics& diagnostics, const TableLimits& limits) {
  RawTable out;
  bool has_header = false;
  HAMDIL_CHECK(stream(
      sheet,
      [&](const RowView& row) {
        std::vector<std::string> cells(row.cells.begin(), row.cells.end());
        if (!has_header) {
          out.header = std::move(cells);
          out.header_row = row.number;
        } else {
          out.rows.push_back(std::move(cells));
          out.source_rows.push_back(row.number);
        }
        has_header = true;
        return true;
      },
      diagnostics, limits));
  out.name = state_->sheets[sheet].name;
  return out;
}

Result<std::string> read_file_head(const std::string& path, std::size_t bytes) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return read_file(path, bytes);  // says why
  std::string out(bytes, '\0');
  in.read(out.data(), static_cast<std::streamsize>(bytes));
  out.resize(static_cast<std::size_t>(in.gcount()));
  return out;
}

Result<Workbook> open_workbook(const std::string& path) {
  auto state = std::make_unique<Workbook::State>();
  state->path = path;
  if (is_folder(path)) return open_folder(std::move(state));
  HAMDIL_TRY(const std::string head, read_file_head(path, 512));
  if (is_stored_zip(head)) return open_zip(std::move(state), true);
  if (head.starts_with(kOleMark)) {
    auto reader = xls::Reader::open(path);
    if (!reader) return std::move(reader.error());
    state->format = WorkbookFormat::kXls;
    for (const std::string& name : reader->sheets()) state->sheets.push_back({name, false});
    state->xls = std::move(*reader);
    return Workbook(std::move(state));
  }
  HAMDIL_TRY(std::optional<Workbook> streamed, open_streamed(path));
  if (streamed) return *std::move(streamed);
  HAMDIL_TRY(state->bytes, read_file(path));
  return open_text(std::move(state));
}

Result<Workbook> open_workbook_bytes(std::string bytes, const std::string& name) {
  auto state = std::make_unique<Workbook::State>();
  state->path = name;
  state->bytes = std::move(bytes);
  if (is_stored_zip(state->bytes)) return open_zip(std::move(state), false);
  return open_text(std::move(state));
}

std::vector<RawTable> sheets_from_markdown(std::string_view markdown) {
  std::vector<RawTable> out;
  bool expects_header = false;
  std::size_t row_in_sheet = 0;
  for (const std::string& line : text::split(markdown, '\n')) {
    const std::string trimmed = text::trim(line);
    if (trimmed.size() < 2 || trimmed.front() != '|') continue;
    std::vector<std::string> cells;
    std::string cell;
    for (std::size_t i = 1; i < trimmed.size(); ++i) {
      if (trimmed[i] == '\\' && i + 1 < trimmed.size() && trimmed[i + 1] == '|')
        cell.push_back(trimmed[++i]);
      else if (trimmed[i] == '|')
        cells.push_back(text::trim(std::exchange(cell, {})));
      else
        cell.push_back(trimmed[i]);
    }
    if (!text::trim(cell).empty()) cells.push_back(text::trim(cell));
    const bool is_rule = !cells.empty() && std::all_of(cells.begin(), cells.end(), [](const std::string& c) {
      return !c.empty() && c.find_first_not_of("-: ") == std::string::npos;
    });
    if (cells.empty() || is_rule) continue;
    if (!cells[0].empty()) {
      out.push_back({.name = cells[0]});
      expects_header = true;
      row_in_sheet = 0;
      continue;
    }
    if (out.empty()) continue;
    cells.erase(cells.begin());
    ++row_in_sheet;
    if (expects_header) {
      out.back().header = std::move(cells);
      expects_header = false;
    } else {
      out.back().rows.push_back(std::move(cells));
      out.back().source_rows.push_back(row_in_sheet);
    }
  }
  return out;
}

}  // namespace hamdil::exchange
