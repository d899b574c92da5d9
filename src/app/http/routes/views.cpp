// Filters, order and columns of a list under a name: one's own, or shared with everybody.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

constexpr std::size_t kMostViews = 100;        // of one person and kind
constexpr std::size_t kMostViewsInAll = 1000;  // of one person
constexpr std::size_t kMostShared = 20;        // that one person shares of a kind
constexpr std::size_t kMostSharedInAll = 500;  // of a kind, whoever shares them
constexpr std::size_t kLongestName = 120;
constexpr std::size_t kLongestQuery = 4000;
constexpr const char* kEverybody = "";

Result<std::string> place_of(const Call& call, const std::string& name = {}) {
  const std::string& kind = call.path.at("kind");
  if (model::find_kind(kind) == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.", {{"kind", kind}});
  return "view/" + kind + "/" + name;
}

// Words and values that may name a person: settings are not sealed, and a shared view is read by those who see only
// codes.
bool may_name_people(const std::string& kind_name, const Json& query) {
  const model::KindDefinition* kind = model::find_kind(kind_name);
  if (kind == nullptr || !query.is_object()) return true;
  const auto is_sealed = [](const model::FieldDefinition& field) {
    return field.personal != model::PersonalClass::kNone;
  };
  const bool has_sealed = kind->title_is_personal || std::any_of(kind->fields.begin(), kind->fields.end(), is_sealed);
  for (const auto& [name, value] : query.items()) {
    if (name == "words" && has_sealed && value != "") return true;
    if (!name.starts_with("f.")) continue;
    const std::string field = name.substr(2, name.find('.', 2) - 2);
    if (field == "title" && kind->title_is_personal) return true;
    if (const auto* found = kind->find(field); found != nullptr && is_sealed(*found)) return true;
  }
  return false;
}

Status add_views(const Call& call, const std::string& place, bool shared, Json& out) {
  HAMDIL_TRY(const auto kept, call.workspace().settings(shared ? kEverybody : call.author().who, place));
  for (const auto& [name, text] : kept) {
    const Json view = Json::parse(text, nullptr, false);
    if (!view.is_object()) continue;
    const std::string who = view.value("who", "");
    if (may_name_people(call.path.at("kind"), view.value("query", Json::object()))) continue;
    out.push_back({{"name", name.substr(place.size())},
                   {"query", view.value("query", Json::object())},
                   {"shared", shared},
                   {"who", who},
                   {"own", who == call.author().who}});
  }
  return Done{};
}

Result<Response> list(Call& call, int status = 200) {
  HAMDIL_TRY(const std::string place, place_of(call));
  Json views = Json::array();
  HAMDIL_CHECK(add_views(call, place, false, views));
  HAMDIL_CHECK(add_views(call, place, true, views));
  return json_response({{"views", views}}, status);
}

Result<std::string> name_of(const std::string& given) {
  const std::string name = text::trim(given);
  if (!name.empty() && name.size() <= kLongestName) return name;
  return Error("views.name", "A view has a name of at most {most} bytes.", {{"most", std::to_string(kLongestName)}})
      .at({.pointer = "/name"});
}

std::string sharer_of(const std::string& kept) {
  const Json view = Json::parse(kept, nullptr, false);
  return view.is_object() ? view.value("who", "") : std::string();
}

Error too_many(std::size_t most) {
  return Error("views.too_many", "There are {most} views of this list already.", {{"most", std::to_string(most)}})
      .advise("Remove one first.");
}

// Whether one more fits: everybody has room of their own, so that nobody takes that of the others.
Status check_room(const Call& call, bool shared, const std::map<std::string, std::string>& kept) {
  if (!shared) {
    HAMDIL_TRY(const auto all, call.workspace().settings(call.author().who, "view/"));
    if (kept.size() >= kMostViews) return too_many(kMostViews);
    if (all.size() >= kMostViewsInAll) return too_many(kMostViewsInAll);
    return Done{};
  }
  const auto own = std::count_if(kept.begin(), kept.end(),
                                 [&](const auto& one) { return sharer_of(one.second) == call.author().who; });
  if (own >= static_cast<std::ptrdiff_t>(kMostShared)) return too_many(kMostShared);
  if (kept.size() >= kMostSharedInAll) return too_many(kMostSharedInAll);
  return Done{};
}

// A shared view belongs to whoever shares it; who may remove what others say (managers) may clear it away, too.
bool may_drop(const Call& call, const std::string& kept) {
  const auto& caller = call.context.entry.caller;
  return sharer_of(kept) == call.author().who ||
         (caller && services::accounts::Policy::built_in().reach(caller->grants, "talk", store::Deed::kRemove) ==
                        services::accounts::Reach::kAll);
}

Result<Response> keep(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"name", "query", "shared"}));
  HAMDIL_TRY(const std::string given, text_member(*call.body, "name"));
  HAMDIL_TRY(const std::string name, name_of(given));
  HAMDIL_TRY(const std::string place, place_of(call));
  const Json query = call.body->value("query", Json::object());
  bool plain = query.is_object() && query.dump(-1, ' ', false, Json::error_handler_t::replace).size() <= kLongestQuery;
  for (const auto& [field, value] : query.items()) plain = plain && value.is_string();
  if (!plain)
    return Error("views.query", "{name} is an object of texts, as they stand in the address of the list.",
                 {{"name", "query"}})
        .at({.pointer = "/query"});
  if (may_name_people(call.path.at("kind"), query))
    return Error("views.personal", "A view keeps no words and no values that may name a person.")
        .at({.pointer = "/query"})
        .advise("Keep it without the words that were searched, or without the filter by a sealed field.");
  const bool shared = call.body->contains("shared") && (*call.body)["shared"] == true;
  const std::string owner = shared ? kEverybody : call.author().who;
  HAMDIL_TRY(const auto kept, call.workspace().settings(owner, place));
  const auto before = kept.find(place + name);
  if (before == kept.end()) HAMDIL_CHECK(check_room(call, shared, kept));
  if (shared && before != kept.end() && sharer_of(before->second) != call.author().who)
    return Error("views.of_another", "Somebody else shares a view of this name.").at({.pointer = "/name"});
  HAMDIL_CHECK(
      call.workspace().put_setting(owner, place + name, to_text({{"who", call.author().who}, {"query", query}})));
  return list(call, 201);
}

