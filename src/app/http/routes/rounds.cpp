// Round trips by e-mail: lists out as a spreadsheet with keys, and what comes back, cell by cell.
#include <nlohmann/json.hpp>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "base/catalogue.hpp"
#include "model/labels.hpp"
#include "services/records/rounds/round.hpp"

namespace hamdil::http {
namespace {

namespace rounds = services::records::rounds;

Result<Response> send(Call& call) {
  rounds::SendRequest request;
  const std::string what = call.path.at("what");
  if (const std::vector<std::string> kinds = rounds::kinds_of_set(what); !kinds.empty()) {
    for (const std::string& kind : kinds) request.parts.push_back({.kind = kind});
  } else {
    HAMDIL_TRY(store::RecordQuery query, list_query(call, what));
    request.parts.push_back(std::move(query));
  }
  request.sent_to = call.value("sent_to");
  request.language = call.value("language").empty() ? call.language : call.value("language");
  if (Catalogue::built_in().file(request.language) == nullptr)
    return Error("http.query.value", "The parameter {name} names no language of the interface.", {{"name", "language"}})
        .at({.pointer = "?language"});
  HAMDIL_TRY(rounds::Sent sent, rounds::send_round(call.workspace(), call.author(), request));
  tell_change(call, sent.round, "create");
  Response out{200, {}, std::move(sent.bytes)};
  out.with("Content-Type", content_type_of(sent.name))
      .with("Content-Disposition", "attachment; filename=\"" + sent.name + "\"")
      .with("Location", "/api/v1/records/mail_round/" + sent.round.id);
  return out;
}

// "names:tg" -> "Names (tg)", in the language of who decides, whatever that of the file is.
std::string label_of(const std::string& kind, const std::string& name, const std::string& language) {
  if (name == "title") return Catalogue::built_in().text(language, "ui.title");
  const std::size_t colon = name.find(':');
  const std::string label = model::label_of_field(kind, name.substr(0, colon), language);
  return colon == std::string::npos ? label : label + " (" + name.substr(colon + 1) + ")";
}

Result<Response> show(const Call& call, const rounds::Comparison& found) {
  const auto said = [&](const Error& error) { return Catalogue::built_in().error_text(call.language, error); };
  Json cells = Json::array();
  for (const rounds::CellDifference& one : found.cells)
    cells.push_back({{"cell", one.cell},
                     {"kind", one.kind},
                     {"id", one.id},
                     {"title", one.title},
                     {"field", one.field},
                     {"label", label_of(one.kind, one.field, call.language)},
                     {"row", one.row},
                     {"sent", one.sent},
                     {"theirs", one.theirs},
                     {"now", one.now},
                     {"conflict", one.conflict},
                     {"problem", one.problem ? Json(said(*one.problem)) : Json()}});
  Json rows = Json::array();
  for (const rounds::NewRow& one : found.rows) {
    Json values = Json::array();
    for (const auto& [name, text] : one.values)
      values.push_back({{"label", label_of(one.kind, name, call.language)}, {"text", text}});
    Json problems = Json::array();
    for (const Error& problem : one.problems) problems.push_back(said(problem));
    rows.push_back({{"cell", one.cell},
                    {"kind", one.kind},
                    {"label", model::label_of_kind(one.kind, call.language)},
                    {"row", one.row},
                    {"values", values},
                    {"problems", problems}});
  }
  Json problems = Json::array();
  for (const Diagnostic& problem : found.problems) problems.push_back(problem_json(problem.problem, call.language));
  HAMDIL_TRY(Json round, record_json(call.workspace(), found.round));
  return json_response({{"round", std::move(round)},
                        {"cells", cells},
                        {"rows", rows},
                        {"not_returned", found.not_returned},
                        {"columns_missing", found.columns_missing},
                        {"columns_unknown", found.columns_unknown},
                        {"problems", problems}});
}

Result<Response> receive(Call& call) {
  HAMDIL_TRY(const rounds::Comparison found,
             rounds::receive_round(call.workspace(), call.author(), call.request.body, call.value("returned_by")));
  tell_change(call, found.round, "change");
  return show(call, found);
}

Result<Response> compare(Call& call) {
  HAMDIL_TRY(const rounds::Comparison found, rounds::compare_round(call.workspace(), call.path.at("id")));
  return show(call, found);
}

Result<Response> decide(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"decisions"}));
  const Json given = call.body->value("decisions", Json());
  const Error wrong = Error("http.body.type", "{name} must be a list of objects.", {{"name", "decisions"}})
                          .at({.pointer = "/decisions"});
  if (!given.is_array()) return wrong;
  std::map<std::string, rounds::Decision> decisions;
  for (std::size_t i = 0; i < given.size(); ++i) {
    const std::string pointer = "/decisions/" + std::to_string(i);
    if (!given[i].is_object() || !given[i].value("accept", Json()).is_boolean())
      return Error(wrong).at({.pointer = pointer});
    HAMDIL_CHECK(check_members(given[i], {"cell", "accept", "reason"}, pointer));
    HAMDIL_TRY(const std::string cell, text_member(given[i], "cell"));
    HAMDIL_TRY(const std::string reason, text_member(given[i], "reason"));
    decisions[cell] = {given[i]["accept"].get<bool>(), reason};
  }
  HAMDIL_TRY(const rounds::Decided done,
             rounds::decide_round(call.workspace(), call.author(), call.path.at("id"), decisions));
  if (!done.problems.empty()) return problems_response(done.problems, call.language);
  for (const model::Record& record : done.records) tell_change(call, record, record.version == 1 ? "create" : "change");
  HAMDIL_TRY(Json records, records_json(call.workspace(), done.records));
  return json_response({{"accepted", done.accepted}, {"refused", done.refused}, {"records", std::move(records)}});
}

}  // namespace

std::vector<Route> round_routes() {
  std::vector<QueryParameter> filters = kListParameters;
  filters.push_back({"sent_to", "To whom it goes; kept sealed with the round."});
  filters.push_back({"language", "Of labels and instructions; that of the request where it is not given."});
  return {
      {.method = "POST",
       .pattern = "/api/v1/rounds/out/{what}",
       .operation = "sendRound",
       .summary =
           "A list (a kind and its filters), or matrix, plan or comments, as a spreadsheet that carries its keys.",
       .handler = send,
       .answer_schema = "file",
       .query = std::move(filters)},
      {.method = "POST",
       .pattern = "/api/v1/rounds/in",
       .operation = "receiveRound",
       .summary = "A spreadsheet that came back: kept with its round and compared cell by cell. No record is changed.",
       .handler = receive,
       .body = Body::kFile,
       .answer_schema = "RoundComparison",
       .query = {{"returned_by", "Who sent it back; kept sealed with the round."}}},
      {.method = "GET",
       .pattern = "/api/v1/rounds/{id}/comparison",
       .operation = "compareRound",
       .summary = "What came back last beside what was sent and what stands here now.",
       .handler = compare,
       .answer_schema = "RoundComparison"},
      {.method = "POST",
       .pattern = "/api/v1/rounds/{id}/decisions",
       .operation = "decideRound",
       .summary = "Every cell and new row accepted, or refused with a reason, in one transaction.",
       .handler = decide,
       .body = Body::kJson,
       .body_schema = "RoundDecisions",
       .answer_schema = "RoundDecided",
       .takes_key = true}};
}

}  // namespace hamdil::http
