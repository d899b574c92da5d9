// All tables of the document as a workbook: a sheet of contents, then one sheet a table. Numbers are numbers, rounded
// as printed.
#include <algorithm>
#include <cmath>

#include "base/calendar.hpp"
#include "exchange/xlsx_write/workbook.hpp"
#include "report/render/render.hpp"

namespace hamdil::report {

namespace {

using exchange::CellStyle;
using exchange::Sheet;
using exchange::SheetCell;

// Digits behind the decimal separator in a printed number of any of our languages.
int printed_decimals(const std::string& text) {
  std::size_t at = std::string::npos;
  for (const std::string_view separator : {"٫", ".", ","})
    if (const std::size_t found = text.rfind(separator); found != std::string::npos) {
      at = found + separator.size();
      break;
    }
  if (at == std::string::npos) return 0;
  int digits = 0;
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const bool persian = byte == 0xDB;
    if (!persian && (byte < '0' || byte > '9')) break;
    at += persian ? 2 : 1;
    ++digits;
  }
  return digits;
}

bool is_percent(const std::string& text) { return text.ends_with("%") || text.ends_with("٪"); }

SheetCell number_cell(const Run& run) {
  const int decimals = is_percent(run.text) ? printed_decimals(run.text) + 2 : printed_decimals(run.text);
  const double factor = std::pow(10.0, decimals);
  SheetCell cell;
  cell.number = std::round(run.value * factor) / factor;
  const int shown = printed_decimals(run.text);
  cell.number_format = shown == 0 ? "0" : "0." + std::string(static_cast<std::size_t>(shown), '0');
  if (is_percent(run.text)) cell.number_format += "%";
  return cell;
}

std::vector<Run> numbers_of(const Cell& cell) {
  std::vector<Run> out;
  for (const Run& run : cell.runs)
    if ((run.kind == RunKind::kNumber || run.kind == RunKind::kFact) && std::isfinite(run.value) &&
        !run.text.starts_with("<"))
      out.push_back(run);
  return out;
}

std::string words_of(const Cell& cell) {
  std::string out;
  for (const Run& run : cell.runs) out += run.kind == RunKind::kMark ? " " + run.text : run.text;
  return out;
}

// How many spreadsheet columns a table column needs: two where it holds intervals, one more where numbers carry marks.
struct Shape {
  std::size_t numbers = 1;
  bool marks = false;
  std::size_t width() const { return numbers + (marks ? 1 : 0); }
};

std::vector<Shape> shapes(const TableBlock& table) {
  std::vector<Shape> out(table.columns.size());
  for (const TableRow& row : table.rows) {
    if (row.group) continue;
    std::size_t column = 0;
    for (const Cell& cell : row.cells) {
      if (column < out.size() && cell.span == 1 && column > 0) {
        const std::vector<Run> numbers = numbers_of(cell);
        if (numbers.size() == 2) out[column].numbers = 2;
        if (!numbers.empty())
          for (const Run& run : cell.runs) out[column].marks = out[column].marks || run.kind == RunKind::kMark;
      }
      column += cell.span;
    }
  }
  return out;
}

void add_cell(std::vector<SheetCell>& line, const Cell& cell, const Shape& shape, bool first, bool head) {
  const CellStyle style = head ? CellStyle::kHead : cell.withheld ? CellStyle::kWithheld : CellStyle::kNormal;
  const std::vector<Run> numbers = first || head ? std::vector<Run>{} : numbers_of(cell);
  const std::size_t before = line.size();
  if (numbers.size() == shape.numbers && !numbers.empty()) {
    for (const Run& run : numbers) {
      line.push_back(number_cell(run));
      line.back().style = style;
    }
    std::string marks;
    for (const Run& run : cell.runs)
      if (run.kind == RunKind::kMark) marks += (marks.empty() ? "" : " ") + run.text;
    if (shape.marks) line.push_back({marks, std::numeric_limits<double>::quiet_NaN(), "", style});
  } else {
    SheetCell words{words_of(cell), std::numeric_limits<double>::quiet_NaN(), "", style};
    if (head) words.span = shape.width();
    line.push_back(std::move(words));
    if (!head)
      while (line.size() - before < shape.width())
        line.push_back({"", std::numeric_limits<double>::quiet_NaN(), "", style});
  }
}

std::string column_letters(std::size_t column) {
  std::string out;
  for (std::size_t c = column + 1; c > 0; c = (c - 1) / 26)
    out.insert(out.begin(), static_cast<char>('A' + (c - 1) % 26));
  return out;
}

// The references of a row's numbers, each once: alone, or with the letter of the column where it begins.
class RowReferences {
 public:
  void add(const Cell& cell, std::size_t column) {
    for (const Run& run : cell.runs) {
      if (run.kind != RunKind::kNumber || run.target.empty()) continue;
      const auto same = [&](const auto& known) { return known.second == run.target; };
      if (std::none_of(found_.begin(), found_.end(), same)) found_.emplace_back(column, run.target);
    }
  }
  std::string text() const {
    if (found_.size() == 1) return found_[0].second;
    std::string out;
    for (const auto& [column, target] : found_)
      out += (out.empty() ? "" : "  ") + column_letters(column) + ": " + target;
    return out;
  }

