// A questionnaire as it is kept in the workspace and printed in annexes.
#pragma once

#include <string>
#include <vector>

#include "base/json.hpp"
#include "data/form.hpp"

namespace hamdil::services::intake {

// {"title", "id", "version", "languages", "questions": [{"name", "type", "list", "label": {tag: text}, "relevant",
// "framework_item"}],
//  "lists": {name: [{"name", "label": {tag: text}}]}}. Languages are given as tags (en, tg, fa-AF) where the form names
//  them.
Json instrument_json(const data::Form& form);

// One form out of several versions, newest labels first; what differs is reported as diagnostics
// (intake.form.version_*).
data::Form merge_versions(std::vector<data::Form> versions, Diagnostics& problems);

// A question that keeps its name but not its words, its answers or its type, so that it starts a new series. Both forms
// as instrument_json() writes them. Case, punctuation, white space, mark-up, the order of answers and languages that
// only one of the forms has do not count; neither do notes and calculations.
struct Rewording {
  std::string question;
  std::string what;  // "words", "answers" or "type": the first that differs
};
std::vector<Rewording> find_rewordings(const Json& before, const Json& now);

// "Dari (prs)" -> "fa-AF", "English (en)" -> "en", "English" -> "en"; the name itself where no tag is known.
std::string language_tag(const std::string& form_language);

}  // namespace hamdil::services::intake
