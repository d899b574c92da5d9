// How things stood in the first round: every dimension, everybody and each group.
#include "report/sections/grid.hpp"

namespace hamdil::report {

std::vector<Grid> group_levels(const Composition& c, const Round& round, const std::string& id, const Runs& caption,
                               bool everybody) {
  const Context& context = c.context();
  const VariableLabel* groups = labels_of(context, context.group_variable);
  Grid pattern;
  pattern.id = id;
  pattern.caption = caption;
  pattern.joined = !everybody;
  pattern.alt_id = "alt.levels";
  pattern.title = plain_text(caption);
  if (everybody) pattern.series.push_back(c.text("row.everybody"));
  if (groups != nullptr)
    for (const LevelLabel& level : groups->levels) pattern.series.push_back(level.label);
  return dimension_grids(c, pattern, "", [&](const Dimension& dimension) {
    std::vector<Found> cells;
    if (everybody) cells.push_back(c.overall(dimension, round.value));
    if (groups != nullptr)
      for (const LevelLabel& level : groups->levels)
        cells.push_back(
            c.find(dimension.id + ".by_group", {{context.group_variable, level.value}, {"round", round.value}}));
    return cells;
  });
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
