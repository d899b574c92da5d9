// How things stood in the first round: every dimension, everybody and each group.
#include <algorithm>

#include "report/sections/grid.hpp"

namespace hamdil::report {

std::vector<Grid> group_levels(const Composition& c, const Round& round, const std::string& id, const Runs& caption,
                               bool everybody) {
  const Context& context = c.context();
  const VariableLabel* groups = labels_of(context, context.group_variable);
  std::vector<Grid> grids;
  for (const Dimension& dimension : context.dimensions) {
    const std::string axis = axis_title(c, dimension);
    auto grid = std::find_if(grids.begin(), grids.end(), [&](const Grid& g) { return g.axis_title == axis; });
    if (grid == grids.end()) {
      Grid fresh;
      fresh.id = id + "-" + std::to_string(grids.size() + 1);
      fresh.caption = caption;
      fresh.unit = dimension.unit;
      fresh.joined = !everybody;
      fresh.axis_title = axis;
      fresh.alt_id = "alt.levels";
      fresh.title = plain_text(caption);
      if (everybody) fresh.series.push_back(c.text("row.everybody"));
      if (groups != nullptr)
        for (const LevelLabel& level : groups->levels) fresh.series.push_back(level.label);
      grid = grids.insert(grids.end(), std::move(fresh));
    }
    GridRow row{dimension.title, {}};
    if (everybody) row.cells.push_back(c.overall(dimension, round.value));
    if (groups != nullptr)
      for (const LevelLabel& level : groups->levels)
        row.cells.push_back(
            c.find(dimension.id + ".by_group", {{context.group_variable, level.value}, {"round", round.value}}));
    grid->rows.push_back(std::move(row));
  }
  const auto is_empty = [](const Grid& grid) {
    return std::none_of(grid.rows.begin(), grid.rows.end(), [](const GridRow& row) {
      return std::any_of(row.cells.begin(), row.cells.end(),
                         [](const Found& found) { return static_cast<bool>(found); });
    });
  };
  grids.erase(std::remove_if(grids.begin(), grids.end(), is_empty), grids.end());
  return grids;
}

bool compose_baseline(Composition& c) {
  const Context& context = c.context();
  if (context.rounds.size() < 2) return false;  // with one round the dimensions tell it
  const Round& first = context.rounds.front();
  const std::vector<Grid> grids =
      group_levels(c, first, "baseline", c.say("caption.baseline", {{"round", Composition::given(first.label)}}), true);
  if (grids.empty()) return false;
  section_heading(c, "baseline");
  c.paragraph(c.say("baseline.opening", {{"round", Composition::given(first.label)}}));
  for (const Grid& grid : grids) add_grid(c, grid);
  return true;
}

}  // namespace hamdil::report
