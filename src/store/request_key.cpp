#include "store/request_key.hpp"

#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

std::string context_of(const std::string& key) { return "answer/" + key; }

// Keys stay, answers pass: the indexes are of what passes, so that a request costs the same however many keys there
// are.
Status make_table(Database& database) {
  return database.execute(
      "DROP TABLE IF EXISTS answer;"  // where answers were kept before; nothing would take them away any more
      "CREATE TABLE IF NOT EXISTS request_key(number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, at INTEGER NOT "
      "NULL, "
      "request TEXT NOT NULL, wrote INTEGER NOT NULL, sealed BLOB);"
      "CREATE INDEX IF NOT EXISTS request_key_at ON request_key(at);"
      "CREATE INDEX IF NOT EXISTS request_key_passing ON request_key(number) WHERE wrote = 0;"
      "CREATE INDEX IF NOT EXISTS request_key_answers ON request_key(number) WHERE sealed IS NOT NULL");
}

// The last whose answer goes: beyond the age, the number or the bytes.
Result<std::int64_t> last_to_go(Database& database, std::int64_t now) {
  HAMDIL_TRY(
      Statement find,
      database.prepare(
          "SELECT max(coalesce((SELECT number FROM request_key WHERE at < ? ORDER BY at DESC, number DESC LIMIT 1), "
          "0), "
          "coalesce((SELECT max(number) FROM request_key), 0) - ?, "
          "coalesce((SELECT max(number) FROM (SELECT number, sum(length(sealed)) OVER (ORDER BY number DESC) AS held "
          "FROM request_key WHERE sealed IS NOT NULL) WHERE held > ?), 0))"));
  find.bind(1, now - RequestKey::kKeptSeconds)
      .bind(2, static_cast<std::int64_t>(RequestKey::kMostAnswers))
      .bind(3, static_cast<std::int64_t>(RequestKey::kMostBytes));
  HAMDIL_TRY(const bool found, find.step());
  return found ? find.integer(0) : 0;
}

Status drop_oldest(Database& database, std::int64_t now) {
  HAMDIL_TRY(const std::int64_t last, last_to_go(database, now));
  HAMDIL_TRY(Statement keys, database.prepare("DELETE FROM request_key WHERE wrote = 0 AND number <= ?"));
  HAMDIL_CHECK(keys.bind(1, last).run());
  HAMDIL_TRY(Statement answers,
             database.prepare("UPDATE request_key SET sealed = NULL WHERE sealed IS NOT NULL AND number <= ?"));
  return answers.bind(1, last).run();
}

}  // namespace

RequestKey::RequestKey(Workspace& workspace, const std::string& key, const std::string& request)
    : workspace_(workspace),
      key_(workspace.pseudonym("request key", key)),
      request_(workspace.pseudonym("request", request)) {
  Workspace::State::of(workspace_).request_key = this;
}

RequestKey::~RequestKey() { Workspace::State::of(workspace_).request_key = nullptr; }

Result<RequestKey::Known> RequestKey::known() const {
  const Workspace::State& state = Workspace::State::of(workspace_);
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state.database, "request_key"));
  if (present.empty()) return Known{};
  HAMDIL_TRY(Statement rows, state.database.prepare(
                                 "SELECT request, sealed FROM request_key WHERE key = ? AND (wrote = 1 OR at >= ?)"));
  rows.bind(1, key_).bind(2, workspace_.env().now() - kKeptSeconds);
  HAMDIL_TRY(const bool found, rows.step());
  if (!found) return Known{};
  if (rows.text(0) != request_) return Known{.is = Known::Is::kOther};
  const std::string sealed(rows.bytes(1));
  if (sealed.empty()) return Known{.is = Known::Is::kSame};
  HAMDIL_TRY(std::string answer, protect::unseal(sealed, state.master.derive("answers"), context_of(key_)));
  return Known{.is = Known::Is::kSame, .answer = std::move(answer)};
}

Status RequestKey::note(bool wrote) const {
  Workspace::State& state = Workspace::State::of(workspace_);
  HAMDIL_CHECK(make_table(state.database));
  const std::int64_t now = workspace_.env().now();
  HAMDIL_TRY(
      Statement put,
      state.database.prepare(
          "INSERT INTO request_key VALUES((SELECT coalesce(max(number), 0) + 1 FROM request_key), ?, ?, ?, ?, NULL) "
          "ON CONFLICT(key) DO UPDATE SET number = excluded.number, at = excluded.at, request = excluded.request, "
          "wrote = excluded.wrote, sealed = NULL WHERE request_key.wrote = 0 AND request_key.at < ?"));
  put.bind(1, key_).bind(2, now).bind(3, request_).bind(4, std::int64_t{wrote}).bind(5, now - kKeptSeconds);
  return put.run();
}

Status RequestKey::keep(const std::string& answer) const {
  Workspace::State& state = Workspace::State::of(workspace_);
  state.request_key = nullptr;  // the request is over: what keeps its answer is no change under its key
  return workspace_.write({}, [&](Transaction&) -> Status {
    HAMDIL_CHECK(note(false));
    if (answer.size() <= kLongestAnswer) {
      HAMDIL_TRY(Statement put, state.database.prepare("UPDATE request_key SET sealed = ? WHERE key = ?"));
      put.bind_bytes(1, protect::seal(answer, state.master.derive("answers"), context_of(key_))).bind(2, key_);
      HAMDIL_CHECK(put.run());
    }
    return drop_oldest(state.database, workspace_.env().now());
  });
}

Status RequestKey::forget() const {
  Workspace::State& state = Workspace::State::of(workspace_);
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state.database, "request_key"));
  if (present.empty()) return Done{};
  HAMDIL_TRY(Statement drop, state.database.prepare("DELETE FROM request_key WHERE key = ? AND sealed IS NULL"));
  return drop.bind(1, key_).run();
}

Status forget_answers(Database& database) {
  HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "request_key"));
  return present.empty() ? Done{} : database.execute("UPDATE request_key SET sealed = NULL WHERE sealed IS NOT NULL");
}

}  // namespace hamdil::store
