// The document as one HTML file.
#include <fmt/format.h>

#include <algorithm>

#include "base/markup.hpp"
#include "report/render/markup.hpp"
#include "report/render/render.hpp"
#include "report/render/style_css.hpp"

namespace hamdil::report {

namespace {

class HtmlWriter {
 public:
  HtmlWriter(const Document& document, const Drawings& drawings) : document_(document), drawings_(drawings) {}

  std::string write() {
    head();
    title_page();
    contents();
    out_ += "<main id=\"main\">\n";
    for (std::size_t i = 0; i < document_.blocks.size(); ++i)
      std::visit([this](const auto& b) { block(b); }, document_.blocks[i]);
    close_figure();
    out_ += "</main>\n";
    if (!document_.banners.empty()) out_ += "<footer class=\"banner\">" + banner_text() + "</footer>\n";
    out_ += "</body>\n</html>\n";
    return std::move(out_);
  }

 private:
  const std::string& word(const std::string& id) const {
    static const std::string kNone;
    const auto found = document_.words.find(id);
    return found == document_.words.end() ? kNone : found->second;
  }

  std::string banner_text() const { return escape_markup(with_own_text(document_.banners)); }

  // Banner and page number stand in the margin of every printed page.
  std::string page_margins() const {
    std::string text;
    for (const char c : with_own_text(document_.banners)) {
      const bool plain = c != '"' && c != '\\' && c != '<' && c != '>' && c != '\n';
      text += plain ? std::string(1, c) : fmt::format("\\{:x} ", static_cast<unsigned char>(c));
    }
    return "@page { @bottom-center { content: \"" + text +
           "\"; font: 700 8pt sans-serif; color: #8a4b00; } "
           "@bottom-right { content: counter(page); font: 8pt sans-serif; color: #52606d; } }\n";
  }
  static std::string with_own_text(const std::vector<std::string>& parts) {
    std::string text;
    for (const std::string& part : parts) text += (text.empty() ? "" : " · ") + part;
    return text;
  }

  void head() {
    const Metadata& meta = document_.metadata;
    out_ += fmt::format("<!DOCTYPE html>\n<html lang=\"{}\" dir=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n",
                        escape_markup(document_.language), document_.right_to_left ? "rtl" : "ltr");
    out_ += "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n";
    out_ +=
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
        "data:\">\n";
    out_ += fmt::format(
        "<title>{}</title>\n<meta name=\"author\" content=\"{}\">\n<meta name=\"generator\" content=\"{}\">\n",
        escape_markup(meta.title), escape_markup(meta.author), escape_markup(meta.software));
    if (!meta.created.empty())
      out_ += fmt::format("<meta name=\"dcterms.created\" content=\"{}\">\n", escape_markup(meta.created));
    out_ += fmt::format("<style>\n{}{}</style>\n</head>\n<body>\n", kStyleSheet, page_margins());
    out_ += fmt::format("<a class=\"skip\" href=\"#main\">{}</a>\n", escape_markup(word("skip")));
  }

  void title_page() {
    const TitlePage& page = document_.title_page;
    out_ += "<header class=\"title-page\">\n";
    if (!document_.banners.empty()) out_ += "<p class=\"banner\">" + banner_text() + "</p>\n";
    out_ += "<h1 class=\"title\">" + runs(page.title) + "</h1>\n";
    if (!page.subtitle.empty()) out_ += "<p class=\"subtitle\">" + runs(page.subtitle) + "</p>\n";
    if (!page.facts.empty()) {
      out_ += "<dl>\n";
      for (const auto& [label, value] : page.facts)
        out_ += "<div><dt>" + runs(label) + "</dt><dd>" + runs(value) + "</dd></div>\n";
      out_ += "</dl>\n";
    }
    out_ += "</header>\n";
  }

  void contents() {
    out_ += fmt::format(
        "<nav class=\"contents\" aria-labelledby=\"contents-title\">\n<h2 id=\"contents-title\">{}</h2>\n<ul>\n",
        escape_markup(word("contents")));
    for (const Block& b : document_.blocks) {
      const auto* heading = std::get_if<Heading>(&b);
      if (heading == nullptr || heading->level > 2) continue;
      out_ += fmt::format("<li class=\"level-{}\"><a href=\"#{}\">{}{}</a></li>\n", heading->level,
                          escape_markup(heading->id), number_of(*heading), runs(heading->text));
    }
    out_ += "</ul>\n</nav>\n";
  }

