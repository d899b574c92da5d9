// What is done with one record besides writing its fields: bin, versions, workflow, history, links.
#include <nlohmann/json.hpp>

#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "services/records/records.hpp"

namespace hamdil::http {
namespace {

namespace records = services::records;
using model::Record;

Result<Response> answer(Call& call, const Record& record, const std::string& action) {
  tell_change(call, record, action);
  HAMDIL_TRY(const Json json, record_json(call.workspace(), record));
  Response out = json_response(json);
  out.with("ETag", "\"" + std::to_string(record.version) + "\"");
  return out;
}

Result<Record> existing(const Call& call) {
  HAMDIL_TRY(const auto record, call.workspace().find(call.path.at("kind"), call.path.at("id")));
  if (!record) return Error("store.record.missing", "There is no such {kind}.", {{"kind", call.path.at("kind")}});
  return *record;
}

// These take If-Match where the caller sends it.
Status check_sent_version(const Call& call) {
  HAMDIL_TRY(const auto version, version_of(call));
  if (!version) return Done{};
  HAMDIL_TRY(const Record record, existing(call));
  if (record.version == *version) return Done{};
  return Error("store.record.changed_meanwhile", "This {kind} was changed by someone else after it was opened.",
               {{"kind", record.kind}})
      .advise("Open it again and repeat the change.");
}

Result<Response> restore(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {}));
  HAMDIL_CHECK(check_sent_version(call));
  HAMDIL_TRY(const Record record,
             records::restore_record(call.workspace(), call.author(), call.path.at("kind"), call.path.at("id")));
  return answer(call, record, "restore");
}

Result<Response> revert(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"version"}));
  if (!call.body->contains("version") || !(*call.body)["version"].is_number_integer())
    return Error("http.body.type", "{name} must be a whole number.", {{"name", "version"}}).at({.pointer = "/version"});
  HAMDIL_CHECK(check_sent_version(call));
  HAMDIL_TRY(const Record record,
             records::revert_record(call.workspace(), call.author(), call.path.at("kind"), call.path.at("id"),
                                    (*call.body)["version"].get<std::int64_t>()));
  return answer(call, record, "revert");
}

Result<Response> move(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {}));
  HAMDIL_CHECK(check_sent_version(call));
  HAMDIL_TRY(const Record record, records::move_record(call.workspace(), call.author(), call.path.at("kind"),
                                                       call.path.at("id"), call.path.at("name")));
  return answer(call, record, call.path.at("name"));
}

Result<Response> history(Call& call) {
  HAMDIL_TRY(const Record record, existing(call));
  HAMDIL_TRY(const auto lines, records::record_history(call.workspace(), record.kind, record.id));
  const Json told = records::to_json(lines);
  std::vector<Json> fields;
  for (const Json& line : told)
    for (const Json& one : line["differences"])
      for (const char* side : {"before", "after"}) fields.push_back({{one["field"].get<std::string>(), one[side]}});
  HAMDIL_TRY(Json references, references_json(call.workspace(), *model::find_kind(record.kind), fields));
  return json_response({{"lines", told}, {"references", std::move(references)}});
}

Result<Response> links(Call& call) {
  HAMDIL_TRY(const Record record, existing(call));
  HAMDIL_TRY(const Json json, record_json(call.workspace(), record));
  Json refers_to = Json::array();
  for (const model::FieldDefinition& field : model::find_kind(record.kind)->fields) {
    if (field.refers_to.empty() || !json["fields"].contains(field.name)) continue;
    const Json& value = json["fields"][field.name];
    for (const Json& id : value.is_array() ? value : Json::array({value})) {
      const Json target = json["references"].value(id.get<std::string>(), Json::object());
      refers_to.push_back({{"field", field.name},
                           {"kind", field.refers_to},
                           {"id", id},
                           {"title", target.value("title", "")},
                           {"deleted", target.value("deleted", false)}});
    }
  }
  HAMDIL_TRY(const auto referrers, call.workspace().referrers(record.kind, record.id));
  Json referred_by = Json::array();
  for (const store::Referrer& referrer : referrers)
    referred_by.push_back({{"field", referrer.field},
                           {"kind", referrer.kind},
                           {"id", referrer.id},
                           {"title", referrer.title},
                           {"state", referrer.state}});
  return json_response({{"refers_to", refers_to}, {"referred_by", referred_by}});
}

}  // namespace

std::vector<Route> record_action_routes() {
  const std::string single = "/api/v1/records/{kind}/{id}";
  return {{.method = "POST",
           .pattern = single + "/restore",
           .operation = "restoreRecord",
           .summary = "Out of the bin.",
           .handler = restore,
           .body = Body::kJson,
           .body_schema = "Empty",
           .answer_schema = "Record",
           .takes_key = true},
          {.method = "POST",
           .pattern = single + "/revert",
           .operation = "revertRecord",
           .summary = "Title and fields as they were at an earlier version, as a new version; the state stays.",
           .handler = revert,
           .body = Body::kJson,
           .body_schema = "Revert",
           .answer_schema = "Record",
           .takes_key = true},
          {.method = "POST",
           .pattern = single + "/transitions/{name}",
           .operation = "moveRecord",
           .summary = "A step of the kind's workflow.",
           .handler = move,
           .body = Body::kJson,
           .body_schema = "Empty",
           .answer_schema = "Record",
           .takes_key = true},
          {.method = "GET",
           .pattern = single + "/history",
           .operation = "getHistory",
           .summary = "What was changed, oldest first; changes of one person within five minutes are one line.",
           .handler = history,
           .answer_schema = "History"},
          {.method = "GET",
           .pattern = single + "/links",
           .operation = "getLinks",
           .summary = "What the record refers to and what refers to it.",
           .handler = links,
           .answer_schema = "Links"}};
}

}  // namespace hamdil::http
