// Records, their history, and the one path for every change.
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "store/bin.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

using model::Record;

Error unknown_kind(const std::string& kind) {
  return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind}});
}

Result<std::optional<Record>> find_record(const Database& database, const std::string& kind_name,
                                          const std::string& id) {
  const model::KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr) return unknown_kind(kind_name);
  HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "record_" + kind->name));
  if (present.empty()) return std::optional<Record>();
  HAMDIL_TRY(Statement query, database.prepare(select_columns(*kind, present) + " WHERE id = ?"));
  query.bind(1, id);
  HAMDIL_TRY(const bool found, query.step());
  if (!found) return std::optional<Record>();
  return std::optional<Record>(read_record(*kind, query));
}

// Only fields with a value, in the order of the declaration.
Json in_declared_order(const model::KindDefinition& kind, const Json& given) {
  Json out = Json::object();
  for (const model::FieldDefinition& field : kind.fields)
    if (const auto value = given.find(field.name); value != given.end() && !value->is_null()) out[field.name] = *value;
  return out;
}

Deed deed_of(const std::optional<Record>& before, const Record& after) {
  return !before                            ? Deed::kCreate
         : before->deleted != after.deleted ? Deed::kRemove
         : before->state != after.state     ? Deed::kMove
                                            : Deed::kChange;
}

}  // namespace

std::string LogHead::text() const { return std::to_string(count) + ":" + hash; }

std::optional<LogHead> LogHead::parse(const std::string& text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const auto count = text::parse_integer(text.substr(0, colon));
  if (!count || *count < 0) return std::nullopt;
  return LogHead{*count, text.substr(colon + 1)};
}

Result<std::optional<Record>> Workspace::find_stored(const std::string& kind, const std::string& id) const {
  return find_record(state_->database, kind, id);
}

Result<std::optional<Record>> Workspace::find(const std::string& kind, const std::string& id) const {
  HAMDIL_TRY(auto record, find_stored(kind, id));
  if (record && state_->view) {
    HAMDIL_TRY(const bool seen, sees(kind, id));
    if (!seen) return std::optional<Record>();
  }
  if (record) HAMDIL_CHECK(show(*record));
  return record;
}

Result<std::vector<Record>> Workspace::list(const std::string& kind_name, const std::string& field,
                                            const std::string& value) const {
  const model::KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr) return unknown_kind(kind_name);
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state_->database, "record_" + kind->name));
  HAMDIL_TRY(const std::string shown, state_->condition(*kind));
  std::string sql = select_columns(*kind, present) + " WHERE deleted = 0 AND " + shown;
  if (!field.empty()) {
    if (kind->find(field) == nullptr)
      return Error("model.record.unknown_field", "There is no field {field} in this kind of record.",
                   {{"field", field}});
    if (!present.contains("f_" + field)) return std::vector<Record>();
    sql += " AND " + quoted("f_" + field) + " = ?";
    HAMDIL_TRY(const std::string seen, state_->seen_ids(*kind->find(field)));
    if (!seen.empty()) sql += " AND json_extract(" + quoted("f_" + field) + ", '$')" + seen;
  }
  if (present.empty()) return std::vector<Record>();
  HAMDIL_TRY(Statement query, state_->database.prepare(sql + " ORDER BY born, id"));
  if (!field.empty()) query.bind(1, Json(value).dump());
  std::vector<Record> out;
  while (true) {
    HAMDIL_TRY(const bool more, query.step());
    if (!more) return out;
    out.push_back(read_record(*kind, query));
    HAMDIL_CHECK(show(out.back()));
  }
}

Result<std::vector<Change>> Workspace::history(const std::string& record) const {
  HAMDIL_TRY(
      Statement query,
      state_->database.prepare(
          std::string("SELECT sequence, at, who, action, kind, record, before, after, reason, hash FROM change ") +
          (record.empty() ? "" : "WHERE record = ? ") + "ORDER BY sequence"));
  if (!record.empty()) query.bind(1, record);
  std::vector<Change> out;
  while (true) {
    HAMDIL_TRY(const bool more, query.step());
    if (!more) return out;
    const auto part = [&query](int column) { return std::string(query.text(column)); };
    if (state_->view) {
      HAMDIL_TRY(const bool seen, sees(part(4), part(5)));
      if (!seen) continue;
    }
    out.push_back({query.integer(0), part(1), part(2), part(3), part(4), part(5), part(6), part(7), part(8), part(9)});
  }
}

Result<LogHead> Workspace::head() const {
  HAMDIL_TRY(Statement query, state_->database.prepare("SELECT count, hash FROM log_head"));
  HAMDIL_TRY(const bool found, query.step());
  if (!found) return Error("store.verify.no_head", "The change log has no head.");
  return LogHead{query.integer(0), std::string(query.text(1))};
}

