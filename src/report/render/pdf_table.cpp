#include "report/render/pdf_table.hpp"

#include <algorithm>
#include <numeric>

#include "base/text.hpp"

namespace hamdil::report {

namespace {

constexpr double kArabicPadding = 0.4;  // lines of Arabic letters are half as high again as the letters: room enough

double word_width(PdfPage& page, const Runs& runs, const TextStyle& style) {
  double widest = 0;
  for (const std::string& word : text::split_words(plain_text(runs)))
    widest = std::max(
        widest, TextBlock(page.cairo(), {{RunKind::kGiven, word}}, style, 1000, Align::kStart, false).natural_width());
  return widest;
}

// Widths that the words of each column want, with padding: cells on one line, head cells by their longest word. `wrap`:
// words at the start of rows by their longest one too.
std::vector<double> wanted_widths(PdfPage& page, const TableBlock& table, const TableStyle& style, bool wrap) {
  std::vector<double> out(table.columns.size(), 0.0);
  const auto widen = [&](const TableRow& row, bool head) {
    std::size_t column = 0;
    for (const Cell& cell : row.cells) {
      if (row.group) return;
      if (cell.span == 1 && column < out.size()) {
        const double words =
            head || (wrap && table.columns[column].align == Align::kStart)
                ? word_width(page, cell.runs, head ? style.head : style.text)
                : TextBlock(page.cairo(), cell.runs, style.text, 1000, Align::kStart, page.right_to_left())
                      .natural_width();
        out[column] = std::max(out[column], words + 2 * style.padding_x + 1);
      }
      column += cell.span;
    }
  };
  for (const TableRow& row : table.header) widen(row, true);
  for (const TableRow& row : table.rows) widen(row, false);
  return out;
}

}  // namespace

double LaidTable::least_width(PdfPage& page, const TableBlock& table, const TableStyle& style) {
  const std::vector<double> widths = wanted_widths(page, table, style, true);
  return std::accumulate(widths.begin(), widths.end(), 0.0);
}

LaidTable::LaidTable(PdfPage& page, const TableBlock& table, const TableStyle& style, double width)
    : page_(page), table_(table), style_(style), width_(width) {
  if (page.right_to_left()) style_.padding_y *= kArabicPadding;
  double sum = 0;
  for (const TableColumn& column : table.columns) sum += column.width;
  for (const TableColumn& column : table.columns) columns_.push_back(width * column.width / sum);
  if (style.natural) {
    std::vector<double> wanted = wanted_widths(page, table, style, false);
    double natural = std::accumulate(wanted.begin(), wanted.end(), 0.0);
    if (natural > width) {
      wanted = wanted_widths(page, table, style, true);
      natural = std::accumulate(wanted.begin(), wanted.end(), 0.0);
    }
    if (natural <= width && natural > 0)
      for (std::size_t i = 0; i < columns_.size(); ++i) columns_[i] = wanted[i] * width / natural;
  }
  for (const TableRow& row : table.header) {
    head_.push_back(lay(row, true));
    head_height_ += head_.back().height;
  }
  for (const TableRow& row : table.rows) rows_.push_back(lay(row, false));
}

double LaidTable::height_of_first(std::size_t rows) const {
  double out = head_height_;
  for (std::size_t i = 0; i < std::min(rows, rows_.size()); ++i) out += rows_[i].height;
  return out;
}

double LaidTable::height() const { return height_of_first(rows_.size()); }

LaidRow LaidTable::lay(const TableRow& row, bool head) const {
  LaidRow out;
  out.group = row.group;
  const bool rtl = page_.right_to_left();
  std::size_t column = 0;
  double at = 0;
  for (const Cell& cell : row.cells) {
    const std::size_t span = row.group ? columns_.size() : cell.span;
    double cell_width = 0;
    for (std::size_t i = column; i < std::min(column + span, columns_.size()); ++i) cell_width += columns_[i];
    const Align align = head && span > 1                         ? Align::kCenter
                        : column < columns_.size() && !row.group ? table_.columns[column].align
                                                                 : Align::kStart;
    out.cells.emplace_back(page_.cairo(), cell.runs, head || row.group ? style_.head : style_.text,
                           std::max(4.0, cell_width - 2 * style_.padding_x), align, rtl);
    out.x.push_back(rtl ? width_ - at - cell_width : at);
    out.widths.push_back(cell_width);
    out.withheld.push_back(cell.withheld);
    out.height = std::max(out.height, out.cells.back().height() + 2 * style_.padding_y);
    at += cell_width;
    column += span;
  }
  return out;
}

void LaidTable::draw_head(bool again) {
  page_.rule(0.9, 0.15);
  for (const LaidRow& row : head_) draw_row(row, true, again);
}

// `again`: a head repeated on a further page, which is no content.
void LaidTable::draw_row(const LaidRow& row, bool head, bool again) {
  if (head || row.group) {
    cairo_set_source_rgb(page_.cairo(), 0.95, 0.96, 0.97);
    cairo_rectangle(page_.cairo(), page_.left(), page_.y, width_, row.height);
    cairo_fill(page_.cairo());
  }
  if (!again) page_.begin("TR");
  for (std::size_t i = 0; i < row.cells.size(); ++i) {
    const double x = page_.left() + row.x[i];
    if (row.withheld[i]) page_.hatch(x, page_.y, row.widths[i], row.height);
    if (again) {
      page_.draw_outside(row.cells[i], x + style_.padding_x, page_.y + style_.padding_y);
      continue;
    }
    const bool names_row = !head && (i == 0 || row.group);
    if (head || names_row)
      page_.begin_header_cell(names_row);
    else
      page_.begin("TD");
    page_.draw_whole(row.cells[i], x + style_.padding_x, page_.y + style_.padding_y);
    page_.end(head || names_row ? "TH" : "TD");
  }
  if (!again) page_.end("TR");
  page_.y += row.height;
  page_.fresh = false;
  page_.rule(head ? 0.9 : 0.4, head ? 0.15 : 0.8);
}

void LaidTable::draw(double notes) {
  draw_head(false);
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const LaidRow& row = rows_[i];
    double wanted = row.height;
    // A heading stays with its first row, and the last row stands alone on no page, nor the notes.
    if (i + 2 == rows_.size() || (row.group && i + 1 < rows_.size())) wanted += rows_[i + 1].height;
    if (i + 2 >= rows_.size()) wanted += notes;
    if (page_.room() < wanted && i > 0) {
      page_.next();
      draw_head(true);
    }
    draw_row(row, false, false);
  }
}

}  // namespace hamdil::report
