#include "exchange/xlsx_write/workbook.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include <cmath>
#include <map>

#include "exchange/raw_table.hpp"

namespace hamdil::exchange {

namespace {

Error failed(const std::string& reason) {
  return {"exchange.xlsx_write.failed", "The spreadsheet cannot be written: {reason}.", {{"reason", reason}}};
}

// libxlsxwriter writes to a named file only; this one lives in memory.
class MemoryFile {
 public:
  MemoryFile() : descriptor_(memfd_create("hamdil-xlsx", MFD_CLOEXEC)) {}
  ~MemoryFile() {
    if (descriptor_ >= 0) close(descriptor_);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  bool ok() const { return descriptor_ >= 0; }
  std::string path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }
  std::string read_all() const {
    std::string bytes(static_cast<std::size_t>(std::max<off_t>(0, lseek(descriptor_, 0, SEEK_END))), '\0');
    std::size_t at = 0;
    while (at < bytes.size()) {
      const ssize_t got = pread(descriptor_, bytes.data() + at, bytes.size() - at, static_cast<off_t>(at));
      if (got <= 0) break;
      at += static_cast<std::size_t>(got);
    }
    bytes.resize(at);
    return bytes;
  }

 private:
  int descriptor_;
};

class Formats {
 public:
  explicit Formats(lxw_workbook* book) : book_(book) {}
  lxw_format* of(CellStyle style, const std::string& number_format) {
    lxw_format*& format = made_[{style, number_format}];
    if (format != nullptr) return format;
    format = workbook_add_format(book_);
    format_set_align(format, LXW_ALIGN_VERTICAL_TOP);
    if (!number_format.empty()) format_set_num_format(format, number_format.c_str());
    switch (style) {
      case CellStyle::kHead:
        format_set_bold(format);
        format_set_bottom(format, LXW_BORDER_THIN);
        format_set_bg_color(format, 0xF2F5F7);
        format_set_text_wrap(format);
        break;
      case CellStyle::kTitle:
        format_set_bold(format);
        format_set_font_size(format, 13);
        break;
      case CellStyle::kGroup:
        format_set_bold(format);
        break;
      case CellStyle::kNote:
        format_set_font_size(format, 9);
        format_set_font_color(format, 0x52606D);
        break;
      case CellStyle::kWithheld:
        format_set_pattern(format, LXW_PATTERN_LIGHT_UP);
        format_set_fg_color(format, 0xC9D2DA);
        format_set_align(format, LXW_ALIGN_RIGHT);
        break;
      case CellStyle::kLink:
        format_set_font_color(format, 0x0B5C7A);
        format_set_underline(format, LXW_UNDERLINE_SINGLE);
        break;
      case CellStyle::kOpen:
        format_set_unlocked(format);
        format_set_text_wrap(format);
        break;
      case CellStyle::kNormal:
        break;
    }
    return format;
  }

