// Views: which rows somebody may see, as a condition of SQL, so that lists, counts and pages are made of those alone.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "store/workspace_state.hpp"

namespace hamdil::store {
namespace {

using model::FieldDefinition;
using model::FieldType;
using model::KindDefinition;

constexpr int kLongestWay = 4;  // references from a record to its place

std::string literal(const std::string& text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\0') continue;
    out += c;
    if (c == '\'') out += c;
  }
  return out + "'";
}

bool names_place(const KindDefinition& kind, const FieldDefinition& field) {
  return field.refers_to == "place" && kind.name != "place";
}

std::set<std::string> ids_in(const Json& value) {
  std::set<std::string> out;
  for (const Json& id : value.is_array() ? value : Json::array({value}))
    if (id.is_string()) out.insert(id.get<std::string>());
  return out;
}

// Conditions on one row of a kind's table.
class Conditions {
 public:
  Conditions(Workspace::State& state, const ViewTable& table) : state_(state), table_(table) {}

  Result<std::string> any_of(const KindDefinition& kind, Deed deed, const std::string& row) {
    const Scopes& scopes = table_.scopes(kind.name, deed);
    if (scopes.empty()) return std::string("0");
    std::string out;
    for (const Scope& scope : scopes) {
      HAMDIL_TRY(const std::string one, all_of(kind, scope, row));
      out += (out.empty() ? "" : " OR ") + ("(" + one + ")");
    }
    if (kind.name == "comment") {
      HAMDIL_TRY(const std::string about, subject("comment", "f_about_kind", "f_about_id", row));
      return "(" + out + ") AND " + about;
    }
    if (kind.name == "link") {
      HAMDIL_TRY(const std::string from, subject("link", "f_from_kind", "f_from_id", row));
      HAMDIL_TRY(const std::string to, subject("link", "f_to_kind", "f_to_id", row));
      return "(" + out + ") AND " + from + " AND " + to;
    }
    return "(" + out + ")";
  }

 private:
  Result<std::string> all_of(const KindDefinition& kind, const Scope& scope, const std::string& row) {
    std::string out = "1";
    if (scope.own) out += " AND " + row + ".created_by = " + literal(table_.who);
    if (!scope.programme.empty() && kind.name == "programme")
      out += " AND " + row + ".id = " + literal(scope.programme);
    if (!scope.programme.empty() && kind.find("programme") != nullptr)
      out += " AND (" + row + ".f_programme IS NULL OR " + row +
             ".f_programme = " + literal(Json(scope.programme).dump()) + ")";
    if (scope.districts.empty()) return out;
    HAMDIL_TRY(const std::int64_t set, state_.place_set(scope.districts));
    std::string placed = in_places(kind, row, set, 0);
    if (scope.unplaced) placed += " OR NOT (" + has_place(kind, row, 0) + ")";
    return out + " AND (" + placed + ")";
  }

  const FieldDefinition* way(const KindDefinition& kind) const {
    const auto found = table_.through.find(kind.name);
    return found == table_.through.end() ? nullptr : kind.find(found->second);
  }

  std::string in_places(const KindDefinition& kind, const std::string& row, std::int64_t set, int steps) const {
    const std::string places = "(SELECT place FROM temp.view_place WHERE place_set = " + std::to_string(set) + ")";
    if (kind.name == "place") return row + ".id IN " + places;
    std::string out;
    for (const FieldDefinition& field : kind.fields)
      if (names_place(kind, field))
        out += (out.empty() ? "" : " OR ") + ("EXISTS (SELECT 1 FROM json_each(" + row + "." +
                                              quoted("f_" + field.name) + ") WHERE value IN " + places + ")");
    return out.empty() ? follow(kind, row, steps,
                                [&](const KindDefinition& next, const std::string& there) {
                                  return in_places(next, there, set, steps + 1);
                                })
                       : out;
  }

  std::string has_place(const KindDefinition& kind, const std::string& row, int steps) const {
    if (kind.name == "place") return "1";
    std::string out;
    for (const FieldDefinition& field : kind.fields)
      if (names_place(kind, field))
        out += (out.empty() ? "" : " OR ") + (row + "." + quoted("f_" + field.name) + " IS NOT NULL");
    return out.empty() ? follow(kind, row, steps,
                                [&](const KindDefinition& next, const std::string& there) {
                                  return has_place(next, there, steps + 1);
                                })
                       : out;
  }

