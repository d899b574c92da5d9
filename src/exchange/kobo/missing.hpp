// Answers that say why there is no answer.
#pragma once

#include <string_view>

#include "data/column.hpp"
#include "data/form.hpp"

namespace hamdil::exchange::kobo {

// From a choice's name and label: "dnk", "prefer_not_to_say", "Not applicable", -99 with such a label; kPresent for an
// answer.
data::Missing missing_of_choice(const data::Choice& choice);
// From a cell that stands outside any list: "n/a" of Ona is kNotAsked, "NA" of R and "" are kBlank; kPresent for all
// others.
data::Missing missing_of_cell(std::string_view cell);
// The same for a question of a form: Ona writes "n/a" where nobody was asked and where nobody answered, so that it
// tells no more than Kobo's blank; the form's conditions tell which of the two it is.
data::Missing missing_of_question_cell(std::string_view cell);

}  // namespace hamdil::exchange::kobo
