// Tables with their captions.
#include <algorithm>

#include "report/render/pdf_writer.hpp"

namespace hamdil::report {

namespace {

constexpr TableStyle kTable{{8.2}, {8.2, true}};
constexpr TableStyle kTightTable{{7.0}, {7.0, true}, 2.2, 1.6, true};

constexpr TableStyle kHalfTable{{7.8}, {7.8, true}, 2.8, 3, true};
constexpr std::size_t kDivisible = 6;  // rows of a table that may be divided
constexpr std::size_t kShort = 16;     // rows of a table that stands beside a drawing
constexpr double kNoWaste = 90;  // height that may stay empty at the foot of a page rather than divide a small table

}  // namespace

void PdfWriter::block(const TableBlock& table) {
  if (tight_ && fits_half(table)) {
    tables_side_by_side();
    return;
  }
  const TableStyle& style = tight_ ? kTightTable : kTable;
  const bool turn = table.wide && LaidTable::least_width(page_, table, style) > page_.width();
  if (turn) page_.turn(true);
  if (!page_.fresh) page_.y += 8;
  set(table, LaidTable(page_, table, style, page_.width()));
  if (turn) page_.turn(false);
}

void PdfWriter::set(const TableBlock& table, LaidTable laid) {
  const double around = height_around(table);
  const double whole = laid.height() + around;
  const double least = laid.height_of_first(3) + 40;
  page_.need(laid.rows() < kDivisible || (whole < 170 && page_.room() < kNoWaste) ? whole : least);
  page_.begin("Table");
  page_.destination(table.id);
  element("Caption", captioned(table.label, table.caption), tight_ ? kTightCaption : kCaption, 3);
  double notes = 3;
  for (const Runs& note : table.notes) notes += height_of(note, kSmall, 1);
  laid.draw(notes);
  page_.end("Table");
  page_.y += 3;
  for (const Runs& note : table.notes) element("P", note, kSmall, 1);
  page_.y += 8;
}

bool PdfWriter::fits_beside(const TableBlock& table) {
  return !table.wide && table.rows.size() <= kShort && LaidTable::least_width(page_, table, kHalfTable) <= half_width();
}

double PdfWriter::height_of_half(const TableBlock& table) {
  return LaidTable(page_, table, kHalfTable, page_.width()).height() + height_around(table);
}

void PdfWriter::set_half(const TableBlock& table) { set(table, LaidTable(page_, table, kHalfTable, page_.width())); }

double PdfWriter::whole_height(const TableBlock& table) {
  return LaidTable(page_, table, tight_ ? kTightTable : kTable, page_.width()).height() + height_around(table);
}

double PdfWriter::height_around(const TableBlock& table) const {
  double out = 11 + height_of(captioned(table.label, table.caption), tight_ ? kTightCaption : kCaption, 3);
  for (const Runs& note : table.notes) out += height_of(note, kSmall, 1);
  return out;
}

double PdfWriter::half_width() const { return (page_.width() - kGutter) / 2; }

bool PdfWriter::fits_half(const TableBlock& table) {
  return LaidTable::least_width(page_, table, kTightTable) <= half_width();
}

void PdfWriter::tables_side_by_side() {
  std::vector<const TableBlock*> run;
  std::vector<double> heights;
  const double left = page_.left();
  const double width = page_.width();
  const double half = half_width();
  for (; at_ < document_.blocks.size(); ++at_) {
    const auto* table = std::get_if<TableBlock>(&document_.blocks[at_]);
    if (table == nullptr || !fits_half(*table)) break;
    page_.narrow(left, half);
    run.push_back(table);
    heights.push_back(LaidTable(page_, *table, kTightTable, half).height() + height_around(*table) + 8);
    page_.narrow(left, width);
  }
  --at_;
  for (std::size_t from = 0; from < run.size();) from = place_columns(run, heights, from);
}

std::size_t PdfWriter::place_columns(const std::vector<const TableBlock*>& run, const std::vector<double>& heights,
                                     std::size_t from) {
  const double left = page_.left();
  const double width = page_.width();
  const double half = half_width();
  page_.need(heights[from]);
  const double room = page_.room();
  const auto fill = [&](std::size_t begin, double limit) {
    double sum = 0;
    std::size_t end = begin;
    while (end < run.size() && (end == begin || sum + heights[end] <= limit)) sum += heights[end++];
    return end;
  };
  double sum = 0;
  double highest = 0;
  for (std::size_t i = from; i < run.size(); ++i) {
    sum += heights[i];
    highest = std::max(highest, heights[i]);
  }
  double limit = std::min(room, std::max(highest, sum / 2));
  while (limit < room && fill(fill(from, limit), limit) < run.size()) limit = std::min(room, limit + 8);
  const std::size_t middle = fill(from, limit);
  const std::size_t end = middle < run.size() && heights[middle] <= room ? fill(middle, limit) : middle;
  const double top = page_.y;
  double lowest = top;
  for (std::size_t i = from; i < end; ++i) {
    if (i == middle) page_.y = top;
    const bool first = i < middle;
    page_.narrow(first != rtl_ ? left : left + half + kGutter, half);
    set(*run[i], LaidTable(page_, *run[i], kTightTable, half));
    lowest = std::max(lowest, page_.y);
  }
  page_.narrow(left, width);
  page_.y = lowest;
  if (end < run.size()) page_.next();
  return end;
}

}  // namespace hamdil::report
