#include "store/sqlite.hpp"

#include <sqlite3.h>

#include <utility>

#include "base/text.hpp"

namespace hamdil::store {
namespace {

// SQLite's messages name tables and constraints, never values, so they may be shown.
Error sqlite_error(sqlite3* database, int code) {
  const std::string what = database == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(database);
  switch (code & 0xFF) {
    case SQLITE_FULL:
      return Error("store.sqlite.disk_full", "The disk is full.")
          .advise("Free some space and try again; the workspace is as it was before.");
    case SQLITE_IOERR:
      return Error("store.sqlite.io", "The disk does not answer as it should: {what}.", {{"what", what}})
          .advise("Nothing of this step was kept. Check the disk, make a backup, run hamdil verify.");
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return Error("store.sqlite.busy", "Another program is writing to this workspace.")
          .advise("Wait until it has finished and try again.");
    case SQLITE_READONLY:
      return Error("store.sqlite.read_only", "The workspace may only be read here.")
          .advise("Check the rights on the file and its folder.");
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return Error("store.sqlite.damaged", "The file is not a workspace, or it is damaged.")
          .advise("Restore the last backup: hamdil restore BACKUP WORKSPACE.");
    case SQLITE_CANTOPEN:
      return Error("store.sqlite.cannot_open", "The workspace file cannot be opened.")
          .advise("Check its name and the rights on its folder.");
    default:
      return Error("store.sqlite.failed", "The database says: {what}.", {{"what", what}});
  }
}

}  // namespace

Statement::~Statement() { sqlite3_finalize(statement_); }

Statement& Statement::bind(int index, std::int64_t value) {
  sqlite3_bind_int64(statement_, index, value);
  return *this;
}
Statement& Statement::bind(int index, std::string_view text) {
  sqlite3_bind_text64(statement_, index, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
  return *this;
}
Statement& Statement::bind_bytes(int index, std::string_view bytes) {
  sqlite3_bind_blob64(statement_, index, bytes.data(), bytes.size(), SQLITE_TRANSIENT);
  return *this;
}
Statement& Statement::bind_null(int index) {
  sqlite3_bind_null(statement_, index);
  return *this;
}

Result<bool> Statement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return sqlite_error(database_, code);
}

Status Statement::run() {
  while (true) {
    HAMDIL_TRY(const bool more, step());
    if (!more) return Done{};
  }
}

void Statement::reset() {
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }
std::string_view Statement::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}
std::string_view Statement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return data == nullptr ? std::string_view()
                         : std::string_view(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}
bool Statement::is_null(int column) const { return sqlite3_column_type(statement_, column) == SQLITE_NULL; }

namespace {

// Letters as search folds them; what is no text stays as it is written.
void fold_text(sqlite3_context* context, int /*count*/, sqlite3_value** values) {
  const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(values[0]));
  if (text == nullptr) return sqlite3_result_null(context);
  const std::string folded = text::fold({text, static_cast<std::size_t>(sqlite3_value_bytes(values[0]))});
  sqlite3_result_text(context, folded.data(), static_cast<int>(folded.size()), SQLITE_TRANSIENT);
}

}  // namespace

Result<Database> Database::open(const std::string& path, Mode mode) {
  // A reader opens for writing where it may, so that what a killed writer left behind can be rolled back; then it may
  // only query. SQLite itself falls back to reading where the file is protected.
  const int flags = SQLITE_OPEN_READWRITE | (mode == Mode::kCreate ? SQLITE_OPEN_CREATE : 0);
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  Database database(handle);
  if (code != SQLITE_OK) return sqlite_error(handle, code).at({.file = path});
  sqlite3_busy_timeout(handle, 5000);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_create_function_v2(handle, "fold", 1, SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY, nullptr,
                             fold_text, nullptr, nullptr, nullptr);
  // The first statement is what notices a file that is not a database.
  if (auto probed = database.execute("PRAGMA foreign_keys=ON; SELECT count(*) FROM sqlite_schema"); !probed)
    return probed.error().at({.file = path});
  if (mode == Mode::kReadOnly) HAMDIL_CHECK(database.execute("PRAGMA query_only=ON"));
  return database;
}

void Database::wait_for_writers(std::chrono::milliseconds time) {
  sqlite3_busy_timeout(handle_, static_cast<int>(time.count()));
}

Database::Database(Database&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
Database& Database::operator=(Database&& other) noexcept {
  if (this != &other) {
    sqlite3_close(handle_);
    handle_ = std::exchange(other.handle_, nullptr);
  }
  return *this;
}
Database::~Database() { sqlite3_close(handle_); }

Status Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return sqlite_error(handle_, code);
  return Done{};
}

Result<Statement> Database::prepare(const std::string& sql) const {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v2(handle_, sql.c_str(), static_cast<int>(sql.size()), &statement, nullptr);
  if (code != SQLITE_OK) return sqlite_error(handle_, code);
  return Statement(handle_, statement);
}

Status Database::copy_to(const std::string& path) const {
  HAMDIL_TRY(Database target, open(path, Mode::kCreate));
  sqlite3_backup* backup = sqlite3_backup_init(target.handle_, "main", handle_, "main");
  if (backup == nullptr) return sqlite_error(target.handle_, sqlite3_errcode(target.handle_));
  const int code = sqlite3_backup_step(backup, -1);
  const int finished = sqlite3_backup_finish(backup);
  if (code != SQLITE_DONE || finished != SQLITE_OK)
    return sqlite_error(target.handle_, code != SQLITE_DONE ? code : finished);
  // One file, whatever the journal mode of the source was.
  return target.execute("PRAGMA journal_mode=DELETE");
}

std::int64_t Database::changes() const { return sqlite3_changes64(handle_); }

}  // namespace hamdil::store
