// A table as rows of laid-out cells.
#pragma once

#include <vector>

#include "report/render/pdf_page.hpp"

namespace hamdil::report {

struct TableStyle {
  TextStyle text;
  TextStyle head;
  double padding_x = 3.5;
  double padding_y = 3.5;
  bool natural = false;  // columns as wide as their words instead of as the document says, where there is room
};

struct LaidRow {
  std::vector<TextBlock> cells;
  std::vector<double> x;  // from the table's left edge
  std::vector<double> widths;
  std::vector<bool> withheld;
  double height = 0;
  bool group = false;
};

// Rows of one table at one width; drawn where the page stands.
class LaidTable {
 public:
  LaidTable(PdfPage& page, const TableBlock& table, const TableStyle& style, double width);
  // Width of the words with head cells and names of rows broken into lines: less would break words or numbers.
  static double least_width(PdfPage& page, const TableBlock& table, const TableStyle& style);

  double head_height() const { return head_height_; }
  double height() const;  // with head
  double height_of_first(std::size_t rows) const;
  std::size_t rows() const { return rows_.size(); }
  // Draws it, over several pages where it must; head rows are repeated there. Its last row leaves room for `notes`.
  void draw(double notes);

 private:
  LaidRow lay(const TableRow& row, bool head) const;
  void draw_head(bool again);
  void draw_row(const LaidRow& row, bool head, bool again);

  PdfPage& page_;
  const TableBlock& table_;
  TableStyle style_;
  double width_;
  std::vector<double> columns_;
  std::vector<LaidRow> head_;
  std::vector<LaidRow> rows_;
  double head_height_ = 0;
};

}  // namespace hamdil::report
