// The workspace: one file with records, their history, sealed answers, the identity vault and content-addressed blobs.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/env.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "data/column.hpp"
#include "model/kind.hpp"
#include "protect/seal.hpp"
#include "store/view.hpp"

namespace hamdil::store {

// How a workspace is unlocked. Exactly one is filled: 32 key bytes of a key file, a passphrase, or the printed recovery
// key.
struct KeySource {
  std::string key_file_bytes;
  std::string passphrase;
  std::string recovery_words;
};

// Who changes something, and why. `who` is an account or a role, not a respondent.
struct Author {
  std::string who;
  std::string reason;
};

// One line of the change log: hash = BLAKE2b(previous hash, all other fields).
struct Change {
  std::int64_t sequence = 0;
  std::string at;
  std::string who;
  std::string action;  // "create", "change", "delete", "restore", "import", "undo import", "destroy key", ...
  std::string kind;
  std::string record;
  std::string before;  // JSON of the record, "" when there was none
  std::string after;
  std::string reason;
  std::string hash;
};

// The end of the log: what a backup and a released product print, and what `verify --against` takes.
struct LogHead {
  std::int64_t count = 0;
  std::string hash;
  std::string text() const;  // "count:hash"
  static std::optional<LogHead> parse(const std::string& text);
};

struct VerifyReport {
  std::int64_t changes = 0;
  std::int64_t blobs = 0;
  std::int64_t blocks = 0;
  LogHead head;
  Diagnostics problems;  // codes store.verify.*: each changed, deleted, reordered or truncated entry by its number
};

// A respondent's direct identifiers, sealed under a key of their own; destroying that key erases them.
struct VaultEntry {
  std::string subject;  // pseudonym, as it stands in the dataset
  std::string values_json;
};

// Which records of a kind, in which order. Fields are those of the kind, or title, state, created_at, changed_at,
// created_by, changed_by.
struct RecordQuery {
  struct Condition {
    std::string field;
    enum class Is : std::uint8_t { kEqual, kNotEqual, kAtLeast, kAtMost, kContains, kEmpty, kFilled } is = Is::kEqual;
    std::string value;  // as text; a number or true/false is compared as such
  };
  std::string kind;
  std::vector<Condition> conditions;
  std::string words;  // full text, every word from its beginning
  std::string sort;   // field; in order of birth when empty
  bool descending = false;
  bool in_bin = false;  // the deleted ones instead
  std::size_t limit = 50;
  std::string cursor;  // of the page before
};

struct RecordPage {
  std::vector<model::Record> records;
  std::int64_t total = 0;  // on all pages
  std::string next;        // cursor; empty on the last page
};

struct SearchHit {
  std::string kind;
  std::string id;
  std::string title;
  std::string excerpt;    // the line with the word, as people wrote it; "" when the title alone has it
  bool in_title = false;  // the title that is told holds all of the words
};

// A record that refers to another.
struct Referrer {
  std::string kind;
  std::string id;
  std::string title;
  std::string state;
  std::string field;
};

// What a reference to a record shows.
struct RecordTitle {
  std::string id;
  std::string title;
  std::string state;
  bool deleted = false;
};

class Workspace;

// Everything that changes a workspace happens here, all or nothing. Get one from Workspace::write.
class Transaction {
 public:
  // Creates (empty id) or changes a record: validated, versioned, logged. Codes model.record.*,
  // store.record.changed_meanwhile.
  Result<model::Record> save(model::Record record, const std::string& action = {});
  Status remove(const std::string& kind, const std::string& id);
  // Out of the bin. Codes store.record.missing, store.record.not_deleted.
  Result<model::Record> restore(const std::string& kind, const std::string& id);
  // Seals the bytes and returns their address: a keyed digest, so the address does not tell the content.
  Result<std::string> put_blob(std::string_view bytes);
  // Seals the bytes for this record alone, which must exist when the transaction ends; its fields name them by the
  // address that is given.
  Result<std::string> put_file(const std::string& record, std::string_view bytes);
  // Writes the columns as sealed blocks under `dataset` (the id of a dataset record) with the key of `study`.
  Status put_columns(const std::string& study, const std::string& dataset, const data::Table& table);
  Status put_vault(const std::string& study, const std::vector<VaultEntry>& entries);
  // Destroys a subject's key: the sealed identifiers stay, unreadable for ever. Logged.
  Status erase_subject(const std::string& study, const std::string& subject);
  // Keeps only keyed digests of the refused submissions, so that the next import knows them.
  Status put_refusals(const std::string& study, const std::vector<std::string>& submission_digests);
  // Destroys the keys of all that ever stood in the record's personal fields, in its history, too. Logged.
  Status erase_personal(const std::string& kind, const std::string& id);
  // Notes in the log that somebody looked at answers, at `what` of the record. Nothing else changes.
  Status note_look(const std::string& kind, const std::string& id, const std::string& what);
  // Notes in the log what happened to an account besides its record: a new password, a device that was shut out.
  Status note(const std::string& action, const std::string& kind, const std::string& id, const std::string& what);

