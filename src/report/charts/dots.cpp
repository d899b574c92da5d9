#include <algorithm>
#include <cmath>

#include "report/charts/spec.hpp"

namespace hamdil::report {

namespace {

Json finite_or_null(double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); }

constexpr double kNarrowStep = 14;  // from the dot of one series to the next

Json series_encoding(const std::vector<std::string>& series, const char* channel, bool narrow) {
  Json range = Json::array();
  for (std::size_t i = 0; i < series.size(); ++i)
    range.push_back(std::string(channel) == "shape" ? kSeriesShapes[i % std::size(kSeriesShapes)]
                                                    : kSeriesColours[i % std::size(kSeriesColours)]);
  Json encoding = {{"field", "series"}, {"type", "nominal"}, {"scale", {{"domain", series}, {"range", range}}}};
  encoding["legend"] = series.size() > 1 ? Json{{"title", nullptr}} : Json(nullptr);
  if (narrow && series.size() > 1) encoding["legend"] = narrow_legend(series, encoding["legend"]);
  return encoding;
}

}  // namespace

std::string dot_chart(const std::vector<ChartPoint>& given, const ChartStyle& style, bool joined) {
  std::vector<ChartPoint> points = given;
  for (ChartPoint& point : points) {
    if (!style.narrow) point.category = directed(wrapped(point.category, 30), style);
    point.series = directed(point.series, style);
  }
  const std::vector<std::string> categories = in_order(points, &ChartPoint::category);
  const std::vector<std::string> series = in_order(points, &ChartPoint::series);
  const NarrowRows rows = narrow_rows(categories, kNarrowStep * static_cast<double>(series.size()), style, true);
  const auto place = [&](const ChartPoint& point) {
    const auto row = std::find(categories.begin(), categories.end(), point.category) - categories.begin();
    const auto dot = std::find(series.begin(), series.end(), point.series) - series.begin();
    return rows.tops[static_cast<std::size_t>(row)] + kNarrowStep * (static_cast<double>(dot) + 0.5);
  };
  Json shown = Json::array();
  Json withheld = Json::array();
  std::vector<double> values;
  for (const ChartPoint& point : points) {
    if (point.withheld) {
      withheld.push_back({{"category", point.category},
                          {"series", point.series},
                          {"text", style.withheld_word},
                          {"label", one_line({point.category, point.series, style.withheld_word})}});
      if (style.narrow) withheld.back()["y"] = place(point);
      continue;
    }
    shown.push_back({{"category", point.category},
                     {"series", point.series},
                     {"value", finite_or_null(point.value)},
                     {"lower", finite_or_null(point.lower)},
                     {"upper", finite_or_null(point.upper)},
                     {"label", one_line({point.category, point.series, point.text})}});
    if (style.narrow) shown.back()["y"] = place(point);
    values.insert(values.end(), {point.value, point.lower, point.upper});
  }
  Json scale = chart_scale(style, values);
  if (style.narrow && rows.aside > 0)
    scale["range"] = style.right_to_left ? Json{0, kNarrowWidth - rows.aside} : Json{rows.aside, kNarrowWidth};
  Json axis = value_axis(style);
  if (!scale.contains("domain")) axis["aria"] = false;  // no range to tell of: at most one figure is printed
  const Json y = {{"field", "category"},
                  {"type", "nominal"},
                  {"sort", categories},
                  {"scale", {{"domain", categories}, {"padding", 0.3}}},
                  {"axis", category_axis(style)}};
  const Json offset = {
      {"field", "series"}, {"type", "nominal"}, {"sort", series}, {"scale", {{"domain", series}, {"paddingInner", 0}}}};
  const Json x = {{"field", "value"}, {"type", "quantitative"}, {"scale", scale}, {"axis", axis}};
  const auto layer = [&](const Json& data, const Json& mark, Json encoding) {
    encoding["y"] = style.narrow ? narrow_place(rows, "y") : y;
    if (series.size() > 1 && !style.narrow) encoding["yOffset"] = offset;
    return Json{{"data", {{"values", data}}}, {"mark", mark}, {"encoding", encoding}};
  };
  Json layers = Json::array();
  if (style.zero_line)
    layers.push_back(
        {{"data", {{"values", {{{"zero", 0}}}}}},
         {"mark", {{"type", "rule"}, {"aria", false}, {"color", "#52606d"}, {"strokeDash", {4, 3}}}},
         {"encoding", {{"x", {{"field", "zero"}, {"type", "quantitative"}, {"scale", scale}, {"axis", axis}}}}}});
  if (joined && series.size() > 1)
    layers.push_back(
        layer(shown, {{"type", "line"}, {"aria", false}, {"color", "#9aa7b2"}, {"strokeWidth", 2}},
              {{"x", x}, {"detail", {{"field", "category"}}}, {"order", {{"field", "series"}, {"sort", series}}}}));
  if (!shown.empty()) {
    const Json colour = series_encoding(series, "colour", style.narrow);
    Json whisker_colour = colour;
    Json upper = {{"field", "upper"}};
    layers.push_back(layer(shown, {{"type", "rule"}, {"aria", false}, {"strokeWidth", 2}, {"opacity", 0.75}},
                           {{"x", {{"field", "lower"}, {"type", "quantitative"}, {"scale", scale}, {"axis", axis}}},
                            {"x2", upper},
                            {"color", whisker_colour}}));
    layers.push_back(layer(shown, {{"type", "point"}, {"filled", true}, {"size", 95}, {"opacity", 1}},
                           {{"x", x},
                            {"color", colour},
                            {"shape", series_encoding(series, "shape", style.narrow)},
                            {"description", spoken()}}));
  }
  if (!withheld.empty())
    layers.push_back(
        layer(withheld,
              {{"type", "text"}, {"align", "left"}, {"fontSize", 11}, {"fontStyle", "italic"}, {"color", "#52606d"}},
              {{"x", {{"value", style.right_to_left ? 6 : 6 + (style.narrow ? rows.aside : 0)}}},
               {"text", {{"field", "text"}}},
               {"description", spoken()}}));
  Json spec = chart_base(style);
  if (style.narrow) {
    layers.push_back(narrow_names(rows, style, kNarrowWidth));
    spec["width"] = kNarrowWidth;
    spec["height"] = rows.height;
  } else {
    spec["width"] = kChartWidth;
    spec["height"] = {{"step", series.size() > 1 ? 14 : 22}};
    if (series.size() > 1) spec["height"]["for"] = "offset";
  }
  spec["layer"] = layers;
  return spec.dump();
}

}  // namespace hamdil::report
