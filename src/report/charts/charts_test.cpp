#include "report/charts/charts.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/file.hpp"
#include "base/json.hpp"

namespace hamdil::report {

namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

ChartStyle style(const std::string& language = "en") {
  ChartStyle out;
  out.language = language;
  out.right_to_left = language == "fa-AF";
  out.description = "What the chart shows";
  out.withheld_word = "withheld";
  return out;
}

// Every value anywhere in the data of a specification.
void collect(const Json& node, const std::string& key, std::vector<Json>& out) {
  if (node.is_object() && node.contains(key)) out.push_back(node[key]);
  if (node.is_structured())
    for (const Json& child : node) collect(child, key, out);
}

constexpr const char* kSquares = R"({"type": "FeatureCollection", "features": [
  {"type": "Feature", "properties": {"code": "d1"}, "geometry": {"type": "Polygon", "coordinates": [[[70, 37], [71, 37], [71, 38], [70, 38], [70, 37]]]}},
  {"type": "Feature", "properties": {"code": "d2"}, "geometry": {"type": "MultiPolygon", "coordinates": [[[[71, 37], [72, 37], [72, 38], [71, 38], [71, 37]]]]}},
  {"type": "Feature", "properties": {"code": "d3"}, "geometry": {"type": "Point", "coordinates": [70.5, 37.5]}}]})";

}  // namespace

TEST(DotChart, DrawsWhatItIsGivenAndNoMore) {
  const std::string spec = dot_chart({{"North", "Hosts", 3.2, 3.0, 3.4, false, "3.20"},
                                      {"North", "Refugees", 9.9, 9, 10, true, "9.90"},
                                      {"South", "Hosts", 2.8, kNone, kNone, false, "2.80"}},
                                     style(), true);
  const Json tree = *parse_json(spec, "spec");
  EXPECT_EQ(tree["description"], "What the chart shows");
  EXPECT_EQ(spec.find("9.9"), std::string::npos) << "a withheld value is nowhere in the specification";
  std::vector<Json> words;
  collect(tree, "text", words);
  EXPECT_NE(std::find(words.begin(), words.end(), Json("withheld")), words.end());
  EXPECT_EQ(spec.find("NaN"), std::string::npos);
}

TEST(DotChart, AxesWriteTheLanguagesOwnDigits) {
  const Json tree = *parse_json(dot_chart({{"a", "", 1, 0.5, 1.5, false, "1"}}, style("fa-AF"), false), "spec");
  EXPECT_EQ(tree["config"]["locale"]["number"]["numerals"][4], "۴");
  EXPECT_EQ(tree["config"]["locale"]["number"]["decimal"], "٫");
  const Json english = *parse_json(dot_chart({{"a", "", 1, 0.5, 1.5, false, "1"}}, style("tg"), false), "spec");
  EXPECT_EQ(english["config"]["locale"]["number"]["decimal"], ",");
}

// Names beside the plot leave a phone no room for the plot.
TEST(NarrowCharts, NamesStandAboveTheirRowsAndNothingHidesOrLeaks) {
  ChartStyle narrow = style("fa-AF");
  narrow.narrow = true;
  narrow.value_title = "a long title of the axis that does not fit on one line of a phone";
  const std::vector<ChartPoint> points = {{"North.", "Hosts", 3.2, 3.0, 3.4, false, "3.20"},
                                          {"North.", "Refugees", 9.9, 9, 10, true, "9.90"},
                                          {"South", "Hosts", 2.8, kNone, kNone, false, "2.80"}};
  const std::string dots = dot_chart(points, narrow, true);
  const std::string bars =
      likert_chart({{"Q1", {0.1, 0.2, 0.3, 0.25, 0.15}, {"10%", "20%", "30%", "25%", "15%"}, false},
                    {"Q2", {0.111, 0, 0, 0, 0.889}, {"11.1%", "", "", "", ""}, true}},
                   {"strongly against", "-", "o", "+", "++"}, "o", narrow);
  for (const std::string& spec : {dots, bars}) {
    const Json tree = *parse_json(spec, "spec");
    std::vector<Json> axes;
    collect(tree, "axis", axes);
    std::size_t beside = 0;
    for (const Json& axis : axes) beside += axis.is_object() && axis.contains("orient") ? 1 : 0;
    EXPECT_EQ(beside, 0u) << "no axis of names";
    std::vector<Json> names;
    collect(tree, "name", names);
    EXPECT_EQ(names.size(), 2u);
    EXPECT_EQ(spec.find("9.9"), std::string::npos);
    EXPECT_EQ(spec.find("0.111"), std::string::npos);
    std::vector<Json> widths;
    collect(tree, "width", widths);
    double whole = 0;
    for (const Json& width : widths) whole += width.get<double>();
    EXPECT_LE(whole, 300);
  }
  EXPECT_NE(dots.find("\u2067North.\u2069"), std::string::npos) << "the full stop stays at the name's end";
  const Json tree = *parse_json(dots, "spec");
  std::vector<Json> places;
  collect(tree, "y", places);
  std::vector<double> numbers;
  for (const Json& place : places)
    if (place.is_number()) numbers.push_back(place.get<double>());
  std::sort(numbers.begin(), numbers.end());
  EXPECT_EQ(std::unique(numbers.begin(), numbers.end()) - numbers.begin(), 3) << "no two dots in one place";
}

