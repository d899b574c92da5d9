#include <algorithm>
#include <cmath>
#include <numbers>

#include "report/charts/spec.hpp"

namespace hamdil::report {

namespace {

struct Bounds {
  double west = 1e9;
  double east = -1e9;
  double south = 1e9;
  double north = -1e9;
};

bool is_position(const Json& node) {
  return node.is_array() && node.size() >= 2 && node[0].is_number() && node[1].is_number();
}

void widen(Bounds& bounds, const Json& node) {
  if (is_position(node)) {
    bounds.west = std::min(bounds.west, node[0].get<double>());
    bounds.east = std::max(bounds.east, node[0].get<double>());
    bounds.south = std::min(bounds.south, node[1].get<double>());
    bounds.north = std::max(bounds.north, node[1].get<double>());
  } else if (node.is_array()) {
    for (const Json& child : node) widen(bounds, child);
  }
}

// Plate carrée with the true shape at the middle latitude: right enough for a country, and free of the winding rules of
// spherical maps.
struct Projection {
  double scale_x;
  double step;  // points nearer than this to the last one are dropped

  Json ring(const Json& points) const {
    Json out = Json::array();
    double last_x = 1e18;
    double last_y = 1e18;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (!is_position(points[i])) continue;
      const double x = points[i][0].get<double>() * scale_x;
      const double y = points[i][1].get<double>();
      const bool end = i + 1 == points.size();
      if (!end && std::hypot(x - last_x, y - last_y) < step) continue;
      out.push_back({std::round(x * 1e4) / 1e4, std::round(y * 1e4) / 1e4});
      last_x = x;
      last_y = y;
    }
    return out;
  }
  Json polygon(const Json& rings) const {
    Json out = Json::array();
    for (const Json& points : rings) {
      Json ring_points = ring(points);
      if (ring_points.size() >= 4) out.push_back(std::move(ring_points));
    }
    return out;
  }
};

Json projected(const Json& geometry, const Projection& projection) {
  Json coordinates = Json::array();
  if (geometry.value("type", std::string()) == "Polygon")
    return {{"type", "Polygon"}, {"coordinates", projection.polygon(geometry["coordinates"])}};
  for (const Json& polygon : geometry["coordinates"]) {
    Json rings = projection.polygon(polygon);
    if (!rings.empty()) coordinates.push_back(std::move(rings));
  }
  return {{"type", "MultiPolygon"}, {"coordinates", coordinates}};
}

// Where a label stands: the centre of mass of the largest outer ring, in the plane. (The chart library's own centroid
// works on the sphere and lands on the other side of the earth when a ring is wound the other way round.)
std::pair<double, double> label_place(const Json& geometry) {
  double best_area = -1;
  std::pair<double, double> place{0, 0};
  const auto look = [&](const Json& polygon) {
    if (polygon.empty()) return;
    const Json& ring = polygon[0];
    double area = 0;
    double x = 0;
    double y = 0;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
      const double x0 = ring[i][0].get<double>();
      const double y0 = ring[i][1].get<double>();
      const double x1 = ring[i + 1][0].get<double>();
      const double y1 = ring[i + 1][1].get<double>();
      const double cross = x0 * y1 - x1 * y0;
      area += cross / 2;
      x += (x0 + x1) * cross / 6;
      y += (y0 + y1) * cross / 6;
    }
    if (std::fabs(area) <= best_area || area == 0) return;
    best_area = std::fabs(area);
    place = {x / area, y / area};
  };
  if (geometry["type"] == "Polygon")
    look(geometry["coordinates"]);
  else
    for (const Json& polygon : geometry["coordinates"]) look(polygon);
  return place;
}

bool is_area(const Json& feature) {
  if (!feature.is_object() || !feature.contains("geometry") || !feature["geometry"].is_object() ||
      !feature["geometry"].contains("coordinates"))
    return false;
  const std::string type = feature["geometry"].value("type", std::string());
  return (type == "Polygon" || type == "MultiPolygon") && feature["geometry"]["coordinates"].is_array();
}

}  // namespace