 private:
  friend class Workspace;
  Transaction(Workspace& workspace, Author author) : workspace_(workspace), author_(std::move(author)) {}
  Status log(const std::string& action, const std::string& kind, const std::string& record, const std::string& before,
             const std::string& after);
  // Under a view: the record as it stands must be open to this. Codes access.denied, and store.record.missing where it
  // is not known to the one who asks.
  Status allow(Deed deed, const model::KindDefinition& kind, const std::string& id, bool is_known);
  // Notes in the log how many vault entries and refusals there are now, so that verify misses what is taken away.
  Status log_sealed_counts();
  // The fields as they are kept: references to the vault in place of personal values. So is `title`, where it names a
  // person.
  Result<Json> seal_personal(const model::KindDefinition& kind, const Json& plain,
                             const std::optional<model::Record>& before, std::string& title);
  // Personal values and references that the view hides stay as they are, whoever changes what stands beside them.
  Status keep_hidden(const model::KindDefinition& kind, const model::Record& before, Json& fields);
  Status keep_references(const model::KindDefinition& kind, const Json& kept, Json& fields);
  Workspace& workspace_;
  Author author_;
  bool sealed_ = false;  // vault or refusals were written
};

// Not thread-safe: one object a thread. Only one process at a time may have a workspace open for writing.
class Workspace {
 public:
  enum class Access { kRead, kWrite };
  struct Created;

  // Codes: store.workspace.exists, base.file.*, store.sqlite.*.
  static Result<Created> create(const std::string& path, const KeySource& key, const Env& env);
  // Codes: store.workspace.missing, .not_a_workspace, .newer_format, .wrong_key, .busy (names the process that writes).
  static Result<Workspace> open(const std::string& path, const KeySource& key, Access access, const Env& env);
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;
  ~Workspace();

  Result<std::optional<model::Record>> find(const std::string& kind, const std::string& id) const;
  // All records of a kind that are not deleted, oldest first; with `field`, those whose field equals `value`.
  Result<std::vector<model::Record>> list(const std::string& kind, const std::string& field = {},
                                          const std::string& value = {}) const;
  // Codes model.record.unknown_kind, .unknown_field, store.query.bad_cursor.
  Result<RecordPage> query(const RecordQuery& query) const;
  // Those with all words in the title first, then the best; every word must occur, from its beginning; letters folded.
  // Of one kind when named.
  Result<std::vector<SearchHit>> search(const std::string& words, const std::string& kind = {},
                                        std::size_t limit = 20) const;
  // Fields as the change log holds them, with personal values opened; those whose key was destroyed are absent.
  // Under a view, those of `id` that it may not see, too, and references to records that it does not show.
  Result<Json> open_sealed(const std::string& kind, Json fields, const std::string& id = {}) const;
  // Fields as the change log holds them, without references to records that the view does not show.
  Result<Json> seen_references(const std::string& kind, Json fields) const;
  // A title as the table or the change log holds it, for people: where it names a person and is hidden, or its key was
  // destroyed, the code of the record `id`.
  Result<std::string> open_title(const std::string& kind, const std::string& title, const std::string& id) const;
  // References of a record that is to be saved which lead nowhere or into the bin, one problem a field. Codes
  // model.record.dangling_reference, model.record.deleted_reference.
  Result<Diagnostics> lost_references(const model::Record& record) const;
  // Records, not deleted, with a reference to this one.
  Result<std::vector<Referrer>> referrers(const std::string& kind, const std::string& id) const;
  // Of those ids that exist, deleted ones too, in no order.
  Result<std::vector<RecordTitle>> titles(const std::string& kind, const std::vector<std::string>& ids) const;
  // How many references of this kind's records lead to records in the bin.
  Result<std::int64_t> count_lost_references(const std::string& kind) const;
  Result<std::vector<Change>> history(const std::string& record = {}) const;  // all when empty
  // The last changes of records that people write, newest first, without `before` and `after`; of one record several
  // in a row count once.
  Result<std::vector<Change>> recent_changes(std::size_t limit) const;

