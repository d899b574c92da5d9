#include "services/records/list_words.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/catalogue.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/records/list_cells.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;

std::string plain(const std::string& name) { return text::fold(text::replace_all(name, "-", " ")); }

// Whether a text is this one of the catalogue, in any language.
bool says(const std::string& text, const std::string& id) {
  const auto& catalogue = Catalogue::built_in();
  const auto languages = catalogue.languages();
  return std::any_of(languages.begin(), languages.end(), [&](const std::string& language) {
    return folded_head(catalogue.text(language, id)) == folded_head(text);
  });
}

bool is_target(const KindDefinition& kind, const std::string& name) {
  const FieldDefinition* field = kind.find(name.substr(0, name.find(':')));
  return field != nullptr || name == "id" || name == "version" || name == "title" || name == "state";
}

// "Total [amount]", "Names [names:tg]": the name in brackets says it.
std::optional<std::string> in_brackets(const KindDefinition& kind, const std::string& column) {
  const std::size_t open = column.rfind(" [");
  if (open == std::string::npos || !column.ends_with(']')) return std::nullopt;
  const std::string name = column.substr(open + 2, column.size() - open - 3);
  const bool is_calculated =
      std::any_of(kind.calculated.begin(), kind.calculated.end(), [&](const auto& one) { return one.name == name; });
  if (is_calculated) return "";
  return is_target(kind, name) ? std::optional(name) : std::nullopt;
}

// "names:tg", "Names:tg", "parent:title", "Lies in:id".
std::optional<std::string> with_colon(const KindDefinition& kind, const KnownNames& known, const std::string& column) {
  const std::size_t colon = column.rfind(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string before = column.substr(0, colon), behind = text::trim(column.substr(colon + 1));
  const auto label = known.labels.find(folded_head(before));
  for (const FieldDefinition& field : kind.fields) {
    if (plain(before) != plain(field.name) && (label == known.labels.end() || label->second != field.name)) continue;
    if (field.type == FieldType::kTranslated) return field.name + ":" + behind;
    if (!field.refers_to.empty() && behind == "title") return "";
    if (!field.refers_to.empty() && behind == "id") return field.name + ":id";
  }
  return std::nullopt;
}

bool is_calculated(const KindDefinition& kind, const std::string& column) {
  const auto languages = Catalogue::built_in().languages();
  return std::any_of(kind.calculated.begin(), kind.calculated.end(), [&](const model::Calculated& one) {
    return plain(one.name) == plain(column) ||
           std::any_of(languages.begin(), languages.end(), [&](const std::string& language) {
             return folded_head(model::label_of_field(kind.name, one.name, language)) == folded_head(column);
           });
  });
}

}  // namespace

std::optional<std::string> sure_field(const KindDefinition& kind, const KnownNames& known, const std::string& column) {
  if (auto named = in_brackets(kind, column)) return named;
  if (auto parted = with_colon(kind, known, column)) return parted;
  for (const char* name : {"id", "version", "title", "state"})
    if (plain(name) == plain(column)) return name;
  for (const FieldDefinition& field : kind.fields)
    if (field.type != model::FieldType::kFiles && plain(field.name) == plain(column)) return field.name;
  // "Period / From": the whole, else what names the single column, else what spans it.
  for (const std::string& part : parts_of(column))
    if (const auto label = known.labels.find(part); label != known.labels.end()) return label->second;
  if (says(column, "ui.state")) return "state";
  if (says(column, "ui.demo") || is_calculated(kind, column)) return "";
  return std::nullopt;
}

std::string head_of(const KindDefinition& kind, const KnownNames& known, const std::string& field,
                    const std::string& language) {
  const std::size_t colon = field.find(':');
  const std::string name = field.substr(0, colon);
  if (name == "id" || name == "version") return name;  // for the program, in every language
  const auto& catalogue = Catalogue::built_in();
  std::string head = name == "title"   ? catalogue.text(language, "ui.title")
                     : name == "state" ? catalogue.text(language, "ui.state")
                                       : model::label_of_field(kind.name, name, language);
  if (colon != std::string::npos) head += field.substr(colon);
  const bool is_field = is_target(kind, name);
  const auto taken_for = sure_field(kind, known, head);
  if (taken_for && *taken_for == (is_field ? field : "")) return head;
  return head + " [" + field + "]";
}

std::string demo_head(const std::string& language) { return Catalogue::built_in().text(language, "ui.demo"); }

std::string choice_text(const KindDefinition& kind, const FieldDefinition& field, const std::string& value,
                        const std::string& language) {
  const std::string label = model::label_of_choice(kind.name, field.name, value, language);
  const auto strict =
      cell_to_value(label, field, [](const std::string&, const std::string&) { return std::optional<std::string>(); });
  const auto read = strict ? std::optional(*strict) : loose_value(label, kind, field);
  return read && *read == Json(value) ? label : value;
}

std::string state_text(const KindDefinition& kind, const std::string& state, const std::string& language) {
  const std::string label = model::label_of_state(kind.name, state, language);
  return state_of(kind, label) == state ? label : state;
}

std::string boolean_text(bool value, const std::string& language) {
  return Catalogue::built_in().text(language, value ? "ui.yes" : "ui.no");
}

std::string state_of(const KindDefinition& kind, const std::string& text) {
  if (std::find(kind.states.begin(), kind.states.end(), text) != kind.states.end()) return text;
  std::set<std::string> found;
  for (const std::string& state : kind.states)
    for (const std::string& language : Catalogue::built_in().languages())
      if (text::fold(model::label_of_state(kind.name, state, language)) == text::fold(text)) found.insert(state);
  return found.size() == 1 ? *found.begin() : text;
}

std::optional<bool> boolean_of(const std::string& text) {
  const std::string folded = text::fold(text);
  for (const char* yes : {"true", "yes", "1", "да", "ҳа", "بله"})
    if (folded == text::fold(yes)) return true;
  for (const char* no : {"false", "no", "0", "нет", "не", "نه", "خیر"})
    if (folded == text::fold(no)) return false;
  if (says(text, "ui.yes")) return true;
  if (says(text, "ui.no")) return false;
  return std::nullopt;
}

}  // namespace hamdil::services::records