Result<std::string> choropleth(const std::string& geojson, const std::string& property,
                               const std::vector<ChartPoint>& points, const ChartStyle& style) {
  HAMDIL_TRY(const Json tree, parse_json(geojson, "boundaries"));
  if (!tree.is_object() || !tree.contains("features") || !tree["features"].is_array())
    return Error("report.map.format", "The boundaries are not a GeoJSON collection of areas.");
  Bounds bounds;
  for (const Json& feature : tree["features"])
    if (is_area(feature)) widen(bounds, feature["geometry"]["coordinates"]);
  if (!(bounds.west < bounds.east && bounds.south < bounds.north))
    return Error("report.map.format", "The boundaries are not a GeoJSON collection of areas.");
  const double middle = (bounds.south + bounds.north) / 2 * std::numbers::pi / 180;
  const double scale_x = std::cos(middle);
  const double width = (bounds.east - bounds.west) * scale_x;
  const double height = bounds.north - bounds.south;
  const Projection projection{scale_x, std::max(width, height) / 900};
  Json areas = Json::array();
  Json labels = Json::array();
  for (const Json& feature : tree["features"]) {
    if (!is_area(feature)) continue;
    std::string key;
    if (feature.contains("properties") && feature["properties"].is_object() &&
        feature["properties"].contains(property)) {
      const Json& value = feature["properties"][property];
      key = value.is_string() ? value.get<std::string>() : value.dump();
    }
    const auto point =
        std::find_if(points.begin(), points.end(), [&](const ChartPoint& p) { return p.category == key; });
    Json area = {{"type", "Feature"}, {"geometry", projected(feature["geometry"], projection)}};
    area["state"] = point == points.end() ? "none" : point->withheld ? "withheld" : "value";
    if (point != points.end()) {
      area["label"] = point->series + "\n" + (point->withheld ? style.withheld_word : point->text);
      area["spoken"] = one_line({point->series, point->withheld ? style.withheld_word : point->text});
      if (!point->withheld) area["value"] = point->value;
    }
    if (area.contains("label")) {
      const auto [x, y] = label_place(area["geometry"]);
      labels.push_back({{"label", area["label"]}, {"x", x}, {"y", y}});
    }
    areas.push_back(std::move(area));
  }
  const auto only = [](const char* state) {
    return Json::array({{{"filter", std::string("datum.state === '") + state + "'"}}});
  };
  Json fill = {{"field", "value"},
               {"type", "quantitative"},
               {"scale", {{"range", {"#d3e5f2", "#74add3"}}, {"zero", false}}},
               {"legend",
                {{"title", title_lines(style, style.value_title, style.narrow ? kNarrowLetters : 80)},
                 {"orient", "bottom"},
                 {"gradientLength", 240},
                 {"titleLimit", style.narrow ? kNarrowWidth : 420},
                 {"tickCount", 4}}}};
  if (style.share) fill["legend"]["format"] = ".0%";
  const Json spoken = {{"field", "spoken"}, {"type", "nominal"}};
  Json layers = Json::array();
  layers.push_back(
      {{"transform", only("none")},
       {"mark",
        {{"type", "geoshape"}, {"aria", false}, {"fill", "#ffffff"}, {"stroke", "#8795a1"}, {"strokeDash", {4, 3}}}}});
  layers.push_back({{"transform", only("value")},
                    {"mark", {{"type", "geoshape"}, {"stroke", "#52606d"}}},
                    {"encoding", {{"color", fill}, {"description", spoken}}}});
  layers.push_back({{"transform", only("withheld")},
                    {"mark", {{"type", "geoshape"}, {"fill", "url(#hamdil-hatch)"}, {"stroke", "#52606d"}}},
                    {"encoding", {{"description", spoken}}}});
  for (const bool halo : {true, false}) {  // words stay readable on dark areas
    Json mark = {{"type", "text"}, {"aria", false}, {"fontSize", 11}, {"lineBreak", "\n"}};
    if (halo) mark.update({{"stroke", "white"}, {"strokeWidth", 3}, {"strokeOpacity", 0.8}});
    layers.push_back({{"data", {{"values", labels}}},
                      {"mark", mark},
                      {"encoding",
                       {{"longitude", {{"field", "x"}, {"type", "quantitative"}}},
                        {"latitude", {{"field", "y"}, {"type", "quantitative"}}},
                        {"text", {{"field", "label"}}}}}});
  }
  Json spec = chart_base(style);
  // Few areas need less room for their names.
  const double drawn_width = style.narrow
                                 ? kNarrowWidth + 10
                                 : (kChartWidth + 60) * std::min(1.0, 0.48 + 0.03 * static_cast<double>(areas.size()));
  spec["width"] = drawn_width;
  spec["height"] = std::clamp(drawn_width * height / width, 160.0, 620.0);
  spec["projection"] = {{"type", "identity"}, {"reflectY", true}};
  spec["data"] = {{"values", areas}};
  spec["layer"] = layers;
  return spec.dump();
}

}  // namespace hamdil::report
