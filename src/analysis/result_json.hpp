// ResultTable as JSON with the field names of the reference cases.
#pragma once

#include "base/json.hpp"
#include "stats/result.hpp"

namespace hamdil::analysis {

// {"estimator", "degf", "level", "n", "rows": [{"term", "by", "estimate", "se", "ci_normal", "ci_t", "degf_domain",
// "ci_t_domain", "deff", "cv", "t", "p_value", "base_rows", ..., "flags", "ref"}], "vcov", "tests", ...}. NaN is null,
// infinities are "Inf" and "-Inf". Single estimates (contrast, ttest, ...) also stand at the top level. Parts of
// `several` stand under their names: as their list of rows, or as an object when they have more to say.
// Figures stand under their names in the shape that they have; a result that is nothing but a list has it in "list".
Json to_json(const stats::ResultTable& table);

// As to_json, for readers outside the team: how many lack an answer is left out of a table (`missing_rows`, and `n`,
// from which it follows) where it is 1 to `min_rows` - 1 in any of its rows; the other rows would tell by difference.
Json to_released_json(const stats::ResultTable& table, std::size_t min_rows);

// Name, estimator, and of every row its labels and the numbers of answers behind it, as the gate needs them; all other
// figures stay NaN. `json` is what to_json wrote.
stats::ResultTable labels_from_json(const Json& json);

}  // namespace hamdil::analysis