 private:
  lxw_workbook* book_;
  std::map<std::pair<CellStyle, std::string>, lxw_format*> made_;
};

void write_cell(lxw_worksheet* sheet, lxw_row_t row, lxw_col_t column, const SheetCell& cell, Formats& formats) {
  lxw_format* format = formats.of(cell.style, cell.number_format);
  const std::string text = neutralised(cell.text);
  if (cell.span > 1)
    worksheet_merge_range(sheet, row, column, row, static_cast<lxw_col_t>(column + cell.span - 1), text.c_str(),
                          format);
  if (!cell.sheet.empty()) {
    worksheet_write_url(sheet, row, column, ("internal:'" + cell.sheet + "'!A1").c_str(), format);
    worksheet_write_string(sheet, row, column, text.c_str(), format);
  } else if (std::isfinite(cell.number)) {
    worksheet_write_number(sheet, row, column, cell.number, format);
  } else if (cell.span == 1) {
    worksheet_write_string(sheet, row, column, text.c_str(), format);
  }
}

void add_choices(lxw_worksheet* sheet, const Sheet& source) {
  for (const SheetChoice& choice : source.choices) {
    if (choice.count == 0 || choice.last_row < choice.first_row) continue;
    const std::string column = column_letters(choice.source_column + 1);
    std::string range = "='" + choice.sheet + "'!$" + column + "$1:$" + column + "$" + std::to_string(choice.count);
    lxw_data_validation validation = {};
    validation.validate = LXW_VALIDATION_TYPE_LIST_FORMULA;
    validation.value_formula = range.data();
    validation.ignore_blank = LXW_VALIDATION_ON;
    validation.dropdown = LXW_VALIDATION_ON;
    validation.error_type = LXW_VALIDATION_ERROR_TYPE_WARNING;
    const auto place = static_cast<lxw_col_t>(choice.column);
    worksheet_data_validation_range(sheet, static_cast<lxw_row_t>(choice.first_row), place,
                                    static_cast<lxw_row_t>(choice.last_row), place, &validation);
  }
}

void hide_and_lock(lxw_worksheet* sheet, const Sheet& source) {
  for (const std::size_t row : source.hidden_rows) {
    lxw_row_col_options options = {};
    options.hidden = LXW_TRUE;
    worksheet_set_row_opt(sheet, static_cast<lxw_row_t>(row), LXW_DEF_ROW_HEIGHT, nullptr, &options);
  }
  for (const std::size_t column : source.hidden_columns) {
    lxw_row_col_options options = {};
    options.hidden = LXW_TRUE;
    const auto place = static_cast<lxw_col_t>(column);
    worksheet_set_column_opt(sheet, place, place, LXW_DEF_COL_WIDTH, nullptr, &options);
  }
  if (source.is_hidden) worksheet_hide(sheet);
  if (!source.is_locked) return;
  lxw_protection allowed = {};
  allowed.format_cells = allowed.format_columns = allowed.format_rows = LXW_TRUE;
  allowed.sort = allowed.autofilter = allowed.insert_rows = LXW_TRUE;
  worksheet_protect(sheet, nullptr, &allowed);
}

void write_sheet(lxw_workbook* book, const Sheet& source, Formats& formats) {
  lxw_worksheet* sheet = workbook_add_worksheet(book, source.name.c_str());
  if (sheet == nullptr) return;
  for (std::size_t i = 0; i < source.widths.size(); ++i)
    worksheet_set_column(sheet, static_cast<lxw_col_t>(i), static_cast<lxw_col_t>(i), source.widths[i], nullptr);
  for (std::size_t r = 0; r < source.rows.size(); ++r) {
    lxw_col_t column = 0;
    for (const SheetCell& cell : source.rows[r]) {
      write_cell(sheet, static_cast<lxw_row_t>(r), column, cell, formats);
      column = static_cast<lxw_col_t>(column + cell.span);
    }
  }
  if (source.frozen_rows > 0) worksheet_freeze_panes(sheet, static_cast<lxw_row_t>(source.frozen_rows), 0);
  if (source.right_to_left) worksheet_right_to_left(sheet);
  add_choices(sheet, source);
  hide_and_lock(sheet, source);
}

}  // namespace

std::string neutralised(const std::string& text) {
  if (text.empty()) return text;
  const char first = text.front();
  return first == '=' || first == '+' || first == '-' || first == '@' || first == '\t' || first == '\r' ? "'" + text
                                                                                                        : text;
}

std::string sheet_name(const std::string& name) {
  std::string out;
  std::size_t characters = 0;
  for (const char c : name) {
    if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 && ++characters > 31) break;
    out += std::string_view("[]:*?/\\'").find(c) == std::string_view::npos ? c : ' ';
  }
  return out;
}

Result<std::string> write_workbook(const std::vector<Sheet>& sheets, const WorkbookProperties& properties) {
  const MemoryFile file;
  if (!file.ok()) return failed("no memory for it");
  lxw_workbook* book = workbook_new(file.path().c_str());
  if (book == nullptr) return failed("no memory for it");
  std::string title = properties.title;
  std::string author = properties.author;
  std::string subject = properties.subject;
  lxw_doc_properties about = {};
  about.title = title.data();
  about.author = author.data();
  about.subject = subject.data();
  about.created = static_cast<time_t>(properties.created);
  workbook_set_properties(book, &about);
  Formats formats(book);
  for (const Sheet& sheet : sheets) {
    if (workbook_validate_sheet_name(book, sheet.name.c_str()) != LXW_NO_ERROR) {
      workbook_close(book);
      return failed("a sheet name that spreadsheets refuse, or twice the same");
    }
    write_sheet(book, sheet, formats);
  }
  const lxw_error problem = workbook_close(book);
  if (problem != LXW_NO_ERROR) return failed(lxw_strerror(problem));
  return file.read_all();
}

}  // namespace hamdil::exchange
