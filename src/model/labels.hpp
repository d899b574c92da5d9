// What people read instead of the names in the declarations: labels in the language of the interface, from the message
// catalogue (content/messages/records.*.yaml), in English where a language lacks one, else made from the name.
//
// Ids: area.<area>, kind.<kind>, kind.<kind>.plural, purpose.<kind>, field.<field>, choice.<value>, state.<state>,
// transition.<name>, help.<field>, unit.<unit>, asks.<rule>, model.rule.<rule>. One translation serves all kinds;
// field.<kind>.<field>, help.<kind>.<field>, choice.<kind>.<field>.<value>, state.<kind>.<state> and
// transition.<kind>.<name> come first where they exist.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/catalogue.hpp"
#include "model/kind.hpp"
#include "model/rules.hpp"

namespace hamdil::model {

// "starts_on" -> "Starts on".
std::string plain_label(std::string_view name);

std::string label_of_area(std::string_view area, std::string_view language);
std::string label_of_kind(std::string_view kind, std::string_view language);
std::string plural_of_kind(std::string_view kind, std::string_view language);
std::string purpose_of_kind(const KindDefinition& kind, std::string_view language);
std::string label_of_field(std::string_view kind, std::string_view field, std::string_view language);
std::string help_of_field(const KindDefinition& kind, const FieldDefinition& field, std::string_view language);
std::string label_of_unit(std::string_view unit, std::string_view language);
std::string label_of_choice(std::string_view kind, std::string_view field, std::string_view value,
                            std::string_view language);
std::string label_of_state(std::string_view kind, std::string_view state, std::string_view language);
std::string label_of_transition(std::string_view kind, std::string_view transition, std::string_view language);

// What a rule asks, for people.
std::string sentence_of_rule(const Rule& rule, std::string_view language);

// The error with arguments as people read them. Those that name a field of the kind ("field", "from_field", a list in
// "fields"), a kind, state, transition, unit or category are given their labels; what a "rule" said is said again.
Error in_words(const Error& error, std::string_view kind, std::string_view language);
// What a rule says of a record of this kind, in the language.
std::string text_of_failure(const RuleFailure& failure, std::string_view kind, std::string_view language);

// Every id that the declarations ask of the catalogue, sorted: areas, kinds, plurals, fields, their help, choices,
// states, transitions.
std::vector<std::string> label_ids();

}  // namespace hamdil::model
