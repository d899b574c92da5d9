#include "store/request_key.hpp"

#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

std::string context_of(const std::string& key) { return "answer/" + key; }

Status make_table(Database& database) {
  return database.execute(
      "CREATE TABLE IF NOT EXISTS answer(key TEXT PRIMARY KEY, number INTEGER NOT NULL, at INTEGER NOT NULL, request "
      "TEXT NOT NULL, sealed BLOB) WITHOUT ROWID");
}

// The oldest go: beyond the age, the number and the bytes.
Status drop_oldest(Database& database, std::int64_t now) {
  HAMDIL_TRY(Statement old, database.prepare("DELETE FROM answer WHERE at < ? OR number <= (SELECT max(number) FROM "
                                             "answer) - ?"));
  HAMDIL_CHECK(
      old.bind(1, now - RequestKey::kKeptSeconds).bind(2, static_cast<std::int64_t>(RequestKey::kMostAnswers)).run());
  HAMDIL_TRY(Statement large,
             database.prepare("DELETE FROM answer WHERE number <= (SELECT max(number) FROM (SELECT number, "
                              "sum(length(sealed)) OVER (ORDER BY number DESC) AS held FROM answer) WHERE held > ?)"));
  return large.bind(1, static_cast<std::int64_t>(RequestKey::kMostBytes)).run();
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
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state.database, "answer"));
  if (present.empty()) return Known{};
  HAMDIL_TRY(Statement rows, state.database.prepare("SELECT request, sealed FROM answer WHERE key = ? AND at >= ?"));
  rows.bind(1, key_).bind(2, workspace_.env().now() - kKeptSeconds);
  HAMDIL_TRY(const bool found, rows.step());
  if (!found) return Known{};
  if (rows.text(0) != request_) return Known{.is = Known::Is::kOther};
  const std::string sealed(rows.bytes(1));
  if (sealed.empty()) return Known{.is = Known::Is::kSame};
  HAMDIL_TRY(std::string answer, protect::unseal(sealed, state.master.derive("answers"), context_of(key_)));
  return Known{.is = Known::Is::kSame, .answer = std::move(answer)};
}

Status RequestKey::note() const {
  Workspace::State& state = Workspace::State::of(workspace_);
  HAMDIL_CHECK(make_table(state.database));
  const std::int64_t now = workspace_.env().now();
  HAMDIL_TRY(Statement put,
             state.database.prepare("INSERT INTO answer VALUES(?, (SELECT coalesce(max(number), 0) + 1 FROM answer), "
                                    "?, ?, NULL) ON CONFLICT(key) DO UPDATE SET number = excluded.number, at = "
                                    "excluded.at, request = excluded.request, sealed = NULL WHERE answer.at < ?"));
  return put.bind(1, key_).bind(2, now).bind(3, request_).bind(4, now - kKeptSeconds).run();
}

Status RequestKey::keep(const std::string& answer) const {
  return workspace_.write({}, [&](Transaction&) -> Status {
    Workspace::State& state = Workspace::State::of(workspace_);
    HAMDIL_CHECK(note());
    if (answer.size() <= kLongestAnswer) {
      HAMDIL_TRY(Statement put, state.database.prepare("UPDATE answer SET sealed = ? WHERE key = ?"));
      put.bind_bytes(1, protect::seal(answer, state.master.derive("answers"), context_of(key_))).bind(2, key_);
      HAMDIL_CHECK(put.run());
    }
    return drop_oldest(state.database, workspace_.env().now());
  });
}

Status RequestKey::forget() const {
  Workspace::State& state = Workspace::State::of(workspace_);
  HAMDIL_TRY(const std::set<std::string> present, columns_of(state.database, "answer"));
  if (present.empty()) return Done{};
  HAMDIL_TRY(Statement drop, state.database.prepare("DELETE FROM answer WHERE key = ? AND sealed IS NULL"));
  return drop.bind(1, key_).run();
}

Status forget_answers(Database& database) {
  HAMDIL_TRY(const std::set<std::string> present, columns_of(database, "answer"));
  return present.empty() ? Done{} : database.execute("UPDATE answer SET sealed = NULL");
}

}  // namespace hamdil::store
