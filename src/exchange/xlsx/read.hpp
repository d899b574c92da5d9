// XLSX workbooks, read as a stream and trusted in nothing: declared dimensions, counts and optional parts are not
// believed.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "base/zip.hpp"
#include "exchange/raw_table.hpp"

namespace hamdil::exchange::xlsx {

struct SheetInfo {
  std::string name;
  bool is_hidden = false;
};

// Cells come as text: shared, inline and rich strings joined; numbers in their shortest form ("1", never "1.0"); cells
// with a date format as ISO text; booleans as TRUE and FALSE; formulas as their stored value; error cells (#N/A) as
// empty, with a warning. Not thread-safe; movable.
class Reader {
 public:
  // Codes: exchange.xlsx.not_a_workbook, and those of ZipReader and XmlParser.
  static Result<Reader> open(const std::string& path, const ZipLimits& limits = {});
  // `bytes` must outlive the reader.
  static Result<Reader> open_bytes(std::string_view bytes, const std::string& name, const ZipLimits& limits = {});

  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  const std::vector<SheetInfo>& sheets() const;
  // Rows of one sheet, top to bottom, empty ones passed over. Warnings: exchange.xlsx.error_cell, bad_string.
  // Codes: exchange.xlsx.no_sheet, exchange.table.too_many_rows, cell_too_long, and those below.
  Status stream(std::size_t sheet, const TableLimits& limits, const RowSink& sink, Diagnostics& diagnostics);

 private:
  struct State;
  explicit Reader(std::unique_ptr<State> state);
  static Result<Reader> load(ZipReader zip, const std::string& name);
  std::unique_ptr<State> state_;
};

}  // namespace hamdil::exchange::xlsx
