// Chart specifications (Vega-Lite, JSON text) from points that have passed the gate. Pure; colours are safe for
// colour-blind readers and never the only cue. A withheld cell is drawn hatched or with its word, never guessed.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"

namespace hamdil::report {

// What every chart needs to know of its page.
struct ChartStyle {
  std::string language = "en";
  bool right_to_left = false;
  std::string description;  // alt text
  std::string value_title;  // of the axis of values
  std::string withheld_word;
  bool share = false;  // values are shares, shown as percentages
  double minimum = 0;  // of the axis of values; equal to maximum: chosen from the data
  double maximum = 0;
  bool zero_line = false;
  bool narrow = false;  // for a phone: about 330 CSS pixels wide, names above their rows instead of beside them
};

struct ChartPoint {
  std::string category;  // the row: a dimension, a district, a question
  std::string series;    // the round, the group
  double value = 0;
  double lower = 0;  // of the interval; NaN: none is drawn
  double upper = 0;
  bool withheld = false;
  std::string text;  // the value as printed
};

// Dots with whiskers, one row a category, one shape and colour a series, in the order of first appearance. `joined`
// draws a line between the dots of a category: two rounds give a dumbbell, two groups paired dots; one series and a
// zero line dot-whisker.
std::string dot_chart(const std::vector<ChartPoint>& points, const ChartStyle& style, bool joined);

// One question: a share of each answer, in the scale's order; `withheld` hides the whole bar.
struct LikertBar {
  std::string category;
  std::vector<double> shares;      // as many as there are answers
  std::vector<std::string> texts;  // the shares as printed
  bool withheld = false;
};
// Diverging stacked bars, disagreement to one side and agreement to the other; a middle answer (odd number) stands
// apart.
std::string likert_chart(const std::vector<LikertBar>& bars, const std::vector<std::string>& answers,
                         const std::string& middle_title, const ChartStyle& style);

// Areas coloured by value. `points` name areas by `category` (the value of `property` in the GeoJSON) and carry their
// label in `series`. Areas without a point are drawn empty. Codes: those of parse_json, report.map.format.
Result<std::string> choropleth(const std::string& geojson, const std::string& property,
                               const std::vector<ChartPoint>& points, const ChartStyle& style);

}  // namespace hamdil::report
