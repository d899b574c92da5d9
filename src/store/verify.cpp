// hamdil verify: every entry of the change log, its head, every record against the log, every sealed block and blob.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "data/content_digest.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

void report(VerifyReport& out, const char* code, const char* text, Error::Args args = {}) {
  out.problems.push_back(
      {Severity::kError,
       Error(code, text, std::move(args))
           .advise("Restore a backup made before the change, and find out who could write to the file.")});
}

// Walks the chain; `last` receives the state of every record as the log tells it.
void check_chain(const std::vector<Change>& changes, VerifyReport& out,
                 std::map<std::pair<std::string, std::string>, std::string>& last) {
  const std::map<std::int64_t, std::string> emptied = emptied_entries(changes);
  const auto hash_of = [&](const std::string& previous, const Change& change) {
    const auto cut = emptied.find(change.sequence);
    const bool as_left = cut != emptied.end() && is_emptied_entry(change);
    return as_left && change_hash(previous, change) == cut->second ? change.hash : change_hash(previous, change);
  };
  std::string previous;
  std::int64_t expected = 1;
  for (const Change& change : changes) {
    const std::string number = std::to_string(change.sequence);
    if (change.sequence != expected)
      report(out, "store.verify.entry_missing",
             "The change log lacks entry {expected}; the next one there is {number}.",
             {{"expected", std::to_string(expected)}, {"number", number}});
    else if (hash_of(previous, change) != change.hash)
      report(out, "store.verify.entry_changed", "Entry {number} of the change log was changed or put in another order.",
             {{"number", number}});
    expected = change.sequence + 1;
    previous = change.hash;
    if (!change.after.empty()) last[{change.kind, change.record}] = change.after;
  }
  out.changes = static_cast<std::int64_t>(changes.size());
}

// What the records say must be there: columns of every dataset and its repeats, stored files of results and studies.
Status check_presence(const Workspace& workspace, const Database& database, VerifyReport& out) {
  HAMDIL_TRY(Statement columns,
             database.prepare("SELECT count(*), coalesce(max(rows), 0) FROM dataset_column WHERE dataset = ?"));
  HAMDIL_TRY(Statement blob, database.prepare("SELECT 1 FROM blob WHERE address = ?"));
  const auto need_columns = [&](const std::string& id, std::size_t at_least, std::int64_t rows) -> Status {
    columns.reset();
    columns.bind(1, id);
    HAMDIL_TRY(const bool found, columns.step());
    if (!found || columns.integer(0) < static_cast<std::int64_t>(at_least) || columns.integer(1) != rows)
      report(out, "store.verify.answers_gone", "Answers of the dataset {id} are gone.", {{"id", id}});
    return Done{};
  };
  const auto need_blob = [&](const std::string& address, const std::string& of) -> Status {
    blob.reset();
    blob.bind(1, address);
    HAMDIL_TRY(const bool found, blob.step());
    if (!found) report(out, "store.verify.blob_gone", "A stored file of {record} is gone.", {{"record", of}});
    return Done{};
  };
  HAMDIL_TRY(const auto datasets, workspace.list("dataset"));
  for (const model::Record& dataset : datasets) {
    const Json fields = dataset.fields();
    if (!fields.contains("columns")) continue;
    HAMDIL_CHECK(need_columns(dataset.id, fields["columns"].size(), fields.value("rows", std::int64_t{0})));
  }
  HAMDIL_TRY(const auto results, workspace.list("result"));
  for (const model::Record& result : results)
    HAMDIL_CHECK(need_blob(result.fields().value("table", ""), "result " + result.id));
  return Done{};
}

// What the record names of the files that were attached to it.
Status check_files_of(const Workspace& workspace, const model::KindDefinition& kind, const model::Record& stored,
                      VerifyReport& out) {
  const Json kept = stored.fields();
  const bool names_files =
      std::any_of(kind.fields.begin(), kind.fields.end(), [&](const model::FieldDefinition& field) {
        return field.type == model::FieldType::kFiles && kept.contains(field.name);
      });
  if (!names_files) return Done{};
  HAMDIL_TRY(const Json opened, workspace.open_sealed(kind.name, kept, stored.id));
  const Status there = check_files(Workspace::State::of(workspace).database, kind, stored.id, opened);
  if (!there && there.error().code != "store.record.unknown_file") return there;
  if (!there)
    report(out, "store.verify.blob_gone", "A stored file of {record} is gone.",
           {{"record", kind.name + " " + stored.id}});
  return Done{};
}

// The rows of every dataset version against what its record says of them: also whoever holds the key cannot put other
// rows in their place unnoticed.
Status check_contents(const Workspace& workspace, VerifyReport& out) {
  HAMDIL_TRY(const auto datasets, workspace.list("dataset"));
  for (const model::Record& dataset : datasets) {
    const Json fields = dataset.fields();
    if (!fields.contains("columns")) continue;
    const auto table = workspace.read_columns(dataset.id);
    if (!table || table->columns.empty()) continue;  // told elsewhere, or its key was destroyed
    if (workspace.pseudonym("content", data::content_digest(*table)) != fields.value("content", ""))
      report(out, "store.verify.content_differs",
             "The answers of the dataset {title} ({id}) are not those that its record was made for.",
             {{"title", dataset.title}, {"id", dataset.id}});
  }
  return Done{};
}

