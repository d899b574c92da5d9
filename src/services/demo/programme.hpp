// The demonstration programme: invented records of every kind, so that every page has something on it.
#pragma once

#include <cstddef>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::demo {

// Writes content/demo-programme.yaml into the workspace and, of every kind that it leaves out, one record made from the
// declaration. Titles say DEMO; the change log names DEMO as their author. One transaction. Gives how many were
// written. Codes: demo.programme.there (they stand there already), demo.programme.content.
Result<std::size_t> fill_programme(store::Workspace& workspace);

// Moves all of them to the bin in one transaction, changed or not, also those that the one who asks does not see:
// nothing of them is real. Gives what was moved; nothing where nothing of it is there any more.
Result<std::vector<model::Record>> remove_programme(store::Workspace& workspace, const store::Author& author);

}  // namespace hamdil::services::demo
