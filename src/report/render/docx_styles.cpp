#include "report/render/docx_styles.hpp"

#include <fmt/format.h>

#include "base/markup.hpp"
#include "exchange/docx/package.hpp"

namespace hamdil::report {

namespace {

constexpr const char* kHead = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";
constexpr const char* kW = "xmlns:w=\"http://schemas.openxmlformats.org/wordprocessingml/2006/main\"";

struct Style {
  const char* id;
  const char* name;
  const char* based_on;
  const char* next;
  const char* paragraph;  // w:pPr content
  int half_points;        // 0: as the parent
  bool bold;
  const char* colour;  // "" as the parent
};

std::string style_xml(const Style& style) {
  std::string run;
  if (style.bold) run += "<w:b/><w:bCs/>";
  if (*style.colour != '\0') run += fmt::format("<w:color w:val=\"{}\"/>", style.colour);
  if (style.half_points > 0) run += fmt::format("<w:sz w:val=\"{0}\"/><w:szCs w:val=\"{0}\"/>", style.half_points);
  return fmt::format(
      "<w:style w:type=\"paragraph\"{} w:styleId=\"{}\"><w:name "
      "w:val=\"{}\"/>{}{}<w:qFormat/><w:pPr>{}</w:pPr><w:rPr>{}</w:rPr></w:style>",
      std::string(style.id) == "Normal" ? " w:default=\"1\"" : "", style.id, style.name,
      *style.based_on == '\0' ? "" : fmt::format("<w:basedOn w:val=\"{}\"/>", style.based_on),
      *style.next == '\0' ? "" : fmt::format("<w:next w:val=\"{}\"/>", style.next), style.paragraph, run);
}

std::string heading_style(int level, bool numbered) {
  constexpr int kSizes[] = {32, 26, 23, 21};
  const std::string id = fmt::format("Heading{}", level);
  const std::string name = fmt::format("heading {}", level);
  const std::string paragraph = fmt::format(
      "<w:keepNext/><w:keepLines/>{}{}<w:spacing w:before=\"{}\" w:after=\"120\"/><w:outlineLvl w:val=\"{}\"/>", "",
      numbered ? fmt::format("<w:numPr><w:ilvl w:val=\"{}\"/><w:numId w:val=\"1\"/></w:numPr>", level - 1) : "",
      level == 1 ? 480 : 320, level - 1);
  return style_xml({id.c_str(), name.c_str(), "Normal", "Normal", paragraph.c_str(), kSizes[level - 1], true,
                    level == 1 ? "0B5C7A" : "1C2733"});
}

std::string table_style() {
  return "<w:style w:type=\"table\" w:default=\"1\" w:styleId=\"TableNormal\"><w:name w:val=\"Normal "
         "Table\"/><w:tblPr><w:tblCellMar>"
         "<w:left w:w=\"80\" w:type=\"dxa\"/><w:right w:w=\"80\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr></w:style>"
         "<w:style w:type=\"table\" w:customStyle=\"1\" w:styleId=\"HamdilTable\"><w:name w:val=\"Hamdil "
         "Table\"/><w:basedOn w:val=\"TableNormal\"/>"
         "<w:tblPr><w:tblBorders><w:top w:val=\"single\" w:sz=\"8\" w:color=\"1C2733\"/><w:bottom w:val=\"single\" "
         "w:sz=\"8\" w:color=\"1C2733\"/>"
         "<w:insideH w:val=\"single\" w:sz=\"4\" w:color=\"C9D2DA\"/></w:tblBorders></w:tblPr>"
         "<w:tblStylePr w:type=\"firstRow\"><w:rPr><w:b/><w:bCs/></w:rPr><w:tcPr><w:shd w:val=\"clear\" "
         "w:color=\"auto\" w:fill=\"F2F5F7\"/></w:tcPr>"
         "</w:tblStylePr></w:style>";
}

// The language that Word knows: "fa-AF" is Dari there as well.
std::string defaults(const std::string& language, bool right_to_left) {
  const std::string tag = escape_markup(language);
  return fmt::format(
      "<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii=\"Noto Sans\" w:hAnsi=\"Noto Sans\" w:eastAsia=\"Noto "
      "Sans\" "
      "w:cs=\"Noto Sans Arabic\"/><w:color w:val=\"1C2733\"/><w:sz w:val=\"20\"/><w:szCs w:val=\"20\"/><w:lang "
      "w:val=\"{}\" w:bidi=\"{}\"/>"
      "</w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>{}<w:spacing w:after=\"120\" w:line=\"{}\" "
      "w:lineRule=\"auto\"/></w:pPr></w:pPrDefault></w:docDefaults>",
      right_to_left ? "en-GB" : tag, right_to_left ? tag : "ar-SA", right_to_left ? "<w:bidi/>" : "",
      right_to_left ? 228 : 288);  // Noto Sans Arabic has tall lines
}

}  // namespace

std::string docx_styles(const std::string& language, bool right_to_left, bool numbered_headings) {
  const std::string bidi = right_to_left ? "<w:bidi/>" : "";
  std::string out = std::string(kHead) + "<w:styles " + kW + ">" + defaults(language, right_to_left);
  out += style_xml({"Normal", "Normal", "", "", bidi.c_str(), 0, false, ""});
  for (int level = 1; level <= 4; ++level) out += heading_style(level, numbered_headings);
  constexpr const char* kNoteBorder =
      "<w:pBdr><w:{0} w:val=\"single\" w:sz=\"24\" w:space=\"8\" w:color=\"{1}\"/></w:pBdr><w:shd w:val=\"clear\" "
      "w:color=\"auto\" w:fill=\"{2}\"/>"
      "<w:ind w:left=\"240\" w:right=\"240\"/>";
  const std::string side = right_to_left ? "right" : "left";
  const std::string information = fmt::format(fmt::runtime(kNoteBorder), side, "0B5C7A", "F2F5F7");
  const std::string caution = fmt::format(fmt::runtime(kNoteBorder), side, "8A4B00", "FFF6E8");
  const Style styles[] = {
      {"Title", "Title", "Normal", "Subtitle", "<w:spacing w:before=\"2800\" w:after=\"240\"/>", 52, true, "0B5C7A"},
      {"Subtitle", "Subtitle", "Normal", "Normal", "<w:spacing w:after=\"480\"/>", 28, false, "52606D"},
      {"Caption", "caption", "Normal", "Normal",
       "<w:keepNext/><w:keepLines/><w:spacing w:before=\"240\" w:after=\"80\"/>", 19, true, "0B5C7A"},
      // Lines closer than single cut the top off pictures that stand in them.
      {"Figure", "Figure", "Normal", "Normal",
       "<w:spacing w:before=\"0\" w:after=\"120\" w:line=\"240\" w:lineRule=\"auto\"/>", 0, false, ""},
      {"TableText", "Table Text", "Normal", "",
       "<w:spacing w:before=\"30\" w:after=\"30\" w:line=\"240\" w:lineRule=\"auto\"/>", 17, false, ""},
      {"AnnexTableText", "Annex Table Text", "TableText", "",
       "<w:spacing w:before=\"0\" w:after=\"0\" w:line=\"240\" w:lineRule=\"auto\"/>", 14, false, ""},
      {"AnnexListParagraph", "Annex List Paragraph", "ListParagraph", "", "<w:spacing w:after=\"0\"/>", 16, false, ""},
      {"TableNote", "Table Note", "Normal", "",
       "<w:spacing w:before=\"20\" w:after=\"20\" w:line=\"240\" w:lineRule=\"auto\"/>", 16, false, "52606D"},
      {"NoteInformation", "Note Information", "Normal", "", information.c_str(), 0, false, ""},
      {"NoteCaution", "Note Caution", "Normal", "", caution.c_str(), 0, false, ""},
      {"ListParagraph", "List Paragraph", "Normal", "", "<w:spacing w:after=\"60\"/>", 0, false, ""},
      {"TOCHeading", "TOC Heading", "Normal", "Normal", "<w:pageBreakBefore/><w:spacing w:after=\"160\"/>", 28, true,
       "0B5C7A"},
      {"TOCHint", "TOC Hint", "Normal", "", "<w:spacing w:after=\"80\"/>", 16, false, "52606D"},
      {"TOC1", "toc 1", "Normal", "Normal",
       "<w:tabs><w:tab w:val=\"right\" w:pos=\"9600\"/></w:tabs><w:spacing w:before=\"50\" "
       "w:after=\"0\" w:line=\"265\" w:lineRule=\"exact\"/>",
       0, true, ""},
      {"TOC2", "toc 2", "Normal", "Normal",
       "<w:tabs><w:tab w:val=\"right\" w:pos=\"9600\"/></w:tabs><w:spacing w:after=\"0\" w:line=\"265\" "
       "w:lineRule=\"exact\"/><w:ind "
       "w:left=\"300\"/>",
       19, false, ""},
      {"Header", "header", "Normal", "",
       "<w:tabs><w:tab w:val=\"right\" w:pos=\"9600\"/></w:tabs><w:spacing w:after=\"0\"/>", 16, false, "52606D"},
      {"Footer", "footer", "Normal", "", "<w:spacing w:after=\"0\"/><w:jc w:val=\"center\"/>", 16, false, "52606D"},
      {"Banner", "Banner", "Normal", "", "<w:spacing w:after=\"0\"/><w:jc w:val=\"center\"/>", 18, true, "8A4B00"},
  };
  for (const Style& style : styles) out += style_xml(style);
  out +=
      "<w:style w:type=\"character\" w:styleId=\"Hyperlink\"><w:name w:val=\"Hyperlink\"/><w:rPr><w:color "
      "w:val=\"0B5C7A\"/><w:u w:val=\"single\"/></w:rPr></w:style>";
  out +=
      "<w:style w:type=\"character\" w:customStyle=\"1\" w:styleId=\"CodeText\"><w:name w:val=\"Code "
      "Text\"/><w:rPr><w:rFonts w:ascii=\"DejaVu Sans Mono\" "
      "w:hAnsi=\"DejaVu Sans Mono\"/><w:sz w:val=\"17\"/></w:rPr></w:style>";
  return out + table_style() + "</w:styles>";
}

std::string docx_numbering(std::size_t ordered_lists) {
  std::string out = std::string(kHead) + "<w:numbering " + kW + ">";
  out += "<w:abstractNum w:abstractNumId=\"1\"><w:multiLevelType w:val=\"multilevel\"/>";
  std::string text;
  for (int level = 0; level < 4; ++level) {
    text += fmt::format("{}%{}", level == 0 ? "" : ".", level + 1);
    out += fmt::format(
        "<w:lvl w:ilvl=\"{0}\"><w:start w:val=\"1\"/><w:numFmt w:val=\"decimal\"/><w:pStyle "
        "w:val=\"Heading{1}\"/><w:suff w:val=\"space\"/>"
        "<w:lvlText w:val=\"{2}\"/><w:lvlJc w:val=\"left\"/><w:pPr><w:ind w:left=\"0\" "
        "w:firstLine=\"0\"/></w:pPr></w:lvl>",
        level, level + 1, text);
  }
  constexpr const char* kLevel =
      "<w:lvl w:ilvl=\"0\"><w:start w:val=\"1\"/><w:numFmt w:val=\"{}\"/><w:lvlText w:val=\"{}\"/><w:lvlJc "
      "w:val=\"left\"/>"
      "<w:pPr><w:ind w:left=\"400\" w:hanging=\"300\"/></w:pPr></w:lvl></w:abstractNum>";
  out += "</w:abstractNum><w:abstractNum w:abstractNumId=\"2\"><w:multiLevelType w:val=\"singleLevel\"/>" +
         fmt::format(fmt::runtime(kLevel), "bullet", "•");
  out += "<w:abstractNum w:abstractNumId=\"3\"><w:multiLevelType w:val=\"singleLevel\"/>" +
         fmt::format(fmt::runtime(kLevel), "decimal", "%1.");
  out +=
      "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"1\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId "
      "w:val=\"2\"/></w:num>";
  for (std::size_t i = 0; i < ordered_lists; ++i)
    out += fmt::format(
        "<w:num w:numId=\"{}\"><w:abstractNumId w:val=\"3\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride "
        "w:val=\"1\"/></w:lvlOverride></w:num>",
        3 + i);
  return out + "</w:numbering>";
}

std::string docx_settings(const std::string& language) {
  return std::string(kHead) + "<w:settings " + kW +
         "><w:defaultTabStop w:val=\"720\"/><w:characterSpacingControl w:val=\"doNotCompress\"/>"
         "<w:compat><w:compatSetting w:name=\"compatibilityMode\" w:uri=\"http://schemas.microsoft.com/office/word\" "
         "w:val=\"15\"/></w:compat>"
         "<w:themeFontLang w:val=\"" +
         escape_markup(language) + "\"/></w:settings>";
}

std::string docx_fonts() {
  return std::string(kHead) + "<w:fonts " + kW +
         "><w:font w:name=\"Noto Sans\"><w:altName w:val=\"Segoe UI\"/><w:family w:val=\"swiss\"/></w:font>"
         "<w:font w:name=\"Noto Sans Arabic\"><w:altName w:val=\"Segoe UI\"/><w:family "
         "w:val=\"swiss\"/></w:font></w:fonts>";
}

}  // namespace hamdil::report