// Every vault entry opens: its key under the study's, its values under its own.
Status check_vault(const Workspace& workspace, const Database& database, VerifyReport& out) {
  HAMDIL_TRY(Statement entries, database.prepare("SELECT study, subject FROM vault WHERE wrapped_key IS NOT NULL"));
  std::size_t damaged = 0;
  while (true) {
    HAMDIL_TRY(const bool more, entries.step());
    if (!more) break;
    const auto entry = workspace.read_vault(std::string(entries.text(0)), std::string(entries.text(1)));
    if (!entry && entry.error().code != "store.study.key_destroyed") ++damaged;
  }
  if (damaged > 0)
    report(out, "store.verify.vault_damaged", "{count} entries of the identity vault are damaged.",
           {{"count", std::to_string(damaged)}});
  return Done{};
}

// Vault entries and refusals are never taken away: there are as many as the log last said.
Status check_sealed_counts(const std::vector<Change>& changes, const Database& database, VerifyReport& out) {
  for (auto change = changes.rbegin(); change != changes.rend(); ++change) {
    if (change->action != "seal") continue;
    HAMDIL_TRY(const Json now, sealed_counts(database));
    if (now.dump() != change->after)
      report(out, "store.verify.vault_differs", "The vault or the list of refusals is not as the change log left it.");
    return Done{};
  }
  return Done{};
}

}  // namespace

Result<Json> sealed_counts(const Database& database) {
  HAMDIL_TRY(Statement query, database.prepare("SELECT (SELECT count(*) FROM vault), (SELECT count(*) FROM refusal)"));
  HAMDIL_TRY(const bool found, query.step());
  return found ? Json{{"vault", query.integer(0)}, {"refusals", query.integer(1)}} : Json();
}

Result<VerifyReport> Workspace::verify(const std::optional<LogHead>& against) const {
  VerifyReport out;
  HAMDIL_TRY(const std::vector<Change> changes, history());
  std::map<std::pair<std::string, std::string>, std::string> last;
  check_chain(changes, out, last);

  HAMDIL_TRY(Statement head, state_->database.prepare("SELECT count, hash, seal FROM log_head"));
  HAMDIL_TRY(const bool has_head, head.step());
  if (!has_head) return Error("store.verify.no_head", "The change log has no head.");
  out.head = {head.integer(0), std::string(head.text(1))};
  if (head.text(2) != head_seal(state_->master, out.head))
    report(out, "store.verify.head_forged", "The head of the change log was not written with this workspace's key.");
  const LogHead found{changes.empty() ? 0 : changes.back().sequence, changes.empty() ? "" : changes.back().hash};
  if (found.count != out.head.count || found.hash != out.head.hash)
    report(out, "store.verify.log_cut", "The change log ends at entry {found}, but its head says {expected}.",
           {{"found", std::to_string(found.count)}, {"expected", std::to_string(out.head.count)}});
  if (against) {
    const bool held =
        against->count == 0 || (static_cast<std::size_t>(against->count) <= changes.size() &&
                                changes[static_cast<std::size_t>(against->count) - 1].hash == against->hash);
    if (!held)
      report(out, "store.verify.not_continued",
             "The change log does not continue the one whose head was given (entry {entry}).",
             {{"entry", std::to_string(against->count)}});
  }
  for (const model::KindDefinition& kind : model::all_kinds()) {
    HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "record_" + kind.name));
    if (present.empty()) continue;
    HAMDIL_TRY(Statement ids, state_->database.prepare("SELECT id FROM " + quoted("record_" + kind.name)));
    while (true) {
      HAMDIL_TRY(const bool more, ids.step());
      if (!more) break;
      const std::string id(ids.text(0));
      HAMDIL_TRY(const auto record, find_stored(kind.name, id));
      const auto logged = last.find({kind.name, id});
      if (logged == last.end() || !record || logged->second != model::to_json(*record).dump())
        report(out, "store.verify.record_differs", "The {kind} {id} is not as the change log left it.",
               {{"kind", kind.name}, {"id", id}});
      if (logged != last.end()) last.erase(logged);
      if (record) HAMDIL_CHECK(check_files_of(*this, kind, *record, out));
    }
  }
  for (const auto& [key, state] : last)
    if (model::find_kind(key.first) != nullptr)
      report(out, "store.verify.record_gone", "The {kind} {id} of the change log is gone.",
             {{"kind", key.first}, {"id", key.second}});

  HAMDIL_CHECK(check_presence(*this, state_->database, out));
  HAMDIL_CHECK(check_contents(*this, out));
  HAMDIL_CHECK(check_vault(*this, state_->database, out));
  HAMDIL_CHECK(check_sealed_counts(changes, state_->database, out));

  HAMDIL_TRY(Statement blobs, state_->database.prepare("SELECT address FROM blob"));
  while (true) {
    HAMDIL_TRY(const bool more, blobs.step());
    if (!more) break;
    ++out.blobs;
    const std::string address(blobs.text(0));
    if (!read_blob(address))
      report(out, "store.verify.blob_damaged", "The stored file {address} is damaged.",
             {{"address", address.substr(0, 12)}});
  }
  HAMDIL_TRY(const FileCheck files, check_all_files(*this));
  out.blobs += files.count;
  for (const auto& [record, address] : files.damaged)
    report(out, "store.verify.blob_damaged", "The stored file {address} is damaged.",
           {{"address", address.substr(0, 12)}});
  HAMDIL_TRY(Statement datasets, state_->database.prepare("SELECT DISTINCT dataset FROM dataset_column"));
  while (true) {
    HAMDIL_TRY(const bool more, datasets.step());
    if (!more) break;
    const std::string dataset(datasets.text(0));
    const auto table = read_columns(dataset);
    if (!table) {
      if (table.error().code != "store.study.key_destroyed")
        report(out, "store.verify.dataset_damaged", "The answers of dataset {id} are damaged.", {{"id", dataset}});
      continue;
    }
    out.blocks += static_cast<std::int64_t>(table->columns.size());
  }
  return out;
}

}  // namespace hamdil::store
