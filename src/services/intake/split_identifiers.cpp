#include "services/intake/split_identifiers.hpp"

#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "protect/identifiers_words.hpp"

namespace hamdil::services::intake {
namespace {

using exchange::kobo::SurveyExport;
using exchange::kobo::SurveyTable;
using protect::IdentifierFinding;
using protect::Treatment;
using Findings = std::vector<std::vector<std::optional<IdentifierFinding>>>;  // by table and column

bool is_bookkeeping(const exchange::kobo::ColumnInfo& info, const data::Column& column) {
  if (info.type == data::QuestionType::kNote || info.type == data::QuestionType::kCsvExternal ||
      info.type == data::QuestionType::kXmlExternal)
    return true;
  return info.match == exchange::kobo::Match::kSystem || (info.question.empty() && column.name.starts_with('_'));
}

Findings findings_of(const SurveyExport& exported, const Questions& questions) {
  std::vector<protect::ColumnFacts> facts;
  for (const SurveyTable& table : exported.tables)
    for (std::size_t i = 0; i < table.columns.size(); ++i) facts.push_back(facts_of(table, i, questions));
  const auto all = protect::classify_columns(facts);
  Findings out;
  std::size_t next = 0;
  for (const SurveyTable& table : exported.tables) {
    out.emplace_back(all.begin() + static_cast<std::ptrdiff_t>(next),
                     all.begin() + static_cast<std::ptrdiff_t>(next + table.columns.size()));
    next += table.columns.size();
  }
  return out;
}

// An age or a year that was calculated from a date of birth says no more than if it had been asked.
bool tells_age(const SurveyExport& exported, const std::string& path) {
  for (const SurveyTable& table : exported.tables)
    for (std::size_t i = 0; i < table.columns.size(); ++i)
      if (table.columns[i].question == path) {
        const auto shape = protect::shape_of(&table.table.columns[i]);
        constexpr double kMost = 2100;  // months of life, or a year
        return table.table.columns[i].type == data::ColumnType::kCategory ||
               (shape.numeric && shape.least >= -1 && shape.most <= kMost);
      }
  return false;
}

// Calculated questions (by path) that use a recognised question, or one calculated from it. Times that the phone noted
// are no reason: the length of an interview tells nobody's name.
std::map<std::string, IdentifierFinding> made_of_recognised(const SurveyExport& exported, const Findings& findings,
                                                            const Questions& questions, const ImportRequest& request) {
  std::map<std::string, IdentifierFinding> sources;  // by leaf name, as ${...} refers to questions
  const auto add = [&](const std::string& path, const IdentifierFinding& finding) {
    const auto question = questions.find(path);
    const data::QuestionType type =
        question == questions.end() ? data::QuestionType::kNone : question->second.item->type;
    if (type != data::QuestionType::kStart && type != data::QuestionType::kEnd && type != data::QuestionType::kToday)
      sources.emplace(leaf_name(path), finding);
  };
  for (std::size_t t = 0; t < exported.tables.size(); ++t)
    for (std::size_t i = 0; i < exported.tables[t].columns.size(); ++i) {
      const std::string& path = exported.tables[t].columns[i].question;
      const std::string& name = exported.tables[t].table.columns[i].name;
      if (path.empty()) continue;
      if (listed(request.seal_columns, name))
        add(path, {name, protect::IdentifierClass::kName, ""});
      else if (findings[t][i] && (!listed(request.keep_columns, name) || findings[t][i]->treatment == Treatment::kDrop))
        add(path, *findings[t][i]);
    }
  std::map<std::string, IdentifierFinding> out;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& [path, placed] : questions) {
      const std::string& calculation = placed.item->calculation;
      if (calculation.empty() || out.contains(path) || listed(request.keep_columns, placed.item->name)) continue;
      for (const auto& [name, source] : sources) {
        if (calculation.find("${" + name + "}") == std::string::npos) continue;
        if (source.kind == protect::IdentifierClass::kBirth && tells_age(exported, path)) continue;
        IdentifierFinding made{placed.item->name, source.kind, "calculated from the sealed " + name, source.treatment};
        if (made.treatment == Treatment::kDrop) made.why = "calculated from " + name + ", which is stored nowhere";
        sources.emplace(placed.item->name, made);
        out.emplace(path, std::move(made));
        changed = true;
        break;
      }
    }
  }
  return out;
}

}  // namespace

