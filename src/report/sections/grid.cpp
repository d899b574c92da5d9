#include "report/sections/grid.hpp"

#include <algorithm>

namespace hamdil::report {

namespace {

// More than two series would make a table of many narrow columns: then each row of the grid becomes a group of lines.
bool is_stacked(const Grid& grid) { return grid.series.size() > 2; }

Runs value_title(const Composition& c, const Grid& grid) {
  if (!grid.value_title.empty()) return c.say(grid.value_title);
  return c.say(!grid.change ? "column.estimate" : grid.unit == Unit::kShare ? "column.change_points" : "column.change");
}

void head(Composition& c, const Grid& grid, TableBlock& table) {
  const std::size_t blocks = is_stacked(grid) ? 1 : grid.series.size();
  table.columns = {{Align::kStart, 2.4}};
  TableRow top;
  TableRow row;
  top.cells.push_back({Runs{}});
  row.cells.push_back({grid.row_title.empty() ? Runs{} : Runs{{RunKind::kGiven, grid.row_title}}});
  for (std::size_t i = 0; i < blocks; ++i) {
    top.cells.push_back({{{RunKind::kGiven, grid.series[i]}}, c.inference() ? std::size_t{3} : std::size_t{2}});
    row.cells.push_back({value_title(c, grid)});
    table.columns.push_back(
        {Align::kEnd, grid.change && grid.unit == Unit::kShare ? 1.6 : 1.1});  // "percentage points" is long
    if (c.inference()) {
      row.cells.push_back({c.say("column.interval", {{"level", confidence_level(c)}})});
      table.columns.push_back({Align::kEnd, 1.8});
    }
    row.cells.push_back({c.say("column.answers")});
    table.columns.push_back({Align::kEnd, 1.1});
  }
  if (!is_stacked(grid) && !grid.series.front().empty()) table.header.push_back(std::move(top));
  table.header.push_back(std::move(row));
}

void add_cells(Composition& c, const Grid& grid, const Found& cell, int decimals, Marks& marks, TableRow& line) {
  line.cells.push_back(grid.change ? c.change_cell(cell, grid.unit, decimals, marks)
                                   : c.value_cell(cell, grid.unit, decimals, marks));
  if (c.inference()) line.cells.push_back(c.interval_cell(cell, grid.unit, decimals, grid.change));
  line.cells.push_back(c.rows_cell(cell));
}

void add_rows(Composition& c, const Grid& grid, int decimals, Marks& marks, TableBlock& table) {
  for (const GridRow& row : grid.rows) {
    if (std::none_of(row.cells.begin(), row.cells.end(), [](const Found& f) { return static_cast<bool>(f); })) continue;
    TableRow line;
    line.cells.push_back({{{RunKind::kGiven, row.label}}});
    line.group = is_stacked(grid);
    if (line.group) table.rows.push_back(line);
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (!is_stacked(grid)) {
        add_cells(c, grid, row.cells[i], decimals, marks, line);
        continue;
      }
      if (!row.cells[i]) continue;
      TableRow own;
      own.cells.push_back({{{RunKind::kGiven, grid.series[i]}}});
      add_cells(c, grid, row.cells[i], decimals, marks, own);
      table.rows.push_back(std::move(own));
    }
    if (!is_stacked(grid)) table.rows.push_back(std::move(line));
  }
}

void add_figure(Composition& c, const Grid& grid, int decimals, TableBlock& table) {
  std::vector<ChartPoint> points;
  std::vector<Runs> told;
  for (const GridRow& row : grid.rows)
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      const Found& cell = row.cells[i];
      if (!cell) continue;
      points.push_back(chart_point(c, cell, row.label, grid.series[i], grid.unit, decimals, grid.change));
      const Arg value = Composition::given(c.value_text(cell, grid.unit, decimals, grid.change));
      told.push_back(grid.series[i].empty()
                         ? c.say("alt.single", {{"category", Composition::given(row.label)}, {"first", value}})
                         : c.say("alt.of", {{"category", Composition::given(row.label)},
                                            {"series", Composition::given(grid.series[i])},
                                            {"first", value}}));
    }
  Figure figure;
  figure.id = "fig-" + grid.id;
  figure.table_id = table.id;
  table.twin_of = figure.id;
  figure.caption = grid.caption;
  figure.alt = c.text(grid.alt_id, {{"intervals", Composition::choice(c.inference() ? "yes" : "no")},
                                    {"title", Composition::given(grid.title)},
                                    {"values", Composition::words(c.joined(told))}});
  ChartStyle style = chart_style(c, figure.alt, grid.axis_title, grid.change ? Unit::kPoints : grid.unit);
  style.zero_line = grid.change;
  if (grid.change && grid.unit == Unit::kShare)
    for (ChartPoint& point : points) point.value *= 100, point.lower *= 100, point.upper *= 100;
  draw_twice(figure, style, [&](const ChartStyle& s) { return dot_chart(points, s, grid.joined); });
  const bool any = std::any_of(points.begin(), points.end(), [](const ChartPoint& point) { return !point.withheld; });
  if (c.inference() && any) figure.notes.push_back(c.say("note.whiskers", {{"level", confidence_level(c)}}));
  c.add(std::move(figure));
}

}  // namespace

