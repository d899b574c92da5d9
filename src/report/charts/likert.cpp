#include <algorithm>

#include "report/charts/spec.hpp"

namespace hamdil::report {

namespace {

// From strong disagreement to strong agreement: orange to blue, pale in the middle.
std::vector<std::string> scale_colours(std::size_t answers) {
  if (answers == 2) return {"#D98B5F", "#6BA3C8"};
  if (answers == 3) return {"#D98B5F", "#C9CFD4", "#6BA3C8"};
  if (answers == 4) return {"#C4622D", "#EBB896", "#A9CBE2", "#2F78A8"};
  if (answers == 5) return {"#C4622D", "#EBB896", "#C9CFD4", "#A9CBE2", "#2F78A8"};
  if (answers == 6) return {"#9E4415", "#D98B5F", "#F2D2BD", "#C7DDEC", "#6BA3C8", "#1D5C86"};
  std::vector<std::string> colours = {"#9E4415", "#D98B5F", "#F2D2BD", "#C9CFD4", "#C7DDEC", "#6BA3C8", "#1D5C86"};
  while (colours.size() < answers) colours.push_back("#1D5C86");
  colours.resize(answers);
  return colours;
}

bool is_dark(const std::string& colour) {
  return colour == "#C4622D" || colour == "#2F78A8" || colour == "#9E4415" || colour == "#1D5C86";
}

constexpr double kNarrowBar = 24;

struct Panel {
  Json data;
  double low = 0;
  double high = 0;
};

}  // namespace

std::string likert_chart(const std::vector<LikertBar>& bars, const std::vector<std::string>& given,
                         const std::string& middle_title, const ChartStyle& style) {
  std::vector<std::string> answers;
  for (const std::string& answer : given) answers.push_back(directed(answer, style));
  const std::size_t n = answers.size();
  const bool has_middle = n % 2 == 1;
  const std::size_t half = n / 2;
  const std::vector<std::string> colours = scale_colours(n);
  Json categories = Json::array();
  Panel sides{Json::array(), 0, 0};
  Panel middle{Json::array(), 0, 0};
  Json hidden = Json::array();
  std::vector<LikertBar> wrapped_bars = bars;
  std::size_t lines = 1;
  std::vector<std::string> names;
  for (LikertBar& bar : wrapped_bars) {
    names.push_back(bar.category);
    bar.category = directed(wrapped(bar.category), style);
    lines = std::max(lines, static_cast<std::size_t>(1 + std::count(bar.category.begin(), bar.category.end(), '\n')));
  }
  const NarrowRows rows = narrow_rows(names, kNarrowBar, style, false);
  std::size_t row = 0;
  const auto placed = [&](Json& datum) {
    if (style.narrow)
      datum.update({{"top", rows.tops[row]},
                    {"middle", rows.tops[row] + kNarrowBar / 2},
                    {"bottom", rows.tops[row] + kNarrowBar}});
  };
  const auto piece = [&](Panel& panel, const LikertBar& bar, std::size_t answer, double from, double to) {
    panel.low = std::min({panel.low, from, to});
    panel.high = std::max({panel.high, from, to});
    const double least_share = style.narrow ? 0.12 : 0.07;  // smaller pieces have no room for their figure
    panel.data.push_back({{"category", bar.category},
                          {"answer", answers[answer]},
                          {"from", from},
                          {"to", to},
                          {"centre", (from + to) / 2},
                          {"label", one_line({bar.category, answers[answer], bar.texts[answer]})},
                          {"text", bar.shares[answer] >= least_share ? bar.texts[answer] : ""},
                          {"ink", is_dark(colours[answer]) ? "white" : "#1c2733"}});
    placed(panel.data.back());
  };
  for (const LikertBar& bar : wrapped_bars) {
    row = categories.size();
    categories.push_back(bar.category);
    if (bar.withheld) {
      hidden.push_back({{"category", bar.category},
                        {"text", style.withheld_word},
                        {"label", one_line({bar.category, style.withheld_word})}});
      placed(hidden.back());
      continue;
    }
    double at = 0;
    for (std::size_t i = half; i-- > 0;) {  // outwards from the centre
      piece(sides, bar, i, at, at - bar.shares[i]);
      at -= bar.shares[i];
    }
    at = 0;
    for (std::size_t i = has_middle ? half + 1 : half; i < n; ++i) {
      piece(sides, bar, i, at, at + bar.shares[i]);
      at += bar.shares[i];
    }
    if (has_middle) piece(middle, bar, half, 0, bar.shares[half]);
  }
  const double reach = std::max({-sides.low, sides.high, 0.2});
  const double middle_reach = std::max(middle.high, 0.15);
  const Json colour = {{"field", "answer"},
                       {"type", "nominal"},
                       {"scale", {{"domain", answers}, {"range", colours}}},
                       {"sort", answers},
                       {"legend", style.narrow ? narrow_legend(answers, {{"title", nullptr}, {"symbolType", "square"}})
                                               : Json{{"title", nullptr},
                                                      {"columns", n > 3 ? 3 : static_cast<int>(n)},
                                                      {"symbolType", "square"}}}};
  const auto panel_spec = [&](const Panel& panel, double low, double high, double width, bool labels) {
    const Json y = {{"field", "category"},
                    {"type", "nominal"},
                    {"sort", categories},
                    {"scale", {{"domain", categories}, {"padding", 0.25}}},
                    {"axis", labels ? category_axis(style) : Json(nullptr)}};
    const std::string& title = labels ? style.value_title : middle_title;
    Json axis = {{"title", title_lines(style, title,
                                       !style.narrow ? 80
                                       : labels      ? 30
                                                     : 12)},
                 {"tickCount", !labels        ? 2
                               : style.narrow ? 4
                                              : 6},
                 {"format", ".0%"},
                 {"grid", labels}};
    if (labels) axis["labelExpr"] = "format(abs(datum.value), '.0%')";
    const Json scale = {{"domain", {low, high}}, {"nice", false}};
    const Json upper = style.narrow ? narrow_place(rows, "top") : y;
    const Json centre = style.narrow ? narrow_place(rows, "middle") : y;
    Json layers = Json::array();
    layers.push_back({{"data", {{"values", panel.data}}},
                      {"mark", {{"type", style.narrow ? "rect" : "bar"}, {"stroke", "white"}, {"strokeWidth", 1}}},
                      {"encoding",
                       {{"y", upper},
                        {"x", {{"field", "from"}, {"type", "quantitative"}, {"scale", scale}, {"axis", axis}}},
                        {"x2", {{"field", "to"}}},
                        {"color", colour},
                        {"description", spoken()}}}});
    layers.push_back({{"data", {{"values", panel.data}}},
                      {"mark", {{"type", "text"}, {"aria", false}, {"fontSize", 11}}},
                      {"encoding",
                       {{"y", centre},
                        {"x", {{"field", "centre"}, {"type", "quantitative"}}},
                        {"text", {{"field", "text"}}},
                        {"color", {{"field", "ink"}, {"type", "nominal"}, {"scale", nullptr}}}}}});
    if (labels && !hidden.empty()) {
      layers.push_back(
          {{"data", {{"values", hidden}}},
           {"mark",
            {{"type", style.narrow ? "rect" : "bar"},
             {"aria", false},
             {"color", "url(#hamdil-hatch)"},
             {"stroke", "#8795a1"}}},
           {"encoding", {{"y", upper}, {"x", {{"datum", low}, {"type", "quantitative"}}}, {"x2", {{"datum", high}}}}}});
      layers.push_back(
          {{"data", {{"values", hidden}}},
           {"mark", {{"type", "text"}, {"fontStyle", "italic"}, {"stroke", "white"}, {"strokeWidth", 0}}},
           {"encoding",
            {{"y", centre}, {"x", {{"value", width / 2}}}, {"text", {{"field", "text"}}}, {"description", spoken()}}}});
    }
    if (!style.narrow)
      return Json{
          {"width", width}, {"height", {{"step", std::max<std::size_t>(30, 16 * lines + 6)}}}, {"layer", layers}};
    for (Json& layer : layers)
      if (layer["mark"]["type"] == "rect") layer["encoding"]["y2"] = {{"field", "bottom"}};
    if (labels) layers.push_back(narrow_names(rows, style, width));
    return Json{{"width", width}, {"height", rows.height}, {"layer", layers}};
  };
  const double whole = style.narrow ? kNarrowWidth : kChartWidth;
  const double aside = style.narrow ? 62 : 85;
  const Json main = panel_spec(sides, -reach, reach, has_middle ? whole - aside - 15 : whole, true);
  Json spec = chart_base(style);
  if (has_middle) {
    const Json side = panel_spec(middle, 0, middle_reach, aside, false);
    spec["hconcat"] = style.right_to_left ? Json::array({side, main}) : Json::array({main, side});
    spec["spacing"] = 14;
    if (style.narrow) spec["bounds"] = "flush";  // the names reach over both panels
  } else {
    spec.update(main);
  }
  return spec.dump();
}

}  // namespace hamdil::report
