// One function a section of an outline. Each answers whether it had anything to print; when not, it has added nothing.
#pragma once

#include <functional>

#include "report/charts/charts.hpp"
#include "report/composition.hpp"

namespace hamdil::report {

using SectionComposer = bool (*)(Composition&);

struct Section {
  const char* id;  // section id of the outline
  SectionComposer compose;
};

bool compose_summary(Composition& composition);
bool compose_introduction(Composition& composition);
bool compose_context(Composition& composition);
bool compose_methodology(Composition& composition);
bool compose_baseline(Composition& composition);
bool compose_changes(Composition& composition);
bool compose_coexistence(Composition& composition);
bool compose_discrimination(Composition& composition);
bool compose_districts(Composition& composition);
bool compose_conclusions(Composition& composition);
bool compose_annexes(Composition& composition);
bool compose_questionnaire(Composition& composition);  // prints of their own
bool compose_codebook(Composition& composition);

// Every question with its answers and the condition under which it was asked.
void list_questions(Composition& composition);

// From where on questions hang together well, well enough, and steps are a ladder: content/frameworks.yaml,
// scoring_rules.reliability.
inline constexpr double kReliable = 0.7;
inline constexpr double kUsable = 0.6;
inline constexpr double kReproducible = 0.9;

// The heading of an outline section in the document's language.
void section_heading(Composition& composition, const std::string& id);
// The limitations: flags that occurred, non-probability samples, consent, refusals, sections left out. Part of the
// methodology, filled in last because it tells what the other sections met.
std::vector<Runs> limitations(const Composition& composition, const std::vector<std::string>& left_out);

// How far figures depend on suspect interviews, on the rule for strata with one unit, on single districts and on known
// shares. Part of the methodology; adds nothing where there is nothing of the kind.
void compose_robustness(Composition& composition);

// One dimension: what is measured, the newest figures, answers as a chart with its table, groups side by side.
void compose_dimension(Composition& composition, const Dimension& dimension);

// Words of one change as a list item or sentence.
Runs change_sentence(const Composition& composition, const Change& change);

ChartStyle chart_style(const Composition& composition, const std::string& alt, const std::string& value_title,
                       Unit unit);
// The wide specification of a chart and the narrow one, made by the same hand.
void draw_twice(Figure& figure, ChartStyle style, const std::function<std::string(const ChartStyle&)>& chart);
// Numbers behind a drawn point, for charts; lower and upper are NaN where no interval may be printed.
ChartPoint chart_point(const Composition& composition, const Found& found, const std::string& category,
                       const std::string& series, Unit unit, int decimals, bool change);
// What a table shows, from its id: which dimension, which unit, signed or not.
struct ShownTable {
  Runs title;
  Unit unit = Unit::kPoints;
  bool change = false;
  std::string value_title = "column.estimate";
};

ShownTable shown_table(const Composition& composition, const stats::ResultTable& table);

TableRow header_of(std::vector<Runs> cells);

}  // namespace hamdil::report