const VariableLabel* labels_of(const Context& context, const std::string& name) {
  for (const VariableLabel& variable : context.variables)
    if (variable.name == name) return &variable;
  return nullptr;
}

std::string axis_title(const Composition& c, const Dimension& dimension) {
  if (dimension.unit == Unit::kShare) return c.text("axis.share");
  return c.text("axis.points", {{"minimum", c.fact(dimension.minimum, 0, "dimension.minimum")},
                                {"maximum", c.fact(dimension.maximum, 0, "dimension.maximum")}});
}

Arg confidence_level(const Composition& c) {
  return c.percent_fact(c.context().design.confidence_level, 0, "design.confidence_level");
}

std::vector<Grid> dimension_grids(const Composition& c, const Grid& pattern, const std::string& change_axis,
                                  const std::function<std::vector<Found>(const Dimension&)>& cells) {
  std::vector<std::pair<std::string, Grid>> grids;  // by the axis of the level, so that scales never mix
  for (const Dimension& dimension : c.context().dimensions) {
    std::vector<Found> found = cells(dimension);
    if (std::none_of(found.begin(), found.end(), [](const Found& f) { return static_cast<bool>(f); })) continue;
    const std::string scale = axis_title(c, dimension);
    auto grid = std::find_if(grids.begin(), grids.end(), [&](const auto& g) { return g.first == scale; });
    if (grid == grids.end()) {
      Grid fresh = pattern;
      fresh.id += "-" + std::to_string(grids.size() + 1);
      fresh.unit = dimension.unit;
      fresh.axis_title = !pattern.change                  ? scale
                         : dimension.unit == Unit::kShare ? c.text("axis.change_points")
                                                          : change_axis;
      grid = grids.insert(grids.end(), {scale, std::move(fresh)});
    }
    grid->second.rows.push_back({dimension.title, std::move(found)});
  }
  std::vector<Grid> out;
  for (auto& [scale, grid] : grids) out.push_back(std::move(grid));
  return out;
}

bool add_grid(Composition& c, const Grid& grid) {
  std::vector<Found> all;
  for (const GridRow& row : grid.rows)
    for (const Found& cell : row.cells)
      if (cell) all.push_back(cell);
  if (all.empty()) return false;
  const int decimals = c.common_decimals(all, grid.unit);
  TableBlock table;
  table.id = "tab-" + grid.id;
  table.caption = grid.caption;
  head(c, grid, table);
  Marks marks;
  add_rows(c, grid, decimals, marks, table);
  table.notes = c.notes(marks);
  if (grid.change) table.notes.push_back(c.say("note.fewest"));
  if (grid.chart) add_figure(c, grid, decimals, table);
  c.add(std::move(table));
  return true;
}

}  // namespace hamdil::report