  Result<std::string> read_blob(const std::string& address) const;
  // What put_file gives for these bytes: the same in every record of this workspace, and only here.
  std::string file_address(std::string_view bytes) const;
  // Of what was attached to a record. Whether the one who asks may read it is told by the record: where its fields, as
  // they are shown, name the address. Codes store.blob.missing, .damaged, protect.seal.broken.
  Result<std::string> read_file(const std::string& record, const std::string& address) const;
  // Only the named columns, in that order; all when empty. Codes store.dataset.no_column, protect.seal.broken.
  Result<data::Table> read_columns(const std::string& dataset, const std::vector<std::string>& columns = {}) const;
  Result<std::optional<VaultEntry>> read_vault(const std::string& study, const std::string& subject) const;
  Result<std::vector<std::string>> refusals(const std::string& study) const;

  // Runs `work` in one transaction: committed to disk when it succeeds, undone entirely when it does not.
  Status write(const Author& author, const std::function<Status(Transaction&)>& work);

  // A second object on the same file for another thread of this process, under the lock of this one, which must live
  // longer. Code store.workspace.opened_to_read where this one may not write.
  Result<Workspace> beside() const;
  // A thread that serves many does not wait long for the one that works in the background: store.sqlite.busy after
  // `time` instead of 5 seconds.
  void wait_for_writers(std::chrono::milliseconds time);

  // From now on this object shows and does only what the view allows; everything again without one.
  void look_as(std::optional<View> view) const;
  // Whether the view allows this with the record; without a view always.
  Result<bool> may(Deed deed, const std::string& kind, const std::string& id) const;
  Result<bool> sees(const std::string& kind, const std::string& id) const;  // for what the view looks for
  bool sees_all(const std::string& kind) const;  // every record of the kind, those of others and elsewhere, too
  // Places moved: which lie in a district is looked up anew.
  void forget_places() const;

  // Sealed, by area and id, outside records and log; see workspace_secrets.cpp.
  Status put_secret(const std::string& area, const std::string& id, const std::string& plain);
  Status drop_secret(const std::string& area, const std::string& id);
  Result<std::map<std::string, std::string>> secrets(const std::string& area) const;  // by id
  // Whether the log names one of these kinds after its line `sequence`.
  Result<bool> changed_since(std::int64_t sequence, const std::vector<std::string>& kinds) const;

  // Work in the background and what became of it, as JSON by its id; apart from the records and their log, because
  // nothing of a programme depends on it. The newest first.
  Status put_job(const std::string& id, const std::string& json);
  Result<std::vector<std::string>> jobs(std::size_t limit = 100) const;

  // What belongs to a person and not to the programme (read marks, views of lists), as JSON by name; apart from the
  // records and their log like the work in the background. `who` is "" for what everybody shares. "" takes it away.
  Status put_setting(const std::string& who, const std::string& name, const std::string& json);
  Result<std::map<std::string, std::string>> settings(const std::string& who, const std::string& prefix = {}) const;
  // Everybody who changed something, in alphabetical order.
  Result<std::vector<std::string>> authors() const;

  Result<LogHead> head() const;
  Result<VerifyReport> verify(const std::optional<LogHead>& against) const;
  Status backup(const std::string& path) const;

  // Keyed digest for pseudonyms and refused submissions: the same submission gives the same text in this workspace
  // only.
  std::string pseudonym(const std::string& study, std::string_view identifier) const;
  const std::string& path() const;
  const Env& env() const;
  struct State;

 private:
  friend class Transaction;
  friend class LookAs;
  explicit Workspace(std::unique_ptr<State> state);
  Result<std::optional<Error>> lost_reference(const model::FieldDefinition& field, const std::string& id) const;
  // What a hit shows; false where the view does not show it.
  Result<bool> complete(SearchHit& hit, const std::string& words) const;
  // As it is kept: references in place of personal values.
  Result<std::optional<model::Record>> find_stored(const std::string& kind, const std::string& id) const;
  // As the view shows it: personal values opened or left away, references to what it does not show withheld.
  Status show(model::Record& record) const;
  // Of workspaces that an older program wrote: titles that name a person are sealed, the log goes on as it was.
  Status seal_titles();
  std::unique_ptr<State> state_;
};

// For as long as it lives, a workspace is looked at through a view; then as before.
class LookAs {
 public:
  LookAs(const Workspace& workspace, std::optional<View> view);
  ~LookAs();
  LookAs(const LookAs&) = delete;
  LookAs& operator=(const LookAs&) = delete;

 private:
  const Workspace& workspace_;
  std::optional<View> before_;
};

// The same with all of it: for rules that must hold whoever asks, and for what the program itself looks up. What is
// read must not be handed to the one who asks.
class WholeView : LookAs {
 public:
  explicit WholeView(const Workspace& workspace) : LookAs(workspace, std::nullopt) {}
};

struct Workspace::Created {
  Workspace workspace;
  std::string recovery_key;  // shown once, never stored
};

}  // namespace hamdil::store
