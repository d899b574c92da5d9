#include "services/intake/table_questions.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "services/intake/instrument.hpp"

namespace hamdil::services::intake {
namespace {

data::Translated words_of(const data::CodebookEntry* entry, const std::string& label) {
  data::Translated out;
  if (entry != nullptr && !entry->labels.empty()) return entry->labels;
  if (!label.empty()) out.set("", label);
  return out;
}

data::ChoiceList choices_of(const data::Column& column, const data::CodebookEntry* entry,
                            const std::set<std::string>& listed) {
  data::ChoiceList out{.name = column.name};
  for (const data::Level& level : column.levels) {
    if (!listed.contains(level.value)) continue;
    data::Choice choice{.name = level.value};
    if (entry != nullptr)
      for (const auto& [value, labels] : entry->level_labels)
        if (value == level.value) choice.label = labels;
    if (choice.label.empty() && level.label != level.value && !level.label.empty()) choice.label.set("", level.label);
    out.choices.push_back(std::move(choice));
  }
  return out;
}

// As the codebook declares it: the type found in the answers may change with the next file.
data::QuestionType type_of(const data::CodebookEntry* entry, bool has_choices) {
  if (has_choices) return data::QuestionType::kSelectOne;
  if (entry == nullptr || !entry->type) return data::QuestionType::kText;
  switch (*entry->type) {
    case data::ColumnType::kInteger:
      return data::QuestionType::kInteger;
    case data::ColumnType::kNumber:
      return data::QuestionType::kDecimal;
    case data::ColumnType::kDate:
      return data::QuestionType::kDate;
    case data::ColumnType::kDateTime:
      return data::QuestionType::kDateTime;
    default:
      return data::QuestionType::kText;
  }
}

}  // namespace

std::string table_questions_json(const data::Table& answers, const data::Codebook* codebook,
                                 const std::map<std::string, std::set<std::string>>& listed,
                                 const std::set<std::string>& pseudonymised) {
  data::Form form;
  for (const data::Column& column : answers.columns) {
    if (column.name.starts_with('_')) continue;
    const data::CodebookEntry* entry = codebook == nullptr ? nullptr : codebook->find(column.name);
    data::FormItem question;
    question.name = column.name;
    question.label = words_of(entry, column.label);
    const auto levels = listed.find(column.name);
    data::ChoiceList choices = levels == listed.end() || pseudonymised.contains(column.name)
                                   ? data::ChoiceList()
                                   : choices_of(column, entry, levels->second);
    if (question.label.empty() && choices.choices.empty()) continue;
    question.type = type_of(entry, !choices.choices.empty());
    const auto note_languages = [&form](const data::Translated& words) {
      for (const auto& [language, words_in_it] : words.texts)
        if (std::find(form.languages.begin(), form.languages.end(), language) == form.languages.end())
          form.languages.push_back(language);
    };
    note_languages(question.label);
    for (const data::Choice& choice : choices.choices) note_languages(choice.label);
    if (!choices.choices.empty()) {
      question.list = choices.name;
      form.lists.push_back(std::move(choices));
    }
    form.items.push_back(std::move(question));
  }
  return form.items.empty() ? std::string() : instrument_json(form).dump();
}

}  // namespace hamdil::services::intake
