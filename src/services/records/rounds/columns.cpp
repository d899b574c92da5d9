#include "services/records/rounds/columns.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/records/for_export.hpp"

namespace hamdil::services::records::rounds {
namespace {

using model::FieldDefinition;
using model::FieldType;

constexpr std::size_t kLongestList = 500;

bool goes_round(const FieldDefinition& field) {
  return field.personal == model::PersonalClass::kNone && !model::is_of_machine(field) && field.name != "library_id";
}

std::string word(const std::string& language, const char* id) { return Catalogue::built_in().text(language, id); }

}  // namespace

Result<RoundColumns> RoundColumns::make(const store::Workspace& workspace, const model::KindDefinition& kind,
                                        const std::string& language) {
  RoundColumns out;
  out.language_ = language;
  out.columns_.push_back({"title", Catalogue::built_in().text(language, "ui.title"), nullptr, "", {}});
  for (const FieldDefinition& field : kind.fields) {
    if (!goes_round(field)) continue;
    const std::string label = model::label_of_field(kind.name, field.name, language);
    if (field.type == FieldType::kTranslated) {
      for (const std::string& tag : Catalogue::built_in().languages())
        out.columns_.push_back({field.name + ":" + tag, label + " (" + tag + ")", &field, tag, {}});
      continue;
    }
    RoundColumn column{field.name, label, &field, "", {}};
    if (field.type == FieldType::kBoolean) column.texts = {word(language, "round.yes"), word(language, "round.no")};
    for (const std::string& choice : field.choices)
      column.texts.push_back(model::label_of_choice(kind.name, field.name, choice, language));
    if (!field.refers_to.empty() && !out.titles_.contains(field.refers_to)) {
      auto& titles = out.titles_[field.refers_to];
      auto& ids = out.ids_[field.refers_to];
      HAMDIL_TRY(const auto records, workspace.list(field.refers_to));
      for (const model::Record& record : records) {
        const auto shown = for_export(record);
        if (!shown) continue;
        std::string text = shown->title;
        if (ids.contains(text)) text += " [" + record.id.substr(0, 6) + "]";
        titles[record.id] = text;
        ids[text] = record.id;
      }
    }
    if (field.type == FieldType::kReference && out.ids_[field.refers_to].size() <= kLongestList)
      for (const auto& [text, id] : out.ids_[field.refers_to]) column.texts.push_back(text);
    out.columns_.push_back(std::move(column));
  }
  return out;
}

const RoundColumn* RoundColumns::find(const std::string& name) const {
  const auto found = std::find_if(columns_.begin(), columns_.end(), [&](const auto& c) { return c.name == name; });
  return found == columns_.end() ? nullptr : &*found;
}

std::string RoundColumns::reference_text(const std::string& kind, const std::string& id) const {
  const auto& titles = titles_.at(kind);
  const auto found = titles.find(id);
  return found == titles.end() ? "[" + id + "]" : found->second;
}

std::string RoundColumns::text_of(const model::Record& record, const RoundColumn& column) const {
  if (column.field == nullptr) return record.title;
  const Json fields = record.fields();
  const auto value = fields.find(column.field->name);
  if (value == fields.end() || value->is_null()) return {};
  if (!column.part.empty()) return value->is_object() ? value->value(column.part, std::string()) : std::string();
  switch (column.field->type) {
    case FieldType::kBoolean:
      return column.texts[value->get<bool>() ? 0 : 1];
    case FieldType::kChoice: {
      const auto& choices = column.field->choices;
      const auto at = std::find(choices.begin(), choices.end(), value->get<std::string>()) - choices.begin();
      return at < static_cast<std::ptrdiff_t>(choices.size()) ? column.texts[static_cast<std::size_t>(at)] : "";
    }
    case FieldType::kReference:
      return reference_text(column.field->refers_to, value->get<std::string>());
    case FieldType::kReferences: {
      std::vector<std::string> texts;
      for (const Json& id : *value) texts.push_back(reference_text(column.field->refers_to, id.get<std::string>()));
      return join_cell(texts);
    }
    default:
      return value_to_cell(*value);
  }
}

Result<Json> RoundColumns::value_of(const std::string& text, const RoundColumn& column) const {
  const std::string trimmed = text::trim(text);
  if (trimmed.empty() || column.field == nullptr) return trimmed.empty() ? Json() : Json(trimmed);
  if (!column.part.empty()) return Json(trimmed);
  if (column.field->type == FieldType::kBoolean || column.field->type == FieldType::kChoice)
    for (std::size_t i = 0; i < column.texts.size(); ++i)
      if (text::fold(column.texts[i]) == text::fold(trimmed))
        return column.field->type == FieldType::kBoolean ? Json(i == 0) : Json(column.field->choices[i]);
  return cell_to_value(trimmed, *column.field, [this](const std::string& kind, const std::string& given) {
    const std::map<std::string, std::string>& ids = ids_.at(kind);
    std::optional<std::string> out;
    if (const auto found = ids.find(given); found != ids.end()) return std::optional(found->second);
    if (titles_.at(kind).contains(given)) return std::optional(given);
    if (given.size() == 18 && given.front() == '[') return std::optional(given.substr(1, 16));  // out of reach: as sent
    for (const auto& [title, id] : ids)
      if (text::fold(title) == text::fold(given)) {
        if (out) return std::optional<std::string>();
        out = id;
      }
    return out;
  });
}

}  // namespace hamdil::services::records::rounds