  template <class Condition>
  std::string follow(const KindDefinition& kind, const std::string& row, int steps, Condition&& condition) const {
    const FieldDefinition* field = way(kind);
    const KindDefinition* next = field == nullptr ? nullptr : model::find_kind(field->refers_to);
    if (next == nullptr || steps >= kLongestWay) return "0";
    const std::string there = "way" + std::to_string(steps);
    return "EXISTS (SELECT 1 FROM " + quoted("record_" + next->name) + " AS " + there + " WHERE " + there +
           ".id IN (SELECT value FROM json_each(" + row + "." + quoted("f_" + field->name) + ")) AND (" +
           condition(*next, there) + "))";
  }

  // What is said about a record is seen by those who see the record.
  Result<std::string> subject(const std::string& kind, const std::string& kind_column, const std::string& id_column,
                              const std::string& row) {
    HAMDIL_TRY(Statement kinds, state_.database.prepare("SELECT DISTINCT json_extract(" + kind_column + ", '$') FROM " +
                                                        quoted("record_" + kind)));
    std::vector<std::string> names;
    while (true) {
      HAMDIL_TRY(const bool more, kinds.step());
      if (!more) break;
      names.emplace_back(kinds.text(0));
    }
    std::string out;
    for (const std::string& name : names) {
      const KindDefinition* about = model::find_kind(name);
      if (about == nullptr || name == "comment" || name == "link") continue;
      HAMDIL_TRY(const std::string seen, any_of(*about, Deed::kLook, "subject"));
      out += " WHEN " + literal(name) + " THEN EXISTS (SELECT 1 FROM " + quoted("record_" + name) +
             " AS subject WHERE subject.id = json_extract(" + row + "." + id_column + ", '$') AND " + seen + ")";
    }
    if (out.empty()) return std::string("0");
    return "(CASE json_extract(" + row + "." + kind_column + ", '$')" + out + " ELSE 0 END)";
  }

  Workspace::State& state_;
  const ViewTable& table_;
};

}  // namespace

const Scopes& ViewTable::scopes(const std::string& kind, Deed deed) const {
  static const Scopes kNone;
  const auto found = kinds.find(kind);
  return found == kinds.end() ? kNone : found->second[static_cast<std::size_t>(deed)];
}

void Workspace::look_as(std::optional<View> view) const { state_->view = std::move(view); }
void Workspace::forget_places() const {
  state_->place_sets.clear();
  (void)state_->database.execute("DROP TABLE IF EXISTS temp.view_place");
}

Result<std::int64_t> Workspace::State::place_set(const std::vector<std::string>& districts) {
  const std::string key = Json(districts).dump();
  if (const auto known = place_sets.find(key); known != place_sets.end()) return known->second;
  HAMDIL_CHECK(
      database.execute("CREATE TEMP TABLE IF NOT EXISTS view_place(place_set INTEGER NOT NULL, place TEXT NOT "
                       "NULL, PRIMARY KEY(place_set, place)) WITHOUT ROWID"));
  const auto number = static_cast<std::int64_t>(place_sets.size() + 1);
  HAMDIL_TRY(Statement fill,
             database.prepare("INSERT OR IGNORE INTO temp.view_place WITH RECURSIVE below(id) AS (SELECT value FROM "
                              "json_each(?) UNION SELECT record_place.id FROM record_place JOIN below ON "
                              "record_place.f_parent = json_quote(below.id)) SELECT ?, id FROM below"));
  HAMDIL_CHECK(fill.bind(1, key).bind(2, number).run());
  place_sets[key] = number;
  return number;
}

Result<std::string> Workspace::State::condition(const model::KindDefinition& kind, std::optional<Deed> deed) {
  if (!view) return std::string("1");
  return Conditions(*this, *view->table).any_of(kind, deed.value_or(view->looking), quoted("record_" + kind.name));
}

Result<bool> Workspace::State::may(Deed deed, const model::KindDefinition& kind, const std::string& id) {
  if (!view) return true;
  if (view->table->scopes(kind.name, deed).empty()) return false;
  HAMDIL_TRY(const std::string sql, condition(kind, deed));
  HAMDIL_TRY(Statement row,
             database.prepare("SELECT 1 FROM " + quoted("record_" + kind.name) + " WHERE id = ? AND " + sql));
  return row.bind(1, id).step();
}

Result<bool> Workspace::may(Deed deed, const std::string& kind_name, const std::string& id) const {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr) return !state_->view;
  return state_->may(deed, *kind, id);
}

