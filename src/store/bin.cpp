// What stood in the bin long enough goes for good. The log is a chain of hashes and is never written anew: of an entry
// about the record, what it says of who, when and which stays, the record's contents are taken out, and the entry that
// tells of the emptying holds a digest of each that was cut. So verify still knows every entry, as it was or as it was
// left, and nobody without the workspace's key can cut another one.
#include "store/bin.hpp"

#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

using model::KindDefinition;
using model::Record;

constexpr const char* kEmptied = "emptied";
constexpr const char* kAction = "empty";

// Whether this part of an entry holds a record.
bool holds_contents(const std::string& part) {
  const Json json = Json::parse(part, nullptr, false);
  return json.is_object() && json.contains("fields");
}

std::string what_is_left(const Change& change) {
  const Json after = Json::parse(change.after, nullptr, false);
  Json out = {{kEmptied, true}};
  if (after.is_object() && after.contains("version")) out["version"] = after["version"];
  return out.dump();
}

Result<std::string> hash_at(const Database& database, std::int64_t sequence) {
  HAMDIL_TRY(Statement row, database.prepare("SELECT hash FROM change WHERE sequence = ?"));
  row.bind(1, sequence);
  HAMDIL_TRY(const bool found, row.step());
  return found ? std::string(row.text(0)) : std::string();
}

const std::string kChanges =
    "SELECT sequence, at, who, action, kind, record, before, after, reason, hash FROM change WHERE ";

Result<std::vector<Change>> read_changes(Statement& rows) {
  std::vector<Change> out;
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    const auto part = [&rows](int column) { return std::string(rows.text(column)); };
    out.push_back({rows.integer(0), part(1), part(2), part(3), part(4), part(5), part(6), part(7), part(8), part(9)});
  }
}

Result<std::vector<Change>> entries_about(const Database& database, const std::string& kind, const std::string& id) {
  HAMDIL_TRY(Statement rows, database.prepare(kChanges + "record = ? AND kind = ? ORDER BY sequence"));
  rows.bind(1, id).bind(2, kind);
  return read_changes(rows);
}

// Takes the record out of all entries about it. Gives a digest of each as it is left, by its number.
Result<Json> cut_entries(Database& database, const std::string& kind, const std::string& id) {
  Json out = Json::object();
  HAMDIL_TRY(const std::vector<Change> entries, entries_about(database, kind, id));
  HAMDIL_TRY(Statement update, database.prepare("UPDATE change SET before = ?, after = ? WHERE sequence = ?"));
  for (Change change : entries) {
    if (!holds_contents(change.before) && !holds_contents(change.after)) continue;
    change.after = what_is_left(change);
    change.before.clear();
    HAMDIL_TRY(const std::string previous, hash_at(database, change.sequence - 1));
    out[std::to_string(change.sequence)] = change_hash(previous, change);
    update.reset();
    HAMDIL_CHECK(update.bind(1, change.before).bind(2, change.after).bind(3, change.sequence).run());
  }
  return out;
}

Status clear_row(Database& database, const KindDefinition& kind, const Record& left) {
  std::string sql = "UPDATE " + quoted("record_" + kind.name) + " SET deleted = 2, version = ?, title = ?, ";
  for (const model::FieldDefinition& field : kind.fields) sql += quoted("f_" + field.name) + " = NULL, ";
  HAMDIL_TRY(Statement update, database.prepare(sql + "changed_at = ?, changed_by = ? WHERE id = ?"));
  return update.bind(1, left.version)
      .bind(2, left.title)
      .bind(3, left.changed_at)
      .bind(4, left.changed_by)
      .bind(5, left.id)
      .run();
}

}  // namespace

bool is_emptied_entry(const Change& change) {
  const Json after = Json::parse(change.after, nullptr, false);
  return after.is_object() && after.contains(kEmptied) && !after.contains("fields");
}

