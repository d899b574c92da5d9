// The document as a Word file.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/catalogue.hpp"
#include "base/markup.hpp"
#include "exchange/docx/package.hpp"
#include "report/render/docx_styles.hpp"
#include "report/render/markup.hpp"
#include "report/render/render.hpp"
#include "report/render/svg.hpp"

namespace hamdil::report {

namespace {

constexpr const char* kAnnexes = "annexes";  // the chapter that is set tightly
constexpr std::size_t kMostUpright = 9;      // columns of a table that is not turned
constexpr const char* kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kSpaces =
    "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\" "
    "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" "
    "xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\" "
    "xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" "
    "xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"";
constexpr const char* kLeftToRightMark = "\u200E";
constexpr double kEmuPerPixel = 9525;
constexpr double kTextWidthPixels = 640;  // A4 portrait less margins, at 96 dpi
constexpr int kTextWidthTwips = 9638;
constexpr int kWideTextWidthTwips = 14570;

class DocxWriter {
 public:
  DocxWriter(const Document& document, const Drawings& drawings)
      : document_(document), drawings_(drawings), automatic_numbers_(with_own_digits(document.language, "1") == "1") {}

  Result<std::string> write() {
    package_.relate("", "officeDocument", "word/document.xml");
    package_.relate("", "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                    "docProps/core.xml");
    styles_and_settings();
    title_page();
    contents();
    for (const Block& b : document_.blocks) {
      if (page_break_ && !std::holds_alternative<Heading>(b)) {
        body_ += "<w:p><w:r><w:br w:type=\"page\"/></w:r></w:p>\n";
        page_break_ = false;
      }
      std::visit([this](const auto& each) { block(each); }, b);
    }
    if (problem_) return *problem_;
    package_.add_part("word/document.xml", word_type("document.main"),
                      std::string(kHead) + "<w:document " + kSpaces + "><w:body>" + body_ + section(false) +
                          "</w:body></w:document>");
    package_.relate("word/document.xml", "customXml", "../customXml/item1.xml");
    package_.add_part(
        "customXml/item1.xml", "application/xml",
        std::string(kHead) + "<numbers xmlns=\"urn:hamdil:cell-references\">" + reference_list_ + "</numbers>");
    package_.add_part("word/numbering.xml", word_type("numbering"), docx_numbering(ordered_lists_));
    return package_.finish();
  }

 private:
  static std::string word_type(const std::string& part) {
    return "application/vnd.openxmlformats-officedocument.wordprocessingml." + part + "+xml";
  }

  const std::string& word(const std::string& id) const {
    static const std::string kNone;
    const auto found = document_.words.find(id);
    return found == document_.words.end() ? kNone : found->second;
  }

  void styles_and_settings() {
    const std::string main = "word/document.xml";
    const auto add = [&](const std::string& name, const std::string& type, std::string bytes) {
      package_.add_part("word/" + name + ".xml", word_type(type), std::move(bytes));
    };
    package_.relate(main, "styles", "styles.xml");
    add("styles", "styles", docx_styles(document_.language, document_.right_to_left, automatic_numbers_));
    package_.relate(main, "numbering", "numbering.xml");
    package_.relate(main, "settings", "settings.xml");
    add("settings", "settings", docx_settings(document_.language));
    package_.relate(main, "fontTable", "fontTable.xml");
    add("fontTable", "fontTable", docx_fonts());
    header_id_ = package_.relate(main, "header", "header1.xml");
    add("header1", "header", header());
    footer_id_ = package_.relate(main, "footer", "footer1.xml");
    add("footer1", "footer", footer());
    package_.add_part("docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml",
                      core_properties());
  }

  std::string core_properties() const {
    const Metadata& meta = document_.metadata;
    std::string out =
        std::string(kHead) +
        "<cp:coreProperties xmlns:cp=\"http://schemas.openxmlformats.org/package/2006/metadata/core-properties\" "
        "xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" "
        "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">";
    out += "<dc:title>" + escape_markup(meta.title) + "</dc:title><dc:subject>" + escape_markup(meta.subject) +
           "</dc:subject><dc:creator>" + escape_markup(meta.author) + "</dc:creator><cp:keywords>" +
           escape_markup(meta.software) + "</cp:keywords><dc:language>" + escape_markup(document_.language) +
           "</dc:language>";
    if (!meta.created.empty())
      for (const char* name : {"created", "modified"})
        out += fmt::format("<dcterms:{0} xsi:type=\"dcterms:W3CDTF\">{1}</dcterms:{0}>", name,
                           escape_markup(meta.created));
    return out + "</cp:coreProperties>";
  }

  std::string banner_text() const {
    std::string text;
    for (const std::string& banner : document_.banners) text += (text.empty() ? "" : " · ") + banner;
    return text;
  }

  std::string header() const {
    std::string out =
        std::string(kHead) + "<w:hdr " + kSpaces + ">" + styled("Header", text_run(document_.metadata.title, ""));
    if (!document_.banners.empty()) out += styled("Banner", text_run(banner_text(), ""));
    return out + "</w:hdr>";
  }

  static std::string field(const std::string& instruction, const std::string& cached, const std::string& properties,
                           bool dirty = false) {
    const std::string rpr = properties.empty() ? "" : "<w:rPr>" + properties + "</w:rPr>";
    return fmt::format(
        "<w:r>{0}<w:fldChar w:fldCharType=\"begin\"{3}/></w:r><w:r>{0}<w:instrText xml:space=\"preserve\"> {1} "
        "</w:instrText></w:r>"
        "<w:r>{0}<w:fldChar w:fldCharType=\"separate\"/></w:r><w:r>{0}<w:t>{2}</w:t></w:r><w:r>{0}<w:fldChar "
        "w:fldCharType=\"end\"/></w:r>",
        rpr, escape_markup(instruction), escape_markup(cached), dirty ? " w:dirty=\"true\"" : "");
  }

  // "Page {n} of {m}" with both places as fields.
  std::string footer() const {
    std::string runs;
    for (const Piece& piece : page_pieces())
      runs += !piece.is_argument ? text_run(piece.text, "")
                                 : field(piece.text == "n" ? "PAGE" : "NUMPAGES",
                                         with_own_digits(document_.language, "1"), rtl_mark());
    return std::string(kHead) + "<w:ftr " + kSpaces + ">" + styled("Footer", runs) + "</w:ftr>";
  }
  std::vector<Piece> page_pieces() const {
    auto pieces = message_pieces(word("page"), document_.language, {});
    return pieces ? std::move(*pieces) : std::vector<Piece>{{true, "n"}};
  }
  std::string rtl_mark() const { return document_.right_to_left ? "<w:rtl/>" : ""; }

  std::string styled(const std::string& style, const std::string& content, const std::string& more = "") const {
    return "<w:p><w:pPr><w:pStyle w:val=\"" + style + "\"/>" + more + "</w:pPr>" + content + "</w:p>\n";
  }

  std::string text_run(const std::string& text, const std::string& properties) const {
    std::string all = properties;
    if (document_.right_to_left && has_right_to_left_letters(text)) all += "<w:rtl/>";
    return "<w:r>" + (all.empty() ? "" : "<w:rPr>" + all + "</w:rPr>") + "<w:t xml:space=\"preserve\">" +
           escape_markup(text) + "</w:t></w:r>";
  }

  // Numbers stay left-to-right inside right-to-left lines; Persian digits need the Arabic font by name, for the run is
  // no "rtl" one.
  std::string number_run(const std::string& text) const {
    if (!document_.right_to_left) return text_run(text, "<w:noProof/>");
    if (has_right_to_left_letters(text)) return text_run(text, "<w:noProof/>");  // a date
    return text_run(
        kLeftToRightMark + text + kLeftToRightMark,
        "<w:rFonts w:ascii=\"Noto Sans Arabic\" w:hAnsi=\"Noto Sans Arabic\" w:cs=\"Noto Sans Arabic\"/><w:noProof/>");
  }

  // A hidden bookmark around the number; the custom XML part tells which cell it came from.
  std::string cell_reference(const std::string& target, const std::string& content) {
    if (target.empty()) return content;
    const std::string name = fmt::format("_ref{}", ++references_);
    reference_list_ += fmt::format("<number bookmark=\"{}\" cell=\"{}\"/>", name, escape_markup(target));
    const std::size_t number = ++bookmark_count_;
    return fmt::format("<w:bookmarkStart w:id=\"{0}\" w:name=\"{1}\"/>{2}<w:bookmarkEnd w:id=\"{0}\"/>", number, name,
                       content);
  }

  std::string run(const Run& r) {
    switch (r.kind) {
      case RunKind::kEmphasis:
        return text_run(r.text, "<w:i/><w:iCs/>");
      case RunKind::kStrong:
        return text_run(r.text, "<w:b/><w:bCs/>");
      case RunKind::kCode:
        return text_run(r.text, "<w:rStyle w:val=\"CodeText\"/><w:noProof/>");
      case RunKind::kMark:
        return text_run(r.text, "<w:vertAlign w:val=\"superscript\"/>");
      case RunKind::kNumber:
        return cell_reference(r.target, number_run(r.text));
      case RunKind::kFact:
        return number_run(r.text);
      case RunKind::kLink: {
        const std::string address = safe_address(r.target);
        if (address.empty() || address.front() == '#') return text_run(r.text, "");
        return "<w:hyperlink r:id=\"" + package_.relate("word/document.xml", "hyperlink", address, true) + "\">" +
               text_run(r.text, "<w:rStyle w:val=\"Hyperlink\"/>") + "</w:hyperlink>";
      }
      case RunKind::kCrossReference:
        return "<w:hyperlink w:anchor=\"" + bookmark_name(r.target) + "\">" +
               text_run(r.text, "<w:rStyle w:val=\"Hyperlink\"/>") + "</w:hyperlink>";
      case RunKind::kGiven:
        // Latin words keep their full stop on their own side.
        if (document_.right_to_left && !has_right_to_left_letters(r.text))
          return text_run(kLeftToRightMark + r.text + kLeftToRightMark, "");
        break;
      case RunKind::kText:
        break;
    }
    return text_run(r.text, "");
  }

  std::string runs(const Runs& list) {
    std::string out;
    for (const Run& r : list) out += run(r);
    return out;
  }

  // Bookmark names hold letters, digits and _ and at most 40 characters.
  std::string bookmark_name(const std::string& id) {
    const auto found = bookmarks_.find(id);
    if (found != bookmarks_.end()) return found->second;
    std::string name = "b" + std::to_string(bookmarks_.size() + 1) + "_";
    for (const char c : id.substr(0, 30)) name += std::isalnum(static_cast<unsigned char>(c)) != 0 ? c : '_';
    return bookmarks_[id] = name;
  }
  std::string bookmarked(const std::string& id, const std::string& content) {
    const std::string name = bookmark_name(id);
    const std::size_t number = ++bookmark_count_;
    return fmt::format("<w:bookmarkStart w:id=\"{0}\" w:name=\"{1}\"/>{2}<w:bookmarkEnd w:id=\"{0}\"/>", number, name,
                       content);
  }

  void title_page() {
    const TitlePage& page = document_.title_page;
    body_ += styled("Title", runs(page.title));
    if (!page.subtitle.empty()) body_ += styled("Subtitle", runs(page.subtitle));
    for (const auto& [label, value] : page.facts) {
      Runs line = label;
      for (Run& r : line) r.kind = RunKind::kStrong;
      line.push_back({RunKind::kText, ": "});
      line.insert(line.end(), value.begin(), value.end());
      body_ += styled("Normal", runs(line));
    }
  }

  // The table of contents is a field whose result is already there, entries as links. Only the program that sets the
  // pages knows their numbers: a line says how to have them, inside the field, so that it goes when they come.
  void contents() {
    body_ += styled("TOCHeading", text_run(word("contents"), ""));
    const std::string begin =
        "<w:r><w:fldChar w:fldCharType=\"begin\" w:dirty=\"true\"/></w:r><w:r><w:instrText xml:space=\"preserve\"> TOC "
        "\\o \"1-2\" \\h \\z \\u </w:instrText></w:r>"
        "<w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>";
    body_ += styled("TOCHint", begin + text_run(word("contents_refresh"), ""));
    std::vector<const Heading*> listed;
    for (const Block& b : document_.blocks)
      if (const auto* heading = std::get_if<Heading>(&b); heading != nullptr && heading->level <= 2)
        listed.push_back(heading);
    for (const Heading* heading : listed) {
      // The field ends in its last line: a paragraph of its own might begin an empty page.
      const std::string end = heading == listed.back() ? "<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>" : "";
      const std::string anchor = bookmark_name(heading->id);
      const std::string words = (heading->number.empty() ? "" : heading->number + " ") + plain_text(heading->text);
      body_ += styled("TOC" + std::to_string(heading->level),
                      "<w:hyperlink w:anchor=\"" + anchor + "\">" + text_run(words, "") + "<w:r><w:tab/></w:r>" +
                          field("PAGEREF " + anchor + " \\h", "", rtl_mark(), true) + "</w:hyperlink>" + end);
    }
  }

  void block(const Heading& heading) {
    const std::string style = "Heading" + std::to_string(std::clamp(heading.level, 1, 4));
    const bool no_number = automatic_numbers_ && heading.number.empty();
    std::string content = runs(heading.text);
    if (!automatic_numbers_ && !heading.number.empty()) content = text_run(heading.number + " ", "") + content;
    if (heading.level <= 1) tight_ = heading.id == kAnnexes;
    // A break of its own would leave an empty page where the page before is full.
    const char* before = std::exchange(page_break_, false) ? "<w:pageBreakBefore/>" : "";
    body_ += styled(
        style, bookmarked(heading.id, content),
        std::string(before) + (no_number ? "<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"0\"/></w:numPr>" : ""));
  }
  void block(const Paragraph& paragraph) { body_ += styled("Normal", runs(paragraph.runs)); }
  void block(const List& list) {
    if (list.ordered && !automatic_numbers_) {
      numbered_in_words(list);
      return;
    }
    const std::size_t number = list.ordered ? 3 + ordered_lists_++ : 2;
    for (const Runs& item : list.items)
      body_ += styled(tight_ ? "AnnexListParagraph" : "ListParagraph", runs(item),
                      fmt::format("<w:numPr><w:ilvl w:val=\"0\"/><w:numId w:val=\"{}\"/></w:numPr>", number));
  }
  // Word's numbering has no Persian digits either.
  void numbered_in_words(const List& list) {
    std::size_t number = 0;
    for (const Runs& item : list.items)
      body_ +=
          styled(tight_ ? "AnnexListParagraph" : "ListParagraph",
                 text_run(with_own_digits(document_.language, std::to_string(++number)) + ".", "<w:rtl/>") +
                     "<w:r><w:tab/></w:r>" + runs(item),
                 "<w:tabs><w:tab w:val=\"left\" w:pos=\"420\"/></w:tabs><w:ind w:left=\"420\" w:hanging=\"420\"/>");
  }
  void block(const Note& note) {
    const std::string style = note.kind == NoteKind::kCaution ? "NoteCaution" : "NoteInformation";
    Runs title = note.title;
    for (Run& r : title)
      if (r.kind == RunKind::kText) r.kind = RunKind::kStrong;
    if (!title.empty()) body_ += styled(style, runs(title));
    for (const Runs& paragraph : note.paragraphs) body_ += styled(style, runs(paragraph));
  }
  void block(const PageBreak&) { page_break_ = true; }

  // "Table 3" with its number as a SEQ field, then the caption's words. Fields know no Persian digits: there the number
  // is text, as in headings.
  void caption(const std::string& id, const std::string& kind, const std::string& label, const Runs& words) {
    if (!automatic_numbers_) {
      body_ += styled("Caption", bookmarked(id, text_run(label, "")) + text_run(". ", "") + runs(words));
      return;
    }
    std::size_t from = 0;
    std::size_t to = label.size();
    const auto is_digit = [&](std::size_t i) {
      const auto byte = static_cast<unsigned char>(label[i]);
      return (byte >= '0' && byte <= '9') || byte == 0xDB ||
             (i > 0 && static_cast<unsigned char>(label[i - 1]) == 0xDB);
    };
    while (from < to && !is_digit(from)) ++from;
    while (to > from && !is_digit(to - 1)) --to;
    const std::string content = text_run(label.substr(0, from), "") +
                                field("SEQ " + kind + " \\* ARABIC", label.substr(from, to - from), rtl_mark()) +
                                (to < label.size() ? text_run(label.substr(to), "") : "");
    body_ += styled("Caption", bookmarked(id, content) + text_run(". ", "") + runs(words));
  }

  void block(const Figure& figure) {
    caption(figure.id, "Figure", figure.label, figure.caption);
    const auto drawing = drawings_.svg.find(figure.id);
    if (drawing == drawings_.svg.end()) {
      body_ += styled("NoteCaution", text_run(drawings_.problem, ""));
      body_ += styled("Normal", text_run(figure.alt, ""));
    } else {
      picture(figure, drawing->second);
    }
    for (const Runs& note : figure.notes) body_ += styled("TableNote", runs(note));
  }

  void picture(const Figure& figure, const std::string& svg) {
    const auto size = svg_size(svg);
    auto png = size ? svg_to_png(svg, 2) : Result<std::string>(size.error());
    if (!png) {
      problem_ = png.error();
      return;
    }
    const std::size_t number = ++pictures_;
    const std::string name = fmt::format("media/figure{}.png", number);
    package_.add_part("word/" + name, "image/png", std::move(*png));
    const std::string id = package_.relate("word/document.xml", "image", name);
    const double shrink = std::min(1.0, kTextWidthPixels / size->width);
    const auto cx = std::llround(size->width * shrink * kEmuPerPixel);
    const auto cy = std::llround(size->height * shrink * kEmuPerPixel);
    body_ += styled(
        "Figure",
        fmt::format(
            "<w:r><w:drawing><wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\"><wp:extent cx=\"{0}\" "
            "cy=\"{1}\"/>"
            "<wp:docPr id=\"{2}\" name=\"{3}\" descr=\"{4}\"/><a:graphic>"
            "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\"><pic:pic><pic:nvPicPr>"
            "<pic:cNvPr id=\"{2}\" name=\"{3}\" descr=\"{4}\"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip "
            "r:embed=\"{5}\"/>"
            "<a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext "
            "cx=\"{0}\" cy=\"{1}\"/>"
            "</a:xfrm><a:prstGeom "
            "prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
            "</w:drawing></w:r>",
            cx, cy, number, escape_markup(figure.id), escape_markup(figure.alt), id));
  }

  void block(const TableBlock& table) {
    const bool wide = table.wide && table.columns.size() > kMostUpright;
    if (wide) body_ += "<w:p><w:pPr>" + section(false) + "</w:pPr></w:p>\n";
    caption(table.id, "Table", table.label, table.caption);
    const int total = wide ? kWideTextWidthTwips : kTextWidthTwips;
    const std::vector<int> widths = column_widths(table, total);
    body_ += "<w:tbl><w:tblPr><w:tblStyle w:val=\"HamdilTable\"/>" +
             std::string(document_.right_to_left ? "<w:bidiVisual/>" : "") +
             fmt::format(
                 "<w:tblW w:w=\"{}\" w:type=\"dxa\"/><w:tblLayout w:type=\"fixed\"/><w:tblLook w:val=\"0020\" "
                 "w:firstRow=\"1\" w:lastRow=\"0\" "
                 "w:firstColumn=\"1\" w:lastColumn=\"0\" w:noHBand=\"1\" w:noVBand=\"1\"/><w:tblCaption "
                 "w:val=\"{}\"/></w:tblPr><w:tblGrid>",
                 total, escape_markup(table.label + ". " + plain_text(table.caption)));
    for (const int width : widths) body_ += fmt::format("<w:gridCol w:w=\"{}\"/>", width);
    body_ += "</w:tblGrid>";
    for (const TableRow& row : table.header) table_row(table, widths, row, true);
    for (const TableRow& row : table.rows) table_row(table, widths, row, false);
    body_ += "</w:tbl>\n";
    for (const Runs& note : table.notes) body_ += styled("TableNote", runs(note));
    if (wide)
      body_ += "<w:p><w:pPr>" + section(true) + "</w:pPr></w:p>\n";
    else
      body_ +=
          "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"160\" w:lineRule=\"exact\"/></w:pPr></w:p>\n";
  }

  static std::vector<int> column_widths(const TableBlock& table, int total) {
    double sum = 0;
    for (const TableColumn& column : table.columns) sum += column.width;
    std::vector<int> widths;
    for (const TableColumn& column : table.columns) widths.push_back(static_cast<int>(total * column.width / sum));
    return widths;
  }

  void table_row(const TableBlock& table, const std::vector<int>& widths, const TableRow& row, bool head) {
    body_ += std::string("<w:tr><w:trPr><w:cantSplit/>") + (head ? "<w:tblHeader/>" : "") + "</w:trPr>";
    std::size_t column = 0;
    for (const Cell& cell : row.cells) {
      const std::size_t span = row.group ? table.columns.size() : cell.span;
      int width = 0;
      for (std::size_t i = column; i < std::min(column + span, widths.size()); ++i) width += widths[i];
      std::string properties = fmt::format("<w:tcW w:w=\"{}\" w:type=\"dxa\"/>", width);
      if (span > 1) properties += fmt::format("<w:gridSpan w:val=\"{}\"/>", span);
      if (cell.withheld)
        properties += "<w:shd w:val=\"thinDiagStripe\" w:color=\"C9D2DA\" w:fill=\"auto\"/>";
      else if (head || row.group)
        properties += "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F2F5F7\"/>";
      // "start" and "end" follow the paragraph's direction; Word 2007 names kept: left is the start of a bidi paragraph
      // there.
      const Align align = column < table.columns.size() && !row.group ? table.columns[column].align : Align::kStart;
      const char* justify = span > 1 && head          ? "center"
                            : align == Align::kEnd    ? "end"
                            : align == Align::kCenter ? "center"
                                                      : "start";
      Runs content = cell.runs;
      if (head || row.group)
        for (Run& r : content)
          if (r.kind == RunKind::kText || r.kind == RunKind::kGiven) r.kind = RunKind::kStrong;
      body_ += "<w:tc><w:tcPr>" + properties + "</w:tcPr>" +
               styled(tight_ ? "AnnexTableText" : "TableText", runs(content),
                      std::string(head ? "<w:keepNext/>" : "") + "<w:jc w:val=\"" + justify + "\"/>") +
               "</w:tc>";
      column += span;
    }
    body_ += "</w:tr>";
  }

  std::string section(bool wide) const {
    return "<w:sectPr><w:headerReference w:type=\"default\" r:id=\"" + header_id_ +
           "\"/><w:footerReference w:type=\"default\" r:id=\"" + footer_id_ + "\"/>" +
           (wide ? "<w:pgSz w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\"/>"
                 : "<w:pgSz w:w=\"11906\" w:h=\"16838\"/>") +
           "<w:pgMar w:top=\"1247\" w:right=\"1134\" w:bottom=\"1134\" w:left=\"1134\" w:header=\"567\" "
           "w:footer=\"567\" w:gutter=\"0\"/>" +
           (document_.right_to_left ? "<w:bidi/>" : "") + "</w:sectPr>";
  }

  const Document& document_;
  const Drawings& drawings_;
  bool automatic_numbers_;
  exchange::OoxmlPackage package_;
  std::string body_;
  std::string header_id_;
  std::string footer_id_;
  std::map<std::string, std::string> bookmarks_;
  std::size_t bookmark_count_ = 0;
  std::size_t references_ = 0;
  std::string reference_list_;
  std::size_t ordered_lists_ = 0;
  std::size_t pictures_ = 0;
  bool page_break_ = false;  // before the next block
  bool tight_ = false;       // in the annexes
  std::optional<Error> problem_;
};

}  // namespace

Result<std::string> render_docx(const protect::Released<Document>& document, const Drawings& drawings) {
  return DocxWriter(*document, drawings).write();
}

}  // namespace hamdil::report
