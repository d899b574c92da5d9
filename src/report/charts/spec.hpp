// What all charts share: size, fonts, number formats, colours. For the .cpp files of this folder only.
#pragma once

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "report/charts/charts.hpp"

namespace hamdil::report {

inline constexpr double kChartWidth = 430;  // of the plot alone; names stand beside it
// Letters of size 12 in a line of a narrow chart: they are 7 pixels wide on the average.
inline constexpr std::size_t kNarrowLetters = 42;
inline constexpr double kNarrowWidth = 296;  // of everything but the overhang of the outermost labels of the axis
// Okabe and Ito's colours, dark ones first.
inline constexpr const char* kSeriesColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"};
inline constexpr const char* kSeriesShapes[] = {"circle", "square", "triangle-up", "diamond", "cross", "triangle-down"};

Json chart_base(const ChartStyle& style);
Json chart_scale(const ChartStyle& style, const std::vector<double>& values);
Json title_lines(const ChartStyle& style, const std::string& title, std::size_t width);  // one string a line
Json value_axis(const ChartStyle& style);
Json category_axis(const ChartStyle& style);
// What screen readers say of a mark: these words in one line. Put into a datum as "label" and encoded by `spoken`, they
// stand in place of the unrounded numbers that the library would read out. Marks that repeat others get "aria": false.
std::string one_line(const std::vector<std::string>& parts);
Json spoken();
// Long labels in lines of about `width` characters, broken between words; the axis splits them at the line ends.
std::string wrapped(const std::string& label, std::size_t width = 34);
// What narrow charts are made of: rows of their own heights, each with its name above it. Places are CSS pixels from
// the top of the plot.
struct NarrowRows {
  std::vector<std::string> names;  // wrapped to the narrow width
  std::vector<double> tops;        // where the row's body begins, below its name
  double height = 0;               // of all
  double body = 0;                 // of one row, without its name
  double aside = 0;                // width of names that are short enough to stand beside their rows; 0: they do not
};
// `body` is the height of what is drawn below each name; an empty name takes no room. With `beside` names of a word or
// two stand beside their rows.
NarrowRows narrow_rows(const std::vector<std::string>& names, double body, const ChartStyle& style, bool beside);
Json narrow_place(const NarrowRows& rows, const char* field);                      // the encoding of a place
Json narrow_names(const NarrowRows& rows, const ChartStyle& style, double width);  // the layer of the names
// A legend of as many columns as its words allow.
Json narrow_legend(const std::vector<std::string>& words, Json legend);
// Words as they stand in a drawing of this page: a drawing is laid out from left to right, and in words that are not a
// full stop at their end would stand at their beginning. Line by line.
std::string directed(const std::string& words, const ChartStyle& style);
std::vector<std::string> in_order(const std::vector<ChartPoint>& points, std::string ChartPoint::* field);

}  // namespace hamdil::report
