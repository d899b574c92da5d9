// Sealed columns, the identity vault, refusals, verification and backup.
#include <unistd.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "store/column_block.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

std::string column_header(const data::Column& column) {
  Json levels = Json::array();
  for (const data::Level& level : column.levels) levels.push_back({level.value, level.label});
  return Json{{"name", column.name},
              {"label", column.label},
              {"type", data::column_type_name(column.type)},
              {"ordered", column.ordered},
              {"levels", levels}}
      .dump();
}

data::Column column_from_header(const std::string& header) {
  const Json json = Json::parse(header);
  data::Column column;
  column.name = json["name"].get<std::string>();
  column.label = json["label"].get<std::string>();
  column.type = data::column_type_from_name(json["type"].get<std::string>()).value_or(data::ColumnType::kText);
  column.ordered = json["ordered"].get<bool>();
  for (const Json& level : json["levels"])
    column.levels.push_back({level[0].get<std::string>(), level[1].get<std::string>()});
  return column;
}

}  // namespace

Status Transaction::put_columns(const std::string& study, const std::string& dataset, const data::Table& table) {
  Workspace::State& state = *workspace_.state_;
  HAMDIL_TRY(const protect::SecretKey* key, state.study_key(study, true));
  HAMDIL_TRY(Statement header, state.database.prepare("INSERT INTO dataset_column VALUES(?, ?, ?, ?, ?)"));
  HAMDIL_TRY(Statement block, state.database.prepare("INSERT INTO column_block VALUES(?, ?, ?, ?)"));
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    const auto position = static_cast<std::int64_t>(c);
    header.reset();
    HAMDIL_CHECK(
        header.bind(1, dataset)
            .bind(2, position)
            .bind(3, study)
            .bind(4, static_cast<std::int64_t>(table.rows))
            .bind_bytes(5, protect::seal(column_header(table.columns[c]), *key, block_context(dataset, position, -1)))
            .run());
    for (std::size_t first = 0; first < table.rows; first += kBlockRows) {
      const auto number = static_cast<std::int64_t>(first / kBlockRows);
      const std::string bytes = encode_block(table.columns[c], first, std::min(kBlockRows, table.rows - first));
      block.reset();
      HAMDIL_CHECK(block.bind(1, dataset)
                       .bind(2, position)
                       .bind(3, number)
                       .bind_bytes(4, protect::seal(bytes, *key, block_context(dataset, position, number)))
                       .run());
    }
  }
  return Done{};
}

Result<data::Table> Workspace::read_columns(const std::string& dataset, const std::vector<std::string>& columns) const {
  data::Table all;
  std::vector<std::int64_t> positions;
  const protect::SecretKey* key = nullptr;
  {
    HAMDIL_TRY(Statement headers,
               state_->database.prepare(
                   "SELECT position, study, rows, header FROM dataset_column WHERE dataset = ? ORDER BY position"));
    headers.bind(1, dataset);
    while (true) {
      HAMDIL_TRY(const bool more, headers.step());
      if (!more) break;
      if (key == nullptr) {
        HAMDIL_TRY(key, state_->study_key(std::string(headers.text(1)), false));
      }
      all.rows = static_cast<std::size_t>(headers.integer(2));
      HAMDIL_TRY(const std::string header,
                 protect::unseal(headers.bytes(3), *key, block_context(dataset, headers.integer(0), -1)));
      data::Column column = column_from_header(header);
      if (!columns.empty() && std::find(columns.begin(), columns.end(), column.name) == columns.end()) continue;
      all.columns.push_back(std::move(column));
      positions.push_back(headers.integer(0));
    }
  }
  HAMDIL_TRY(Statement blocks,
             state_->database.prepare(
                 "SELECT block, sealed FROM column_block WHERE dataset = ? AND position = ? ORDER BY block"));
  for (std::size_t c = 0; c < all.columns.size(); ++c) {
    blocks.reset();
    blocks.bind(1, dataset).bind(2, positions[c]);
    while (true) {
      HAMDIL_TRY(const bool more, blocks.step());
      if (!more) break;
      HAMDIL_TRY(const std::string bytes,
                 protect::unseal(blocks.bytes(1), *key, block_context(dataset, positions[c], blocks.integer(0))));
      HAMDIL_CHECK(decode_block(bytes, all.columns[c]));
    }
    if (all.columns[c].size() != all.rows)
      return Error("store.dataset.incomplete", "A column of the dataset has {found} of {expected} rows.",
                   {{"found", std::to_string(all.columns[c].size())}, {"expected", std::to_string(all.rows)}})
          .advise("Restore the last backup and run hamdil verify.");
  }
  if (columns.empty()) return all;
  const bool names_once = std::set<std::string>(columns.begin(), columns.end()).size() == columns.size();
  data::Table out;
  out.rows = all.rows;
  for (const std::string& name : columns) {
    data::Column* found = all.find(name);
    if (found == nullptr)
      return Error("store.dataset.no_column", "The dataset has no column {column}.", {{"column", name}});
    out.columns.push_back(names_once ? std::move(*found) : *found);
  }
  return out;
}