Result<bool> Workspace::sees(const std::string& kind_name, const std::string& id) const {
  return may(state_->view ? state_->view->looking : Deed::kLook, kind_name, id);
}

Result<std::set<std::string>> Workspace::State::seen_among(const std::string& kind_name,
                                                           const std::set<std::string>& ids) {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr || !view || ids.empty() || view->table->shows_all(*kind)) return ids;
  HAMDIL_TRY(const std::string sql, condition(*kind, Deed::kLook));
  HAMDIL_TRY(Statement rows, database.prepare("SELECT id FROM " + quoted("record_" + kind->name) +
                                              " WHERE id IN (SELECT value FROM json_each(?)) AND " + sql));
  rows.bind(1, Json(ids).dump());
  std::set<std::string> out;
  while (true) {
    HAMDIL_TRY(const bool more, rows.step());
    if (!more) return out;
    out.emplace(rows.text(0));
  }
}

Result<std::string> Workspace::State::seen_ids(const FieldDefinition& field) {
  const KindDefinition* kind = model::find_kind(field.refers_to);
  if (kind == nullptr || !view || view->table->shows_all(*kind)) return std::string();
  HAMDIL_TRY(const std::string sql, Conditions(*this, *view->table).any_of(*kind, Deed::kLook, "target"));
  return " IN (SELECT target.id FROM " + quoted("record_" + kind->name) + " AS target WHERE " + sql + ")";
}

Result<Json> Workspace::seen_references(const std::string& kind_name, Json fields) const {
  const KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr || !state_->view || !fields.is_object()) return fields;
  for (const FieldDefinition& field : kind->fields) {
    if (field.refers_to.empty() || !fields.contains(field.name)) continue;
    Json& value = fields[field.name];
    HAMDIL_TRY(const std::set<std::string> seen, state_->seen_among(field.refers_to, ids_in(value)));
    const auto is_hidden = [&](const Json& id) { return id.is_string() && !seen.contains(id.get<std::string>()); };
    if (value.is_array()) value.erase(std::remove_if(value.begin(), value.end(), is_hidden), value.end());
    if (is_hidden(value) || (value.is_array() && value.empty())) fields.erase(field.name);
  }
  return fields;
}

Status Transaction::keep_references(const KindDefinition& kind, const Json& kept, Json& fields) {
  if (!workspace_.state_->view) return Done{};
  HAMDIL_TRY(const Json seen, workspace_.seen_references(kind.name, kept));
  for (const FieldDefinition& field : kind.fields) {
    const Json before = kept.value(field.name, Json()), shown = seen.value(field.name, Json());
    if (field.refers_to.empty() || before == shown) continue;
    const Json now = fields.value(field.name, Json());
    if (now == shown) {
      fields[field.name] = before;
    } else if (before.is_array()) {
      for (const Json& id : before)
        if (std::find(shown.begin(), shown.end(), id) == shown.end()) fields[field.name].push_back(id);
    }
  }
  return Done{};
}

bool ViewTable::shows_all(const KindDefinition& kind) const {
  if (kind.name == "comment" || kind.name == "link") return false;  // those on records that are seen
  const Scopes& some = scopes(kind.name, Deed::kLook);
  return std::any_of(some.begin(), some.end(), [](const Scope& scope) {
    return !scope.own && scope.districts.empty() && scope.programme.empty();
  });
}

bool Workspace::sees_all(const std::string& kind_name) const {
  const KindDefinition* kind = model::find_kind(kind_name);
  return !state_->view || (kind != nullptr && state_->view->table->shows_all(*kind));
}

Status Transaction::allow(Deed deed, const KindDefinition& kind, const std::string& id, bool is_known) {
  HAMDIL_TRY(const bool allowed, workspace_.state_->may(deed, kind, id));
  if (allowed) return Done{};
  HAMDIL_TRY(const bool seen, workspace_.state_->may(Deed::kLook, kind, id));
  if (!seen && !is_known) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind.name}});
  return Error("access.denied", "Your role does not allow this.", {{"kind", kind.name}})
      .advise("Ask an administrator of the workspace if your work needs it.");
}

LookAs::LookAs(const Workspace& workspace, std::optional<View> view)
    : workspace_(workspace), before_(workspace.state_->view) {
  workspace_.look_as(std::move(view));
}
LookAs::~LookAs() { workspace_.look_as(std::move(before_)); }

}  // namespace hamdil::store
