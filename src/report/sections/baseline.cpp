// How things stood in the first round: every dimension, everybody and each group.
#include <algorithm>

#include "report/sections/grid.hpp"

namespace hamdil::report {

bool compose_baseline(Composition& c) {
  const Context& context = c.context();
  if (context.rounds.size() < 2 || context.dimensions.empty()) return false;  // with one round the dimensions tell it
  const Round& first = context.rounds.front();
  const VariableLabel* groups = labels_of(context, context.group_variable);
  std::vector<Grid> grids;  // one a scale
  for (const Dimension& dimension : context.dimensions) {
    const std::string axis = axis_title(c, dimension);
    auto grid = std::find_if(grids.begin(), grids.end(), [&](const Grid& g) { return g.axis_title == axis; });
    if (grid == grids.end()) {
      Grid fresh;
      fresh.id = "baseline-" + std::to_string(grids.size() + 1);
      fresh.caption = c.say("caption.baseline", {{"round", Composition::given(first.label)}});
      fresh.unit = dimension.unit;
      fresh.axis_title = axis;
      fresh.alt_id = "alt.levels";
      fresh.title = first.label;
      fresh.series.push_back(c.text("row.everybody"));
      if (groups != nullptr)
        for (const LevelLabel& level : groups->levels) fresh.series.push_back(level.label);
      grid = grids.insert(grids.end(), std::move(fresh));
    }
    GridRow row{dimension.title, {c.overall(dimension, first.value)}};
    if (groups != nullptr)
      for (const LevelLabel& level : groups->levels)
        row.cells.push_back(
            c.find(dimension.id + ".by_group", {{context.group_variable, level.value}, {"round", first.value}}));
    grid->rows.push_back(std::move(row));
  }
  const bool any = std::any_of(grids.begin(), grids.end(), [](const Grid& g) {
    return std::any_of(g.rows.begin(), g.rows.end(), [](const GridRow& r) {
      return std::any_of(r.cells.begin(), r.cells.end(), [](const Found& f) { return static_cast<bool>(f); });
    });
  });
  if (!any) return false;
  section_heading(c, "baseline");
  c.paragraph(c.say("baseline.opening", {{"round", Composition::given(first.label)}}));
  for (Grid& grid : grids) {
    grid.joined = false;
    add_grid(c, grid);
  }
  return true;
}

}  // namespace hamdil::report