Status Workspace::write(const Author& author, const std::function<Status(Transaction&)>& work) {
  if (state_->lock_file < 0)
    return Error("store.workspace.opened_to_read", "The workspace was opened for reading only.");
  HAMDIL_CHECK(state_->database.execute("BEGIN IMMEDIATE"));
  Transaction transaction(*this, author);
  Status done = work(transaction);
  if (done && transaction.sealed_) done = transaction.log_sealed_counts();
  if (done && state_->request_key != nullptr) done = state_->request_key->note(true);
  if (done) done = state_->database.execute("COMMIT");
  if (!done) {
    (void)state_->database.execute("ROLLBACK");
    state_->study_keys.clear();  // a key made in this transaction is gone with it
    forget_places();             // and so is what a view noted of places
  }
  return done;
}

Status Transaction::note_look(const std::string& kind, const std::string& id, const std::string& what) {
  return log("look at rows", kind, id, Json(what).dump(), "");  // no record changes: nothing stands after it
}

Status Transaction::log(const std::string& action, const std::string& kind, const std::string& record,
                        const std::string& before, const std::string& after) {
  HAMDIL_TRY(const LogHead head, workspace_.head());
  Change change{head.count + 1, format_timestamp(workspace_.env().now()),
                author_.who,    action,
                kind,           record,
                before,         after,
                author_.reason, {}};
  change.hash = change_hash(head.hash, change);
  Database& database = workspace_.state_->database;
  HAMDIL_TRY(Statement insert, database.prepare("INSERT INTO change VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  HAMDIL_CHECK(insert.bind(1, change.sequence)
                   .bind(2, change.at)
                   .bind(3, change.who)
                   .bind(4, change.action)
                   .bind(5, change.kind)
                   .bind(6, change.record)
                   .bind(7, change.before)
                   .bind(8, change.after)
                   .bind(9, change.reason)
                   .bind(10, change.hash)
                   .run());
  const LogHead next{change.sequence, change.hash};
  HAMDIL_TRY(Statement update, database.prepare("UPDATE log_head SET count = ?, hash = ?, seal = ?"));
  return update.bind(1, next.count).bind(2, next.hash).bind(3, head_seal(workspace_.state_->master, next)).run();
}

Status Transaction::log_sealed_counts() {
  HAMDIL_TRY(const Json counts, sealed_counts(workspace_.state_->database));
  HAMDIL_TRY(Statement last, workspace_.state_->database.prepare(
                                 "SELECT after FROM change WHERE action = 'seal' ORDER BY sequence DESC LIMIT 1"));
  HAMDIL_TRY(const bool logged, last.step());
  if (logged && last.text(0) == counts.dump()) return Done{};  // the same submissions again
  return log("seal", "vault", "", "", counts.dump());
}

// References that the record held before stay as they are, also when what they name has gone to the bin meanwhile.
// To those who do not see a record it is as if it did not exist, also where it stands already: nobody finds out by
// writing ids what is withheld from them.
Result<Diagnostics> Workspace::lost_references(const Record& record) const {
  Diagnostics out;
  const model::KindDefinition* kind = model::find_kind(record.kind);
  if (kind == nullptr) return out;
  HAMDIL_TRY(const auto kept, find_stored(record.kind, record.id));
  HAMDIL_TRY(const Json shown, seen_references(record.kind, kept ? kept->fields() : Json::object()));
  const Json fields = record.fields();
  for (const model::FieldDefinition& field : kind->fields) {
    if (field.refers_to.empty() || !fields.contains(field.name)) continue;
    const Json& value = fields[field.name];
    if (value.is_null() || shown.value(field.name, Json()) == value) continue;
    for (const Json& id : value.is_array() ? value : Json::array({value})) {
      if (!id.is_string()) continue;  // of the wrong type: the kind says so
      HAMDIL_TRY(auto lost, lost_reference(field, id.get<std::string>()));
      if (!lost) continue;
      out.push_back({Severity::kError, std::move(*lost)});
      break;
    }
  }
  return out;
}

Result<std::optional<Error>> Workspace::lost_reference(const model::FieldDefinition& field,
                                                       const std::string& id) const {
  HAMDIL_TRY(const auto target, find_stored(field.refers_to, id));
  HAMDIL_TRY(const bool seen, may(Deed::kLook, field.refers_to, id));
  if (!target || !seen)
    return std::optional(Error("model.record.dangling_reference",
                               "The field {field} names a {kind} that does not exist.",
                               {{"field", field.name}, {"kind", field.refers_to}})
                             .at({.pointer = "/" + field.name}));
  if (!target->deleted) return std::optional<Error>();
  HAMDIL_TRY(const std::string title, open_title(field.refers_to, target->title, target->id));
  return std::optional(Error("model.record.deleted_reference",
                             "The field {field} names the {kind} “{title}”, which is in the bin.",
                             {{"field", field.name}, {"kind", field.refers_to}, {"title", title}})
                           .at({.pointer = "/" + field.name})
                           .advise("Restore it from the bin or choose another."));
}

Result<Record> Transaction::save(Record record, const std::string& action) {
  const Diagnostics problems = model::validate(record);
  if (!problems.empty()) return problems.front().problem;
  const model::KindDefinition& kind = *model::find_kind(record.kind);
  Database& database = workspace_.state_->database;
  const Json plain = in_declared_order(kind, record.fields());
  std::optional<Record> before;
  if (record.id.empty()) {
    record.id = new_id();
  } else {
    HAMDIL_TRY(before, find_record(database, record.kind, record.id));
    // Before anything is said of it, even of its version.
    if (before) HAMDIL_CHECK(allow(deed_of(before, record), kind, record.id, false));
    if (before && before->version != record.version)
      return Error("store.record.changed_meanwhile", "This {kind} was changed by someone else after it was opened.",
                   {{"kind", record.kind}})
          .advise("Open it again and repeat the change.");
  }
  HAMDIL_TRY(const bool is_used, has_rows(database, kind));
  if (!is_used) HAMDIL_CHECK(index_kind(database, kind));
  const Json kept = before ? before->fields() : Json::object();
  if (!record.deleted) {
    HAMDIL_TRY(const Diagnostics lost, workspace_.lost_references(record));
    if (!lost.empty()) return lost.front().problem;
    HAMDIL_CHECK(check_files(database, kind, record.id, plain));
  }
  record.version = before ? before->version + 1 : 1;
  const Deed deed = deed_of(before, record);
  const bool is_moved_on = !before && record.state != kind.states.front();  // as an import can make it
  const std::string title = record.title;
  HAMDIL_TRY(Json fields, seal_personal(kind, plain, before, record.title));
  if (before) HAMDIL_CHECK(keep_hidden(kind, *before, fields));
  HAMDIL_CHECK(keep_references(kind, kept, fields));
  record.set_fields(fields);  // as it is kept, so that the log says what the table holds
  record.changed_at = format_timestamp(workspace_.env().now());
  record.changed_by = author_.who;
  record.created_at = before ? before->created_at : record.changed_at;
  record.created_by = before ? before->created_by : record.changed_by;
  std::string columns = "id, version, title, state, deleted, born, created_at, created_by, changed_at, changed_by";
  std::string places = "?, ?, ?, ?, ?, ?, ?, ?, ?, ?";
  std::string updates =
      "version = excluded.version, title = excluded.title, state = excluded.state, deleted = excluded.deleted, "
      "changed_at = excluded.changed_at, changed_by = excluded.changed_by";
  for (const model::FieldDefinition& field : kind.fields) {
    const std::string column = quoted("f_" + field.name);
    columns += ", " + column;
    places += ", ?";
    updates += ", " + column + " = excluded." + column;
  }
  HAMDIL_TRY(Statement upsert, database.prepare("INSERT INTO " + quoted("record_" + kind.name) + "(" + columns +
                                                ") VALUES(" + places + ") ON CONFLICT(id) DO UPDATE SET " + updates));
  HAMDIL_TRY(const LogHead head, workspace_.head());
  upsert.bind(1, record.id)
      .bind(2, record.version)
      .bind(3, record.title)
      .bind(4, record.state)
      .bind(5, record.deleted ? 1 : 0)
      .bind(6, head.count + 1)
      .bind(7, record.created_at)
      .bind(8, record.created_by)
      .bind(9, record.changed_at)
      .bind(10, record.changed_by);
  for (std::size_t i = 0; i < kind.fields.size(); ++i) {
    const auto value = fields.find(kind.fields[i].name);
    if (value == fields.end() || value->is_null())
      upsert.bind_null(static_cast<int>(11 + i));
    else
      upsert.bind(static_cast<int>(11 + i), value->dump());
  }
  HAMDIL_CHECK(upsert.run());
  if (is_moved_on) HAMDIL_CHECK(allow(Deed::kMove, kind, record.id, true));
  HAMDIL_CHECK(allow(deed, kind, record.id, true));  // nor may it leave what is open to the one who changes it
  std::string keyed;
  if (kind.title_is_personal) {
    const WholeView whole(workspace_);  // who changes what stands beside a name may not read it
    HAMDIL_TRY(const std::string name, workspace_.open_title(kind.name, record.title, record.id));
    keyed = keyed_words(workspace_.state_->master, name);
  }
  HAMDIL_CHECK(index_for_search(database, record, keyed));
  HAMDIL_CHECK(log(!action.empty() ? action
                   : before        ? "change"
                                   : "create",
                   record.kind, record.id, before ? model::to_json(*before).dump() : "",
                   model::to_json(record).dump()));
  record.set_fields(plain);
  record.title = title;
  return record;
}

Status Transaction::remove(const std::string& kind, const std::string& id) {
  HAMDIL_TRY(auto record, workspace_.find(kind, id));
  if (!record || record->deleted) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind}});
  record->deleted = true;
  HAMDIL_TRY(const Record saved, save(*record, "delete"));
  (void)saved;
  return Done{};
}

Result<Record> Transaction::restore(const std::string& kind, const std::string& id) {
  HAMDIL_TRY(auto record, workspace_.find(kind, id));
  if (!record) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind}});
  if (!record->deleted) return Error("store.record.not_deleted", "This {kind} is not in the bin.", {{"kind", kind}});
  HAMDIL_TRY(const bool emptied, is_emptied(workspace_, kind, id));
  if (emptied) return Error("store.record.emptied", "This {kind} was removed for good.", {{"kind", kind}});
  record->deleted = false;
  return save(*record, "restore");
}

}  // namespace hamdil::store
