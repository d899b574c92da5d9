// The document tree: what a product says, before any format. Plain values; every renderer reads the same tree.
#pragma once

#include <cstddef>
#include <functional>
#include <limits>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace hamdil::report {

enum class RunKind {
  kText,  // words of the catalogue
  kEmphasis,
  kStrong,
  kCode,            // identifiers, digests, commands
  kGiven,           // words that people gave: titles, question texts, labels; printed as they are
  kLink,            // `target` is an address
  kCrossReference,  // `target` is the id of a heading, table or figure; its text is filled in by `number_blocks`
  kNumber,          // a printed result: `target` is its CellRef, `value` the unrounded number in the printed unit
                    // (percentages stay fractions)
  kFact,            // a number that describes design, policy or this document, not a result: `target` says which
  kMark,            // a small raised letter that a note explains
};

// A stretch of words of one kind. `text` is already in the document's language and digits.
struct Run {
  RunKind kind = RunKind::kText;
  std::string text;
  std::string target;
  double value = std::numeric_limits<double>::quiet_NaN();
  bool operator==(const Run& other) const { return kind == other.kind && text == other.text && target == other.target; }
};
using Runs = std::vector<Run>;

std::string plain_text(const Runs& runs);

struct Heading {
  int level = 1;   // 1 to 4
  std::string id;  // the same in every language
  Runs text;
  std::string number;  // "2.1", filled in by `number_blocks`; empty when `numbered` is false
  bool numbered = true;
};

struct Paragraph {
  Runs runs;
};

struct List {
  bool ordered = false;
  std::vector<Runs> items;
};

enum class Align { kStart, kCenter, kEnd };

struct TableColumn {
  Align align = Align::kStart;
  double width = 1;  // relative to the other columns
};

struct Cell {
  Runs runs;
  std::size_t span = 1;   // columns it covers
  bool withheld = false;  // drawn hatched or grey, with the reason in the notes
};

struct TableRow {
  std::vector<Cell> cells;
  bool group = false;  // a heading inside the table: one cell over all columns
};

struct TableBlock {
  std::string id;
  std::string label;  // "Table 3", filled in by `number_blocks`
  Runs caption;
  std::vector<TableColumn> columns;
  std::vector<TableRow> header;  // repeated on every page
  std::vector<TableRow> rows;    // the first cell of each names the row
  std::vector<Runs> notes;
  bool wide = false;    // on a landscape page of its own in page formats
  std::string twin_of;  // id of the figure that shows the same data; empty when it stands alone
};

struct Figure {
  std::string id;
  std::string label;
  Runs caption;
  std::string alt;          // what a person who does not see it needs to know
  std::string spec;         // Vega-Lite, JSON
  std::string narrow_spec;  // the same for a phone; "": none
  std::string table_id;     // its table twin
  std::vector<Runs> notes;
};

enum class NoteKind { kInformation, kCaution };

struct Note {
  NoteKind kind = NoteKind::kInformation;
  Runs title;
  std::vector<Runs> paragraphs;
};

struct PageBreak {};

using Block = std::variant<Heading, Paragraph, List, TableBlock, Figure, Note, PageBreak>;

struct TitlePage {
  Runs title;
  Runs subtitle;
  std::vector<std::pair<Runs, Runs>> facts;  // label and value: period, place, version
};

struct Metadata {
  std::string title;
  std::string author;  // the organisation, never a person
  std::string subject;
  std::string created;   // ISO 8601 with time, UTC; given by the caller, printed into file properties
  std::string software;  // name and version
};

struct Document {
  std::string language = "en";
  bool right_to_left = false;
  Metadata metadata;
  TitlePage title_page;
  std::vector<std::string> banners;  // on every page: "DEMO", "Not for release"
  std::vector<Block> blocks;
  std::vector<std::string> left_out;         // ids of outline sections that had nothing to print
  std::map<std::string, std::string> words;  // what renderers say themselves: "contents", "page", "skip", ...
};

// An id that HTML, Word and PDF take: ASCII letters, digits, "." and "-" stay, every other byte becomes "_" and two
// hexadecimal digits.
std::string safe_id(const std::string& id);

// Gives headings, tables and figures their numbers in order and fills in the text of cross-references (an unknown
// target becomes its id in brackets). `table` and `figure` are patterns with {n}; `digits` writes a number in the
// document's language.
void number_blocks(Document& document, const std::string& table, const std::string& figure,
                   std::string (*digits)(const std::string& language, std::size_t n));

// Every Runs of the document in reading order, title page, captions, cells and notes included.
void for_each_runs(const Document& document, const std::function<void(const Runs&)>& visit);
void for_each_runs(Document& document, const std::function<void(Runs&)>& visit);

}  // namespace hamdil::report
