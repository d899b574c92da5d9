// Work in the background, titles for references, and what changed last: small reads and writes for those who serve.
#include <nlohmann/json.hpp>

#include "protect/seal.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

std::string context_of(const std::string& id) { return "job/" + id; }

}  // namespace

// Sealed: what a job gives may quote rows and texts that people sent.
Status Workspace::put_job(const std::string& id, const std::string& json) {
  if (state_->lock_file < 0)
    return Error("store.workspace.opened_to_read", "The workspace was opened for reading only.");
  HAMDIL_CHECK(state_->database.execute(
      "CREATE TABLE IF NOT EXISTS job(id TEXT PRIMARY KEY, number INTEGER NOT NULL, state BLOB NOT NULL)"));
  HAMDIL_TRY(Statement put,
             state_->database.prepare("INSERT INTO job VALUES(?, (SELECT coalesce(max(number), 0) + 1 FROM job), ?) "
                                      "ON CONFLICT(id) DO UPDATE SET state = excluded.state"));
  return put.bind(1, id).bind_bytes(2, protect::seal(json, state_->master.derive("jobs"), context_of(id))).run();
}

Result<std::vector<std::string>> Workspace::jobs(std::size_t limit) const {
  std::vector<std::string> out;
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "job"));
  if (present.empty()) return out;
  HAMDIL_TRY(Statement rows,
             state_->database.prepare("SELECT id, state FROM job ORDER BY number DESC LIMIT " + std::to_string(limit)));
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    auto plain = protect::unseal(rows.bytes(1), state_->master.derive("jobs"), context_of(std::string(rows.text(0))));
    if (plain) out.push_back(std::move(*plain));  // others are of a version that did not seal them
  }
}

Status Workspace::put_setting(const std::string& who, const std::string& name, const std::string& json) {
  if (state_->lock_file < 0)
    return Error("store.workspace.opened_to_read", "The workspace was opened for reading only.");
  HAMDIL_CHECK(
      state_->database.execute("CREATE TABLE IF NOT EXISTS setting(who TEXT NOT NULL, name TEXT NOT NULL, value TEXT "
                               "NOT NULL, PRIMARY KEY(who, name)) WITHOUT ROWID"));
  if (json.empty()) {
    HAMDIL_TRY(Statement gone, state_->database.prepare("DELETE FROM setting WHERE who = ? AND name = ?"));
    return gone.bind(1, who).bind(2, name).run();
  }
  HAMDIL_TRY(Statement put, state_->database.prepare("INSERT INTO setting VALUES(?, ?, ?) ON CONFLICT(who, name) DO "
                                                     "UPDATE SET value = excluded.value"));
  return put.bind(1, who).bind(2, name).bind(3, json).run();
}

Result<std::map<std::string, std::string>> Workspace::settings(const std::string& who,
                                                               const std::string& prefix) const {
  std::map<std::string, std::string> out;
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "setting"));
  if (present.empty()) return out;
  HAMDIL_TRY(Statement rows, state_->database.prepare(
                                 "SELECT name, value FROM setting WHERE who = ? AND substr(name, 1, length(?)) = ?"));
  rows.bind(1, who).bind(2, prefix).bind(3, prefix);
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    out.emplace(rows.text(0), rows.text(1));
  }
}

Result<std::vector<std::string>> Workspace::authors() const {
  std::vector<std::string> out;
  HAMDIL_TRY(Statement rows, state_->database.prepare("SELECT DISTINCT who FROM change ORDER BY who"));
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    out.emplace_back(rows.text(0));
  }
}

Result<std::vector<RecordTitle>> Workspace::titles(const std::string& kind_name,
                                                   const std::vector<std::string>& ids) const {
  std::vector<RecordTitle> out;
  const model::KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind_name}});
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "record_" + kind->name));
  if (present.empty() || ids.empty()) return out;
  HAMDIL_TRY(Statement rows,
             state_->database.prepare("SELECT id, title, state, deleted FROM " + quoted("record_" + kind->name) +
                                      " WHERE id IN (SELECT value FROM json_each(?))"));
  rows.bind(1, Json(ids).dump());
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    HAMDIL_TRY(const bool seen, sees(kind_name, std::string(rows.text(0))));
    if (!seen) continue;
    HAMDIL_TRY(std::string title, open_title(kind_name, std::string(rows.text(1)), std::string(rows.text(0))));
    out.push_back({std::string(rows.text(0)), std::move(title), std::string(rows.text(2)), rows.integer(3) != 0});
  }
}

Result<std::int64_t> Workspace::count_lost_references(const std::string& kind_name) const {
  std::int64_t out = 0;
  const model::KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind_name}});
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "record_" + kind->name));
  HAMDIL_TRY(const std::string shown, state_->condition(*kind));
  for (const model::FieldDefinition& field : kind->fields) {
    if (field.refers_to.empty() || !present.contains("f_" + field.name)) continue;
    HAMDIL_TRY(const std::string seen, state_->seen_ids(field));
    // json_each gives the one value of a text and every value of a list.
    HAMDIL_TRY(
        Statement count,
        state_->database.prepare("SELECT count(*) FROM " + quoted("record_" + kind->name) + ", json_each(" +
                                 quoted("record_" + kind->name) + "." + quoted("f_" + field.name) + ") AS one JOIN " +
                                 quoted("record_" + field.refers_to) + " AS target ON target.id = one.value WHERE " +
                                 quoted("record_" + kind->name) + ".deleted = 0 AND target.deleted <> 0 AND " + shown +
                                 (seen.empty() ? "" : " AND one.value" + seen)));
    HAMDIL_TRY(const bool counted, count.step());
    if (counted) out += count.integer(0);
  }
  return out;
}

Result<std::vector<Change>> Workspace::recent_changes(std::size_t limit) const {
  std::vector<Change> out;
  HAMDIL_TRY(Statement rows,
             state_->database.prepare(
                 "SELECT sequence, at, who, action, kind, record FROM change ORDER BY sequence DESC LIMIT 5000"));
  std::set<std::string> seen;
  while (out.size() < limit) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) break;
    const model::KindDefinition* kind = model::find_kind(std::string(rows.text(4)));
    if (kind == nullptr || (kind->made_by_program && kind->name != "product" && kind->name != "dataset")) continue;
    if (!seen.insert(std::string(rows.text(5))).second) continue;
    HAMDIL_TRY(const bool shown, sees(kind->name, std::string(rows.text(5))));
    if (!shown) continue;
    out.push_back({rows.integer(0),
                   std::string(rows.text(1)),
                   std::string(rows.text(2)),
                   std::string(rows.text(3)),
                   kind->name,
                   std::string(rows.text(5)),
                   {},
                   {},
                   {},
                   {}});
  }
  return out;
}

}  // namespace hamdil::store
