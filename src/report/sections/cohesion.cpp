// The dimensions of an outline section, one after the other, and both sides next to each other.
#include <algorithm>

#include "report/sections/grid.hpp"

namespace hamdil::report {

namespace {

// First group minus second, by round, over all dimensions.
void gap(Composition& c, const Arg& first, const Arg& second) {
  const Args names = {{"first", first}, {"second", second}};
  Grid pattern;
  pattern.id = "gap";
  pattern.caption = c.say("caption.gap", names);
  pattern.change = true;
  pattern.joined = false;
  pattern.value_title = "column.gap";
  pattern.alt_id = "alt.gap";
  pattern.title = plain_text(pattern.caption);
  for (const Round& round : c.context().rounds) pattern.series.push_back(round.label);
  const auto cells = [&](const Dimension& dimension) {
    std::vector<Found> found;
    for (const Round& round : c.context().rounds)
      found.push_back(c.find(dimension.id + ".gap", {{"round", round.value}}));
    return found;
  };
  for (Grid& grid : dimension_grids(c, pattern, c.text("axis.gap", names), cells)) {
    if (grid.unit == Unit::kShare) {
      grid.value_title = "column.gap_points";
      grid.axis_title = c.text("axis.gap_points", names);
    }
    add_grid(c, grid);
  }
}

void gap_changes(Composition& c) {
  std::vector<Runs> items;
  for (const Dimension& dimension : c.context().dimensions)
    for (const Comparison& comparison : c.context().comparisons) {
      const Found found = c.find(dimension.id + ".gap_change", {{"comparison", comparison.id}});
      if (!found.printable()) continue;
      const int decimals = c.decimals(found, dimension.unit);
      const stats::Range range = interval_of(*found.row);
      const bool clear = range.lower > 0 || range.upper < 0;
      items.push_back(c.say(!c.inference() ? "gap.change_asked"
                            : clear        ? "gap.change"
                                           : "gap.change_unclear",
                            {{"title", Composition::given(dimension.title)},
                             {"earlier", Composition::given(level_label(c.context(), "round", comparison.earlier))},
                             {"later", Composition::given(level_label(c.context(), "round", comparison.later))},
                             {"change", Composition::words(c.change_value(found, dimension.unit, decimals))},
                             {"unit", Composition::words(c.say(dimension.unit == Unit::kShare ? "unit.percentage_points"
                                                                                              : "unit.points"))},
                             {"level", confidence_level(c)},
                             {"interval", Composition::words(c.interval(found, dimension.unit, decimals, true))}}));
    }
  if (items.empty()) return;
  c.paragraph(c.say("gap.changes"));
  c.list(std::move(items));
}

void both_sides(Composition& c) {
  const Context& context = c.context();
  const VariableLabel* groups = labels_of(context, context.group_variable);
  if (groups == nullptr || groups->levels.size() < 2 || context.rounds.empty()) return;
  const Round& last = context.rounds.back();
  const std::vector<Grid> pairs =
      group_levels(c, last, "sides", c.say("caption.sides", {{"round", Composition::given(last.label)}}), false);
  const bool gaps = std::any_of(context.dimensions.begin(), context.dimensions.end(),
                                [&](const Dimension& d) { return c.tables().find(d.id + ".gap") != nullptr; });
  if (pairs.empty() && !gaps) return;
  const Arg first = Composition::given(groups->levels[0].label);
  const Arg second = Composition::given(groups->levels[1].label);
  c.heading(2, "both-sides", c.say("gap.title", {{"first", first}, {"second", second}}));
  for (const Grid& grid : pairs) add_grid(c, grid);
  if (!gaps) return;
  c.paragraph(c.say("gap.opening", {{"first", first}, {"second", second}}));
  gap(c, first, second);
  gap_changes(c);
}

// A dimension of any other section than discrimination is told under coexistence, so that none is lost.
bool belongs(const Dimension& dimension, bool discrimination) {
  return (dimension.section == "discrimination") == discrimination;
}

bool any_dimension(const Composition& c, bool discrimination) {
  const auto& dimensions = c.context().dimensions;
  return std::any_of(dimensions.begin(), dimensions.end(),
                     [&](const Dimension& d) { return belongs(d, discrimination); });
}

bool compose_dimensions(Composition& c, bool discrimination) {
  if (!any_dimension(c, discrimination)) return false;
  section_heading(c, discrimination ? "discrimination" : "coexistence");
  for (const Dimension& dimension : c.context().dimensions)
    if (belongs(dimension, discrimination)) compose_dimension(c, dimension);
  return true;
}

}  // namespace

bool compose_coexistence(Composition& c) {
  if (!compose_dimensions(c, false)) return false;
  both_sides(c);
  return true;
}

bool compose_discrimination(Composition& c) {
  if (!compose_dimensions(c, true)) return false;
  if (!any_dimension(c, false)) both_sides(c);  // else it stands under coexistence
  return true;
}

}  // namespace hamdil::report
