// The questionnaire and the codebook as prints of their own, for fieldwork and for whoever gets the data.
#include "report/sections/sections.hpp"

namespace hamdil::report {

void list_questions(Composition& c) {
  for (const QuestionnaireItem& item : c.context().questionnaire) {
    c.paragraph({{RunKind::kCode, item.name}, {RunKind::kText, " "}, {RunKind::kGiven, item.text}});
    if (!item.condition.empty())
      c.paragraph(
          c.say("questionnaire.condition", {{"condition", Composition::words({{RunKind::kCode, item.condition}})}}));
    if (item.answers.empty()) continue;
    std::vector<Runs> answers;
    for (const LevelLabel& answer : item.answers) answers.push_back({{RunKind::kGiven, answer.label}});
    c.list(std::move(answers));
  }
}

bool compose_questionnaire(Composition& c) {
  if (c.context().questionnaire.empty()) return false;
  c.heading(1, "questionnaire", c.say("annex.questionnaire"));
  list_questions(c);
  return true;
}

bool compose_codebook(Composition& c) {
  if (c.context().codebook.empty()) return false;
  c.heading(1, "codebook", c.say("codebook.title"));
  c.paragraph(c.say("codebook.opening"));
  TableBlock table;
  table.id = "tab-codebook";
  table.caption = c.say("codebook.title");
  table.columns = {{Align::kStart, 1.6}, {Align::kStart, 3}, {Align::kStart, 1}, {Align::kStart, 3}};
  table.header.push_back(header_of(
      {c.say("codebook.column"), c.say("column.question"), c.say("codebook.type"), c.say("codebook.values")}));
  for (const CodebookColumn& column : c.context().codebook) {
    std::vector<Runs> answers;
    for (const LevelLabel& answer : column.answers)
      answers.push_back({{RunKind::kCode, answer.value}, {RunKind::kText, " "}, {RunKind::kGiven, answer.label}});
    TableRow row;
    row.cells.push_back({Runs{{RunKind::kCode, column.name}}});
    row.cells.push_back({Runs{{RunKind::kGiven, column.text}}});
    row.cells.push_back({c.say("codebook." + column.type)});
    row.cells.push_back({answers.empty() ? Runs{} : c.listed(answers)});
    table.rows.push_back(std::move(row));
  }
  c.add(std::move(table));
  return true;
}

}  // namespace hamdil::report
