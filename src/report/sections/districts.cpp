// Each dimension by district, everybody and each group, in the newest round; a map where boundaries are known.
#include <algorithm>

#include "report/sections/grid.hpp"

namespace hamdil::report {

namespace {

void district_map(Composition& c, const Dimension& dimension, const Round& round, const VariableLabel& districts) {
  const Context& context = c.context();
  if (context.district_geojson.empty()) return;
  std::vector<ChartPoint> points;
  std::vector<Runs> told;
  std::vector<Found> all;
  for (const LevelLabel& district : districts.levels)
    if (const Found found = c.find(dimension.id + ".by_district",
                                   {{context.district_variable, district.value}, {"round", round.value}}))
      all.push_back(found);
  const int decimals = c.common_decimals(all, dimension.unit);
  for (const LevelLabel& district : districts.levels) {
    const Found found =
        c.find(dimension.id + ".by_district", {{context.district_variable, district.value}, {"round", round.value}});
    if (!found) continue;
    points.push_back(chart_point(c, found, district.value, district.label, dimension.unit, decimals, false));
    told.push_back(
        c.say("alt.single", {{"category", Composition::given(district.label)},
                             {"first", Composition::given(c.value_text(found, dimension.unit, decimals, false))}}));
  }
  Figure figure;
  figure.id = "map-" + dimension.id;
  figure.table_id = "tab-district-" + dimension.id;
  figure.caption = c.say("caption.map",
                         {{"title", Composition::given(dimension.title)}, {"round", Composition::given(round.label)}});
  figure.alt = c.text("alt.map",
                      {{"title", Composition::given(dimension.title)}, {"values", Composition::words(c.joined(told))}});
  draw_twice(figure, chart_style(c, figure.alt, axis_title(c, dimension), dimension.unit), [&](const ChartStyle& s) {
    auto spec = choropleth(context.district_geojson, context.district_property, points, s);
    return spec ? std::move(*spec) : std::string();
  });
  if (figure.spec.empty()) return;             // boundaries that cannot be read draw no map; the table tells the same
  const auto drawn = [&](const char* state) {  // the note tells of what is there
    return Composition::choice(
        figure.spec.find(std::string("\"state\":\"") + state + "\"") != std::string::npos ? "yes" : "no");
  };
  figure.notes.push_back(c.say("note.map", {{"withheld", drawn("withheld")}, {"empty", drawn("none")}}));
  c.add(std::move(figure));
}

void change_by_district(Composition& c, const Dimension& dimension, const VariableLabel& districts) {
  for (const Comparison& comparison : c.context().comparisons) {
    Grid grid;
    grid.id = "district-change-" + dimension.id + "-" + comparison.id;
    grid.caption = c.say("caption.change_by", {{"title", Composition::given(dimension.title)},
                                               {"breakdown", Composition::given(districts.label)}});
    grid.row_title = districts.label;
    grid.series = {""};
    grid.unit = dimension.unit;
    grid.change = true;
    grid.joined = false;
    grid.axis_title = c.text(dimension.unit == Unit::kShare ? "axis.change_points" : "axis.change");
    grid.alt_id = "alt.change_by";
    grid.title = plain_text(grid.caption);
    for (const LevelLabel& district : districts.levels)
      grid.rows.push_back({district.label,
                           {c.find(dimension.id + ".change_by_district",
                                   {{districts.name, district.value}, {"comparison", comparison.id}})}});
    add_grid(c, grid);
  }
}

bool dimension_by_district(Composition& c, const Dimension& dimension, const VariableLabel& districts) {
  const Context& context = c.context();
  const Round& round = context.rounds.back();
  const VariableLabel* groups = labels_of(context, context.group_variable);
  Grid grid;
  grid.id = "district-" + dimension.id;
  grid.caption = c.say("caption.district",
                       {{"title", Composition::given(dimension.title)}, {"round", Composition::given(round.label)}});
  grid.row_title = variable_label(context, context.district_variable);
  grid.unit = dimension.unit;
  grid.joined = false;
  grid.axis_title = axis_title(c, dimension);
  grid.alt_id = "alt.levels";
  grid.title = dimension.title;
  const bool by_group = groups != nullptr && c.tables().find(dimension.id + ".by_district_group") != nullptr;
  if (by_group)
    for (const LevelLabel& group : groups->levels) grid.series.push_back(group.label);
  else
    grid.series.push_back("");
  for (const LevelLabel& district : districts.levels) {
    GridRow row{district.label, {}};
    if (by_group) {
      for (const LevelLabel& group : groups->levels) {
        Found found = c.find(dimension.id + ".by_district_group", {{context.district_variable, district.value},
                                                                   {context.group_variable, group.value},
                                                                   {"round", round.value}});
        if (!found)
          found = c.find(dimension.id + ".by_district_group",
                         {{context.district_variable, district.value}, {context.group_variable, group.value}});
        row.cells.push_back(found);
      }
    } else {
      row.cells.push_back(
          c.find(dimension.id + ".by_district", {{context.district_variable, district.value}, {"round", round.value}}));
    }
    grid.rows.push_back(std::move(row));
  }
  const std::size_t before = c.document().blocks.size();
  c.heading(2, "district-" + dimension.id, {{RunKind::kGiven, dimension.title}});
  district_map(c, dimension, round, districts);
  if (add_grid(c, grid)) {
    change_by_district(c, dimension, districts);
    return true;
  }
  c.document().blocks.resize(before, PageBreak{});
  return false;
}

}  // namespace

bool compose_districts(Composition& c) {
  const Context& context = c.context();
  const VariableLabel* districts = labels_of(context, context.district_variable);
  if (districts == nullptr || context.rounds.empty() || context.dimensions.empty()) return false;
  const std::size_t before = c.document().blocks.size();
  section_heading(c, "district_profiles");
  c.paragraph(c.say(c.inference() ? "district.opening" : "district.opening_asked",
                    {{"round", Composition::given(context.rounds.back().label)}}));
  bool any = false;
  for (const Dimension& dimension : context.dimensions) any = dimension_by_district(c, dimension, *districts) || any;
  if (!any) c.document().blocks.resize(before, PageBreak{});
  return any;
}

}  // namespace hamdil::report