  static std::string number_of(const Heading& heading) {
    return heading.number.empty() ? "" : "<span class=\"nr\">" + heading.number + "</span> ";
  }

  std::string run(const Run& r) const {
    const std::string text = escape_markup(r.text);
    switch (r.kind) {
      case RunKind::kText:
        return text;
      case RunKind::kEmphasis:
        return "<em>" + text + "</em>";
      case RunKind::kStrong:
        return "<strong>" + text + "</strong>";
      case RunKind::kCode:
        return "<code dir=\"ltr\">" + text + "</code>";
      case RunKind::kGiven:
        return "<bdi class=\"given\">" + text + "</bdi>";
      case RunKind::kLink: {
        const std::string address = safe_address(r.target);
        return address.empty() ? text : "<a href=\"" + escape_markup(address) + "\">" + text + "</a>";
      }
      case RunKind::kCrossReference:
        return "<a class=\"ref\" href=\"#" + escape_markup(r.target) + "\">" + text + "</a>";
      case RunKind::kNumber:
        return "<span class=\"num\" data-ref=\"" + escape_markup(r.target) + "\" title=\"" + escape_markup(r.target) +
               "\">" + text + "</span>";
      case RunKind::kFact:
        return fmt::format("<span class=\"fact{}\" data-source=\"{}\">{}</span>",
                           has_right_to_left_letters(r.text) ? " words" : "", escape_markup(r.target), text);
      case RunKind::kMark:
        return "<sup class=\"mark\">" + text + "</sup>";
    }
    return text;
  }

  std::string runs(const Runs& list) const {
    std::string out;
    for (const Run& r : list) out += run(r);
    return out;
  }

  void block(const Heading& heading) {
    close_figure();
    const int level = std::min(heading.level + 1, 6);  // the title is the page's h1
    out_ += fmt::format("<h{0} id=\"{1}\">{2}{3}</h{0}>\n", level, escape_markup(heading.id), number_of(heading),
                        runs(heading.text));
  }
  void block(const Paragraph& paragraph) {
    close_figure();
    out_ += "<p>" + runs(paragraph.runs) + "</p>\n";
  }
  void block(const List& list) {
    close_figure();
    const char* tag = list.ordered ? "ol" : "ul";
    out_ += fmt::format("<{}>\n", tag);
    for (const Runs& item : list.items) out_ += "<li>" + runs(item) + "</li>\n";
    out_ += fmt::format("</{}>\n", tag);
  }
  void block(const Note& note) {
    close_figure();
    out_ += fmt::format("<aside class=\"note {}\">\n", note.kind == NoteKind::kCaution ? "caution" : "information");
    if (!note.title.empty()) out_ += "<p class=\"note-title\">" + runs(note.title) + "</p>\n";
    for (const Runs& paragraph : note.paragraphs) out_ += "<p>" + runs(paragraph) + "</p>\n";
    out_ += "</aside>\n";
  }
  void block(const PageBreak&) {
    close_figure();
    out_ += "<div class=\"page-break\"></div>\n";
  }

  // A figure stays open until the next block, because its table twin belongs inside.
  void block(const Figure& figure) {
    close_figure();
    open_figure_ = figure.id;
    out_ += fmt::format("<figure id=\"{}\">\n", escape_markup(figure.id));
    caption("figcaption", figure.label, figure.caption);
    const auto drawing = drawings_.svg.find(figure.id);
    const auto narrow = drawings_.narrow.find(figure.id);
    if (drawing != drawings_.svg.end()) {
      out_ += fmt::format("<div class=\"drawing{}\">{}</div>\n", narrow == drawings_.narrow.end() ? "" : " wide",
                          inline_svg(drawing->second, figure.id, figure.alt));
      if (narrow != drawings_.narrow.end())
        out_ += "<div class=\"drawing narrow\">" + inline_svg(narrow->second, figure.id + "-narrow", figure.alt) +
                "</div>\n";
    } else {
      out_ += "<p class=\"no-drawing\" role=\"note\">" + escape_markup(drawings_.problem) + "</p>\n<p>" +
              escape_markup(figure.alt) + "</p>\n";
    }
    notes(figure.notes);
  }
  void close_figure() {
    if (!open_figure_.empty()) out_ += "</figure>\n";
    open_figure_.clear();
  }