 private:
  std::vector<std::pair<std::size_t, std::string>> found_;
};

SheetCell plain_cell(const std::string& text, CellStyle style) {
  return {text, std::numeric_limits<double>::quiet_NaN(), "", style};
}

bool has_references(const TableBlock& table) {
  for (const TableRow& row : table.rows)
    for (const Cell& cell : row.cells)
      for (const Run& run : cell.runs)
        if (run.kind == RunKind::kNumber && !run.target.empty()) return true;
  return false;
}

Sheet table_sheet(const Document& document, const TableBlock& table) {
  Sheet sheet;
  sheet.name = exchange::sheet_name(table.label);
  sheet.right_to_left = document.right_to_left;
  for (const std::string& banner : document.banners)
    sheet.rows.push_back({{banner, std::numeric_limits<double>::quiet_NaN(), "", CellStyle::kTitle}});
  sheet.rows.push_back({{table.label + ". " + plain_text(table.caption), std::numeric_limits<double>::quiet_NaN(), "",
                         CellStyle::kTitle}});
  const std::vector<Shape> widths = shapes(table);
  std::size_t all_columns = 0;
  for (const Shape& shape : widths) all_columns += shape.width();
  const bool references = has_references(table);
  for (const TableRow& row : table.header) {
    std::vector<SheetCell> line;
    std::size_t column = 0;
    for (const Cell& cell : row.cells) {
      Shape merged{0, false};
      for (std::size_t i = column; i < std::min(column + cell.span, widths.size()); ++i)
        merged.numbers += widths[i].width();
      add_cell(line, cell, merged, false, true);
      column += cell.span;
    }
    if (references && &row == &table.header.back()) line.push_back(plain_cell("ref", CellStyle::kHead));
    sheet.rows.push_back(std::move(line));
  }
  sheet.frozen_rows = sheet.rows.size();
  for (const TableRow& row : table.rows) {
    std::vector<SheetCell> line;
    RowReferences found;
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      found.add(row.cells[i], line.size());
      add_cell(line, row.cells[i], row.group ? Shape{} : widths[std::min(i, widths.size() - 1)], i == 0, false);
      if (row.group) line.back().style = CellStyle::kGroup;
    }
    if (const std::string text = found.text(); !text.empty()) {
      while (line.size() < all_columns) line.push_back(plain_cell("", CellStyle::kNormal));
      line.push_back(plain_cell(text, CellStyle::kNote));
    }
    sheet.rows.push_back(std::move(line));
  }
  for (const Runs& note : table.notes)
    sheet.rows.push_back({{words_of({note}), std::numeric_limits<double>::quiet_NaN(), "", CellStyle::kNote}});
  for (std::size_t i = 0; i < widths.size(); ++i)
    for (std::size_t part = 0; part < widths[i].width(); ++part)
      sheet.widths.push_back(i == 0 ? 34 : part >= widths[i].numbers ? 5 : 13);
  if (references) sheet.widths.push_back(34);
  return sheet;
}

Sheet contents_sheet(const Document& document) {
  Sheet sheet;
  const auto word = document.words.find("contents");
  sheet.name = exchange::sheet_name(word == document.words.end() ? "Contents" : word->second);
  sheet.right_to_left = document.right_to_left;
  sheet.widths = {18, 90};
  const auto line = [&sheet](const std::string& text, CellStyle style) {
    sheet.rows.push_back({{text, std::numeric_limits<double>::quiet_NaN(), "", style}});
  };
  for (const std::string& banner : document.banners) line(banner, CellStyle::kTitle);
  line(plain_text(document.title_page.title), CellStyle::kTitle);
  line(plain_text(document.title_page.subtitle), CellStyle::kNormal);
  for (const auto& [label, value] : document.title_page.facts)
    sheet.rows.push_back({{plain_text(label)}, {plain_text(value)}});
  line("", CellStyle::kNormal);
  for (const Block& block : document.blocks)
    if (const auto* table = std::get_if<TableBlock>(&block)) {
      SheetCell link{table->label, std::numeric_limits<double>::quiet_NaN(), "", CellStyle::kLink,
                     exchange::sheet_name(table->label)};
      sheet.rows.push_back({std::move(link), {plain_text(table->caption)}});
    }
  return sheet;
}

// "2025-04-15T08:00:00Z" to seconds; the day alone counts where the time cannot be read.
std::int64_t seconds_of(const std::string& created) {
  const auto date = parse_date(std::string_view(created).substr(0, 10));
  return date ? days_from_date(*date) * 86400 : 315532800;
}

}  // namespace

Result<std::string> render_xlsx(const protect::Released<Document>& document) {
  std::vector<Sheet> sheets = {contents_sheet(*document)};
  for (const Block& block : document->blocks)
    if (const auto* table = std::get_if<TableBlock>(&block)) sheets.push_back(table_sheet(*document, *table));
  return exchange::write_workbook(sheets, {document->metadata.title, document->metadata.author,
                                           document->metadata.subject, seconds_of(document->metadata.created)});
}

}  // namespace hamdil::report
