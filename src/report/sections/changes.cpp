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
  draw_twice(figure, chart_style(c, alt, axis, unit), [&](const ChartStyle& s) { return dot_chart(points, s, true); });
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
  table.columns = {
      {Align::kStart, 3}, {Align::kEnd, 1.2}, {Align::kEnd, 1.2}, {Align::kEnd, unit == Unit::kShare ? 1.7 : 1.2}};
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
  table.notes.push_back(c.say("note.fewest"));
  if (c.inference())
    table.notes.push_back(c.say("note.holm", {{"n", c.count(c.changes().size(), "changes.looked_at")}}));
  c.add(std::move(table));
}

// The change of every dimension in each group, around a zero line.
void by_group(Composition& c, const Comparison& comparison) {
  const VariableLabel* groups = labels_of(c.context(), c.context().group_variable);
  if (groups == nullptr) return;
  Grid pattern;
  pattern.id = "change-by-group-" + comparison.id;
  pattern.caption = c.say("caption.change_groups",
                          {{"earlier", Composition::given(level_label(c.context(), "round", comparison.earlier))},
                           {"later", Composition::given(level_label(c.context(), "round", comparison.later))}});
  pattern.change = true;
  pattern.joined = false;
  pattern.alt_id = "alt.change_by";
  pattern.title = plain_text(pattern.caption);
  for (const LevelLabel& level : groups->levels) pattern.series.push_back(level.label);
  const std::vector<Grid> grids = dimension_grids(c, pattern, c.text("axis.change"), [&](const Dimension& dimension) {
    std::vector<Found> cells;
    for (const LevelLabel& level : groups->levels)
      cells.push_back(
          c.find(dimension.id + ".change_by_group", {{groups->name, level.value}, {"comparison", comparison.id}}));
    return cells;
  });
  if (grids.empty()) return;
  c.heading(2, "changes-by-group-" + comparison.id, c.say("changes.by_group"));
  for (const Grid& grid : grids) add_grid(c, grid);
}

std::vector<Grid> with_and_without(const Composition& c) {
  Grid pattern;
  pattern.id = "did";
  pattern.caption = c.say("caption.did");
  pattern.change = true;
  pattern.joined = false;
  pattern.series = {""};
  pattern.value_title = "column.difference";
  pattern.alt_id = "alt.change_by";
  pattern.title = plain_text(pattern.caption);
  return dimension_grids(c, pattern, c.text("axis.change"), [&](const Dimension& dimension) {
    return std::vector<Found>{c.find(dimension.id + ".did", {})};
  });
}

// Change where the programme worked less change in the comparison group. It is called an effect only when the
// assumption is stated.
void difference_in_differences(Composition& c) {
  const std::vector<Grid> grids = with_and_without(c);
  if (grids.empty()) return;
  c.heading(2, "did", c.say("did.title"));
  c.paragraph(c.say(c.context().comparison_group ? "did.opening_effect" : "did.opening"));
  if (!c.context().comparison_assumption.empty())
    c.paragraph(c.say("did.assumption", {{"words", Composition::given(c.context().comparison_assumption)}}));
  for (const Grid& grid : grids) add_grid(c, grid);
}

Runs opening(const Composition& c) {
  if (!with_and_without(c).empty()) return c.say("changes.opening_did", {{"where", c.reference("did")}});
  return c.say(c.context().comparison_group ? "changes.opening_plain" : "changes.opening");
}

}  // namespace

bool compose_changes(Composition& c) {
  if (c.changes().empty()) return false;
  section_heading(c, "changes");
  c.paragraph(opening(c));
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
    by_group(c, comparison);
  }
  difference_in_differences(c);
  return true;
}

}  // namespace hamdil::report
