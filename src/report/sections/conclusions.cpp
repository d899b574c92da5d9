// Confirmed findings, each with the figures it rests on. A claim whose figures are all withheld is not printed.
#include <algorithm>

#include "report/sections/sections.hpp"

namespace hamdil::report {

namespace {

// "Trust: change by group (Refugees): +4.2 [1.1; 7.3]"; empty when there is no such figure or it is withheld.
Runs cited_figure(const Composition& c, const CitedCell& cell) {
  const protect::ReleasedTable* table = c.tables().find(cell.table);
  if (table == nullptr) return {};
  const Found found = c.find(cell.table, cell.by, cell.answer);
  if (!found.printable()) return {};
  const ShownTable what = shown_table(c, table->table);
  const int decimals = c.decimals(found, what.unit);
  std::vector<Runs> labels;
  for (const auto& [variable, level] : cell.by)
    labels.push_back({{RunKind::kGiven, level_label(c.context(), variable, level)}});
  Runs value = what.change ? c.change_value(found, what.unit, decimals) : c.value(found, what.unit, decimals);
  const Runs interval = c.interval(found, what.unit, decimals, what.change);
  return c.say(
      "finding.figure",
      {{"what", Composition::words(what.title)},
       {"labels",
        Composition::words(
            labels.empty() ? Runs{} : c.say("finding.labels", {{"labels", Composition::words(c.joined(labels))}}))},
       {"value", Composition::words(std::move(value))},
       {"unit",
        Composition::words(what.change && what.unit == Unit::kShare ? c.say("finding.percentage_points") : Runs{})},
       {"interval",
        Composition::words(
            interval.empty() ? Runs{} : c.say("finding.interval", {{"interval", Composition::words(interval)}}))}});
}

}  // namespace

bool compose_conclusions(Composition& c) {
  struct Told {
    const Finding* finding;
    std::vector<Runs> figures;
  };
  std::vector<Told> told;
  std::size_t without_figures = 0;
  for (const Finding& finding : c.context().findings) {
    Told one{&finding, {}};
    for (const CitedCell& cell : finding.cites)
      if (Runs figure = cited_figure(c, cell); !figure.empty()) one.figures.push_back(std::move(figure));
    if (!one.figures.empty() && one.figures.size() == finding.cites.size())
      told.push_back(std::move(one));
    else
      ++without_figures;
  }
  if (told.empty()) return false;
  section_heading(c, "conclusions");
  c.paragraph(c.say("conclusions.opening"));
  for (Told& one : told) {
    c.paragraph(
        c.say("finding.statement", {{"statement", Composition::given(one.finding->statement)},
                                    {"strength", Composition::words(c.say("finding." + one.finding->strength))}}));
    c.list(std::move(one.figures));
  }
  if (without_figures > 0)
    c.paragraph(c.say("conclusions.left_out", {{"n", c.count(without_figures, "findings.left_out")}}));
  return true;
}

}  // namespace hamdil::report
