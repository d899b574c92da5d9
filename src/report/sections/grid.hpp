// A table of estimates with its dot chart: rows (things compared) by series (rounds, groups), both made from the same
// cells.
#pragma once

#include <functional>

#include "report/sections/sections.hpp"

namespace hamdil::report {

struct GridRow {
  std::string label;
  std::vector<Found> cells;  // one a series
};

struct Grid {
  std::string id;  // the figure is "fig-" + id, the table "tab-" + id
  Runs caption;
  std::string row_title;            // head of the first column; may be empty
  std::vector<std::string> series;  // labels
  std::vector<GridRow> rows;
  Unit unit = Unit::kPoints;
  bool change = false;  // signed numbers around a zero line
  bool joined = true;
  bool chart = true;
  std::string axis_title;
  std::string value_title;  // message id; empty: "Estimate" or "Change"
  std::string alt_id;       // message with {title} and {values}
  std::string title;        // for the alt text
};

// Adds figure and table. False, and nothing added, when no cell exists.
bool add_grid(Composition& composition, const Grid& grid);

// All dimensions in grids like `pattern`, one grid a scale (id, unit and axis are set here), without grids that have no
// cell. A change's axis is `change_axis` for points; percentage points have their own title.
std::vector<Grid> dimension_grids(const Composition& composition, const Grid& pattern, const std::string& change_axis,
                                  const std::function<std::vector<Found>(const Dimension&)>& cells);
// Every dimension in one round by group. With `everybody` as the first series, else the groups alone, joined as paired
// dots.
std::vector<Grid> group_levels(const Composition& composition, const Round& round, const std::string& id,
                               const Runs& caption, bool everybody);

const VariableLabel* labels_of(const Context& context, const std::string& name);
std::string axis_title(const Composition& composition, const Dimension& dimension);
Arg confidence_level(const Composition& composition);

}  // namespace hamdil::report
