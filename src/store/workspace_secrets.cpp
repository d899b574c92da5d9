// What the server must remember and nobody may read in a record, the log, a list or an export: credentials, sessions,
// tokens, the key of the certificate. Sealed with the workspace's key, each tied to its place.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

std::string context_of(const std::string& area, const std::string& id) { return "secret/" + area + "/" + id; }

Status make_table(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS secret(area TEXT NOT NULL, id TEXT NOT NULL, sealed BLOB NOT NULL, PRIMARY KEY(area, "
      "id)) WITHOUT ROWID");
}

}  // namespace

Status Workspace::put_secret(const std::string& area, const std::string& id, const std::string& plain) {
  if (state_->lock_file < 0)
    return Error("store.workspace.opened_to_read", "The workspace was opened for reading only.");
  HAMDIL_CHECK(make_table(state_->database));
  HAMDIL_TRY(Statement put, state_->database.prepare("INSERT INTO secret VALUES(?, ?, ?) ON CONFLICT(area, id) DO "
                                                     "UPDATE SET sealed = excluded.sealed"));
  return put.bind(1, area)
      .bind(2, id)
      .bind_bytes(3, protect::seal(plain, state_->master.derive("secrets"), context_of(area, id)))
      .run();
}

Status Workspace::drop_secret(const std::string& area, const std::string& id) {
  if (state_->lock_file < 0)
    return Error("store.workspace.opened_to_read", "The workspace was opened for reading only.");
  HAMDIL_CHECK(make_table(state_->database));
  HAMDIL_TRY(Statement drop, state_->database.prepare("DELETE FROM secret WHERE area = ? AND id = ?"));
  return drop.bind(1, area).bind(2, id).run();
}

Result<std::map<std::string, std::string>> Workspace::secrets(const std::string& area) const {
  std::map<std::string, std::string> out;
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "secret"));
  if (present.empty()) return out;
  HAMDIL_TRY(Statement rows, state_->database.prepare("SELECT id, sealed FROM secret WHERE area = ?"));
  rows.bind(1, area);
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    const std::string id(rows.text(0));
    HAMDIL_TRY(out[id], protect::unseal(rows.bytes(1), state_->master.derive("secrets"), context_of(area, id)));
  }
}

Result<bool> Workspace::changed_since(std::int64_t sequence, const std::vector<std::string>& kinds) const {
  HAMDIL_TRY(Statement rows, state_->database.prepare("SELECT kind FROM change WHERE sequence > ?"));
  rows.bind(1, sequence);
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return false;
    if (std::find(kinds.begin(), kinds.end(), rows.text(0)) != kinds.end()) return true;
  }
}

Status Transaction::note(const std::string& action, const std::string& kind, const std::string& id,
                         const std::string& what) {
  return log(action, kind, id, Json(what).dump(), "");  // no record changes: nothing stands after it
}

}  // namespace hamdil::store
