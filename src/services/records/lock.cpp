#include "services/records/lock.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "model/workflow.hpp"

namespace hamdil::services::records {
namespace {

using model::FieldDefinition;
using model::KindDefinition;
using model::Record;

Lock lock_by(const Record& by) {
  const KindDefinition& kind = *model::find_kind(by.kind);
  return {by, model::open_in(kind, by.state), model::steps_unlocking(kind, by.state)};
}

std::set<std::string> of_keeping(const KindDefinition& kind) {
  std::set<std::string> out;
  for (const FieldDefinition& field : kind.fields)
    if (field.of_keeping) out.insert(field.name);
  return out;
}

// The whole that locks the record, as its fields name it.
Result<std::optional<Lock>> lock_of_whole(const store::Workspace& workspace, const Record& record) {
  const KindDefinition& kind = *model::find_kind(record.kind);
  const FieldDefinition* whole = kind.part_of();
  if (whole == nullptr || !whole->locks) return std::optional<Lock>();
  const store::WholeView all(workspace);
  Json fields = record.fields();
  if (!record.withheld.empty()) {  // the one who asks does not see the whole, and it locks all the same
    HAMDIL_TRY(const auto kept, workspace.find(record.kind, record.id));
    if (kept) fields = kept->fields();
  }
  const auto named = fields.find(whole->name);
  if (named == fields.end() || !named->is_string()) return std::optional<Lock>();
  HAMDIL_TRY(const auto found, workspace.find(whole->refers_to, named->get<std::string>()));
  if (!found || found->deleted || !model::is_locked_in(*model::find_kind(found->kind), found->state))
    return std::optional<Lock>();
  Lock out = lock_by(*found);
  out.open = of_keeping(kind);
  return std::optional(std::move(out));
}

Result<std::optional<Lock>> lock_before(const store::Workspace& workspace, const Record& before) {
  if (before.version == 0) return std::optional<Lock>();
  return lock_of(workspace, before);
}

// The signed copy comes after the decision: a locked record takes files, and gives none back.
bool only_adds_files(const FieldDefinition& field, const Json& was, const Json& is) {
  if (field.type != model::FieldType::kFiles) return false;
  const Json before = was.value(field.name, Json::array()), after = is.value(field.name, Json::array());
  return std::all_of(before.begin(), before.end(),
                     [&](const Json& file) { return std::find(after.begin(), after.end(), file) != after.end(); });
}

Error refused(const Lock& lock, const std::string& kind) {
  if (lock.by.kind != kind)
    return Error("records.locked.by_whole", "This belongs to a {kind} that is {state}, and stays as it is.",
                 {{"kind", lock.by.kind}, {"state", lock.by.state}})
        .advise("Open that again first.");
  if (lock.steps.empty())
    return Error("records.locked.for_good", "This is {state}: what it says is not changed any more.",
                 {{"state", lock.by.state}})
        .advise("Make a new one, which takes its place.");
  return Error("records.locked", "This is {state}: what it says stays as it is.",
               {{"state", lock.by.state}, {"transition", lock.steps.front()}})
      .advise("Take the step “{transition}” first, then change it.");
}

}  // namespace

Result<std::optional<Lock>> lock_of(const store::Workspace& workspace, const Record& record) {
  const KindDefinition& kind = *model::find_kind(record.kind);
  if (model::is_locked_in(kind, record.state)) return std::optional(lock_by(record));
  return lock_of_whole(workspace, record);
}

Result<Diagnostics> locked_changes(const store::Workspace& workspace, const Record& before, const Record& after) {
  Diagnostics out;
  HAMDIL_TRY(std::optional<Lock> lock, lock_before(workspace, before));
  if (!lock) {
    HAMDIL_TRY(lock, lock_of_whole(workspace, after));
  }
  if (!lock) return out;
  const Error problem = refused(*lock, after.kind);
  const auto touched = [&](const std::string& pointer) {
    out.push_back({Severity::kError, Error(problem).at({.pointer = pointer})});
  };
  if (before.version == 0) {  // it is not its fields that are wrong, but where it is to belong
    touched("/fields/" + model::find_kind(after.kind)->part_of()->name);
    return out;
  }
  if (before.title != after.title) touched("/title");
  const Json was = before.fields(), is = after.fields();
  for (const FieldDefinition& field : model::find_kind(after.kind)->fields)
    if (!lock->open.contains(field.name) && was.value(field.name, Json()) != is.value(field.name, Json()) &&
        !only_adds_files(field, was, is))
      touched("/fields/" + field.name);
  return out;
}

Status check_unlocked(const store::Workspace& workspace, const Record& record) {
  HAMDIL_TRY(const std::optional<Lock> lock, lock_of(workspace, record));
  if (!lock) return Done{};
  return refused(*lock, record.kind);
}

}  // namespace hamdil::services::records
