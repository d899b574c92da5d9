// A sheet of a form with its columns understood, and a short way to report problems in it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "data/form.hpp"
#include "exchange/raw_table.hpp"
#include "exchange/xlsform/headers.hpp"

namespace hamdil::exchange::xlsform {

class Sheet {
 public:
  Sheet(const RawTable& table, SheetKind kind, std::string file, bool cleans_text, Diagnostics& diagnostics);

  const std::string& name() const { return table_.name; }
  std::size_t rows() const { return table_.rows.size(); }
  std::size_t source_row(std::size_t row) const { return table_.source_rows[row]; }
  const std::vector<ColumnRole>& columns() const { return columns_; }
  bool has(std::string_view field) const;
  const std::string& header(std::size_t column) const { return table_.header[column]; }

  // Trimmed, smart quotes made straight, runs of spaces made one.
  std::string cell(std::size_t row, std::size_t column) const;
  // The first non-empty column of that field without language.
  std::string value(std::size_t row, std::string_view field) const;
  data::Translated translated(std::size_t row, std::string_view field) const;
  data::Media media(std::size_t row) const;
  bool is_empty(std::size_t row) const;

  // Adds a diagnostic; `row` counts table rows (std::nullopt: the whole sheet), `field` names the column.
  void report(Severity severity, const char* code, std::string text, Error::Args args, std::optional<std::size_t> row,
              std::string_view field, std::string hint = {}) const;

 private:
  const RawTable& table_;
  std::string file_;
  bool cleans_text_;
  Diagnostics& diagnostics_;
  std::vector<ColumnRole> columns_;
};

// Letters, digits, '_', '-' and '.', beginning with a letter or '_'; letters of any script.
bool is_xml_name(std::string_view name);
// "yes", "TRUE", "true()" are true; anything else is not.
bool means_yes(std::string_view cell);

}  // namespace hamdil::exchange::xlsform
