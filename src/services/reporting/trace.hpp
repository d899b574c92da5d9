// Use case: from a printed number back to its cell, specification, dataset versions and, for those permitted, rows.
#pragma once

#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

// REF is "run:table:row" as products carry it. The answer: {"ref", "run", "table", "row", "cell", "specification",
// "questions" ([{"question", "label": {tag: text}}]: what was asked, behind the cell's variable), "datasets", "engine",
// "stale" (answers or study file changed since), "recomputed" (true when computing it anew gives the same figures;
// absent when stale), "rows" (pseudonyms of the interviews behind it, with `look`)}. The cell is the one that was kept
// when the product was built. Only what a product or query printed for somebody outside the team is shown; otherwise
// the figures are left out and the reason stands in "withheld". With `look` (who looks, and why) all of it is shown
// with the interviews behind it, and the change log says who looked: the workspace must be open for writing. Codes:
// reporting.trace.bad_ref, reporting.trace.unknown, reporting.trace.rows_of_old_run.
Result<std::string> trace(store::Workspace& workspace, const std::string& ref,
                          const std::optional<store::Author>& look);

}  // namespace hamdil::services::reporting