Result<Response> drop(Call& call) {
  HAMDIL_TRY(const std::string place, place_of(call));
  const std::string& name = call.path.at("name");
  const bool shared = call.flag("shared");
  const std::string owner = shared ? kEverybody : call.author().who;
  HAMDIL_TRY(const auto kept, call.workspace().settings(owner, place + name));
  const auto found = kept.find(place + name);
  if (found == kept.end()) return error_response(Error("views.unknown", "There is no such view."), call.language, 404);
  if (shared && !may_drop(call, found->second))
    return error_response(Error("views.of_another", "Somebody else shares this view."), call.language, 409);
  HAMDIL_CHECK(call.workspace().put_setting(owner, place + name, ""));
  return list(call);
}

}  // namespace

std::vector<Route> view_routes() {
  const std::string all = "/api/v1/views/{kind}";
  return {{.method = "GET",
           .pattern = all,
           .operation = "listViews",
           .summary = "Kept views of a list: one's own, and those that are shared.",
           .handler = [](Call& call) { return list(call); },
           .answer_schema = "Views"},
          {.method = "POST",
           .pattern = all,
           .operation = "keepView",
           .summary = "Keeps filters, order and columns under a name; of the same name they are replaced.",
           .handler = keep,
           .body = Body::kJson,
           .body_schema = "ViewBody",
           .status = 201,
           .answer_schema = "Views"},
          {.method = "DELETE",
           .pattern = all + "/{name}",
           .operation = "dropView",
           .summary = "Takes a view away; a shared one whoever shares it, or a manager.",
           .handler = drop,
           .answer_schema = "Views",
           .query = {{"shared", "The shared one of this name.", "boolean"}}}};
}

}  // namespace hamdil::http
