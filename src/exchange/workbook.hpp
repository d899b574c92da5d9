// One front for everything that holds sheets: .xlsx, .xls, a folder or a ZIP of CSV sheets, one CSV file, one CSV file
// with the sheets one below the other (first column the sheet's name), Markdown tables, submissions as JSON. The
// content decides, not the extension.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "exchange/json/read.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange {

enum class WorkbookFormat { kXlsx, kXls, kCsv, kCsvSheets, kCsvFolder, kCsvZip, kMarkdown, kJson };
const char* workbook_format_name(WorkbookFormat format);

struct WorkbookSheet {
  std::string name;  // of a CSV file: its name without extension
  bool is_hidden = false;
};

// Not thread-safe; movable.
class Workbook {
 public:
  struct State;
  explicit Workbook(std::unique_ptr<State> state);
  Workbook(Workbook&&) noexcept;
  Workbook& operator=(Workbook&&) noexcept;
  ~Workbook();

  WorkbookFormat format() const;
  const std::string& path() const;
  const std::vector<WorkbookSheet>& sheets() const;
  std::optional<std::size_t> find_sheet(std::string_view name) const;  // ASCII case ignored

  // What a list of submissions says of itself and of its other pages; empty for everything else.
  std::optional<json::Page> page() const;
  // What parts the cells of a CSV file; empty for everything else.
  std::optional<char> separator() const;

  // Rows with at least one non-empty cell, top to bottom, as a stream.
  Status stream(std::size_t sheet, const RowSink& sink, Diagnostics& diagnostics, const TableLimits& limits = {});
  // The whole sheet, the first row as header. An empty sheet has an empty header.
  Result<RawTable> read(std::size_t sheet, Diagnostics& diagnostics, const TableLimits& limits = {});

 private:
  std::unique_ptr<State> state_;
};

// Codes: exchange.workbook.unknown_format (a PDF, an image, a web page, a password-protected package ...: the error
// says what it seems to be), and those of the readers.
Result<Workbook> open_workbook(const std::string& path);
Result<Workbook> open_workbook_bytes(std::string bytes, const std::string& name);

// The first bytes of a file, to see what it is.
Result<std::string> read_file_head(const std::string& path, std::size_t bytes);

// Sheets written as Markdown tables in the manner of XLSForm examples: a row with only its first cell filled names the
// sheet.
std::vector<RawTable> sheets_from_markdown(std::string_view markdown);

}  // namespace hamdil::exchange
