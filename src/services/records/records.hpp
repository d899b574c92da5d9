// Every change of a record that a person or a program asks for, whatever its kind: the command line, the API and the
// imports of lists all come through here. Reading is Workspace::query, search, find and referrers.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/control.hpp"
#include "base/json.hpp"
#include "store/workspace.hpp"

namespace hamdil::services::records {

// A new record in the first state of its kind. `body` has "title" and "fields". Codes model.record.*,
// records.made_by_program. All that is wrong is told, field by field; nothing is written then.
struct Outcome {
  std::optional<model::Record> record;  // as saved; none when there are problems
  Diagnostics problems;                 // the pointer of each names the field: "/fields/starts"
};
Result<Outcome> create_record(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                              const Json& body);

// A draft as `body` would make it, to look at what its first steps wait for; nothing is written. It needs no title, and
// values that could not be saved are left out. Codes model.record.shape, .unknown_kind and those of unknown members.
Result<model::Record> imagined_record(const store::Workspace& workspace, const std::string& kind, const Json& body);

// Merges `body` into the record: fields that it names are replaced, null empties them, others stay. With `version`,
// only when the record still has it (store.record.changed_meanwhile). `first` is written in the same transaction.
Result<Outcome> change_record(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                              const std::string& id, const Json& body, std::optional<std::int64_t> version = {},
                              const std::function<Status(store::Transaction&)>& first = {});

// A transition of the kind's workflow. Codes records.transition.unknown, .wrong_state, .needs (names the empty fields),
// .rule (names the rule that refuses it: check_rules.hpp).
Result<model::Record> move_record(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                                  const std::string& id, const std::string& transition);

// Into the bin and back. Codes store.record.missing, store.record.not_deleted, and with `version`
// store.record.changed_meanwhile.
Status remove_record(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                     const std::string& id, std::optional<std::int64_t> version = {});
Result<model::Record> restore_record(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                                     const std::string& id);

// Title and fields as they were at an earlier version, as a new version; the state stays. Code records.version.missing.
Result<model::Record> revert_record(store::Workspace& workspace, const store::Author& author, const std::string& kind,
                                    const std::string& id, std::int64_t version);

// Several changes in one transaction: all of them or none.
struct Operation {
  enum class Do : std::uint8_t { kCreate, kChange, kRemove } what = Do::kCreate;
  std::string kind;
  std::string id;  // of what is changed or removed
  std::optional<std::int64_t> version;
  std::shared_ptr<const Json> body;  // title and fields
  std::string state = {};  // of a new record that does not begin in the first one: lists kept elsewhere before
};
struct BulkOutcome {
  std::vector<model::Record> records;  // one an operation; empty when there are problems
  Diagnostics problems;                // pointers begin with "/operations/3/body"
};
// An error that is not about a field (no such record, changed meanwhile) has the pointer "/operations/3". A dry run
// does all of it and takes it back. `control` may stop it between two operations (jobs.cancelled); nothing is written
// then. `also` is written in the same transaction when nothing was wrong. The id of a new record may be given; it must
// be free.
Result<BulkOutcome> apply_operations(store::Workspace& workspace, const store::Author& author,
                                     const std::vector<Operation>& operations, bool dry_run = false,
                                     const Control& control = {},
                                     const std::function<Status(store::Transaction&)>& also = {});

// What one change did to one field.
struct Difference {
  std::string field;          // "title", "state", "deleted" or a field of the kind
  std::string before, after;  // JSON
};
// A line of a record's history. Several changes of one person within five minutes are one line.
struct HistoryLine {
  std::int64_t version = 0;  // after it
  std::string at;            // of its last change
  std::string who;
  std::string action;
  std::string reason;
  std::vector<Difference> differences;
};
// As the command line and the interface for programs print them.
Json to_json(const std::vector<HistoryLine>& lines);
Result<std::vector<HistoryLine>> record_history(const store::Workspace& workspace, const std::string& kind,
                                                const std::string& id);

// The transitions that stand open from the record's state, and what each still lacks.
struct OpenTransition {
  std::string name;
  std::string to;
  std::vector<std::string> missing;  // fields that must be filled first
};
std::vector<OpenTransition> open_transitions(const model::Record& record);

}  // namespace hamdil::services::records
