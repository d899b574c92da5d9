#include "model/declare.hpp"

#include <algorithm>

namespace hamdil::model::declare {
namespace {

// What every kind that people write has besides its own fields; a kind that declares one of them keeps its own.
std::vector<FieldDefinition> common_fields() {
  return {ref("programme", "The programme it belongs to.", "programme"),
          tags("tags", "Words to find it by.").of_keeping(),
          ref("owner", "Who looks after this record.", "person").of_keeping(),
          long_text("note", "What others should know about this record.").of_keeping(),
          files("attachments", "Files that belong to it: a letter, a list, a photograph.")};
}

bool tells_of_people(const KindDefinition& kind) {
  return kind.title_is_personal ||
         std::any_of(kind.fields.begin(), kind.fields.end(),
                     [](const FieldDefinition& field) { return field.personal != PersonalClass::kNone; });
}

}  // namespace

Workflow confirmed_by_people() {
  return {{"draft", "confirmed"}, {{"confirm", "draft", "confirmed"}, {"reopen", "confirmed", "draft"}}};
}

Workflow always_active() { return {{"active"}, {}}; }

Workflow planned_and_done() {
  return {{"planned", "ongoing", "completed", "suspended", "cancelled"},
          {{"start", "planned", "ongoing"},
           {"complete", "ongoing", "completed"},
           {"suspend", "ongoing", "suspended"},
           {"resume", "suspended", "ongoing"},
           gives_up({"cancel", "planned", "cancelled"}),
           gives_up({"abandon", "suspended", "cancelled"}),
           {"reopen", "completed", "ongoing"}}};
}

Workflow submitted_and_accepted() {
  return {{"draft", "in_review", "accepted", "returned"},
          {{"submit", "draft", "in_review"},
           {"accept", "in_review", "accepted"},
           {"return_with_comments", "in_review", "returned"},
           {"submit_again", "returned", "in_review"},
           {"reopen", "accepted", "in_review"}}};
}

KindDefinition kind(std::string name, std::string purpose, std::vector<FieldDefinition> fields, Workflow workflow) {
  KindDefinition out;
  out.name = std::move(name);
  out.purpose = std::move(purpose);
  out.fields = std::move(fields);
  out.states = std::move(workflow.states);
  out.transitions = std::move(workflow.transitions);
  return out;
}

KindDefinition complete_at_once(KindDefinition kind) {
  kind.complete_at_once = true;
  return kind;
}

KindDefinition locked(std::vector<std::string> states, KindDefinition kind, std::vector<std::string> open) {
  kind.locked_in = std::move(states);
  kind.open_when_locked = std::move(open);
  return kind;
}

KindDefinition of_a_person(KindDefinition kind) {
  kind.title_is_personal = true;
  return kind;
}

KindDefinition calculating(Calculated calculated, KindDefinition kind) {
  kind.calculated.push_back(std::move(calculated));
  return kind;
}

KindDefinition summed_within(std::string field, KindDefinition kind) {
  kind.summed_within = std::move(field);
  return kind;
}

KindDefinition named_by(std::string field, KindDefinition kind) {
  kind.name_field = std::move(field);
  return kind;
}

KindDefinition program_kind(std::string name, std::string purpose, std::vector<FieldDefinition> fields) {
  KindDefinition out = kind(std::move(name), std::move(purpose), std::move(fields), always_active());
  out.made_by_program = true;
  out.complete_at_once = true;
  return out;
}

std::vector<KindDefinition> in_area(const std::string& area, std::vector<KindDefinition> kinds) {
  for (KindDefinition& one : kinds) {
    one.area = area;
    if (one.made_by_program) continue;
    for (FieldDefinition& field : common_fields()) {
      // What is kept of people is kept of them in files, too.
      if (field.type == FieldType::kFiles && tells_of_people(one)) field.personal = PersonalClass::kIdentifier;
      if (one.find(field.name) == nullptr && field.name != one.name) one.fields.push_back(std::move(field));
    }
  }
  return kinds;
}

std::vector<std::string> sexes() { return {"female", "male", "mixed", "unknown"}; }
std::vector<std::string> age_bands() { return {"children", "youth", "adults", "older_people", "all_ages", "unknown"}; }
std::vector<std::string> low_to_high() { return {"low", "medium", "high"}; }
std::vector<std::string> audience_tiers() { return {"primary", "secondary", "tertiary"}; }
std::vector<std::string> frequencies() {
  return {"once", "monthly", "quarterly", "half_yearly", "yearly", "baseline_and_endline"};
}
std::vector<std::string> directions() { return {"rising", "stable", "falling", "unknown"}; }
std::vector<std::string> budget_categories() {
  return {"staff", "travel", "venue", "materials", "services", "equipment", "grants", "communication", "other"};
}

}  // namespace hamdil::model::declare
