// Which question of a form asks for consent, and which answers give it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "data/column.hpp"
#include "data/form.hpp"

namespace hamdil::services::intake {

struct ConsentQuestion {
  std::string name;                   // leaf name
  std::vector<std::string> agreeing;  // choice names that mean yes
};

// The first select_one or acknowledge question whose name or label says consent (in seven languages) and that has a yes
// answer.
std::optional<ConsentQuestion> find_consent_question(const data::Form& form);

enum class Consent { kGiven, kRefused, kNotRecorded };
Consent consent_of(const data::Column& answers, std::size_t row, const ConsentQuestion& question);

}  // namespace hamdil::services::intake
