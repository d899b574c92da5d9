#include "model/labels.hpp"

#include <algorithm>
#include <initializer_list>
#include <set>

#include "base/text.hpp"

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

// Within writing from right to left, dates and Latin words keep their own direction: between FSI and PDI.
std::string isolated(const std::string& value, std::string_view language) {
  const auto turns = [](const char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; };
  if (!is_right_to_left(language) || std::none_of(value.begin(), value.end(), turns)) return value;
  // A title of Persian words runs as those do, although it begins with DEMO or the name of an agency.
  const auto leads = [](const char c) { return (c & 0xFC) == 0xD8; };  // letters of Arabic script, in UTF-8
  const bool is_persian = 2 * std::count_if(value.begin(), value.end(), leads) >=
                          std::count_if(value.begin(), value.end(), [&](const char c) { return turns(c) || leads(c); });
  return (is_persian ? "\u2067" : "\u2068") + value + "\u2069";
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
  return first_of(language, {id({"help", kind.name, field.name}), id({"help", field.name})}, field.help);
}

std::string label_of_unit(std::string_view unit, std::string_view language) {
  return unit.empty() ? std::string() : first_of(language, {id({"unit", unit})}, std::string(unit));
}

std::string sentence_of_rule(const Rule& rule, std::string_view language) {
  return first_of(language, {id({"asks", rule.id}), id({"asks", rule.message})}, rule.sentence);
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

Error in_words(const Error& error, std::string_view kind, std::string_view language) {
  Error out = error;
  // What is not declared is somebody's own word and stays as it is.
  const auto label = [&](std::initializer_list<std::string> ids, const std::string& word) {
    return first_of(language, ids, word);
  };
  const auto labels = [&](const std::string& names) {
    std::vector<std::string> each = text::split(names, ',');
    for (std::string& one : each) {
      one = text::trim(one);
      one = label({id({"field", kind, one}), id({"field", one})}, one);
    }
    return text::join(each, Catalogue::built_in().text(language, "list.between"));
  };
  const auto field =
      std::find_if(error.args.begin(), error.args.end(), [](const auto& arg) { return arg.first == "field"; });
  const auto choices = [&](const std::string& values) {
    std::vector<std::string> each = text::split(values, ',');
    for (std::string& one : each)
      one = label_of_choice(kind, field == error.args.end() ? "" : field->second, text::trim(one), language);
    return text::join(each, Catalogue::built_in().text(language, "list.between"));
  };
  for (auto& [name, value] : out.args) {
    if (name == "field" || name == "fields" || name.ends_with("_field")) value = labels(value);
    if (name == "choices") value = choices(value);
    if (name == "kind") value = label({id({"kind", value})}, value);
    if (name == "state") value = label({id({"state", kind, value}), id({"state", value})}, value);
    if (name == "transition") value = label({id({"transition", kind, value}), id({"transition", value})}, value);
    if (name == "unit" || name == "category")
      value = label({id({"choice", kind, name, value}), id({"choice", value})}, value);
    if (name != "expected" && name != "rule" && name != "problem") value = isolated(value, language);
  }
  const auto rule = std::find_if(error.args.begin(), error.args.end(), [](const auto& arg) {
    return arg.first == "rule" && find_rule(arg.second) != nullptr;
  });
  if (rule != error.args.end())
    for (auto& [name, value] : out.args)
      if (name == "problem")
        value = Catalogue::built_in().error_text(language, broken(*find_rule(rule->second), out.args));
  return out;
}

std::string text_of_failure(const RuleFailure& failure, std::string_view kind, std::string_view language) {
  return Catalogue::built_in().error_text(language, in_words(failure.problem, kind, language));
}

std::vector<std::string> label_ids() {
  std::set<std::string> ids;
  for (const KindDefinition& kind : all_kinds()) {
    ids.insert({id({"area", kind.area}), id({"kind", kind.name}), id({"kind", kind.name, "plural"})});
    for (const FieldDefinition& field : kind.fields) {
      ids.insert({id({"field", field.name}), id({"help", field.name})});
      for (const std::string& value : field.choices) ids.insert(id({"choice", value}));
    }
    for (const Calculated& one : kind.calculated) ids.insert({id({"field", one.name}), id({"help", one.name})});
    for (const std::string& state : kind.states) ids.insert(id({"state", state}));
    for (const Transition& transition : kind.transitions) ids.insert(id({"transition", transition.name}));
  }
  return {ids.begin(), ids.end()};
}

}  // namespace hamdil::model
