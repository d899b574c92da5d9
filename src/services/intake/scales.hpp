// Answers that lie outside the scale of their question: counted and named, never who gave them.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/result.hpp"
#include "data/codebook.hpp"
#include "data/column.hpp"
#include "data/form.hpp"

namespace hamdil::services::intake {

struct Scale {
  std::optional<double> lowest, highest;  // at least one of them
};

// The ends that a form gives a question of numbers: `start` and `end` of a range, or a constraint that only compares
// the answer with numbers (". >= 0 and . <= 10"). Empty for everything else.
std::optional<Scale> scale_of_question(const data::FormItem& question);
// The ends that a codebook gives a column of numbers.
std::optional<Scale> scale_of_entry(const data::CodebookEntry& entry);
// The least and the greatest of the listed answers, where all of them are different numbers (at least two).
std::optional<Scale> scale_of_answers(const std::set<std::string>& listed);

// One warning that names every column with answers outside (intake.answers.outside_scale), with how many lie below and
// above; none when there is no such column. Answers without a number do not count.
void report_outside_scales(const data::Table& answers, const std::map<std::string, Scale>& scales,
                           Diagnostics& problems);

}  // namespace hamdil::services::intake
