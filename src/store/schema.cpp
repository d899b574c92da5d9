#include "base/digest.hpp"
#include "protect/seal.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {

Status create_schema(Database& database) {
  return database.execute(R"sql(
    CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE key_slot(name TEXT PRIMARY KEY, salt BLOB NOT NULL, wrapped BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE change(sequence INTEGER PRIMARY KEY, at TEXT NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, kind TEXT NOT NULL,
      record TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL, reason TEXT NOT NULL, hash TEXT NOT NULL);
    CREATE INDEX change_by_record ON change(record, sequence);
    CREATE TABLE log_head(one INTEGER PRIMARY KEY CHECK(one = 1), count INTEGER NOT NULL, hash TEXT NOT NULL, seal TEXT NOT NULL);
    CREATE TABLE blob(address TEXT PRIMARY KEY, size INTEGER NOT NULL, sealed BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE study_key(study TEXT PRIMARY KEY, wrapped BLOB) WITHOUT ROWID;
    CREATE TABLE dataset_column(dataset TEXT NOT NULL, position INTEGER NOT NULL, study TEXT NOT NULL, rows INTEGER NOT NULL, header BLOB NOT NULL,
      PRIMARY KEY(dataset, position)) WITHOUT ROWID;
    CREATE TABLE column_block(dataset TEXT NOT NULL, position INTEGER NOT NULL, block INTEGER NOT NULL, sealed BLOB NOT NULL,
      PRIMARY KEY(dataset, position, block));
    CREATE TABLE vault(study TEXT NOT NULL, subject TEXT NOT NULL, wrapped_key BLOB, sealed BLOB NOT NULL, PRIMARY KEY(study, subject)) WITHOUT ROWID;
    CREATE TABLE refusal(study TEXT NOT NULL, submission TEXT NOT NULL, PRIMARY KEY(study, submission)) WITHOUT ROWID;
  )sql");
}

std::string quoted(const std::string& identifier) {
  return "\"" + identifier + "\"";
}  // kinds and fields are snake_case names of ours

Result<std::set<std::string>> columns_of(const Database& database, const std::string& table) {
  HAMDIL_TRY(Statement columns, database.prepare("PRAGMA table_info(" + quoted(table) + ")"));
  std::set<std::string> present;
  while (true) {
    HAMDIL_TRY(const bool more, columns.step());
    if (!more) return present;
    present.emplace(columns.text(1));
  }
}

namespace {

Result<std::set<std::string>> names_of(const Database& database, const std::string& type) {
  HAMDIL_TRY(Statement rows, database.prepare("SELECT name FROM sqlite_master WHERE type = '" + type + "'"));
  std::set<std::string> names;
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return names;
    names.emplace(rows.text(0));
  }
}

// An index costs a page in every workspace. Owner and programme stand in all kinds and tell few records apart.
bool is_worth_an_index(const model::FieldDefinition& field) {
  return field.type == model::FieldType::kReference && field.name != "owner" && field.name != "programme";
}

// A new table has all its columns at once: adding them one by one makes SQLite read the whole schema again each time.
Status create_table(Database& database, const model::KindDefinition& kind) {
  std::string sql = "CREATE TABLE " + quoted("record_" + kind.name) +
                    "(id TEXT PRIMARY KEY, version INTEGER NOT NULL, title TEXT NOT NULL, state TEXT NOT "
                    "NULL, deleted INTEGER NOT NULL, born INTEGER NOT NULL";
  for (const model::FieldDefinition& field : kind.fields) sql += ", " + quoted("f_" + field.name) + " TEXT";
  for (const char* stamp : kStamps) sql += std::string(", ") + stamp + " TEXT";
  return database.execute(sql + ")");
}

Status add_columns(Database& database, const model::KindDefinition& kind) {
  HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "record_" + kind.name));
  const std::string add = "ALTER TABLE " + quoted("record_" + kind.name) + " ADD COLUMN ";
  for (const model::FieldDefinition& field : kind.fields)
    if (!present.contains("f_" + field.name)) HAMDIL_CHECK(database.execute(add + quoted("f_" + field.name) + " TEXT"));
  for (const char* stamp : kStamps)
    if (!present.contains(stamp)) HAMDIL_CHECK(database.execute(add + stamp + " TEXT"));
  return Done{};
}

}  // namespace

Result<bool> has_rows(const Database& database, const model::KindDefinition& kind) {
  HAMDIL_TRY(Statement row, database.prepare("SELECT 1 FROM " + quoted("record_" + kind.name) + " LIMIT 1"));
  return row.step();
}

Status index_kind(Database& database, const model::KindDefinition& kind) {
  const auto index = [&](const std::string& column, const std::string& sql) -> Status {
    return database.execute("CREATE INDEX IF NOT EXISTS " + quoted("by_" + kind.name + "_" + column) + " ON " +
                            quoted("record_" + kind.name) + "(" + sql + ")");
  };
  HAMDIL_CHECK(index("born", "deleted, born"));
  HAMDIL_CHECK(index("title", "deleted, title COLLATE NOCASE, id"));
  for (const model::FieldDefinition& field : kind.fields)
    if (is_worth_an_index(field)) HAMDIL_CHECK(index(field.name, quoted("f_" + field.name)));
  return Done{};
}

Status migrate_kinds(Database& database) {
  HAMDIL_TRY(const std::set<std::string> tables, names_of(database, "table"));
  for (const model::KindDefinition& kind : model::all_kinds())  // while the schema is small
    if (tables.contains("record_" + kind.name)) HAMDIL_CHECK(add_columns(database, kind));
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (!tables.contains("record_" + kind.name)) HAMDIL_CHECK(create_table(database, kind));
    HAMDIL_TRY(const bool used, has_rows(database, kind));
    if (used) HAMDIL_CHECK(index_kind(database, kind));
  }
  HAMDIL_CHECK(create_files(database));
  return create_search(database);
}

std::string change_hash(const std::string& previous, const Change& change) {
  // Every part with its length in front: no two different entries give the same text.
  std::string text;
  for (const std::string& part : {previous, std::to_string(change.sequence), change.at, change.who, change.action,
                                  change.kind, change.record, change.before, change.after, change.reason})
    text += std::to_string(part.size()) + ":" + part;
  return digest_hex(text);
}

std::string head_seal(const protect::SecretKey& master, const LogHead& head) {
  return keyed_digest_hex(head.text(), master.derive("log head").bytes());
}

std::string new_id() {
  static constexpr char kLetters[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::string id;
  for (const char byte : protect::random_bytes(16)) id += kLetters[static_cast<unsigned char>(byte) & 31];
  return id;
}

std::string blob_address(const protect::SecretKey& master, std::string_view bytes) {
  return keyed_digest_hex(bytes, master.derive("blob address").bytes());
}
std::string block_context(const std::string& dataset, std::int64_t column, std::int64_t block) {
  return "block/" + dataset + "/" + std::to_string(column) + "/" + std::to_string(block);
}
std::string vault_context(const std::string& study, const std::string& subject) {
  return "vault/" + study + "/" + subject;
}

}  // namespace hamdil::store
