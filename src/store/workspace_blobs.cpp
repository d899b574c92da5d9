// Files, packed and sealed. Those that the program makes are kept once, whoever refers to them; those that people
// attach are kept for their record alone, and go with it when it is removed for good.
#include <zstd.h>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

constexpr std::size_t kLargestBlob = 900u << 20;  // SQLite holds up to 10^9 bytes in one value

std::string compress(std::string_view bytes) {
  std::string out(ZSTD_compressBound(bytes.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), 3));
  return out;
}

Result<std::string> pack(const protect::SecretKey& master, std::string_view bytes, const std::string& context) {
  const std::string packed = compress(bytes);
  if (packed.size() > kLargestBlob)
    return Error("store.blob.too_large", "The file is too large to keep: {size} bytes after packing.",
                 {{"size", std::to_string(packed.size())}});
  return protect::seal(packed, master.derive("blob"), context);
}

Error damaged() {
  return Error("store.blob.damaged", "A stored file is damaged.")
      .advise("Restore the last backup and run hamdil verify.");
}

// Of so many bytes, as the row says.
Result<std::string> unpack(const protect::SecretKey& master, std::int64_t size, std::string_view sealed,
                           const std::string& context) {
  if (size < 0) return damaged();
  HAMDIL_TRY(const std::string packed, protect::unseal(sealed, master.derive("blob"), context));
  std::string out(static_cast<std::size_t>(size), '\0');
  if (ZSTD_decompress(out.data(), out.size(), packed.data(), packed.size()) != out.size()) return damaged();
  return out;
}

std::string blob_context(const std::string& address) { return "blob/" + address; }
std::string file_context(const std::string& record, const std::string& address) {
  return "file/" + record + "/" + address;
}
// The same for the same bytes, whatever record they are attached to; of no blob.
std::string address_of_file(const protect::SecretKey& master, std::string_view bytes) {
  return keyed_digest_hex(bytes, master.derive("file address").bytes());
}

}  // namespace

Result<std::string> Transaction::put_blob(std::string_view bytes) {
  Workspace::State& state = *workspace_.state_;
  const std::string address = blob_address(state.master, bytes);
  HAMDIL_TRY(const std::string sealed, pack(state.master, bytes, blob_context(address)));
  HAMDIL_TRY(Statement insert,
             state.database.prepare("INSERT INTO blob VALUES(?, ?, ?) ON CONFLICT(address) DO NOTHING"));
  HAMDIL_CHECK(insert.bind(1, address).bind(2, static_cast<std::int64_t>(bytes.size())).bind_bytes(3, sealed).run());
  return address;
}

Result<std::string> Workspace::read_blob(const std::string& address) const {
  HAMDIL_TRY(Statement query, state_->database.prepare("SELECT size, sealed FROM blob WHERE address = ?"));
  query.bind(1, address);
  HAMDIL_TRY(const bool found, query.step());
  if (!found) return Error("store.blob.missing", "There is no stored file with this address.");
  HAMDIL_TRY(std::string out, unpack(state_->master, query.integer(0), query.bytes(1), blob_context(address)));
  if (blob_address(state_->master, out) != address) return damaged();
  return out;
}

std::string Workspace::file_address(std::string_view bytes) const { return address_of_file(state_->master, bytes); }

Status create_files(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS file(record TEXT NOT NULL, address TEXT NOT NULL, size INTEGER NOT NULL, sealed BLOB "
      "NOT NULL, PRIMARY KEY(record, address))");
}

Result<std::string> Transaction::put_file(const std::string& record, std::string_view bytes) {
  Workspace::State& state = *workspace_.state_;
  const std::string address = address_of_file(state.master, bytes);
  HAMDIL_TRY(const std::string sealed, pack(state.master, bytes, file_context(record, address)));
  HAMDIL_TRY(Statement insert,
             state.database.prepare("INSERT INTO file VALUES(?, ?, ?, ?) ON CONFLICT(record, address) DO NOTHING"));
  HAMDIL_CHECK(insert.bind(1, record)
                   .bind(2, address)
                   .bind(3, static_cast<std::int64_t>(bytes.size()))
                   .bind_bytes(4, sealed)
                   .run());
  return address;
}

Result<std::string> Workspace::read_file(const std::string& record, const std::string& address) const {
  HAMDIL_TRY(Statement query,
             state_->database.prepare("SELECT size, sealed FROM file WHERE record = ? AND address = ?"));
  query.bind(1, record).bind(2, address);
  HAMDIL_TRY(const bool found, query.step());
  if (!found) return Error("store.blob.missing", "There is no stored file with this address.");
  HAMDIL_TRY(std::string out, unpack(state_->master, query.integer(0), query.bytes(1), file_context(record, address)));
  if (address_of_file(state_->master, out) != address) return damaged();
  return out;
}

Status check_files(const Database& database, const model::KindDefinition& kind, const std::string& record,
                   const Json& fields) {
  HAMDIL_TRY(Statement known, database.prepare("SELECT size FROM file WHERE record = ? AND address = ?"));
  for (const model::FieldDefinition& field : kind.fields) {
    if (field.type != model::FieldType::kFiles || !fields.contains(field.name)) continue;
    for (const Json& file : fields[field.name]) {
      known.reset();
      known.bind(1, record).bind(2, file["address"].get<std::string>());
      HAMDIL_TRY(const bool found, known.step());
      if (!found || known.integer(0) != file["size"].get<std::int64_t>())
        return Error("store.record.unknown_file",
                     "The field {field} names a file that was not attached to this {kind}.",
                     {{"field", field.name}, {"kind", kind.name}})
            .at({.pointer = "/" + field.name})
            .advise("Attach the file itself.");
    }
  }
  return Done{};
}

Status forget_files(Database& database, const std::string& record) {
  HAMDIL_TRY(Statement gone, database.prepare("DELETE FROM file WHERE record = ?"));
  return gone.bind(1, record).run();
}

Result<FileCheck> check_all_files(const Workspace& workspace) {
  const Database& database = Workspace::State::of(workspace).database;
  FileCheck out;
  HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "file"));
  if (present.empty()) return out;  // as an older program left it
  HAMDIL_TRY(Statement rows, database.prepare("SELECT record, address FROM file"));
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    ++out.count;
    std::string record(rows.text(0)), address(rows.text(1));
    if (!workspace.read_file(record, address)) out.damaged.emplace_back(std::move(record), std::move(address));
  }
}

}  // namespace hamdil::store
