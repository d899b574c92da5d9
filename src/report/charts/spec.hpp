// What all charts share: size, fonts, number formats, colours. For the .cpp files of this folder only.
#pragma once

#include <nlohmann/json.hpp>

#include "base/json.hpp"
#include "report/charts/charts.hpp"

namespace hamdil::report {

inline constexpr double kChartWidth = 430;
// Okabe and Ito's colours, dark ones first.
inline constexpr const char* kSeriesColours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00"};
inline constexpr const char* kSeriesShapes[] = {"circle", "square", "triangle-up", "diamond", "cross", "triangle-down"};

Json chart_base(const ChartStyle& style);
Json chart_scale(const ChartStyle& style, const std::vector<double>& values);
Json value_axis(const ChartStyle& style);
Json category_axis(const ChartStyle& style);
// What screen readers say of a mark: these words in one line. Put into a datum as "label" and encoded by `spoken`, they
// stand in place of the unrounded numbers that the library would read out. Marks that repeat others get "aria": false.
std::string one_line(const std::vector<std::string>& parts);
Json spoken();
// Long labels in lines of about `width` characters, broken between words; the axis splits them at the line ends.
std::string wrapped(const std::string& label, std::size_t width = 34);
std::vector<std::string> in_order(const std::vector<ChartPoint>& points, std::string ChartPoint::* field);

}  // namespace hamdil::report
