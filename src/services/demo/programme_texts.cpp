#include "services/demo/programme_texts.hpp"

#include <algorithm>
#include <set>

#include "base/catalogue.hpp"
#include "base/embedded.hpp"
#include "model/labels.hpp"

namespace hamdil::services::demo {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;

constexpr const char* kTitle = "title";
constexpr const char* kEnglish = "en";

Result<Json> read_file(const std::string& name) {
  const auto bytes = find_embedded(name);
  if (!bytes)
    return Error("demo.programme.content", "The program lacks the demonstration's file {file}.", {{"file", name}});
  return parse_yaml(*bytes, name);
}

// The texts of a value: itself, those of a list, or the English one of a text by language.
std::vector<std::string> texts_of(const Json& value) {
  if (value.is_string()) return {value.get<std::string>()};
  if (value.is_object()) return {value.value(kEnglish, "")};
  std::vector<std::string> out;
  for (const Json& one : value) out.push_back(one.get<std::string>());
  return out;
}

// Codes of a list and names of kinds are no text.
bool holds_text(const FieldDefinition& field) {
  const bool is_text = field.type == FieldType::kText || field.type == FieldType::kLongText ||
                       field.type == FieldType::kTags || field.type == FieldType::kTranslated;
  return is_text && field.list.empty() && !field.name.ends_with("_kind");
}

}  // namespace

bool is_in_a_language(const std::string& text) {
  return text.find('@') == std::string::npos &&
         std::any_of(text.begin(), text.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string sample_title(const KindDefinition& kind, const std::string& language) {
  return "DEMO " + model::label_of_kind(kind.name, language);
}

const Result<ProgrammeTexts>& ProgrammeTexts::built_in() {
  static const Result<ProgrammeTexts> texts = read();
  return texts;
}

Result<ProgrammeTexts> ProgrammeTexts::read() {
  ProgrammeTexts out;
  HAMDIL_TRY(const Json content, read_file("demo-programme.yaml"));
  out.records_ = content.value("records", Json::array());
  std::map<std::string, Json> translations;
  for (const std::string& language : Catalogue::built_in().languages()) {
    if (language == kEnglish) continue;
    HAMDIL_TRY(const Json file, read_file("demo-programme." + language + ".yaml"));
    translations[language] = file.value("texts", Json::object());
  }
  HAMDIL_CHECK(out.learn(translations));
  return out;
}

Status ProgrammeTexts::learn(const std::map<std::string, Json>& translations) {
  const auto learn_text = [&](const std::string& kind, const std::string& field, const std::string& text) -> Status {
    if (!is_in_a_language(text)) return Done{};
    Said said = {{kEnglish, text}};
    for (const auto& [language, words] : translations) {
      said[language] = words.value(text, "");
      if (said[language].empty())
        return Error("demo.programme.content", "“{text}” of the demonstration is not there in {language}.",
                     {{"text", text}, {"language", language}})
            .at({.file = "demo-programme." + language + ".yaml"});
    }
    add(kind, field, said);
    return Done{};
  };
  std::set<std::string> with_content;
  for (const Json& record : records_) {
    const KindDefinition* kind = model::find_kind(record.value("kind", ""));
    if (kind == nullptr) continue;  // whoever writes the record says so
    with_content.insert(kind->name);
    HAMDIL_CHECK(learn_text(kind->name, kTitle, record.value("title", "")));
    const Json fields = record.value("fields", Json::object());
    for (const auto& [name, value] : fields.items()) {
      const FieldDefinition* field = kind->find(name);
      if (field == nullptr || !holds_text(*field)) continue;
      for (const std::string& text : texts_of(value)) HAMDIL_CHECK(learn_text(kind->name, name, text));
    }
  }
  for (const KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program || with_content.contains(kind.name)) continue;
    Said said;
    for (const std::string& language : Catalogue::built_in().languages()) said[language] = sample_title(kind, language);
    add(kind.name, kTitle, said);
    // As demonstrations of earlier versions have it.
    std::string words = kind.name;
    std::replace(words.begin(), words.end(), '_', ' ');
    own_.try_emplace({kind.name, kTitle, "DEMO " + words}, said);
  }
  return Done{};
}

void ProgrammeTexts::add(const std::string& kind, const std::string& field, const Said& said) {
  for (const auto& [language, text] : said) own_.try_emplace({kind, field, text}, said);
}

const ProgrammeTexts::Said* ProgrammeTexts::find(const std::string& kind, const std::string& field,
                                                 const std::string& text) const {
  const auto found = own_.find({kind, field, text});
  return found == own_.end() ? nullptr : &found->second;
}

void ProgrammeTexts::say_text(Json& text, const std::string& kind, const std::string& field,
                              const std::string& language) const {
  if (!text.is_string()) return;
  if (const Said* said = find(kind, field, text.get<std::string>())) text = said->at(language);
}

void ProgrammeTexts::add_languages(Json& texts, const std::string& kind, const std::string& field) const {
  const auto english = texts.find(kEnglish);
  if (english == texts.end() || !english->is_string()) return;
  const Said* said = find(kind, field, english->get<std::string>());
  if (said == nullptr) return;
  for (const auto& [language, text] : *said)
    if (!texts.contains(language)) texts[language] = text;
}

bool ProgrammeTexts::say(model::Record& record, const std::string& language) const {
  Json title = record.title;
  say_text(title, record.kind, kTitle, language);
  const Json before = record.fields();
  Json fields = before;
  for (const auto& [name, value] : fields.items()) {
    if (value.is_object()) {
      add_languages(value, record.kind, name);
    } else if (value.is_array()) {
      for (Json& one : value) say_text(one, record.kind, name, language);
    } else {
      say_text(value, record.kind, name, language);
    }
  }
  if (title == record.title && fields == before) return false;
  record.title = title.get<std::string>();
  record.set_fields(fields);
  return true;
}

std::string ProgrammeTexts::language_of(const model::Record& record) const {
  const Said* said = find(record.kind, kTitle, record.title);
  if (said == nullptr) return {};
  const auto found =
      std::find_if(said->begin(), said->end(), [&](const auto& one) { return one.second == record.title; });
  return found == said->end() ? kEnglish : found->first;
}

}  // namespace hamdil::services::demo
