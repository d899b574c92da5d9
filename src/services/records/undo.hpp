// What one step wrote (a list that was taken in, records that were copied) is taken back with one step.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

// To be run last in the transaction of a step, after exactly `changes` changes of records: notes in the log which they
// are, under this id.
std::function<Status(store::Transaction&)> remember_step(const store::Workspace& workspace, const std::string& id,
                                                         std::size_t changes);

// A record that stays as it is, and why: "changed" (by somebody, since), "deleted", "denied" (the role of the one who
// asks), "refused" (what it was before is not valid any more).
struct LeftAlone {
  std::string kind, id, title, why;
};
struct UndoOutcome {
  std::vector<model::Record> records;  // as they are now: in the bin, or as before the step
  std::vector<LeftAlone> left;
};

// Takes back what the step changed and nobody has changed since, in one transaction: what it made goes to the bin, the
// rest is as before, with its state. Whoever took the step may, and who sees all records of its kinds. What is not seen
// is left and not named. Codes records.undo.unknown, records.undo.done.
Result<UndoOutcome> undo_step(store::Workspace& workspace, const store::Author& author, const std::string& id);

}  // namespace hamdil::services::records
