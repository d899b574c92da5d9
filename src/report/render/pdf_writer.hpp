// The document as PDF: one flow of blocks over A4 pages. The members stand in several files, by what they set.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "report/render/pdf_page.hpp"
#include "report/render/pdf_table.hpp"
#include "report/render/render.hpp"
#include "report/render/svg.hpp"

namespace hamdil::report {

inline constexpr double kLeastFigure = 0.78;  // of its size, to fit what is left of a page
inline constexpr double kGutter = 16;         // between what stands side by side
inline constexpr TextStyle kBody{9.8};
inline constexpr TextStyle kTight{8.4};
inline constexpr TextStyle kSmall{7.6, false, 0.32, 0.38, 0.43};
inline constexpr TextStyle kCaption{9.2, true, 0.043, 0.36, 0.48};
inline constexpr TextStyle kTightCaption{8.2, true, 0.043, 0.36, 0.48};

// What a pass over the document found out for the next one.
struct Passed {
  std::map<std::string, std::size_t> page_of;  // heading id -> page
  std::size_t pages = 0;
};

class PdfWriter {
 public:
  PdfWriter(const Document& document, const Drawings& drawings, const Passed& before)
      : document_(document),
        drawings_(drawings),
        before_(before),
        rtl_(document.right_to_left),
        page_(document.right_to_left, [this] { header_and_footer(); }) {}
  Result<std::string> write();
  Passed passed() const { return {page_of_, page_.number()}; }

 private:
  void metadata();

  // --- page furniture and what stands before the first chapter (pdf_furniture.cpp)
  void header_and_footer();
  void title_page();
  void contents();
  void put(const Runs& runs, const TextStyle& style, double y, Align align);
  TextBlock contents_words(const Heading& heading, double scale) const;
  static TextStyle contents_style(const Heading& heading, double scale);
  static double contents_gap(const Heading& heading, double scale);
  double contents_height(double scale) const;
  void contents_line(const Heading& heading, double scale);
  std::string digits(std::size_t n) const;
  const std::string& word(const std::string& id) const;

  // --- words in the flow (pdf_words.cpp)

  TextBlock lay(const Runs& runs, const TextStyle& style, double width, Align align = Align::kStart) const;

  // Indented from the start side; breaks over pages between lines.
  void text(const Runs& runs, const TextStyle& style, double after, double indent = 0);
  void element(const char* tag, const Runs& runs, const TextStyle& style, double after, double indent = 0);
  double height_of(const Runs& runs, const TextStyle& style, double after) const;
  static std::string full_title(const Heading& heading);
  void block(const Heading& heading);

  // A heading stays with what follows: further headings, short words of introduction and the beginning of the first
  // other block.
  double room_with_heading(const Heading& heading);
  static Runs numbered(const Heading& heading);
  static TextStyle heading_style(const Heading& heading);

  // What the block at this place needs of a page to begin there.
  double least_height(std::size_t at);
  void outline(const Heading& heading);
  const TextStyle& body() const;
  void block(const Paragraph& paragraph);
  void block(const List& list);
  void items_below_each_other(const List& list);

  // How many columns hold every item on one line.
  std::size_t columns_for(const List& list) const;
  void items_side_by_side(const List& list, std::size_t columns);
  void block(const Note& note);
  void block(const PageBreak&);

  // --- drawings (pdf_figures.cpp)
  static Runs captioned(const std::string& label, const Runs& words);

  // In points, no wider than the flow; nothing when it was not drawn or cannot be read.
  Size drawn_size(const Figure& figure) const;

  // Caption and notes.
  double height_around(const Figure& figure) const;
  void block(const Figure& figure);

  void caption(const Figure& figure);
  void draw(const Figure& figure, const std::string& svg, const Size& size, double scale);
  const TableBlock* twin_that_fits(const Figure& figure);
  Size narrow_size(const Figure& figure) const;  // in points; nothing where there is no narrow drawing
  const Block* beside(std::size_t at);           // the figure at this place
  double height_beside(const Figure& first, const Block& second, double scale);
  void side_by_side(const Figure& first, const Block& second);

  // --- tables, one below the other or two side by side (pdf_tables.cpp)
  void block(const TableBlock& table);

  double whole_height(const TableBlock& table);  // with caption and notes, at the flow's width

  // Small tables stay whole, others begin with a few rows.
  void set(const TableBlock& table, LaidTable laid);
  double height_around(const TableBlock& table) const;
  bool fits_beside(const TableBlock& table);  // a drawing, at half the flow's width
  double height_of_half(const TableBlock& table);
  void set_half(const TableBlock& table);
  double half_width() const;
  bool fits_half(const TableBlock& table);

  // The small tables from here on in two columns, as even as they get, the first ones at the start side.
  void tables_side_by_side();

  // Places tables from `from` on in the rest of this page; returns the first that is left for the next one.
  std::size_t place_columns(const std::vector<const TableBlock*>& run, const std::vector<double>& heights,
                            std::size_t from);

  const Document& document_;
  const Drawings& drawings_;
  const Passed& before_;
  bool rtl_;
  PdfPage page_;
  bool tight_ = false;  // in the annexes
  std::size_t at_ = 0;  // block being set
  std::map<std::string, std::size_t> page_of_;
  std::vector<std::pair<int, int>> outline_;
  std::optional<Error> problem_;
};

}  // namespace hamdil::report
