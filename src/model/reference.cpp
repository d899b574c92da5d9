#include "model/reference.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "model/labels.hpp"
#include "model/rules.hpp"

namespace hamdil::model {
namespace {

const char* const kEnglish = "en";

std::string anchor(const std::string& kind) { return "[" + kind + "](#" + kind + ")"; }

std::string type_of(const FieldDefinition& field) {
  std::string out = field_type_name(field.type);
  if (!field.refers_to.empty()) out += " to " + anchor(field.refers_to);
  if (!field.within.empty()) out += ", of the same " + field.within;
  if (!field.choices.empty()) out += ": " + text::join(field.choices, ", ");
  if (!field.list.empty()) out += ", a " + field.list + " of the list";
  if (!field.unit.empty()) out += ", " + field.unit;
  if (field.least && field.greatest)
    out += ", " + text::format_number(*field.least) + " to " + text::format_number(*field.greatest);
  else if (field.least)
    out += ", at least " + text::format_number(*field.least);
  if (field.personal == PersonalClass::kContact) out += " (contact of a person)";
  if (field.personal == PersonalClass::kIdentifier) out += " (identifies a person)";
  if (field.result || field.approval) out += ", not copied";
  if (field.due == Due::kOwed)
    out += ", owed" + (field.done_in.empty() ? std::string() : " until " + text::join(field.done_in, " or "));
  if (field.due == Due::kNoticed) out += ", noticed ahead";
  if (field.locks) out += ", locked with it";
  if (field.summed) out += ", added up in lists";
  if (!field.hxl.empty()) out += " `" + field.hxl + "`";
  return out;
}

std::string fields_of(const KindDefinition& kind) {
  std::string out = "| field | label | type | meaning |\n|---|---|---|---|\n";
  for (const FieldDefinition& field : kind.fields)
    out += "| `" + field.name + "`" + (field.required ? " *" : "") + " | " +
           label_of_field(kind.name, field.name, kEnglish) + " | " + type_of(field) + " | " + field.help + " |\n";
  return out;
}

std::string columns_text(const KindDefinition& kind) {
  std::string out;
  for (const Calculated& one : kind.calculated)
    out += "\n`" + one.name + "` (" + label_of_field(kind.name, one.name, kEnglish) + "): " + one.help + "\n";
  if (!kind.columns.empty()) out += "\nLists show: " + text::join(kind.columns, ", ") + ".\n";
  return out;
}

std::string workflow_of(const KindDefinition& kind) {
  if (kind.states.size() == 1) return {};
  std::string out = "\nStates: " + text::join(kind.states, ", ") + ".\n\n";
  for (const Transition& transition : kind.transitions) {
    out += "- `" + transition.name + "`: " + transition.from + " → " + transition.to;
    if (!transition.needs.empty()) out += "; needs " + text::join(transition.needs, ", ");
    if (transition.gives_up) out += "; gives up";
    out += "\n";
  }
  if (!kind.locked_in.empty())
    out +=
        "\nLocked while " + text::join(kind.locked_in, " or ") + "; " +
        (kind.open_when_locked.empty() ? "" : "open all the same: " + text::join(kind.open_when_locked, ", ") + "; ") +
        "`tags`, `owner`, `note` and what the next step needs stay open.\n";
  return out;
}

std::string rules_text(const KindDefinition& kind) {
  const std::vector<const Rule*> rules = rules_of(kind.name);
  if (rules.empty()) return {};
  std::string out = "\nRules:\n\n";
  for (const Rule* rule : rules) {
    out += "- `" + rule->id + "`: " + rule->sentence;
    if (!rule->blocks.empty()) out += " Refuses " + text::join(rule->blocks, ", ") + ".";
    out += "\n";
  }
  return out;
}

}  // namespace

std::string records_reference() {
  std::map<std::string, std::vector<const KindDefinition*>> areas;
  for (const KindDefinition& kind : all_kinds()) areas[kind.area].push_back(&kind);
  std::string out =
      "# Kinds of record\n\nWritten from the declarations in src/model by the model tests "
      "(`HAMDIL_WRITE_REFERENCE=1 hamdil_model_tests`); do not edit. A field marked * must be filled once the record "
      "leaves its first state, or at once where there is only one. Every kind that people write also has `programme`, "
      "`tags`, `owner` and `note`.\n";
  for (const auto& [area, kinds] : areas) {
    out += "\n## " + label_of_area(area, kEnglish) + "\n";
    for (const KindDefinition* kind : kinds) {
      out += "\n### " + kind->name + "\n\n" + label_of_kind(kind->name, kEnglish) + ". " + kind->purpose +
             (kind->part_of() ? " Part of " + kind->part_of()->refers_to + "." : "") +
             (kind->made_by_program ? " Written by the program." : "") + "\n\n";
      out += fields_of(*kind) + columns_text(*kind) + workflow_of(*kind) + rules_text(*kind);
    }
  }
  return out;
}

}  // namespace hamdil::model
