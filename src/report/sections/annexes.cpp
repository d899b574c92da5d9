// Annexes: every released table, the questionnaire, formulas, and how to compute it all again.
#include <algorithm>
#include <cmath>
#include <set>

#include "report/sections/grid.hpp"

namespace hamdil::report {

namespace {

std::vector<std::string> breakdowns(const stats::ResultTable& table) {
  std::vector<std::string> variables;
  for (const stats::Row& row : table.rows)
    for (const auto& [variable, level] : row.by)
      if (std::find(variables.begin(), variables.end(), variable) == variables.end()) variables.push_back(variable);
  return variables;
}

void annex_table(Composition& c, const protect::ReleasedTable& released) {
  const stats::ResultTable& source = released.table;
  const ShownTable what = shown_table(c, source);
  const std::vector<std::string> variables = breakdowns(source);
  const bool levels =
      std::any_of(source.rows.begin(), source.rows.end(), [](const stats::Row& row) { return !row.level.empty(); });
  TableBlock table;
  table.id = "annex-" + source.id;
  table.caption = what.title;
  table.wide = variables.size() + (levels ? 1 : 0) >= 3;
  std::vector<Runs> head;
  const auto column = [&](Runs title, Align align, double width) {
    head.push_back(std::move(title));
    table.columns.push_back({align, width});
  };
  for (const std::string& variable : variables) {
    const std::string id = "variable." + variable;
    column(c.has(id) ? c.say(id) : Runs{{RunKind::kGiven, variable_label(c.context(), variable)}}, Align::kStart, 1.6);
  }
  if (levels) column(c.say("column.answer"), Align::kStart, 1.6);
  if (variables.empty() && !levels) column(Runs{}, Align::kStart, 1.6);
  column(c.say(what.value_title + (what.change && what.unit == Unit::kShare ? "_points" : "")), Align::kEnd,
         what.change && what.unit == Unit::kShare ? 1.7 : 1.1);
  // A coefficient of reliability comes without.
  const bool errors = c.inference() && std::any_of(source.rows.begin(), source.rows.end(),
                                                   [](const stats::Row& row) { return !std::isnan(row.se); });
  if (errors) {
    column(c.say("column.se"), Align::kEnd, 1.1);
    column(c.say("column.interval", {{"level", confidence_level(c)}}), Align::kEnd, 1.7);
  }
  column(c.say("column.answers"), Align::kEnd, 1);
  table.header.push_back(header_of(std::move(head)));
  std::vector<Found> cells;
  for (std::size_t i = 0; i < source.rows.size(); ++i)
    cells.push_back({&source.rows[i], i < released.withheld.size() ? released.withheld[i] : protect::Withheld::kNo});
  const int decimals = c.common_decimals(cells, what.unit);
  Marks marks;
  for (const Found& found : cells) {
    TableRow row;
    for (const std::string& variable : variables) {
      const auto pair = std::find_if(found.row->by.begin(), found.row->by.end(),
                                     [&](const auto& by) { return by.first == variable; });
      row.cells.push_back(
          {{{RunKind::kGiven, pair == found.row->by.end() ? "" : level_label(c.context(), variable, pair->second)}}});
    }
    if (levels)
      row.cells.push_back(
          {{{RunKind::kGiven, level_label(c.context(), source.id.substr(0, source.id.rfind('.')), found.row->level)}}});
    if (row.cells.empty()) row.cells.push_back({c.say("row.everybody")});
    row.cells.push_back(what.change ? c.change_cell(found, what.unit, decimals, marks)
                                    : c.value_cell(found, what.unit, decimals, marks));
    if (errors) {
      const double scale = what.unit == Unit::kShare ? 100 : 1;
      const bool se = found.printable() && !std::isnan(found.row->se);
      row.cells.push_back({se ? Runs{c.number(found, found.row->se * scale,
                                              write_number(c.context().language, found.row->se * scale, decimals))}
                              : Runs{{RunKind::kText, "–"}}});
      row.cells.push_back(c.interval_cell(found, what.unit, decimals, what.change));
    }
    row.cells.push_back(c.rows_cell(found));
    table.rows.push_back(std::move(row));
  }
  table.notes = c.notes(marks);
  if (source.id.ends_with(".reliability")) {
    const bool ladder = source.estimator == "reproducibility";
    const auto limit = [&](double value) { return c.fact(value, 1, "scoring_rules.reliability"); };
    table.notes.insert(table.notes.begin(),
                       ladder
                           ? c.say("annex.note.reproducibility", {{"good", limit(kReproducible)}})
                           : c.say("annex.note.reliability", {{"good", limit(kReliable)}, {"usable", limit(kUsable)}}));
  }
  c.add(std::move(table));
}

bool all_tables(Composition& c) {
  if (c.tables().tables.empty()) return false;
  c.heading(2, "annex-tables", c.say("annex.tables"));
  c.paragraph(c.say("annex.tables_words"));
  for (const protect::ReleasedTable& table : c.tables().tables)
    if (!table.table.rows.empty()) annex_table(c, table);
  return true;
}

void questionnaire(Composition& c) {
  if (c.context().questionnaire.empty()) return;
  c.heading(2, "annex-questionnaire", c.say("annex.questionnaire"));
  list_questions(c);
}

void formulas(Composition& c) {
  c.heading(2, "annex-methods", c.say("annex.methods"));
  std::set<std::string> ids = {"formula.mean"};
  for (const protect::ReleasedTable& table : c.tables().tables)
    if (table.table.estimator == "proportion") ids.insert("formula.share");
  if (!c.changes().empty()) ids.insert("formula.change");
  if (c.inference()) ids.insert({"formula.variance", "formula.interval"});
  if (c.inference() && !c.changes().empty()) ids.insert("formula.holm");
  std::vector<Runs> items;
  for (const std::string& id : ids) items.push_back(c.say(id));
  c.list(std::move(items));
}

const char* audience_option(protect::Audience audience) {
  switch (audience) {
    case protect::Audience::kTeam:
      return "team";
    case protect::Audience::kNamedRecipients:
      return "named_recipients";
    case protect::Audience::kPublic:
      break;
  }
  return "public";
}

// The commands as they are typed; WORKSPACE, DIR and WHO are for the reader to fill in.
std::vector<Runs> rerun_steps(const Composition& c) {
  const std::string audience = audience_option(c.tables().audience);
  std::string report = "hamdil report WORKSPACE impact_assessment_report --format docx,pdf,html,xlsx --language " +
                       c.context().language + " --audience " + audience;
  if (c.tables().audience == protect::Audience::kNamedRecipients) report += " --recipients \"WHO\"";
  std::vector<std::pair<std::string, std::string>> steps = {{"annex.rerun_verify", "hamdil verify WORKSPACE"},
                                                            {"annex.rerun_report", report + " --out DIR"}};
  for (const protect::ReleasedTable& released : c.tables().tables)
    if (!released.table.rows.empty() && !released.table.rows.front().ref.empty()) {
      steps.emplace_back("annex.rerun_trace", "hamdil trace WORKSPACE " + released.table.rows.front().ref);
      break;
    }
  std::vector<Runs> out;
  for (const auto& [words, command] : steps) {
    out.push_back(c.say(words));
    out.back().push_back({RunKind::kText, ": "});
    out.back().push_back({RunKind::kCode, command});
  }
  return out;
}

void rerun(Composition& c) {
  const Context& context = c.context();
  if (context.run.empty() && context.datasets.empty()) return;
  c.heading(2, "annex-rerun", c.say("annex.rerun"));
  c.paragraph(c.say("annex.rerun_words"));
  const auto code = [](const std::string& words) { return Composition::words({{RunKind::kCode, words}}); };
  c.paragraph(c.say("annex.rerun_facts", {{"program", code(context.software_version)},
                                          {"audience", code(audience_option(c.tables().audience))},
                                          {"language", code(context.language)},
                                          {"run", code(context.run)}}));
  c.list(rerun_steps(c), true);
  if (context.datasets.empty()) return;
  TableBlock table;
  table.id = "tab-datasets";
  table.caption = c.say("caption.datasets");
  table.columns = {{Align::kStart, 1.4}, {Align::kStart, 2}, {Align::kEnd, 1}, {Align::kStart, 3.4}};
  table.header.push_back(
      header_of({c.say("variable.round"), c.say("column.file"), c.say("column.rows"), c.say("column.digest")}));
  for (const DatasetFacts& facts : context.datasets) {
    TableRow row;
    row.cells = {{{{RunKind::kGiven, level_label(context, "round", facts.round)}}},
                 {{{RunKind::kCode, facts.name}}},
                 {c.count(facts.rows, "dataset.rows").runs},
                 {{{RunKind::kCode, facts.digest}}}};
    table.rows.push_back(std::move(row));
  }
  c.add(std::move(table));
}

}  // namespace

bool compose_annexes(Composition& c) {
  section_heading(c, "annexes");
  all_tables(c);
  questionnaire(c);
  formulas(c);
  rerun(c);
  return true;
}

}  // namespace hamdil::report
