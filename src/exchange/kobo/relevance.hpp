// Which questions a submission was asked: the conditions of the form, evaluated on its answers.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "exchange/kobo/answers.hpp"

namespace hamdil::exchange::kobo {

// Marks blank cells kNotAsked where the question, or a group or repeat around it, had a condition that did not hold;
// what stands in such cells stays and is counted. `is_asked[table][column][row]` (empty columns: nothing known) tells
// the blank cells whose question was asked for certain. Conditions of several versions of a form settle a cell only
// when they agree. A condition that needs what is not there (a value that was not exported, pulldata() ...) settles
// nothing. Cost: each condition once for each different combination of the answers it uses; those that look into
// repeats or use paths once a row. `is_counted` (one a submission; empty: all) tells whose cells are counted and
// reported; all are marked.
struct RelevanceOutcome {
  std::vector<QuestionRelevance> questions;  // with a condition, in the form's order
  std::vector<std::vector<std::vector<bool>>> is_asked;
};
RelevanceOutcome mark_relevance(Answers& answers, const data::Form& form, const std::vector<bool>& is_counted,
                                Diagnostics& diagnostics);

}  // namespace hamdil::exchange::kobo