TEST(LikertChart, SetsTheMiddleApartAndHidesWithheldBars) {
  const std::vector<std::string> answers = {"--", "-", "o", "+", "++"};
  const std::string spec =
      likert_chart({{"Q1", {0.1, 0.2, 0.3, 0.25, 0.15}, {"10%", "20%", "30%", "25%", "15%"}, false},
                    {"Q2", {0.111, 0, 0, 0, 0.889}, {"11.1%", "", "", "", ""}, true}},
                   answers, "o", style());
  const Json tree = *parse_json(spec, "spec");
  ASSERT_EQ(tree["hconcat"].size(), 2u);
  double low = 0;
  double high = 0;
  for (const Json& piece : tree["hconcat"][0]["layer"][0]["data"]["values"]) {
    low = std::min(low, piece["to"].get<double>());
    high = std::max(high, piece["to"].get<double>());
  }
  EXPECT_NEAR(low, -0.3, 1e-12);
  EXPECT_NEAR(high, 0.4, 1e-12);
  EXPECT_EQ(spec.find("0.111"), std::string::npos);
  EXPECT_NE(spec.find("hamdil-hatch"), std::string::npos);
  EXPECT_FALSE(parse_json(likert_chart({{"Q", {0.4, 0.6}, {"", ""}, false}}, {"no", "yes"}, "", style()), "spec")
                   ->contains("hconcat"));
}

TEST(Choropleth, HatchesWithheldAreasAndKeepsTheirValueOut) {
  auto spec = choropleth(kSquares, "code",
                         {{"d1", "One", 3.4, kNone, kNone, false, "3.40"}, {"d2", "Two", 8.88, kNone, kNone, true, ""}},
                         style());
  ASSERT_TRUE(spec);
  EXPECT_EQ(spec->find("8.88"), std::string::npos);
  EXPECT_NE(spec->find("hamdil-hatch"), std::string::npos);
  const Json tree = *parse_json(*spec, "spec");
  EXPECT_EQ(tree["data"]["values"].size(), 2u) << "points of a map are not drawn";
  EXPECT_EQ(tree["data"]["values"][1]["state"], "withheld");
}

TEST(Choropleth, LabelsStandInsideWhicheverWayRingsAreWound) {
  for (const char* ring :
       {"[70, 37], [72, 37], [72, 39], [70, 39], [70, 37]", "[70, 37], [70, 39], [72, 39], [72, 37], [70, 37]"}) {
    const std::string geojson =
        std::string(
            R"({"features": [{"properties": {"code": "d1"}, "geometry": {"type": "Polygon", "coordinates": [[)") +
        ring + "]]}}]}";
    const Json tree =
        *parse_json(*choropleth(geojson, "code", {{"d1", "One", 3.4, kNone, kNone, false, "3.40"}}, style()), "spec");
    const Json& label = tree["layer"].back()["data"]["values"][0];
    EXPECT_NEAR(label["y"].get<double>(), 38, 1e-6);
    EXPECT_NEAR(label["x"].get<double>(), 71 * std::cos(38 * 3.14159265358979 / 180), 1e-3);
  }
}

TEST(Choropleth, RefusesWhatIsNoMap) {
  for (const char* wrong :
       {"", "{", "{}", "[]", R"({"features": 3})", R"({"features": [{"geometry": {"type": "Polygon"}}]})",
        R"({"features": [1, null, {"geometry": null}]})"})
    EXPECT_FALSE(choropleth(wrong, "code", {}, style())) << wrong;
}

TEST(Choropleth, RealBoundariesStaySmall) {
  const auto geojson = read_file(std::string(HAMDIL_SHARED_DIR) + "/realdata/boundaries/tajikistan_adm1_ne.geojson");
  if (!geojson) GTEST_SKIP() << "the boundaries are not beside the project";
  const auto spec = choropleth(*geojson, "name", {{"Khatlon", "Khatlon", 3.1, kNone, kNone, false, "3.10"}}, style());
  ASSERT_TRUE(spec);
  EXPECT_LT(spec->size(), 200'000u);
}

}  // namespace hamdil::report
