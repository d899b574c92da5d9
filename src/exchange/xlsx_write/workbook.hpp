// Spreadsheets out: sheets of texts and numbers as an XLSX file in memory. Texts can never become formulas.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::exchange {

enum class CellStyle {
  kNormal,
  kHead,
  kTitle,
  kGroup,
  kNote,
  kWithheld,
  kLink,
  kOpen
};  // kOpen: may be changed in a locked sheet

struct SheetCell {
  std::string text;  // written when `number` is NaN
  double number = std::numeric_limits<double>::quiet_NaN();
  std::string number_format;  // "0.00", "0.0%"; empty: general
  CellStyle style = CellStyle::kNormal;
  std::string sheet;     // of a link inside the workbook
  std::size_t span = 1;  // columns; more than 1 merges
};

// Cells of a column that take one of the texts in a column of another sheet of the workbook.
struct SheetChoice {
  std::size_t column = 0, first_row = 0, last_row = 0;  // from 0
  std::string sheet;                                    // where the texts stand, from its first row down
  std::size_t source_column = 0, count = 0;
};

struct Sheet {
  std::string name;  // cut and cleaned to what spreadsheets allow; must be unique after that
  std::vector<std::vector<SheetCell>> rows;
  std::vector<double> widths;  // characters, by column; missing ones keep the default
  std::size_t frozen_rows = 0;
  bool right_to_left = false;
  bool is_hidden = false;
  bool is_locked = false;  // but for cells of style kOpen; rows may still be added below and sorted
  std::vector<std::size_t> hidden_rows, hidden_columns;
  std::vector<SheetChoice> choices;
};

struct WorkbookProperties {
  std::string title;
  std::string author;
  std::string subject;
  std::int64_t created = 315532800;  // seconds since 1970, written into the file; the same every time
};

// A text that a spreadsheet, or a CSV made from it, could take for a formula gets an apostrophe in front.
std::string neutralised(const std::string& text);
// A sheet name that every spreadsheet takes: at most 31 characters, none of []:*?/\.
std::string sheet_name(const std::string& name);

// Codes: exchange.xlsx_write.failed.
Result<std::string> write_workbook(const std::vector<Sheet>& sheets, const WorkbookProperties& properties);

}  // namespace hamdil::exchange
