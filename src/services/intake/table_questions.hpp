// What a table without a form asked, as far as its codebook or its own labels (SPSS, Stata) tell.
#pragma once

#include <map>
#include <set>
#include <string>

#include "data/codebook.hpp"
#include "data/column.hpp"

namespace hamdil::services::intake {

// The questionnaire as instrument_json() writes it: one question a column that has a label or named answers, in every
// language of the codebook. Answers are those that `listed` has for the column; columns under a pseudonym list none.
// "" when nothing is told about any column. `codebook` may be nullptr.
std::string table_questions_json(const data::Table& answers, const data::Codebook* codebook,
                                 const std::map<std::string, std::set<std::string>>& listed,
                                 const std::set<std::string>& pseudonymised);

}  // namespace hamdil::services::intake
