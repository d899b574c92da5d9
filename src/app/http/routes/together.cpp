// Working together: what is said about a record, and who has it open.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "app/http/presence.hpp"
#include "app/http/problem.hpp"
#include "app/http/routes/routes.hpp"
#include "base/text.hpp"
#include "services/records/comments.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;

Status check_record(const Call& call, const std::string& kind, const std::string& id) {
  HAMDIL_TRY(const auto record, call.workspace().find(kind, id));
  if (!record) return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind}});
  return Done{};
}

Result<Response> threads(const Call& call, int status) {
  HAMDIL_TRY(Json list,
             records::comments_of(call.workspace(), call.path.at("kind"), call.path.at("id"), call.author().who));
  return json_response({{"threads", std::move(list)}}, status);
}

Result<Response> read_comments(Call& call) {
  HAMDIL_CHECK(check_record(call, call.path.at("kind"), call.path.at("id")));
  return threads(call, 200);
}

Result<Response> said(Call& call, const records::Outcome& outcome, const std::string& action, int status) {
  if (!outcome.record) return problems_response(outcome.problems, call.language);
  tell_change(call, *outcome.record, action);
  return threads(call, status);
}

Result<Response> add(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"text", "field", "parent", "assigned_to"}));
  HAMDIL_TRY(const records::Outcome outcome, records::add_comment(call.workspace(), call.author(), call.path.at("kind"),
                                                                  call.path.at("id"), *call.body));
  return said(call, outcome, "create", 201);
}

Result<Response> change(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"resolved", "assigned_to"}));
  HAMDIL_CHECK(check_record(call, call.path.at("kind"), call.path.at("id")));
  HAMDIL_TRY(const auto comment, call.workspace().find("comment", call.path.at("comment")));
  if (!comment || comment->fields().value("about_id", "") != call.path.at("id"))
    return Error("store.record.missing", "There is no such {kind}.", {{"kind", "comment"}});
  HAMDIL_TRY(const records::Outcome outcome,
             records::change_thread(call.workspace(), call.author(), comment->id, *call.body));
  return said(call, outcome, "change", 200);
}

Result<Response> mark(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {}));
  HAMDIL_CHECK(check_record(call, call.path.at("kind"), call.path.at("id")));
  HAMDIL_CHECK(records::mark_read(call.workspace(), call.path.at("kind"), call.path.at("id"), call.author().who));
  return threads(call, 200);
}

Result<Response> names(Call& call) {
  HAMDIL_TRY(const std::vector<std::string> all, records::names_to_mention(call.workspace()));
  const std::string wanted = text::fold(call.value("words"));
  Json out = Json::array();
  for (const std::string& name : all)
    if (out.size() < 20 && text::fold(name).find(wanted) != std::string::npos) out.push_back(name);
  return json_response({{"names", out}});
}

Json people_json(const std::vector<Present>& people) {
  Json out = Json::array();
  for (const Present& one : people)
    out.push_back({{"browser", one.browser}, {"who", one.who}, {"editing", one.editing}});
  return out;
}

Result<Response> presence(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"kind", "id", "browser", "editing", "gone"}));
  HAMDIL_TRY(const std::string kind, text_member(*call.body, "kind"));
  HAMDIL_TRY(const std::string id, text_member(*call.body, "id"));
  HAMDIL_TRY(const std::string browser, text_member(*call.body, "browser"));
  HAMDIL_TRY(const std::string editing, text_member(*call.body, "editing"));
  const bool gone = call.body->contains("gone") && (*call.body)["gone"] == true;
  if (browser.empty() || browser.size() > 64)
    return Error("http.body.value", "{name} is a name of 1 to 64 characters for one window.", {{"name", "browser"}})
        .at({.pointer = "/browser"});
  HAMDIL_CHECK(check_record(call, kind, id));
  const model::KindDefinition& definition = *model::find_kind(kind);
  if (!editing.empty() && editing != "title" && definition.find(editing) == nullptr)
    return Error("http.query.fields", "There is no field {field} in this kind of record.", {{"field", editing}})
        .at({.pointer = "/editing"});
  Presence& everybody = *call.context.presence;
  const std::string record = kind + "/" + id;
  const bool news = gone ? everybody.gone(record, browser, call.author().who)
                         : everybody.here(record, browser, call.author().who, editing);
  const Json people = people_json(everybody.at(record));
  if (news) tell_about(call, "presence", kind, id, {{"kind", kind}, {"id", id}, {"people", people}});
  return json_response({{"people", people}});
}

}  // namespace

std::vector<Route> together_routes() {
  const std::string single = "/api/v1/comments/{kind}/{id}";
  return {
      {.method = "GET",
       .pattern = single,
       .operation = "listComments",
       .summary = "What is said about a record: threads with their answers, oldest first.",
       .handler = read_comments,
       .answer_schema = "Comments"},
      {.method = "POST",
       .pattern = single,
       .operation = "addComment",
       .summary = "A comment, or an answer to one (parent). @NAME in its text names somebody.",
       .handler = add,
       .body = Body::kJson,
       .body_schema = "CommentBody",
       .status = 201,
       .answer_schema = "Comments",
       .takes_key = true},
      {.method = "PATCH",
       .pattern = single + "/{comment}",
       .operation = "changeThread",
       .summary = "Settles a thread, opens it again, or gives it to a person.",
       .handler = change,
       .body = Body::kJson,
       .body_schema = "ThreadChange",
       .answer_schema = "Comments"},
      {.method = "POST",
       .pattern = single + "/read",
       .operation = "markCommentsRead",
       .summary = "You have seen what is said about the record.",
       .handler = mark,
       .body = Body::kJson,
       .body_schema = "Empty",
       .answer_schema = "Comments"},
      {.method = "GET",
       .pattern = "/api/v1/names",
       .operation = "listNames",
       .summary = "Whom a comment can name: persons, and those who have written here.",
       .handler = names,
       .answer_schema = "Names",
       .query = {{"words", "Part of the name; letters are folded."}}},
      {.method = "POST",
       .pattern = "/api/v1/presence",
       .operation = "tellPresence",
       .summary = "This window has the record open; said again every ten seconds, and with gone at the end. Answers "
                  "who else has.",
       .handler = presence,
       .body = Body::kJson,
       .body_schema = "PresenceBody",
       .answer_schema = "Presence",
       .on_its_own = true}};
}

}  // namespace hamdil::http