std::string leaf_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

protect::ColumnFacts facts_of(const SurveyTable& table, std::size_t index, const Questions& questions) {
  const data::Column& column = table.table.columns[index];
  const auto& info = table.columns[index];
  protect::ColumnFacts facts{leaf_name(column.name), {}, "", &column, table.repeat.empty()};
  const auto question = questions.find(info.question);
  if (info.question.empty() || question == questions.end()) {
    if (column.name.starts_with('_')) facts.name = column.name;
    if (!column.label.empty()) facts.labels.push_back(column.label);
    return facts;
  }
  if (!info.choice.empty()) facts.name = question->second.item->name;
  facts.question_type = data::question_type_name(info.type);
  for (const auto& [language, label] : question->second.item->label.texts) facts.labels.push_back(label);
  return facts;
}

std::vector<Split> split_columns(const SurveyExport& exported, const Questions& questions, const ImportRequest& request,
                                 Receipt& receipt) {
  const Findings findings = findings_of(exported, questions);
  const auto made = made_of_recognised(exported, findings, questions, request);
  std::vector<Split> out(exported.tables.size());
  for (std::size_t t = 0; t < exported.tables.size(); ++t) {
    const SurveyTable& table = exported.tables[t];
    for (std::size_t i = 0; i < table.table.columns.size(); ++i) {
      const data::Column& column = table.table.columns[i];
      const auto from = made.find(table.columns[i].question);
      const bool is_made = !findings[t][i] && !table.columns[i].question.empty() && from != made.end();
      const std::optional<IdentifierFinding>& finding =
          is_made ? std::optional<IdentifierFinding>(from->second) : findings[t][i];
      const std::string name = table.repeat.empty() ? column.name : table.repeat + "/" + column.name;
      const bool drop = finding && finding->treatment == Treatment::kDrop;
      const bool asked_to_seal = listed(request.seal_columns, column.name);
      const bool recognised = finding && (drop || !listed(request.keep_columns, column.name));
      if (drop) {
        out[t].dropped.push_back(i);
        receipt.dropped.push_back({name, protect::identifier_class_name(finding->kind), finding->why});
      } else if (asked_to_seal || recognised) {
        out[t].sealed.push_back(i);
        receipt.sealed.push_back({name, finding ? protect::identifier_class_name(finding->kind) : "asked for",
                                  finding ? finding->why : "asked for by the person importing"});
        if (!asked_to_seal && finding->treatment == Treatment::kPseudonymise &&
            !is_bookkeeping(table.columns[i], column)) {
          out[t].answers.push_back(i);
          out[t].pseudonymised.push_back(i);
        }
      } else if (!is_bookkeeping(table.columns[i], column)) {
        out[t].answers.push_back(i);
      }
    }
  }
  return out;
}

void leave_out_lists(const SurveyExport& exported, const std::vector<Split>& splits, std::string& instrument_json) {
  std::set<std::string> hidden;  // leaf names of questions
  for (std::size_t t = 0; t < splits.size(); ++t)
    for (const auto* columns : {&splits[t].pseudonymised, &splits[t].dropped})
      for (const std::size_t i : *columns) hidden.insert(leaf_name(exported.tables[t].columns[i].question));
  if (hidden.empty() || instrument_json.empty()) return;
  Json instrument = Json::parse(instrument_json);
  std::set<std::string> used, unused;
  for (const Json& question : instrument["questions"])
    (hidden.contains(question.value("name", "")) ? unused : used).insert(question.value("list", ""));
  for (const std::string& list : unused)
    if (!list.empty() && !used.contains(list) && instrument["lists"].contains(list))
      instrument["lists"][list] = Json::array();
  instrument_json = instrument.dump();
}

}  // namespace hamdil::services::intake