Status Transaction::put_vault(const std::string& study, const std::vector<VaultEntry>& entries) {
  sealed_ = true;
  Workspace::State& state = *workspace_.state_;
  HAMDIL_TRY(const protect::SecretKey* study_key, state.study_key(study, true));
  HAMDIL_TRY(Statement insert,
             state.database.prepare("INSERT INTO vault VALUES(?, ?, ?, ?) ON CONFLICT(study, subject) DO UPDATE SET "
                                    "wrapped_key = excluded.wrapped_key, sealed = excluded.sealed "
                                    "WHERE vault.wrapped_key IS NOT NULL"));  // whoever was erased stays erased
  for (const VaultEntry& entry : entries) {
    const protect::SecretKey subject_key = protect::SecretKey::random();
    const std::string context = vault_context(study, entry.subject);
    insert.reset();
    HAMDIL_CHECK(insert.bind(1, study)
                     .bind(2, entry.subject)
                     .bind_bytes(3, protect::seal(subject_key.bytes(), *study_key, context))
                     .bind_bytes(4, protect::seal(entry.values_json, subject_key, context))
                     .run());
  }
  return Done{};
}

Result<std::optional<VaultEntry>> Workspace::read_vault(const std::string& study, const std::string& subject) const {
  HAMDIL_TRY(Statement query,
             state_->database.prepare("SELECT wrapped_key, sealed FROM vault WHERE study = ? AND subject = ?"));
  query.bind(1, study).bind(2, subject);
  HAMDIL_TRY(const bool found, query.step());
  if (!found || query.is_null(0)) return std::optional<VaultEntry>();
  HAMDIL_TRY(const protect::SecretKey* study_key, state_->study_key(study, false));
  const std::string context = vault_context(study, subject);
  HAMDIL_TRY(const std::string key_bytes, protect::unseal(query.bytes(0), *study_key, context));
  HAMDIL_TRY(const protect::SecretKey key, protect::SecretKey::from_bytes(key_bytes));
  HAMDIL_TRY(const std::string values, protect::unseal(query.bytes(1), key, context));
  return std::optional<VaultEntry>(VaultEntry{subject, values});
}

Status Transaction::erase_subject(const std::string& study, const std::string& subject) {
  HAMDIL_TRY(Statement update, workspace_.state_->database.prepare(
                                   "UPDATE vault SET wrapped_key = NULL WHERE study = ? AND subject = ?"));
  HAMDIL_CHECK(update.bind(1, study).bind(2, subject).run());
  if (workspace_.state_->database.changes() == 0)
    return Error("store.vault.missing", "The vault holds nothing about this pseudonym.");
  HAMDIL_CHECK(forget_answers(workspace_.state_->database));
  return log("destroy key", "vault", subject, "", "");
}

Status Transaction::put_refusals(const std::string& study, const std::vector<std::string>& submission_digests) {
  sealed_ = true;
  HAMDIL_TRY(Statement insert,
             workspace_.state_->database.prepare("INSERT INTO refusal VALUES(?, ?) ON CONFLICT DO NOTHING"));
  for (const std::string& digest : submission_digests) {
    insert.reset();
    HAMDIL_CHECK(insert.bind(1, study).bind(2, digest).run());
  }
  return Done{};
}

Result<std::vector<std::string>> Workspace::refusals(const std::string& study) const {
  HAMDIL_TRY(Statement query,
             state_->database.prepare("SELECT submission FROM refusal WHERE study = ? ORDER BY submission"));
  query.bind(1, study);
  std::vector<std::string> out;
  while (true) {
    HAMDIL_TRY(const bool more, query.step());
    if (!more) return out;
    out.emplace_back(query.text(0));
  }
}

Status Workspace::backup(const std::string& path) const {
  if (file_exists(path))
    return Error("store.backup.exists", "There is already a file of this name.")
        .at({.file = path})
        .advise("Choose another name for the backup.");
  // Written beside its place and renamed, so that a full disk leaves no half backup under a good name.
  const std::string unfinished = path + ".part";
  ::unlink(unfinished.c_str());
  auto copied = state_->database.copy_to(unfinished);
  if (copied && ::rename(unfinished.c_str(), path.c_str()) != 0)
    copied = Error("base.file.unwritable", "The backup cannot be put in its place.");
  if (copied) return Done{};
  for (const char* ending : {"", "-journal", "-wal", "-shm"}) ::unlink((unfinished + ending).c_str());
  return copied.error().at({.file = path});
}

}  // namespace hamdil::store