  void block(const TableBlock& table) {
    const bool twin = !table.twin_of.empty() && table.twin_of == open_figure_;
    if (twin) {
      const bool drawn = drawings_.svg.contains(table.twin_of);
      out_ += fmt::format("<details{}>\n<summary>{}</summary>\n", drawn ? "" : " open", escape_markup(word("twin")));
    } else {
      close_figure();
    }
    out_ += fmt::format(
        "<div class=\"table-box\" role=\"region\" aria-labelledby=\"{0}-caption\" tabindex=\"0\">\n<table "
        "id=\"{0}\">\n",
        escape_markup(table.id));
    out_ += fmt::format("<caption id=\"{}-caption\"><div><span class=\"label\">{}</span> {}</div></caption>\n",
                        escape_markup(table.id), escape_markup(table.label), runs(table.caption));
    out_ += "<thead>\n";
    for (const TableRow& row : table.header) header_row(table, row);
    out_ += "</thead>\n<tbody>\n";
    for (const TableRow& row : table.rows) body_row(table, row);
    out_ += "</tbody>\n</table>\n</div>\n";
    notes(table.notes);
    if (twin) {
      out_ += "</details>\n";
      close_figure();
    }
  }

  static std::string align_class(const TableBlock& table, std::size_t column) {
    const Align align = column < table.columns.size() ? table.columns[column].align : Align::kStart;
    return align == Align::kEnd ? " class=\"end\"" : align == Align::kCenter ? " class=\"center\"" : "";
  }
  static std::string span_of(const Cell& cell, const char* attribute = "colspan") {
    return cell.span > 1 ? fmt::format(" {}=\"{}\"", attribute, cell.span) : "";
  }

  void header_row(const TableBlock& table, const TableRow& row) {
    out_ += "<tr>";
    std::size_t column = 0;
    for (const Cell& cell : row.cells) {
      const char* tag = cell.runs.empty() ? "td" : "th";
      const std::string scope = cell.runs.empty() ? "" : cell.span > 1 ? " scope=\"colgroup\"" : " scope=\"col\"";
      out_ += fmt::format("<{0}{1}{2}{3}>{4}</{0}>", tag, scope, align_class(table, column), span_of(cell),
                          runs(cell.runs));
      column += cell.span;
    }
    out_ += "</tr>\n";
  }

  void body_row(const TableBlock& table, const TableRow& row) {
    if (row.group) {
      out_ += fmt::format("<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{}\">{}</th></tr>\n",
                          table.columns.size(), row.cells.empty() ? "" : runs(row.cells.front().runs));
      return;
    }
    out_ += "<tr>";
    std::size_t column = 0;
    for (const Cell& cell : row.cells) {
      if (column == 0)
        out_ += "<th scope=\"row\"" + span_of(cell) + ">" + runs(cell.runs) + "</th>";
      else
        out_ += fmt::format("<td{}{}>{}</td>", cell.withheld ? " class=\"withheld\"" : align_class(table, column),
                            span_of(cell), runs(cell.runs));
      column += cell.span;
    }
    out_ += "</tr>\n";
  }

  void caption(const char* tag, const std::string& label, const Runs& words) {
    out_ += fmt::format("<{0}><span class=\"label\">{1}</span> {2}</{0}>\n", tag, escape_markup(label), runs(words));
  }
  void notes(const std::vector<Runs>& list) {
    if (list.empty()) return;
    out_ += "<div class=\"notes\">\n";
    for (const Runs& note : list) out_ += "<p>" + runs(note) + "</p>\n";
    out_ += "</div>\n";
  }

  const Document& document_;
  const Drawings& drawings_;
  std::string out_;
  std::string open_figure_;
};

}  // namespace

Result<std::string> render_html(const protect::Released<Document>& document, const Drawings& drawings) {
  return HtmlWriter(*document, drawings).write();
}

}  // namespace hamdil::report
