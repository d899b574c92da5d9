#include "services/records/undo.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "services/records/lock.hpp"
#include "store/bin.hpp"

namespace hamdil::services::records {
namespace {

using model::Record;

constexpr const char* kKind = "step";  // of no record: entries of the log that tell of several
constexpr const char* kTaken = "take step";
constexpr const char* kUndone = "undo step";

// What a step did to one record: what it was before (null: nothing), and its version afterwards.
struct Touched {
  std::string kind, id;
  Json before;
  std::int64_t version = 0;
};

struct Step {
  std::string who;
  std::int64_t first = 0, last = 0;
};

Result<Step> find_step(const store::Workspace& workspace, const std::string& id) {
  const store::WholeView whole(workspace);
  HAMDIL_TRY(const std::vector<store::Change> notes, workspace.history(id));
  Step step;
  for (const store::Change& note : notes) {
    if (note.kind != kKind) continue;
    if (note.action == kUndone) return Error("records.undo.done", "This was taken back already.");
    const Json range = Json::parse(note.before, nullptr, false);
    const std::string text = range.is_string() ? range.get<std::string>() : "";
    const std::size_t dash = std::min(text.find('-'), text.size());
    step = {note.who, text::parse_integer(text.substr(0, dash)).value_or(0),
            text::parse_integer(text.substr(std::min(dash + 1, text.size()))).value_or(-1)};
  }
  if (step.first > 0) return step;
  return Error("records.undo.unknown", "There is no such import or copy.");
}

Result<std::vector<Touched>> touched_by(const store::Workspace& workspace, const Step& step) {
  HAMDIL_TRY(const std::vector<store::Change> changes, store::changes_between(workspace, step.first, step.last));
  std::vector<Touched> out;
  std::map<std::string, std::size_t> place;
  for (const store::Change& change : changes) {
    const Json after = Json::parse(change.after, nullptr, false);
    if (model::find_kind(change.kind) == nullptr || !after.is_object()) continue;
    const auto [at, is_new] = place.emplace(change.record, out.size());
    if (is_new)
      out.push_back(
          {change.kind, change.record, change.before.empty() ? Json() : Json::parse(change.before, nullptr, false)});
    out[at->second].version = after.value("version", std::int64_t{0});
  }
  // What was made last goes first: it may belong to what was made before.
  std::reverse(out.begin(), out.end());
  return out;
}

// The record as it was, of the version that it has now.
Result<Record> as_before(const store::Workspace& workspace, Record record, const Json& before) {
  HAMDIL_TRY(record.title, workspace.open_title(record.kind, before.value("title", record.title), record.id));
  HAMDIL_TRY(const Json fields, workspace.open_sealed(record.kind, before.value("fields", Json::object()), record.id));
  record.set_fields(fields);
  record.state = before.value("state", record.state);
  return record;
}

// Why it is left; "" where it may be taken back.
Result<std::string> why_left(const store::Workspace& workspace, const Touched& one, const Record& now) {
  if (now.deleted) return std::string("deleted");
  if (now.version != one.version) return std::string("changed");
  const bool moves = one.before.is_object() && one.before.value("state", now.state) != now.state;
  const store::Deed deed = one.before.is_null() ? store::Deed::kRemove
                           : moves              ? store::Deed::kMove
                                                : store::Deed::kChange;
  HAMDIL_TRY(const bool allowed, workspace.may(deed, one.kind, one.id));
  if (!allowed) return std::string("denied");
  // What came in locked may go again, but not out of a whole that was locked since.
  HAMDIL_TRY(const auto lock, lock_of(workspace, now));
  const bool came_so = one.before.is_null() && lock && lock->by.id == now.id;
  return std::string(lock && !came_so ? "refused" : "");
}

Status undo_one(const store::Workspace& workspace, store::Transaction& transaction, const Touched& one,
                UndoOutcome& out) {
  HAMDIL_TRY(const auto now, workspace.find(one.kind, one.id));
  if (!now) return Done{};  // not seen
  HAMDIL_TRY(std::string why, why_left(workspace, one, *now));
  if (why.empty() && one.before.is_null()) {
    HAMDIL_CHECK(transaction.remove(one.kind, one.id));
    HAMDIL_TRY(const auto removed, workspace.find(one.kind, one.id));
    out.records.push_back(removed.value_or(*now));
  } else if (why.empty()) {
    HAMDIL_TRY(const Record before, as_before(workspace, *now, one.before));
    auto saved = transaction.save(before, "undo");
    if (!saved && !saved.error().code.starts_with("model.record.")) return saved.error();
    if (saved)
      out.records.push_back(std::move(*saved));
    else
      why = "refused";
  }
  if (!why.empty()) out.left.push_back({one.kind, one.id, now->title, why});
  return Done{};
}

}  // namespace

std::function<Status(store::Transaction&)> remember_step(const store::Workspace& workspace, const std::string& id,
                                                         std::size_t changes) {
  return [&workspace, id, changes](store::Transaction& transaction) -> Status {
    if (changes == 0) return Done{};
    HAMDIL_TRY(const store::LogHead head, workspace.head());
    const std::int64_t first = head.count - static_cast<std::int64_t>(changes) + 1;
    return transaction.note(kTaken, kKind, id, std::to_string(first) + "-" + std::to_string(head.count));
  };
}

Result<UndoOutcome> undo_step(store::Workspace& workspace, const store::Author& author, const std::string& id) {
  HAMDIL_TRY(const Step step, find_step(workspace, id));
  HAMDIL_TRY(const std::vector<Touched> touched, touched_by(workspace, step));
  const bool sees_all =
      std::all_of(touched.begin(), touched.end(), [&](const Touched& one) { return workspace.sees_all(one.kind); });
  if (step.who != author.who && !sees_all) return Error("records.undo.unknown", "There is no such import or copy.");
  UndoOutcome out;
  HAMDIL_CHECK(workspace.write(author, [&](store::Transaction& transaction) -> Status {
    for (const Touched& one : touched) HAMDIL_CHECK(undo_one(workspace, transaction, one, out));
    return transaction.note(kUndone, kKind, id, "");
  }));
  return out;
}

}  // namespace hamdil::services::records
