// Heads and values of a list in somebody's language, and back: what is written here is what sure_field and the readers
// of cells take for the same, in every language. Internal to exchange_list.
#pragma once

#include <optional>
#include <string>

#include "model/kind.hpp"
#include "services/records/list_head.hpp"

namespace hamdil::services::records {

// The field that a column surely is, whatever its language: "title", "names:tg", "place:id" (ids of a reference whose
// titles stand in a column of their own); "" for columns that are to be passed over; none where it is not sure.
std::optional<std::string> sure_field(const model::KindDefinition& kind, const KnownNames& known,
                                      const std::string& column);

// The head of a column; where its label could be taken for something else, with the name behind it: "Total [amount]".
std::string head_of(const model::KindDefinition& kind, const KnownNames& known, const std::string& field,
                    const std::string& language);
// The head of the column that marks every row of a demonstration.
std::string demo_head(const std::string& language);

// A choice, a state, yes or no as people read it; the value itself where its label means two.
std::string choice_text(const model::KindDefinition& kind, const model::FieldDefinition& field,
                        const std::string& value, const std::string& language);
std::string state_text(const model::KindDefinition& kind, const std::string& state, const std::string& language);
std::string boolean_text(bool value, const std::string& language);

// The state that a text names, by name or by its label in any language; the text itself where it names none or two.
std::string state_of(const model::KindDefinition& kind, const std::string& text);
// Yes or no in any language.
std::optional<bool> boolean_of(const std::string& text);

}  // namespace hamdil::services::records
