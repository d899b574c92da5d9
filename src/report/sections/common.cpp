#include "report/sections/sections.hpp"

namespace hamdil::report {

void section_heading(Composition& c, const std::string& id) { c.heading(1, id, c.say("section." + id)); }

ChartStyle chart_style(const Composition& c, const std::string& alt, const std::string& value_title, Unit unit) {
  ChartStyle style;
  style.language = c.context().language;
  style.right_to_left = is_right_to_left(style.language);
  style.description = alt;
  style.value_title = value_title;
  style.withheld_word = c.text("withheld.short");
  style.share = unit == Unit::kShare;
  return style;
}

void draw_twice(Figure& figure, ChartStyle style, const std::function<std::string(const ChartStyle&)>& chart) {
  figure.spec = chart(style);
  style.narrow = true;
  figure.narrow_spec = chart(style);
}

ChartPoint chart_point(const Composition& c, const Found& found, const std::string& category, const std::string& series,
                       Unit unit, int decimals, bool change) {
  ChartPoint point{category, series, stats::kNaN, stats::kNaN, stats::kNaN, !found.printable(), ""};
  if (point.withheld) return point;
  point.value = found.row->estimate;
  if (c.inference()) {
    const stats::Range range = interval_of(*found.row);
    point.lower = range.lower;
    point.upper = range.upper;
  }
  point.text = c.value_text(found, unit, decimals, change);
  return point;
}

ShownTable shown_table(const Composition& c, const stats::ResultTable& table) {
  ShownTable out;
  const std::size_t dot = table.id.rfind('.');
  const std::string base = table.id.substr(0, dot);
  const std::string kind = dot == std::string::npos ? "" : table.id.substr(dot + 1);
  out.change = kind.starts_with("change") || kind.starts_with("gap") || kind == "did";
  if (out.change)
    out.value_title = kind == "gap" ? "column.gap" : kind == "did" ? "column.difference" : "column.change";
  out.unit = table.estimator == "proportion" || kind == "answers" ? Unit::kShare : Unit::kPoints;
  std::string name = base;
  for (const Dimension& dimension : c.context().dimensions) {
    if (dimension.id == base) {
      name = dimension.title;
      out.unit = dimension.unit;
    }
    for (const Item& item : dimension.items)
      if (item.variable == base) name = item.text;
  }
  const std::string id = "annex.kind." + kind;
  if (!c.has(id) && kind.starts_with("by_")) {
    out.title = c.say("annex.kind.by", {{"title", Composition::given(name)},
                                        {"variable", Composition::given(variable_label(c.context(), kind.substr(3)))}});
    return out;
  }
  out.title = c.has(id) ? c.say(id, {{"title", Composition::given(name)}}) : Runs{{RunKind::kGiven, name}};
  return out;
}

TableRow header_of(std::vector<Runs> cells) {
  TableRow row;
  for (Runs& runs : cells) row.cells.push_back({std::move(runs)});
  return row;
}

namespace {

Runs sentence(const Composition& c, const Change& change) {
  const Unit unit = change.dimension->unit;
  const int decimals = c.decimals(change.change, unit);
  const bool share = unit == Unit::kShare;
  Args args = {
      {"title", Composition::given(change.dimension->title)},
      {"earlier", Composition::given(level_label(c.context(), "round", change.comparison->earlier))},
      {"later", Composition::given(level_label(c.context(), "round", change.comparison->later))},
      {"before",
       Composition::words(change.before ? c.value(change.before, unit, decimals) : Runs{{RunKind::kText, "–"}})},
      {"after", Composition::words(change.after ? c.value(change.after, unit, decimals) : Runs{{RunKind::kText, "–"}})},
      {"change", Composition::words(c.change_value(change.change, unit, decimals))},
      {"unit", Composition::words(c.say(share ? "unit.percentage_points" : "unit.points"))},
      {"interval", Composition::words(c.interval(change.change, unit, decimals, true))},
      {"level", c.percent_fact(c.context().design.confidence_level, 0, "design.confidence_level")}};
  if (!change.change.printable()) return c.say("change.withheld", args);
  const bool up = change.change.row->estimate > 0;
  if (!c.inference()) return c.say("change.among_those_asked", args);
  if (!change.clear && change.strength > 0) {
    args.emplace_back("n", c.count(c.changes().size(), "changes.looked_at"));
    return c.say("change.unclear_among_many", args);
  }
  if (!change.clear) return c.say("change.unclear", args);
  args.emplace_back("direction", Composition::choice(up ? "up" : "down"));
  args.emplace_back("verdict", Composition::choice(up == change.dimension->higher_is_better ? "better" : "worse"));
  return c.say("change.clear", args);
}

}  // namespace

Runs change_sentence(const Composition& c, const Change& change) {
  Runs words = sentence(c, change);
  const Runs hedges = c.hedges(change.change);
  words.insert(words.end(), hedges.begin(), hedges.end());
  return words;
}

}  // namespace hamdil::report
