#include "report/charts/spec.hpp"

#include <algorithm>
#include <cmath>

#include "base/catalogue.hpp"
#include "base/text.hpp"

namespace hamdil::report {

namespace {

// d3-format's locale, so that axes use the language's own digits and signs.
Json number_locale(const std::string& language) {
  Json numerals = Json::array();
  for (int digit = 0; digit < 10; ++digit) numerals.push_back(with_own_digits(language, std::to_string(digit)));
  const std::string one_and_half = write_number(language, 1.5, 1);
  const std::string one = with_own_digits(language, "1");
  const std::string five = with_own_digits(language, "5");
  const std::string decimal = one_and_half.substr(one.size(), one_and_half.size() - one.size() - five.size());
  const std::string percent = write_percent(language, 0.01, 0).substr(one.size());
  return {{"decimal", decimal},   {"thousands", "\u00A0"}, {"grouping", {3}},  {"currency", {"", ""}},
          {"numerals", numerals}, {"percent", percent},    {"minus", "\u2212"}};
}

constexpr double kNarrowLine = 15;
constexpr std::size_t kFewLetters = 12;  // of names that stand beside a narrow plot

std::size_t letters(const std::string& word) {
  return static_cast<std::size_t>(
      std::count_if(word.begin(), word.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

}  // namespace

Json chart_base(const ChartStyle& style) {
  const char* ink = "#1c2733";
  return {{"$schema", "https://vega.github.io/schema/vega-lite/v6.json"},
          {"description", style.description},
          {"background", "white"},
          {"padding", 6},
          {"config",
           {{"locale", {{"number", number_locale(style.language)}}},
            {"view", {{"stroke", nullptr}}},
            {"axis",
             {{"labelColor", ink},
              {"titleColor", ink},
              {"labelFontSize", 12},
              {"titleFontSize", 12},
              {"titleFontWeight", "normal"},
              {"domainColor", "#8795a1"},
              {"tickColor", "#8795a1"},
              {"gridColor", "#e4e9ed"}}},
            {"legend",
             {{"labelFontSize", 12},
              {"labelColor", ink},
              {"symbolSize", 110},
              {"symbolOpacity", 1},
              {"orient", "top"},
              {"title", nullptr},
              {"labelLimit", 0}}},
            {"text", {{"color", ink}, {"fontSize", 12}}}}}};
}

Json chart_scale(const ChartStyle& style, const std::vector<double>& values) {
  if (style.minimum < style.maximum)
    return {{"domain", {style.minimum, style.maximum}}, {"nice", false}, {"zero", false}};
  double low = style.zero_line ? 0 : std::numeric_limits<double>::infinity();
  double high = style.zero_line ? 0 : -std::numeric_limits<double>::infinity();
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    low = std::min(low, value);
    high = std::max(high, value);
  }
  if (!(low < high)) return {{"zero", false}};
  const double margin = (high - low) * 0.06;
  return {{"domain", {low - margin, high + margin}}, {"nice", true}, {"zero", false}};
}

Json title_lines(const ChartStyle& style, const std::string& title, std::size_t width) {
  return text::split(directed(wrapped(title, width), style), '\n');
}

Json value_axis(const ChartStyle& style) {
  Json axis = {{"title", title_lines(style, style.value_title, style.narrow ? kNarrowLetters : 80)},
               {"tickCount", style.narrow ? 4 : 6}};
  if (style.share) axis["format"] = ".0%";
  return axis;
}

Json category_axis(const ChartStyle& style) {
  return {{"title", nullptr},          {"orient", style.right_to_left ? "right" : "left"},
          {"labelLimit", 0},           {"labelExpr", "split(datum.label, '\\n')"},
          {"labelBaseline", "middle"}, {"ticks", false},
          {"domain", false},           {"labelPadding", 8}};
}

std::string one_line(const std::vector<std::string>& parts) {
  std::vector<std::string> said;
  for (const std::string& part : parts)
    if (!part.empty()) said.push_back(text::join(text::split_words(part), " "));
  return text::join(said, "; ");
}

Json spoken() { return {{"field", "label"}, {"type", "nominal"}}; }

std::string wrapped(const std::string& label, std::size_t width) {
  std::string out;
  std::size_t line = 0;
  for (const std::string& word : text::split_words(label)) {
    const std::size_t length = letters(word);
    if (line > 0 && line + 1 + length > width) {
      out += '\n';
      line = 0;
    } else if (line > 0) {
      out += ' ';
      ++line;
    }
    out += word;
    line += length;
  }
  return out;
}

NarrowRows narrow_rows(const std::vector<std::string>& names, double body, const ChartStyle& style, bool beside) {
  NarrowRows rows;
  rows.body = body;
  std::size_t longest = 0;
  for (const std::string& name : names) longest = std::max(longest, letters(name));
  if (beside && longest <= kFewLetters) rows.aside = longest == 0 ? 0 : 7.6 * static_cast<double>(longest) + 12;
  for (const std::string& name : names) {
    rows.names.push_back(directed(wrapped(name, kNarrowLetters), style));
    const bool above = rows.aside == 0 && !name.empty();
    const auto lines = above ? 1 + std::count(rows.names.back().begin(), rows.names.back().end(), '\n') : 0;
    rows.tops.push_back(rows.height + kNarrowLine * static_cast<double>(lines));
    rows.height = rows.tops.back() + body + 9;
  }
  return rows;
}

Json narrow_place(const NarrowRows& rows, const char* field) {
  return {{"field", field},
          {"type", "quantitative"},
          {"scale", {{"domain", {0, rows.height}}, {"reverse", true}, {"nice", false}, {"zero", false}}},
          {"axis", nullptr}};
}

Json narrow_names(const NarrowRows& rows, const ChartStyle& style, double width) {
  Json names = Json::array();
  for (std::size_t i = 0; i < rows.names.size(); ++i) {
    if (rows.names[i].empty()) continue;
    const auto lines = 1 + std::count(rows.names[i].begin(), rows.names[i].end(), '\n');
    const double above = rows.tops[i] - kNarrowLine * static_cast<double>(lines);
    names.push_back({{"name", rows.names[i]}, {"top", rows.aside > 0 ? rows.tops[i] + rows.body / 2 : above}});
  }
  Json mark = {{"type", "text"},
               {"aria", false},
               {"align", style.right_to_left ? "right" : "left"},
               {"baseline", rows.aside > 0 ? "middle" : "top"},
               {"lineHeight", kNarrowLine},
               {"lineBreak", "\n"}};
  if (rows.aside == 0) mark["fontWeight"] = 600;
  return {{"data", {{"values", names}}},
          {"mark", mark},
          {"encoding",
           {{"x", {{"value", style.right_to_left ? width : 0}}},
            {"y", narrow_place(rows, "top")},
            {"text", {{"field", "name"}}}}}};
}

Json narrow_legend(const std::vector<std::string>& words, Json legend) {
  std::size_t longest = 1;
  for (const std::string& word : words) longest = std::max(longest, letters(word));
  legend["columns"] = std::clamp<std::size_t>(static_cast<std::size_t>(kNarrowWidth) / (longest * 7 + 28), 1, 3);
  legend["columnPadding"] = 8;
  return legend;
}

std::string directed(const std::string& words, const ChartStyle& style) {
  if (!style.right_to_left || words.empty()) return words;
  return "\u2067" + text::replace_all(words, "\n", "\u2069\n\u2067") + "\u2069";
}

std::vector<std::string> in_order(const std::vector<ChartPoint>& points, std::string ChartPoint::* field) {
  std::vector<std::string> out;
  for (const ChartPoint& point : points)
    if (std::find(out.begin(), out.end(), point.*field) == out.end()) out.push_back(point.*field);
  return out;
}

}  // namespace hamdil::report
