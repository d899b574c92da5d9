#include "model/labels.hpp"

#include <initializer_list>
#include <set>

namespace hamdil::model {
namespace {

std::string id(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) out.append(out.empty() ? "" : ".").append(part);
  return out;
}

// The first of the ids that the language has, else that English has, else `otherwise`.
std::string first_of(std::string_view language, std::initializer_list<std::string> ids, std::string otherwise) {
  for (const std::string_view in : {language, std::string_view("en")})
    for (const std::string& one : ids)
      if (const std::string* found = Catalogue::built_in().find(in, one); found != nullptr) return *found;
  return otherwise;
}

}  // namespace

std::string plain_label(std::string_view name) {
  std::string out(name);
  for (char& c : out)
    if (c == '_') c = ' ';
  if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
  return out;
}

std::string label_of_area(std::string_view area, std::string_view language) {
  return first_of(language, {id({"area", area})}, plain_label(area));
}

std::string label_of_kind(std::string_view kind, std::string_view language) {
  return first_of(language, {id({"kind", kind})}, plain_label(kind));
}

std::string plural_of_kind(std::string_view kind, std::string_view language) {
  return first_of(language, {id({"kind", kind, "plural"}), id({"kind", kind})}, plain_label(kind));
}

std::string purpose_of_kind(const KindDefinition& kind, std::string_view language) {
  return first_of(language, {id({"purpose", kind.name})}, kind.purpose);
}

std::string label_of_field(std::string_view kind, std::string_view field, std::string_view language) {
  return first_of(language, {id({"field", kind, field}), id({"field", field})}, plain_label(field));
}

std::string help_of_field(const KindDefinition& kind, const FieldDefinition& field, std::string_view language) {
  return first_of(language, {id({"help", kind.name, field.name})}, field.help);
}

std::string label_of_choice(std::string_view kind, std::string_view field, std::string_view value,
                            std::string_view language) {
  return first_of(language, {id({"choice", kind, field, value}), id({"choice", value})}, plain_label(value));
}

std::string label_of_state(std::string_view kind, std::string_view state, std::string_view language) {
  return first_of(language, {id({"state", kind, state}), id({"state", state})}, plain_label(state));
}

std::string label_of_transition(std::string_view kind, std::string_view transition, std::string_view language) {
  return first_of(language, {id({"transition", kind, transition}), id({"transition", transition})},
                  plain_label(transition));
}

std::string text_of_failure(const RuleFailure& failure, std::string_view kind, std::string_view language) {
  Error problem = failure.problem;
  for (auto& [name, value] : problem.args) {
    if (name == "field") value = label_of_field(kind, value, language);
    if (name == "kind") value = label_of_kind(value, language);
    if (name == "unit" || name == "category") value = label_of_choice(kind, name, value, language);
  }
  return Catalogue::built_in().error_text(language, problem);
}

std::vector<std::string> label_ids() {
  std::set<std::string> ids;
  for (const KindDefinition& kind : all_kinds()) {
    ids.insert({id({"area", kind.area}), id({"kind", kind.name}), id({"kind", kind.name, "plural"})});
    for (const FieldDefinition& field : kind.fields) {
      ids.insert(id({"field", field.name}));
      for (const std::string& value : field.choices) ids.insert(id({"choice", value}));
    }
    for (const std::string& state : kind.states) ids.insert(id({"state", state}));
    for (const Transition& transition : kind.transitions) ids.insert(id({"transition", transition.name}));
  }
  return {ids.begin(), ids.end()};
}

}  // namespace hamdil::model
