// Creating, opening, locking and closing a workspace; its keys.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

using protect::SecretKey;

const char* slot_name(const KeySource& source) {
  return !source.recovery_words.empty() ? "recovery" : !source.key_file_bytes.empty() ? "key file" : "passphrase";
}

// Names what was tried; the other ways in stand in the hint.
Error wrong_key(const KeySource& source, const std::string& path) {
  const std::string given = slot_name(source);
  const char* what = given == "recovery" ? "recovery key" : given == "key file" ? "key file" : "passphrase";
  return Error("store.workspace.wrong_key", "The {what} does not open this workspace.", {{"what", what}})
      .at({.file = path})
      .advise(given == "recovery"
                  ? "Use the recovery key that was printed when this workspace was created, or its key file."
              : given == "key file"
                  ? "Use the key file it was created with (--key-file, or HAMDIL_KEY_FILE), or its recovery key "
                    "(--recovery-key-file)."
                  : "Use the passphrase it was created with, its key file (--key-file), or its recovery key "
                    "(--recovery-key-file).");
}

Result<std::string> meta(const Database& database, const std::string& key) {
  HAMDIL_TRY(Statement query, database.prepare("SELECT value FROM meta WHERE key = ?"));
  query.bind(1, key);
  HAMDIL_TRY(const bool found, query.step());
  return found ? std::string(query.text(0)) : std::string();
}

Status set_meta(Database& database, const std::string& key, const std::string& value) {
  HAMDIL_TRY(Statement insert,
             database.prepare("INSERT INTO meta VALUES(?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value"));
  return insert.bind(1, key).bind(2, value).run();
}

// The key that wraps the workspace key, from what the user holds.
Result<SecretKey> wrapping_key(const KeySource& source, const std::string& salt) {
  if (!source.recovery_words.empty()) return protect::key_from_words(source.recovery_words);
  if (!source.key_file_bytes.empty()) {
    if (source.key_file_bytes.size() < 32)
      return Error("store.key_file.short", "A key file holds at least 32 bytes.")
          .advise("Use a file made by hamdil workspace create, or 32 random bytes.");
    return SecretKey::from_bytes(from_hex(keyed_digest_hex(source.key_file_bytes, "hamdil key file ")));
  }
  if (!source.passphrase.empty()) return protect::key_from_passphrase(source.passphrase, salt);
  return Error("store.key.none", "A key is needed to open this workspace.")
      .advise("Pass --key-file FILE, or set HAMDIL_KEY_FILE.");
}

Status put_slot(Database& database, const std::string& name, const KeySource& source, const SecretKey& master) {
  const std::string salt = protect::random_bytes(protect::kSaltSize);
  HAMDIL_TRY(const SecretKey key, wrapping_key(source, salt));
  HAMDIL_TRY(Statement insert, database.prepare("INSERT INTO key_slot VALUES(?, ?, ?)"));
  return insert.bind(1, name)
      .bind_bytes(2, salt)
      .bind_bytes(3, protect::seal(master.bytes(), key, "slot/" + name))
      .run();
}

Result<SecretKey> open_slot(const Database& database, const KeySource& source, const std::string& path) {
  if (source.recovery_words.empty() && source.key_file_bytes.empty() && source.passphrase.empty())
    return wrapping_key(source, "").error().at({.file = path});
  const std::string name = slot_name(source);
  HAMDIL_TRY(Statement query, database.prepare("SELECT salt, wrapped FROM key_slot WHERE name = ?"));
  query.bind(1, name);
  HAMDIL_TRY(const bool found, query.step());
  if (!found) return wrong_key(source, path);
  HAMDIL_TRY(const SecretKey key, wrapping_key(source, std::string(query.bytes(0))));
  const auto bytes = protect::unseal(query.bytes(1), key, "slot/" + name);
  if (!bytes) return wrong_key(source, path);
  return SecretKey::from_bytes(*bytes);
}

