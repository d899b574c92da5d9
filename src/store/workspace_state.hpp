// Internals shared by the files of `store`; not for other modules.
#pragma once

#include <map>
#include <set>
#include <string>

#include "store/request_key.hpp"
#include "store/sqlite.hpp"
#include "store/workspace.hpp"

namespace hamdil::store {

inline constexpr std::int64_t kFormatVersion = 1;

struct Workspace::State {
  Database database;
  protect::SecretKey master;
  std::string path;
  Env env;
  int lock_file = -1;       // held for as long as the workspace is open for writing
  bool lends_lock = false;  // the lock is that of another object of this process, which closes it
  std::map<std::string, protect::SecretKey> study_keys;
  std::optional<View> view;
  const RequestKey* request_key = nullptr;         // under which is written
  std::map<std::string, std::int64_t> place_sets;  // districts -> their number in temp.view_place

  State(Database database_, protect::SecretKey master_, std::string path_, Env env_)
      : database(std::move(database_)), master(std::move(master_)), path(std::move(path_)), env(std::move(env_)) {}
  ~State();

  // The study's own key; made and stored at the first write.
  Result<const protect::SecretKey*> study_key(const std::string& study, bool create);

  // The rows of the kind's own table that the view shows (for what it looks, or for this), as SQL; "1" without one.
  Result<std::string> condition(const model::KindDefinition& kind, std::optional<Deed> deed = {});
  Result<bool> may(Deed deed, const model::KindDefinition& kind, const std::string& id);
  // Of those ids of a kind the ones that the view shows; all where it shows all.
  Result<std::set<std::string>> seen_among(const std::string& kind, const std::set<std::string>& ids);
  // For the references of a field: " IN (SELECT ...)", the ids that the view shows; "" where it shows all.
  Result<std::string> seen_ids(const model::FieldDefinition& field);
  Result<std::int64_t> place_set(const std::vector<std::string>& districts);

  // For functions of this module beside the classes.
  static State& of(Workspace& workspace) { return *workspace.state_; }
  static const State& of(const Workspace& workspace) { return *workspace.state_; }
  static Result<std::optional<model::Record>> find_stored(const Workspace& workspace, const std::string& kind,
                                                          const std::string& id) {
    return workspace.find_stored(kind, id);
  }
  static Status allow(Transaction& transaction, Deed deed, const model::KindDefinition& kind, const std::string& id) {
    return transaction.allow(deed, kind, id, false);
  }
  static Status log(Transaction& transaction, const std::string& action, const std::string& kind,
                    const std::string& record, const std::string& before, const std::string& after) {
    return transaction.log(action, kind, record, before, after);
  }
  static const Author& author(const Transaction& transaction) { return transaction.author_; }
};

// Tables that are not declared kinds.
Status create_schema(Database& database);
// One table for every declared kind; missing columns are added, nothing is ever dropped.
Status migrate_kinds(Database& database);
// Files that people attach to records, in a table of their own.
Status create_files(Database& database);
// Every file that the fields name was attached to this record, and has the size that they say. Code
// store.record.unknown_file.
Status check_files(const Database& database, const model::KindDefinition& kind, const std::string& record,
                   const Json& fields);
Status forget_files(Database& database, const std::string& record);  // for good
struct FileCheck {
  std::int64_t count = 0;
  std::vector<std::pair<std::string, std::string>> damaged;  // record, address
};
Result<FileCheck> check_all_files(const Workspace& workspace);
Result<bool> has_rows(const Database& database, const model::KindDefinition& kind);  // deleted ones too
// What lists are sorted and followed by: birth, title, and references. Made with the first record of a kind: an index
// costs a page in every workspace, and most workspaces use few kinds.
Status index_kind(Database& database, const model::KindDefinition& kind);
// Columns of every record table beside its fields: when and by whom it was written first and last.
inline constexpr const char* kStamps[] = {"created_at", "created_by", "changed_at", "changed_by"};
// The full-text index over titles and texts; filled from the tables where it is missing. Folded letters, so that a
// search finds words however they are written.
Status create_search(Database& database);
// The index of a program that took words in another way is made anew, once.
Status fill_search_anew(Workspace& workspace);
// Puts the record's texts into the index in place of what stood there; a deleted record leaves it. A title that names a
// person is only found by `keyed` words.
Status index_for_search(Database& database, const model::Record& record, const std::string& keyed = {});
// The beginnings of the words of a text, from two letters on, as keyed digests: whoever has the file but not its key
// reads no name in the index.
std::string keyed_words(const protect::SecretKey& master, const std::string& text);
// Fields that the table lacks read as empty.
std::string select_columns(const model::KindDefinition& kind, const std::set<std::string>& present);
model::Record read_record(const model::KindDefinition& kind, const Statement& row);
// No answer to a request says any more what was erased; their keys stay (request_key.hpp).
Status forget_answers(Database& database);
// Names of a table's columns; empty when there is no such table. What an older program wrote and a reader cannot
// migrate lacks kinds and fields that were declared since.
Result<std::set<std::string>> columns_of(const Database& database, const std::string& table);
std::string quoted(const std::string& identifier);
std::string change_hash(const std::string& previous, const Change& change);
// Whether the record's contents were cut out of this entry, and the digests of entries as they were left, by number, as
// the log tells them (bin.cpp).
bool is_emptied_entry(const Change& change);
std::map<std::int64_t, std::string> emptied_entries(const std::vector<Change>& changes);
std::string head_seal(const protect::SecretKey& master, const LogHead& head);
std::string new_id();
// {"vault": entries, "refusals": entries} as they are now.
Result<Json> sealed_counts(const Database& database);

// Address of a blob: keyed, so that nobody can test whether a known file is in the workspace.
std::string blob_address(const protect::SecretKey& master, std::string_view bytes);
std::string block_context(const std::string& dataset, std::int64_t column, std::int64_t block);
std::string vault_context(const std::string& study, const std::string& subject);

}  // namespace hamdil::store
