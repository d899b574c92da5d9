// How much the figures depend on choices that somebody else could have made otherwise: suspect interviews kept or left
// out, the rule for strata with one unit, single districts and known shares for samples that are not random.
#include <algorithm>
#include <cmath>
#include <functional>

#include "report/sections/sections.hpp"

namespace hamdil::report {

namespace {

struct ColumnOf {
  Runs title;
  std::function<Found(const Dimension&, const Round&)> cell;
};

// One row a dimension and round, for those of which every column is there.
void comparison_table(Composition& c, const std::string& id, Runs caption, std::vector<ColumnOf> columns) {
  TableBlock table;
  table.id = id;
  table.caption = std::move(caption);
  table.columns = {{Align::kStart, 3}, {Align::kStart, 1.3}};
  std::vector<Runs> head = {c.say("column.dimension"), c.say("variable.round")};
  for (ColumnOf& column : columns) {
    head.push_back(std::move(column.title));
    table.columns.push_back({Align::kEnd, 1.4});
  }
  table.header.push_back(header_of(std::move(head)));
  Marks marks;
  for (const Dimension& dimension : c.context().dimensions)
    for (const Round& round : c.context().rounds) {
      std::vector<Found> cells;
      for (const ColumnOf& column : columns) cells.push_back(column.cell(dimension, round));
      if (std::any_of(cells.begin(), cells.end(), [](const Found& found) { return !found; })) continue;
      const int decimals = c.common_decimals(cells, dimension.unit);
      TableRow row;
      row.cells.push_back({{{RunKind::kGiven, dimension.title}}});
      row.cells.push_back({{{RunKind::kGiven, round.label}}});
      for (const Found& found : cells) row.cells.push_back(c.value_cell(found, dimension.unit, decimals, marks));
      table.rows.push_back(std::move(row));
    }
  if (table.rows.empty()) return;
  table.notes = c.notes(marks);
  c.add(std::move(table));
}

bool has_any(const Composition& c, const std::string& suffix) {
  return std::any_of(c.context().dimensions.begin(), c.context().dimensions.end(),
                     [&](const Dimension& dimension) { return c.tables().find(dimension.id + suffix) != nullptr; });
}

void suspect_interviews(Composition& c) {
  if (!has_any(c, ".by_flagged")) return;
  c.heading(2, "method-suspect", c.say("suspect.title"));
  c.paragraph(c.say("suspect.opening"));
  comparison_table(c, "tab-suspect", c.say("caption.suspect"),
                   {{c.say("column.all"), [&](const Dimension& d, const Round& r) { return c.overall(d, r.value); }},
                    {c.say("column.without_suspect"), [&](const Dimension& d, const Round& r) {
                       return c.find(d.id + ".by_flagged", {{"_flagged", "no"}, {"round", r.value}});
                     }}});
}

// The standard error of the overall figures under each rule.
void lonely_strata(Composition& c) {
  const DesignFacts& design = c.context().design;
  if (!c.inference() || design.lonely_strata == 0 || !has_any(c, ".lonely_adjust")) return;
  c.heading(2, "method-lonely", c.say("lonely.title"));
  std::vector<Runs> names;
  for (const std::string& name : design.lonely_names) names.push_back({{RunKind::kGiven, name}});
  c.paragraph(c.say("lonely.opening", {{"n", c.count(design.lonely_strata, "design.lonely_strata")},
                                       {"names", Composition::words(c.listed(names))}}));
  TableBlock table;
  table.id = "tab-lonely";
  table.caption = c.say("caption.lonely");
  table.columns = {{Align::kStart, 3}, {Align::kStart, 1.3}};
  std::vector<Runs> head = {c.say("column.dimension"), c.say("variable.round")};
  const std::vector<std::string> rules = {"remove", "certainty", "adjust", "average"};
  for (const std::string& rule : rules) {
    head.push_back(c.say("rule." + rule));
    table.columns.push_back({Align::kEnd, 1.3});
  }
  table.header.push_back(header_of(std::move(head)));
  for (const Dimension& dimension : c.context().dimensions)
    for (const Round& round : c.context().rounds) {
      const double scale = dimension.unit == Unit::kShare ? 100 : 1;
      TableRow row;
      row.cells = {{{{RunKind::kGiven, dimension.title}}}, {{{RunKind::kGiven, round.label}}}};
      for (const std::string& rule : rules) {
        const Found found = c.find(dimension.id + ".lonely_" + rule, {{"round", round.value}});
        if (!found.printable() || std::isnan(found.row->se)) {
          row.cells.push_back({Runs{{RunKind::kText, "–"}}});
          continue;
        }
        const int decimals = c.decimals(found, dimension.unit);
        row.cells.push_back({Runs{c.number(found, found.row->se * scale,
                                           write_number(c.context().language, found.row->se * scale, decimals))}});
      }
      table.rows.push_back(std::move(row));
    }
  c.add(std::move(table));
}

// For samples that are not random: how far the figures move with who happened to be asked.
void sensitivity(Composition& c) {
  if (c.inference() || (!has_any(c, ".leave_one_out") && !has_any(c, ".to_known_shares"))) return;
  c.heading(2, "method-sensitivity", c.say("sensitivity.title"));
  c.paragraph(c.say("sensitivity.opening"));
  std::vector<ColumnOf> columns = {
      {c.say("column.asked"), [&](const Dimension& d, const Round& r) { return c.overall(d, r.value); }}};
  if (has_any(c, ".leave_one_out"))
    for (const char* bound : {"lowest", "highest"})
      columns.push_back({c.say(std::string("column.") + bound), [&c, bound](const Dimension& d, const Round& r) {
                           return c.find(d.id + ".leave_one_out", {{"round", r.value}, {"bound", bound}});
                         }});
  if (has_any(c, ".to_known_shares"))
    columns.push_back({c.say("column.to_known_shares"), [&](const Dimension& d, const Round& r) {
                         return c.find(d.id + ".to_known_shares", {{"round", r.value}});
                       }});
  comparison_table(c, "tab-sensitivity", c.say("caption.sensitivity"), std::move(columns));
}

// Who was asked beside what is known of the population.
void known_shares(Composition& c) {
  if (c.inference() || c.context().design.known_shares.empty()) return;
  c.heading(2, "method-known", c.say("known.title"));
  c.paragraph(c.say("known.opening"));
  for (const KnownShares& known : c.context().design.known_shares) {
    TableBlock table;
    table.id = "tab-known-" + known.variable;
    table.caption =
        c.say("caption.known", {{"variable", Composition::given(variable_label(c.context(), known.variable))}});
    table.columns = {{Align::kStart, 2}, {Align::kEnd, 1}};
    std::vector<Runs> head = {c.say("column.answer"), c.say("column.known")};
    for (const Round& round : c.context().rounds) {
      head.push_back({{RunKind::kGiven, round.label}});
      table.columns.push_back({Align::kEnd, 1});
    }
    table.header.push_back(header_of(std::move(head)));
    Marks marks;
    for (const auto& [level, share] : known.shares) {
      TableRow row;
      row.cells.push_back({{{RunKind::kGiven, level_label(c.context(), known.variable, level)}}});
      row.cells.push_back({c.percent_fact(share, 0, "known_shares." + known.variable).runs});
      for (const Round& round : c.context().rounds) {
        const Found found = c.find(known.variable + ".known_shares", {{"round", round.value}}, level);
        row.cells.push_back(c.value_cell(found, Unit::kShare, 0, marks));
      }
      table.rows.push_back(std::move(row));
    }
    table.notes = c.notes(marks);
    table.notes.push_back(c.say("note.source", {{"source", Composition::given(known.source)}}));
    c.add(std::move(table));
  }
}

}  // namespace

void compose_robustness(Composition& c) {
  suspect_interviews(c);
  lonely_strata(c);
  known_shares(c);
  sensitivity(c);
}

}  // namespace hamdil::report