// Who holds the lock, from the kernel's own list: "hamdil (process 123)". It cannot go stale, whatever became of the
// holder.
std::string lock_holder(int fd) {
  struct stat info{};
  const auto locks = read_file("/proc/locks", 1 << 20);
  if (::fstat(fd, &info) != 0 || !locks) return "another process";
  const std::string inode = ":" + std::to_string(info.st_ino);
  for (const std::string& line : text::split(*locks, '\n')) {
    const auto words = text::split_words(line);  // "1: FLOCK ADVISORY WRITE 123 fe:01:456 0 EOF"
    if (words.size() < 6 || words[1] != "FLOCK" || !words[5].ends_with(inode)) continue;
    const auto name = read_file("/proc/" + words[4] + "/comm", 256);
    return (name ? text::trim(*name) : "another program") + " (process " + words[4] + ")";
  }
  return "another process";
}

// One writer at a time. The lock is on the workspace file itself (flock, apart from SQLite's own locks), so that it
// cannot go stale.
Result<int> lock_for_writing(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return Error("store.workspace.read_only", "The workspace may not be written to.")
        .at({.file = path})
        .advise("Check the rights on the file and its folder.");
  // Most commands are done in a moment: wait for them a little before naming them.
  constexpr int kTries = 40;
  constexpr auto kPause = std::chrono::milliseconds(50);
  for (int turn = 0; turn < kTries; ++turn) {
    if (::flock(fd, LOCK_EX | LOCK_NB) == 0) return fd;
    std::this_thread::sleep_for(kPause);
  }
  const std::string holder = lock_holder(fd);
  ::close(fd);
  return Error("store.workspace.busy", "The workspace is being written to by {holder}.", {{"holder", holder}})
      .at({.file = path})
      .advise("Wait until it has finished, or end it, and try again. Nothing was changed.");
}

}  // namespace

Workspace::State::~State() {
  if (lock_file >= 0 && !lends_lock) {
    (void)database.execute("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE");  // one file again
    {
      const Database closing = std::move(database);
    }
    ::close(lock_file);  // only after SQLite has let go: closing any descriptor would drop its own locks
  }
}

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;
Workspace::~Workspace() = default;

const std::string& Workspace::path() const { return state_->path; }
const Env& Workspace::env() const { return state_->env; }

static Status prepare_for_writing(Database& database) {
  return database.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON");
}

Result<Workspace::Created> Workspace::create(const std::string& path, const KeySource& key, const Env& env) {
  if (file_exists(path))
    return Error("store.workspace.exists", "There is already a file of this name.")
        .at({.file = path})
        .advise("Choose another name; an existing workspace is never overwritten.");
  // Built beside its place and renamed, so that a crash leaves no half-made workspace behind.
  const std::string unfinished = path + ".new";
  ::unlink(unfinished.c_str());
  const SecretKey recovery = SecretKey::random();
  {
    HAMDIL_TRY(Database database, Database::open(unfinished, Database::Mode::kCreate));
    const SecretKey master = SecretKey::random();
    const auto build = [&]() -> Status {
      HAMDIL_CHECK(database.execute("PRAGMA page_size=8192; BEGIN IMMEDIATE"));
      HAMDIL_CHECK(create_schema(database));
      HAMDIL_CHECK(migrate_kinds(database));
      HAMDIL_CHECK(put_slot(database, slot_name(key), key, master));
      HAMDIL_CHECK(put_slot(database, "recovery", {.recovery_words = protect::key_to_words(recovery)}, master));
      HAMDIL_CHECK(set_meta(database, "format", std::to_string(kFormatVersion)));
      HAMDIL_CHECK(set_meta(database, "created", format_timestamp(env.now())));
      HAMDIL_CHECK(set_meta(database, "workspace", new_id()));
      HAMDIL_TRY(Statement head, database.prepare("INSERT INTO log_head VALUES(1, 0, '', ?)"));
      HAMDIL_CHECK(head.bind(1, head_seal(master, {})).run());
      return database.execute("COMMIT");
    };
    if (auto built = build(); !built) {
      {
        const Database closing = std::move(database);
      }
      ::unlink(unfinished.c_str());
      return built.error().at({.file = path});
    }
  }
  if (::rename(unfinished.c_str(), path.c_str()) != 0)
    return Error("base.file.unwritable", "The workspace cannot be put in its place.").at({.file = path});
  HAMDIL_TRY(Workspace workspace, open(path, key, Access::kWrite, env));
  return Created{std::move(workspace), protect::key_to_words(recovery)};
}

