// What was decided, given or sent out is not changed quietly: a record in a locked state, and the parts of it that are
// declared to be locked with it, are opened again by a step first.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

struct Lock {
  model::Record by;                // the record whose state locks: itself, or its whole
  std::set<std::string> open;      // fields that may be changed all the same
  std::vector<std::string> steps;  // of `by`, after which it may be changed again; none: a new one takes its place
};

// Why the record, as it stands, may not be changed; nothing where it may. Also where the one who asks does not see the
// whole.
Result<std::optional<Lock>> lock_of(const store::Workspace& workspace, const model::Record& record);

// What a change would touch that is locked, before or after it, with the field where it is one. Code records.locked,
// .for_good or .by_whole. A record that is not saved yet has version 0: only its whole can lock it.
Result<Diagnostics> locked_changes(const store::Workspace& workspace, const model::Record& before,
                                   const model::Record& after);

// Refuses what takes a record away or brings it back. The same codes.
Status check_unlocked(const store::Workspace& workspace, const model::Record& record);

}  // namespace hamdil::services::records
