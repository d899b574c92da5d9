// What changed between rounds: one chart and one table over all dimensions, then groups and districts.
#include <algorithm>
#include <cmath>
#include <map>

#include "report/sections/grid.hpp"

namespace hamdil::report {

namespace {

// Dimensions that share an axis.
using ScaleKey = std::tuple<Unit, double, double>;
ScaleKey scale_of(const Dimension& dimension) {
  return dimension.unit == Unit::kShare ? ScaleKey{Unit::kShare, 0, 1}
                                        : ScaleKey{Unit::kPoints, dimension.minimum, dimension.maximum};
}

void dumbbell(Composition& c, const Comparison& comparison, const ScaleKey& scale,
              const std::vector<const Change*>& changes, std::size_t number) {
  const auto [unit, minimum, maximum] = scale;
  std::vector<ChartPoint> points;
  std::vector<Runs> told;
  for (const Change* change : changes) {
    const std::string earlier = level_label(c.context(), "round", comparison.earlier);
    const std::string later = level_label(c.context(), "round", comparison.later);
    const int decimals = c.decimals(change->change, unit);
    points.push_back(chart_point(c, change->before, change->dimension->title, earlier, unit, decimals, false));
    points.push_back(chart_point(c, change->after, change->dimension->title, later, unit, decimals, false));
    told.push_back(
        c.say("alt.pair", {{"category", Composition::given(change->dimension->title)},
                           {"first", Composition::given(c.value_text(change->before, unit, decimals, false))},
                           {"second", Composition::given(c.value_text(change->after, unit, decimals, false))}}));
  }
  const std::string alt =
      c.text("alt.dumbbell", {{"intervals", Composition::choice(c.inference() ? "yes" : "no")},
                              {"earlier", Composition::given(level_label(c.context(), "round", comparison.earlier))},
                              {"later", Composition::given(level_label(c.context(), "round", comparison.later))},
                              {"pairs", Composition::words(c.joined(told))}});
  const std::string axis =
      unit == Unit::kShare
          ? c.text("axis.share")
          : c.text("axis.points", {{"minimum", c.fact(minimum, 0, "")}, {"maximum", c.fact(maximum, 0, "")}});
  Figure figure;
  figure.id = "fig-changes-" + comparison.id + "-" + std::to_string(number);
  figure.table_id = "tab-changes-" + comparison.id + "-" + std::to_string(number);
  figure.caption =
      c.say("caption.changes", {{"earlier", Composition::given(level_label(c.context(), "round", comparison.earlier))},
                                {"later", Composition::given(level_label(c.context(), "round", comparison.later))}});
  figure.alt = alt;
  figure.spec = dot_chart(points, chart_style(c, alt, axis, unit), true);
  if (c.inference())
    figure.notes.push_back(c.say("note.whiskers", {{"level", c.percent_fact(c.context().design.confidence_level, 0,
                                                                            "design.confidence_level")}}));
  c.add(std::move(figure));
}

void change_table(Composition& c, const Comparison& comparison, const ScaleKey& scale,
                  const std::vector<const Change*>& changes, std::size_t number) {
  const Unit unit = std::get<0>(scale);
  TableBlock table;
  table.id = "tab-changes-" + comparison.id + "-" + std::to_string(number);
  table.twin_of = "fig-changes-" + comparison.id + "-" + std::to_string(number);
  table.caption =
      c.say("caption.changes", {{"earlier", Composition::given(level_label(c.context(), "round", comparison.earlier))},
                                {"later", Composition::given(level_label(c.context(), "round", comparison.later))}});
  std::vector<Runs> head = {c.say("column.dimension"),
                            {{RunKind::kGiven, level_label(c.context(), "round", comparison.earlier)}},
                            {{RunKind::kGiven, level_label(c.context(), "round", comparison.later)}},
                            c.say(unit == Unit::kShare ? "column.change_points" : "column.change")};
  table.columns = {{Align::kStart, 3}, {Align::kEnd, 1.2}, {Align::kEnd, 1.2}, {Align::kEnd, 1.2}};
  if (c.inference()) {
    head.push_back(c.say("column.interval", {{"level", c.percent_fact(c.context().design.confidence_level, 0,
                                                                      "design.confidence_level")}}));
    head.push_back(c.say("column.p_holm"));
    table.columns.push_back({Align::kEnd, 1.8});
    table.columns.push_back({Align::kEnd, 1.2});
  }
  head.push_back(c.say("column.answers"));
  table.columns.push_back({Align::kEnd, 1.2});
  table.header.push_back(header_of(std::move(head)));
  std::vector<Found> cells;
  for (const Change* change : changes) cells.push_back(change->change);
  const int decimals = c.common_decimals(cells, unit);
  Marks marks;
  for (const Change* change : changes) {
    TableRow row;
    row.cells.push_back({{{RunKind::kGiven, change->dimension->title}}});
    row.cells.push_back(c.value_cell(change->before, unit, decimals, marks));
    row.cells.push_back(c.value_cell(change->after, unit, decimals, marks));
    row.cells.push_back(c.change_cell(change->change, unit, decimals, marks));
    if (c.inference()) {
      row.cells.push_back(c.interval_cell(change->change, unit, decimals, true));
      row.cells.push_back({c.p_value(change->change, change->adjusted_p)});
    }
    row.cells.push_back(c.rows_cell(change->change));
    table.rows.push_back(std::move(row));
  }
  table.notes = c.notes(marks);
  if (c.inference())
    table.notes.push_back(c.say("note.holm", {{"n", c.count(c.changes().size(), "changes.looked_at")}}));
  c.add(std::move(table));
}

// Changes broken down by a variable: dot-whisker with a zero line, and its table.
void breakdown(Composition& c, const Dimension& dimension, const Comparison& comparison, const std::string& variable,
               const std::string& suffix) {
  const VariableLabel* labels = labels_of(c.context(), variable);
  if (labels == nullptr) return;
  Grid grid;
  grid.id = dimension.id + suffix + "." + comparison.id;
  const Args names = {{"title", Composition::given(dimension.title)},
                      {"breakdown", Composition::given(variable_label(c.context(), variable))}};
  grid.caption = c.say("caption.change_by", names);
  grid.row_title = variable_label(c.context(), variable);
  grid.series = {""};
  grid.unit = dimension.unit;
  grid.change = true;
  grid.joined = false;
  grid.axis_title = c.text(dimension.unit == Unit::kShare ? "column.change_points" : "axis.change");
  grid.alt_id = "alt.change_by";
  grid.title = plain_text(grid.caption);
  for (const LevelLabel& level : labels->levels)
    grid.rows.push_back(
        {level.label, {c.find(dimension.id + suffix, {{variable, level.value}, {"comparison", comparison.id}})}});
  add_grid(c, grid);
}

}  // namespace

bool compose_changes(Composition& c) {
  if (c.changes().empty()) return false;
  section_heading(c, "changes");
  c.paragraph(c.say(c.context().comparison_group ? "changes.opening_effect" : "changes.opening"));
  for (const Comparison& comparison : c.context().comparisons) {
    std::vector<std::pair<ScaleKey, std::vector<const Change*>>> groups;
    for (const Change& change : c.changes()) {
      if (change.comparison != &comparison) continue;
      const ScaleKey key = scale_of(*change.dimension);
      auto group = std::find_if(groups.begin(), groups.end(), [&](const auto& g) { return g.first == key; });
      if (group == groups.end()) group = groups.insert(groups.end(), {key, {}});
      group->second.push_back(&change);
    }
    for (std::size_t i = 0; i < groups.size(); ++i) {
      dumbbell(c, comparison, groups[i].first, groups[i].second, i + 1);
      change_table(c, comparison, groups[i].first, groups[i].second, i + 1);
      std::vector<Runs> items;
      for (const Change* change : groups[i].second) items.push_back(change_sentence(c, *change));
      c.list(std::move(items));
    }
    for (const Dimension& dimension : c.context().dimensions) {
      breakdown(c, dimension, comparison, c.context().group_variable, ".change_by_group");
      breakdown(c, dimension, comparison, c.context().district_variable, ".change_by_district");
    }
  }
  return true;
}

}  // namespace hamdil::report