Result<Workspace> Workspace::open(const std::string& path, const KeySource& key, Access access, const Env& env) {
  if (!file_exists(path))
    return Error("store.workspace.missing", "There is no such workspace.")
        .at({.file = path})
        .advise("Make one with: hamdil workspace create FILE.");
  int lock = -1;
  if (access == Access::kWrite) {
    HAMDIL_TRY(lock, lock_for_writing(path));
  }
  const auto opened = [&]() -> Result<Workspace> {
    HAMDIL_TRY(Database database,
               Database::open(path, access == Access::kWrite ? Database::Mode::kReadWrite : Database::Mode::kReadOnly));
    const auto format = meta(database, "format");
    if (!format || format->empty())
      return Error("store.workspace.not_a_workspace", "This file is not a Hamdil workspace.")
          .at({.file = path})
          .advise("Check the name; a workspace is made with hamdil workspace create.");
    if (text::parse_integer(*format).value_or(0) > kFormatVersion)
      return Error("store.workspace.newer_format", "This workspace was written by a newer version of Hamdil.")
          .at({.file = path})
          .advise("Install that version or a later one; the file is unchanged.");
    HAMDIL_TRY(SecretKey master, open_slot(database, key, path));
    if (access == Access::kWrite) {
      HAMDIL_CHECK(prepare_for_writing(database));
      // All kinds or none, and one write to the disk instead of one a table.
      HAMDIL_CHECK(database.execute("BEGIN IMMEDIATE"));
      const Status migrated = migrate_kinds(database);
      HAMDIL_CHECK(database.execute(migrated ? "COMMIT" : "ROLLBACK"));
      HAMDIL_CHECK(migrated);
    }
    return Workspace(std::make_unique<State>(std::move(database), std::move(master), path, env));
  };
  auto workspace = opened();
  if (!workspace) {
    if (lock >= 0) ::close(lock);
    return workspace;
  }
  workspace->state_->lock_file = lock;
  if (access == Access::kWrite) HAMDIL_CHECK(workspace->seal_titles());
  if (access == Access::kWrite) HAMDIL_CHECK(fill_search_anew(*workspace));
  return workspace;
}

Result<Workspace> Workspace::beside() const {
  if (state_->lock_file < 0)
    return Error("store.workspace.opened_to_read", "The workspace was opened for reading only.");
  HAMDIL_TRY(Database database, Database::open(state_->path, Database::Mode::kReadWrite));
  HAMDIL_CHECK(prepare_for_writing(database));
  HAMDIL_TRY(SecretKey master, SecretKey::from_bytes(state_->master.bytes()));
  auto state = std::make_unique<State>(std::move(database), std::move(master), state_->path, state_->env);
  state->lock_file = state_->lock_file;
  state->lends_lock = true;
  return Workspace(std::move(state));
}

void Workspace::wait_for_writers(std::chrono::milliseconds time) { state_->database.wait_for_writers(time); }

Result<const SecretKey*> Workspace::State::study_key(const std::string& study, bool create) {
  if (const auto known = study_keys.find(study); known != study_keys.end()) return &known->second;
  HAMDIL_TRY(Statement query, database.prepare("SELECT wrapped FROM study_key WHERE study = ?"));
  query.bind(1, study);
  HAMDIL_TRY(const bool found, query.step());
  const SecretKey wrapper = master.derive("study key");
  if (found) {
    if (query.is_null(0))
      return Error("store.study.key_destroyed",
                   "The key of this study was destroyed; its answers cannot be read any more.");
    HAMDIL_TRY(const std::string bytes, protect::unseal(query.bytes(0), wrapper, "study/" + study));
    HAMDIL_TRY(SecretKey key, SecretKey::from_bytes(bytes));
    return &study_keys.emplace(study, std::move(key)).first->second;
  }
  if (!create) return Error("store.study.no_key", "This study holds no sealed data yet.");
  SecretKey key = SecretKey::random();
  HAMDIL_TRY(Statement insert, database.prepare("INSERT INTO study_key VALUES(?, ?)"));
  HAMDIL_CHECK(insert.bind(1, study).bind_bytes(2, protect::seal(key.bytes(), wrapper, "study/" + study)).run());
  return &study_keys.emplace(study, std::move(key)).first->second;
}

std::string Workspace::pseudonym(const std::string& study, std::string_view identifier) const {
  return keyed_digest_hex(identifier, state_->master.derive("pseudonym/" + study).bytes()).substr(0, 24);
}

}  // namespace hamdil::store