std::map<std::int64_t, std::string> emptied_entries(const std::vector<Change>& changes) {
  std::map<std::int64_t, std::string> out;
  for (const Change& change : changes) {
    if (change.action != kAction) continue;
    const Json cut = Json::parse(change.before, nullptr, false);
    if (!cut.is_object() || !cut.contains(kEmptied) || !cut[kEmptied].is_object()) continue;
    for (const auto& [number, digest] : cut[kEmptied].items()) {
      const auto sequence = text::parse_integer(number);
      if (sequence && digest.is_string() && *sequence < change.sequence) out[*sequence] = digest.get<std::string>();
    }
  }
  return out;
}

Result<bool> is_emptied(const Workspace& workspace, const std::string& kind, const std::string& id) {
  const Database& database = Workspace::State::of(workspace).database;
  HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "record_" + kind));
  if (present.empty()) return false;
  HAMDIL_TRY(Statement row,
             database.prepare("SELECT 1 FROM " + quoted("record_" + kind) + " WHERE id = ? AND deleted = 2"));
  return row.bind(1, id).step();
}

Result<std::vector<std::pair<std::string, std::string>>> binned_before(const Workspace& workspace,
                                                                       const std::string& moment) {
  const Database& database = Workspace::State::of(workspace).database;
  std::vector<std::pair<std::string, std::string>> out;
  for (const KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program) continue;  // datasets and what was released of them go with their study's key
    HAMDIL_TRY(Statement rows, database.prepare("SELECT id FROM " + quoted("record_" + kind.name) +
                                                " WHERE deleted = 1 AND changed_at <= ? ORDER BY born, id"));
    rows.bind(1, moment);
    while (true) {
      HAMDIL_TRY(const bool more, rows.step());
      if (!more) break;
      out.emplace_back(kind.name, std::string(rows.text(0)));
    }
  }
  return out;
}

Status empty_record(Workspace& workspace, Transaction& transaction, const std::string& kind_name,
                    const std::string& id) {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind_name}});
  HAMDIL_TRY(const auto stored, Workspace::State::find_stored(workspace, kind_name, id));
  HAMDIL_TRY(const bool again, is_emptied(workspace, kind_name, id));
  if (!stored || again) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind_name}});
  HAMDIL_CHECK(Workspace::State::allow(transaction, Deed::kRemove, *kind, id));
  HAMDIL_CHECK(transaction.erase_personal(kind_name, id));
  Database& database = Workspace::State::of(workspace).database;
  HAMDIL_CHECK(forget_files(database, id));
  HAMDIL_CHECK(forget_answers(database));
  HAMDIL_TRY(const Json cut, cut_entries(database, kind_name, id));
  Record left = *stored;
  left.set_fields(Json::object());
  left.deleted = true;
  left.version = stored->version + 1;
  if (kind->title_is_personal) left.title = model::code_of_title(id);
  left.changed_at = format_timestamp(workspace.env().now());
  left.changed_by = Workspace::State::author(transaction).who;
  HAMDIL_CHECK(clear_row(database, *kind, left));
  HAMDIL_CHECK(index_for_search(database, left));
  return Workspace::State::log(transaction, kAction, kind_name, id, Json{{kEmptied, cut}}.dump(),
                               model::to_json(left).dump());
}

Result<std::vector<Change>> changes_between(const Workspace& workspace, std::int64_t first, std::int64_t last) {
  HAMDIL_TRY(Statement rows,
             Workspace::State::of(workspace).database.prepare(kChanges + "sequence BETWEEN ? AND ? ORDER BY sequence"));
  rows.bind(1, first).bind(2, last);
  return read_changes(rows);
}

Status sweep(Workspace& workspace) {
  Database& database = Workspace::State::of(workspace).database;
  // The index keeps deleted words until its parts are merged, and the file keeps pages that nobody uses any more.
  HAMDIL_CHECK(database.execute("INSERT INTO record_search(record_search) VALUES('optimize')"));
  HAMDIL_CHECK(database.execute("VACUUM"));
  return database.execute("PRAGMA wal_checkpoint(TRUNCATE)");
}

}  // namespace hamdil::store
