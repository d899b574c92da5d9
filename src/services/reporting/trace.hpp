// Use case: from a printed number back to its cell, specification, dataset versions and, for those permitted, rows.
#pragma once

#include <string>

#include "base/json.hpp"
#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::reporting {

// REF is "run:table:row" as products carry it. The answer: {"ref", "run", "table", "row", "specification", "datasets",
// "engine", "recomputed" (true when computing it anew gives the same figures), "rows" (pseudonyms of the interviews
// behind it, with `with_rows`)}. Without `with_rows` a withheld cell's figures are left out and the reason stands in
// "withheld": everything printed has passed the gate. Codes: reporting.trace.bad_ref, reporting.trace.unknown,
// reporting.trace.stale (the answers changed since).
Result<std::string> trace(const store::Workspace& workspace, const std::string& ref, bool with_rows);

}  // namespace hamdil::services::reporting
