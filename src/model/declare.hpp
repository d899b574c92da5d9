// Words for declaring kinds of record, so that a declaration reads like a sentence:
// kind("visit", "A stay of the team in a place.", {ref("place", "Where.", "place").required(), date("starts", "...")}).
#pragma once

#include "model/kind.hpp"

namespace hamdil::model::declare {

// A field under construction. Every modifier gives a changed copy.
class Field : public FieldDefinition {
 public:
  Field(std::string name_, FieldType type_, std::string help_) {
    name = std::move(name_);
    type = type_;
    help = std::move(help_);
  }
  Field required() && { return FieldDefinition::required = true, std::move(*this); }
  Field whole() && { return FieldDefinition::whole = true, std::move(*this); }
  // The whole, and while it is locked so is this part.
  Field whole_that_locks() && { return FieldDefinition::locks = true, std::move(*this).whole(); }
  // Only what refers in `field` to the same record, or to this one where its kind has no such field.
  Field within(std::string field) && { return FieldDefinition::within = std::move(field), std::move(*this); }
  Field personal(PersonalClass how) && { return FieldDefinition::personal = how, std::move(*this); }
  Field hxl(std::string tag) && { return FieldDefinition::hxl = std::move(tag), std::move(*this); }
  Field between(double from, double to) && { return least = from, greatest = to, std::move(*this); }
  Field from_list(std::string codes) && { return list = std::move(codes), std::move(*this); }
  Field not_before(std::string earlier) && {
    return FieldDefinition::not_before = std::move(earlier), std::move(*this);
  }
  // What a copy of the record begins without.
  Field result() && { return FieldDefinition::result = true, std::move(*this); }
  Field approval() && { return FieldDefinition::approval = true, std::move(*this); }
  Field summed() && { return FieldDefinition::summed = true, std::move(*this); }
  Field in_currency(std::string field = "currency") && {
    return FieldDefinition::currency = std::move(field), std::move(*this);
  }
  // The day is past once the record stands in one of the states; always where none is named.
  Field happened(std::vector<std::string> states = {}) && {
    return FieldDefinition::happened = true, happened_in = std::move(states), std::move(*this);
  }
  // A task by that day, which the record has done in these states; where none is named it stays owed while there is the
  // record. What was given up is owed no longer.
  Field owed(std::vector<std::string> states = {}) && {
    return FieldDefinition::due = Due::kOwed, done_in = std::move(states), std::move(*this);
  }
  Field noticed() && { return FieldDefinition::due = Due::kNoticed, std::move(*this); }
  Field of_keeping() && { return FieldDefinition::of_keeping = true, std::move(*this); }
  Field web_address() && { return FieldDefinition::web_address = true, std::move(*this); }
  Field at_least(double from) && { return least = from, std::move(*this); }
};

inline Field text(std::string name, std::string help) { return {std::move(name), FieldType::kText, std::move(help)}; }
inline Field long_text(std::string name, std::string help) {
  return {std::move(name), FieldType::kLongText, std::move(help)};
}
inline Field translated(std::string name, std::string help) {
  return {std::move(name), FieldType::kTranslated, std::move(help)};
}
inline Field number(std::string name, std::string help, std::string unit = {}) {
  Field field(std::move(name), FieldType::kNumber, std::move(help));
  field.unit = std::move(unit);
  return field;
}
inline Field integer(std::string name, std::string help, std::string unit = {}) {
  Field field(std::move(name), FieldType::kInteger, std::move(help));
  field.unit = std::move(unit);
  return field;
}
inline Field yes_no(std::string name, std::string help) {
  return {std::move(name), FieldType::kBoolean, std::move(help)};
}
inline Field date(std::string name, std::string help) { return {std::move(name), FieldType::kDate, std::move(help)}; }
inline Field time(std::string name, std::string help) {
  return {std::move(name), FieldType::kTimestamp, std::move(help)};
}
inline Field choice(std::string name, std::string help, std::vector<std::string> choices) {
  Field field(std::move(name), FieldType::kChoice, std::move(help));
  field.choices = std::move(choices);
  return field;
}
inline Field ref(std::string name, std::string help, std::string kind) {
  Field field(std::move(name), FieldType::kReference, std::move(help));
  field.refers_to = std::move(kind);
  return field;
}
inline Field refs(std::string name, std::string help, std::string kind) {
  Field field(std::move(name), FieldType::kReferences, std::move(help));
  field.refers_to = std::move(kind);
  return field;
}
inline Field tags(std::string name, std::string help) { return {std::move(name), FieldType::kTags, std::move(help)}; }
// Words of which the usual ones have a name in each language; others may be written.
inline Field tags(std::string name, std::string help, std::vector<std::string> usual) {
  Field field = tags(std::move(name), std::move(help));
  field.choices = std::move(usual);
  return field;
}
inline Field currency(std::string name = "currency") {
  return text(std::move(name), "In which currency.").from_list("currency");
}
inline Field language(std::string help = "In which language.", std::string name = "language") {
  return text(std::move(name), std::move(help)).from_list("language");
}
inline Field languages(std::string help) { return tags("languages", std::move(help)).from_list("language"); }
inline Field digest(std::string name, std::string help) {
  return {std::move(name), FieldType::kDigest, std::move(help)};
}
inline Field files(std::string name, std::string help) { return {std::move(name), FieldType::kFiles, std::move(help)}; }
inline Field data(std::string name, std::string help) { return {std::move(name), FieldType::kData, std::move(help)}; }

// The step gives the record up, so that rules and lists stop expecting anything of it.
inline Transition gives_up(Transition step) {
  step.gives_up = true;
  return step;
}

// The states of a kind, the first being that of a new record, and the ways between them.
struct Workflow {
  std::vector<std::string> states;
  std::vector<Transition> transitions;
};

// A draft that is confirmed when it is complete and can be opened again.
Workflow confirmed_by_people();
// One state only, which takes drafts: rules ask for what is required.
Workflow always_active();
// planned, under way, done; or put off, or given up.
Workflow planned_and_done();
// draft, in review, accepted; or sent back with comments. What was accepted can be reviewed again.
Workflow submitted_and_accepted();

KindDefinition kind(std::string name, std::string purpose, std::vector<FieldDefinition> fields,
                    Workflow workflow = confirmed_by_people());
// What is required is required at once, because the record says nothing or harms without it.
KindDefinition complete_at_once(KindDefinition kind);
// In these states what its records say stands, but for the fields named `open`.
KindDefinition locked(std::vector<std::string> states, KindDefinition kind, std::vector<std::string> open = {});
// The title of its records names a living person.
KindDefinition of_a_person(KindDefinition kind);
// The translated field says the name of its records in each language; the title is how they are known in lists of
// codes.
KindDefinition named_by(std::string field, KindDefinition kind);
// Written by imports, analyses and products only; people read it.
KindDefinition program_kind(std::string name, std::string purpose, std::vector<FieldDefinition> fields);
// With a column that is the product of others.
KindDefinition calculating(Calculated calculated, KindDefinition kind);
// What its lists add up belongs together only where this reference is the same.
KindDefinition summed_within(std::string field, KindDefinition kind);
// The kinds of one area, each with the fields that all kinds people write have in common.
std::vector<KindDefinition> in_area(const std::string& area, std::vector<KindDefinition> kinds);

// Choices that several kinds share.
std::vector<std::string> sexes();        // of a group of people
std::vector<std::string> age_bands();    // never overlapping
std::vector<std::string> low_to_high();  // low, medium, high
std::vector<std::string> audience_tiers();
std::vector<std::string> frequencies();
std::vector<std::string> directions();  // of a trend
std::vector<std::string> budget_categories();

}  // namespace hamdil::model::declare

namespace hamdil::model {

// What the lists of a kind show (columns.cpp); empty where the kind says nothing of it.
std::vector<std::string> columns_of_list(const std::string& kind);

// One list an area; kinds.cpp joins them.
std::vector<KindDefinition> ground_kinds();
std::vector<KindDefinition> inception_kinds();
std::vector<KindDefinition> review_kinds();  // of literature: area inception
std::vector<KindDefinition> field_kinds();
std::vector<KindDefinition> protection_kinds();
std::vector<KindDefinition> analysis_kinds();
std::vector<KindDefinition> qualitative_kinds();
std::vector<KindDefinition> context_kinds();  // conflict and context analysis: area qualitative
std::vector<KindDefinition> findings_kinds();
std::vector<KindDefinition> strategy_kinds();
std::vector<KindDefinition> budget_kinds();  // area strategy
std::vector<KindDefinition> monitoring_kinds();
std::vector<KindDefinition> capacity_kinds();
std::vector<KindDefinition> coordination_kinds();
std::vector<KindDefinition> plan_review_kinds();  // review of plans of action: area coordination
std::vector<KindDefinition> products_kinds();
std::vector<KindDefinition> admin_kinds();

}  // namespace hamdil::model
