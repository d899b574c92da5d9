// Links for partners who have no account: one form to fill in, one record to read or one file to fetch. The link may no
// more than the one who made it may today, and what comes in says where it came from.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/assets.hpp"
#include "app/http/problem.hpp"
#include "app/http/record_json.hpp"
#include "app/http/routes/routes.hpp"
#include "base/env.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/accounts/policy.hpp"
#include "services/records/for_export.hpp"
#include "services/records/list_cells.hpp"
#include "services/records/records.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;
namespace records = services::records;
using accounts::Pass;
using model::FieldDefinition;
using model::FieldType;

constexpr const char* kHeader = "x-hamdil-link";
constexpr std::int64_t kLongestLink = 366;  // days
constexpr std::size_t kMostLinks = 500;
constexpr const char* kMarks[] = {"partner-link", "unreviewed"};  // tags of what comes in

Error no_link() {
  return Error("access.link", "This link opens nothing: it has ended, was taken back, or never was.")
      .advise("Ask the person who sent it for a new one.");
}

bool sees_products(const accounts::Caller& caller) {
  return accounts::Policy::built_in().reach(caller.grants, "files", store::Deed::kLook) != accounts::Reach::kNone;
}

// What people can fill in who see nothing else of the workspace.
bool is_plain(const FieldDefinition& field) {
  static const std::vector<std::string> kOurs = {"programme", "tags", "owner"};
  return field.refers_to.empty() && !model::is_of_machine(field) &&
         std::find(kOurs.begin(), kOurs.end(), field.name) == kOurs.end();
}

std::vector<const FieldDefinition*> shown_fields(const model::KindDefinition& kind, const Json& fixed) {
  std::vector<const FieldDefinition*> out;
  for (const FieldDefinition& field : kind.fields)
    if (is_plain(field) && !fixed.contains(field.name)) out.push_back(&field);
  return out;
}

struct Link {
  Pass pass;
  Json what;
  const model::KindDefinition* kind = nullptr;
};

// The link of this request, looked at as its maker sees the workspace. `view` must live as long as the work.
Result<Link> enter(Call& call, std::unique_ptr<store::WholeView>& view) {
  accounts::Access& access = *call.context.access;
  const std::int64_t now = access.now();
  const std::string& address = call.request.address;
  if (const std::int64_t wait = access.link_tries().waits(address, now))
    return Error("access.too_often", "Too many tries. Wait {minutes} minutes.",
                 {{"minutes", std::to_string((wait + 59) / 60)}});
  const auto pass = access.passes().use(Pass::Kind::kLink, call.request.header(kHeader), now);
  if (!pass) {
    access.link_tries().failed(address, now);
    return no_link();
  }
  view = std::make_unique<store::WholeView>(call.workspace());
  std::optional<accounts::Caller> maker;
  if (!pass->account.empty()) {
    maker = access.by_pass(pass->id, now);
    if (!maker || accounts::Policy::built_in().reach(maker->grants, "partner_links", store::Deed::kCreate) ==
                      accounts::Reach::kNone)
      return no_link();
    call.workspace().look_as(store::View{access.table_of(*maker, now)});
  }
  Link out{*pass, Json::parse(pass->more, nullptr, false), nullptr};
  if (!out.what.is_object()) return no_link();
  if (maker && out.what.value("do", "") == "file" && !sees_products(*maker)) return no_link();
  out.kind = model::find_kind(out.what.value("kind", ""));
  if (out.kind == nullptr && out.what.value("do", "") != "file") return no_link();
  return out;
}

std::string text_of(const Call& call, const model::KindDefinition& kind, const FieldDefinition& field,
                    const Json& value, const Json& references) {
  if (!field.refers_to.empty()) {
    std::vector<std::string> titles;
    for (const Json& id : value.is_array() ? value : Json::array({value}))
      if (const Json found = references.value(id.get<std::string>(), Json::object()); !found.empty())
        titles.push_back(found.value("title", ""));
    return text::join(titles, ", ");
  }
  if (field.type == FieldType::kChoice && value.is_string())
    return model::label_of_choice(kind.name, field.name, value.get<std::string>(), call.language);
  if (field.type == FieldType::kTranslated && value.is_object() && !value.empty())
    return value.contains(call.language) ? value[call.language].get<std::string>() : value.front().get<std::string>();
  return records::value_to_cell(value);
}

// One record as a page to read: no ids, nothing that comes close to a person.
Result<Json> page_json(const Call& call, const Link& link) {
  HAMDIL_TRY(const auto record, call.workspace().find(link.kind->name, link.what.value("id", "")));
  if (!record || record->deleted) return no_link();
  const auto outward = services::records::for_export(*record);
  if (!outward) return no_link();
  HAMDIL_TRY(const Json json, record_json(call.workspace(), *outward));
  Json rows = Json::array();
  for (const FieldDefinition& field : link.kind->fields) {
    if (field.personal != model::PersonalClass::kNone || model::is_of_machine(field) || field.name == "tags" ||
        services::records::names_people(field.refers_to) || !json["fields"].contains(field.name))
      continue;
    const std::string shown = text_of(call, *link.kind, field, json["fields"][field.name], json["references"]);
    if (!shown.empty())
      rows.push_back({{"label", model::label_of_field(link.kind->name, field.name, call.language)}, {"text", shown}});
  }
  return Json{{"title", outward->title}, {"rows", rows}};
}

Result<Response> open(Call& call) {
  std::unique_ptr<store::WholeView> view;
  HAMDIL_TRY(const Link link, enter(call, view));
  const std::string what = link.what.value("do", "");
  Json out = {{"do", what},      {"label", link.pass.label}, {"expires_at", format_timestamp(link.pass.expires)},
              {"kind", nullptr}, {"page", nullptr},          {"file", nullptr}};
  if (what == "form") {
    out["kind"] = kind_json(*link.kind, call.language);
    const auto shown = shown_fields(*link.kind, link.what.value("fields", Json::object()));
    Json fields = Json::array();
    for (const Json& field : out["kind"]["fields"])
      if (std::any_of(shown.begin(), shown.end(),
                      [&](const auto* one) { return one->name == field["name"].get<std::string>(); }))
        fields.push_back(field);
    out["kind"]["fields"] = std::move(fields);
    out["kind"]["transitions"] = Json::array();
  } else if (what == "page") {
    HAMDIL_TRY(out["page"], page_json(call, link));
  } else {
    out["file"] = {{"name", link.what.value("name", "")}};
  }
  return json_response(out);
}

Result<Json> filled_in(const Json& body, const Link& link) {
  const Json fixed = link.what.value("fields", Json::object());
  Json fields = body.value("fields", Json::object());
  if (!fields.is_object())
    return Error("http.body.type", "{name} must be an object.", {{"name", "fields"}}).at({.pointer = "/fields"});
  const auto shown = shown_fields(*link.kind, fixed);
  for (const auto& [name, value] : fields.items())
    if (std::none_of(shown.begin(), shown.end(), [&, key = name](const auto* one) { return one->name == key; }))
      return Error("http.body.unknown", "There is no {name} here.", {{"name", name}})
          .at({.pointer = "/fields/" + name});
  for (const auto& [name, value] : fixed.items()) fields[name] = value;
  if (link.kind->find("tags") != nullptr) fields["tags"] = Json(kMarks);
  return Json{{"title", body.value("title", "")}, {"fields", std::move(fields)}};
}

Result<Response> send(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"title", "fields"}));
  HAMDIL_TRY([[maybe_unused]] const std::string title, text_member(*call.body, "title"));
  std::unique_ptr<store::WholeView> view;
  HAMDIL_TRY(const Link link, enter(call, view));
  if (link.what.value("do", "") != "form") return no_link();
  accounts::Access& access = *call.context.access;
  if (const std::int64_t wait = access.link_uses().waits(link.pass.id, access.now()))
    return Error("access.too_often", "Too many tries. Wait {minutes} minutes.",
                 {{"minutes", std::to_string((wait + 59) / 60)}});
  access.link_uses().failed(link.pass.id, access.now());  // every use counts
  HAMDIL_TRY(const Json body, filled_in(*call.body, link));
  call.context.who = "link: " + link.pass.label;
  HAMDIL_TRY(const records::Outcome outcome,
             records::create_record(call.workspace(), {call.context.who, "came in by a partner link, unreviewed"},
                                    link.kind->name, body));
  if (!outcome.record) return problems_response(outcome.problems, call.language);
  tell_change(call, *outcome.record, "create");
  return json_response({{"received", format_timestamp(access.now())}}, 201);
}

Result<Response> fetch_file(Call& call) {
  std::unique_ptr<store::WholeView> view;
  HAMDIL_TRY(const Link link, enter(call, view));
  if (link.what.value("do", "") != "file") return no_link();
  HAMDIL_TRY(const auto found, product_file(call.workspace(), link.what.value("address", "")));
  if (!found) return no_link();
  HAMDIL_TRY(std::string bytes, call.workspace().read_blob(found->address));
  Response out{200, {}, std::move(bytes)};
  return out.with("Content-Type", content_type_of(found->name))
      .with("Content-Disposition", "attachment; filename=\"" + found->name + "\"");
}

// Whether whoever makes the link could do themselves what it lets others do.
Status check_target(const Call& call, Json& what) {
  const std::string task = what.value("do", "");
  if (task == "file") {
    // What the link opens is this file for as long as it lasts, whatever is built later under the same name.
    HAMDIL_TRY(const auto found, product_file(call.workspace(), what.value("address", ""), true));
    if (!found) return Error("http.file.unknown", "There is no such file.").at({.pointer = "/address"});
    if (call.context.entry.caller && !sees_products(*call.context.entry.caller))
      return accounts::for_all_districts_only();
    what["address"] = found->address;
    what["name"] = found->name;
    return Done{};
  }
  if (task != "form" && task != "page")
    return Error("http.body.value", "{name} is one of: {known}.", {{"name", "do"}, {"known", "form, page, file"}})
        .at({.pointer = "/do"});
  const model::KindDefinition* kind = model::find_kind(what.value("kind", ""));
  if (kind == nullptr)
    return Error("model.record.unknown_kind", "There is no kind of record called {kind}.",
                 {{"kind", what.value("kind", "")}})
        .at({.pointer = "/kind"});
  if (task == "page") {
    if (services::records::names_people(kind->name))
      return Error("access.link_person", "Records of people are not opened by a link.").at({.pointer = "/kind"});
    HAMDIL_TRY(const auto record, call.workspace().find(kind->name, what.value("id", "")));
    if (!record || record->deleted)
      return Error("store.record.missing", "There is no such {kind}.", {{"kind", kind->name}}).at({.pointer = "/id"});
    return Done{};
  }
  if (call.context.entry.view && call.context.entry.view->table->scopes(kind->name, store::Deed::kCreate).empty())
    return Error("access.denied", "Your role does not allow this.").at({.pointer = "/kind"});
  // Tried and taken back.
  records::Operation trial{records::Operation::Do::kCreate, kind->name, {}, {}, nullptr};
  trial.body = std::make_shared<const Json>(Json{{"title", "-"}, {"fields", what.value("fields", Json::object())}});
  HAMDIL_TRY(const records::BulkOutcome outcome,
             records::apply_operations(call.workspace(), call.author(), {trial}, true));
  for (const Diagnostic& found : outcome.problems)
    if (found.problem.code != "model.record.field_missing") return found.problem;
  return Done{};
}

Result<Response> make(Call& call) {
  HAMDIL_CHECK(check_members(*call.body, {"label", "do", "kind", "id", "fields", "address", "days"}));
  Json what = Json::object();
  for (const char* name : {"do", "kind", "id", "address"}) {
    HAMDIL_TRY(what[name], text_member(*call.body, name));
  }
  HAMDIL_TRY(const std::string label, text_member(*call.body, "label"));
  if (text::trim(label).empty() || label.size() > 80)
    return Error("http.body.missing", "{name} is missing.", {{"name", "label"}}).at({.pointer = "/label"});
  const Json days = call.body->value("days", Json(14));
  if (!days.is_number_integer() || days.get<std::int64_t>() < 1 || days.get<std::int64_t>() > kLongestLink)
    return Error("http.body.type", "{name} must be a whole number.", {{"name", "days"}})
        .at({.pointer = "/days"})
        .advise("From 1 to 366.");
  what["fields"] = call.body->value("fields", Json::object());
  if (!what["fields"].is_object())
    return Error("http.body.type", "{name} must be an object.", {{"name", "fields"}}).at({.pointer = "/fields"});
  HAMDIL_CHECK(check_target(call, what));
  accounts::Access& access = *call.context.access;
  if (access.passes().all(Pass::Kind::kLink, access.now()).size() >= kMostLinks)
    return Error("access.links_full", "There are too many links; end some first.");
  Pass pass{.kind = Pass::Kind::kLink,
            .account = call.context.entry.caller ? call.context.entry.caller->account.id : "",
            .label = text::trim(label),
            .created = access.now(),
            .expires = access.now() + days.get<std::int64_t>() * 86'400,
            .more = to_text(what)};
  HAMDIL_CHECK(call.workspace().write(call.author(), [&](store::Transaction& transaction) {
    return transaction.note("new partner link", what.value("kind", ""), what.value("id", ""), pass.label);
  }));
  HAMDIL_TRY(const std::string secret, access.passes().issue(call.workspace(), std::move(pass)));
  return json_response({{"path", "/link#" + secret}}, 201);
}

Result<Response> list(Call& call) {
  Json out = Json::array();
  for (const Pass& pass : call.context.access->passes().all(Pass::Kind::kLink, call.context.access->now())) {
    const Json what = Json::parse(pass.more, nullptr, false);
    Json one = accounts::to_json(pass);
    one["do"] = what.value("do", "");
    one["kind"] = what.value("kind", "");
    one["maker"] = call.context.access->login_of(pass.account);
    out.push_back(std::move(one));
  }
  return json_response({{"links", out}});
}

Result<Response> end(Call& call) {
  HAMDIL_TRY(const bool ended,
             call.context.access->passes().end(call.workspace(), Pass::Kind::kLink, call.path.at("id")));
  if (!ended) return Error("access.unknown", "There is no such session, device or token.");
  HAMDIL_CHECK(call.workspace().write(call.author(), [&](store::Transaction& transaction) {
    return transaction.note("end partner link", "", "", call.path.at("id"));
  }));
  return Response{204, {}, ""};
}

}  // namespace

std::vector<Route> partner_routes() {
  const std::string links = "/api/v1/partner-links";
  return {{.method = "GET",
           .pattern = "/api/v1/partner",
           .operation = "openPartnerLink",
           .summary = "What the link in the header X-Hamdil-Link opens: a form, a record to read, or a file.",
           .handler = open,
           .access = Access::kOpen,
           .answer_schema = "PartnerPage"},
          {.method = "POST",
           .pattern = "/api/v1/partner",
           .operation = "sendPartnerForm",
           .summary = "Sends the form of the link; the record says that it came by it and is not reviewed.",
           .handler = send,
           .access = Access::kOpen,
           .body = Body::kJson,
           .body_schema = "RecordBody",
           .status = 201,
           .answer_schema = "PartnerReceipt",
           .takes_key = true},
          {.method = "GET",
           .pattern = "/api/v1/partner/file",
           .operation = "getPartnerFile",
           .summary = "The file of the link.",
           .handler = fetch_file,
           .access = Access::kOpen,
           .answer_schema = "file"},
          {.method = "GET",
           .pattern = links,
           .operation = "listPartnerLinks",
           .summary = "Links that serve now; their secrets are not kept.",
           .handler = list,
           .answer_schema = "PartnerLinks"},
          {.method = "POST",
           .pattern = links,
           .operation = "newPartnerLink",
           .summary = "A link to one form, one record or one file; its address is shown once.",
           .handler = make,
           .body = Body::kJson,
           .body_schema = "PartnerLinkBody",
           .status = 201,
           .answer_schema = "PartnerLinkMade",
           .in_person = true},
          {.method = "DELETE",
           .pattern = links + "/{id}",
           .operation = "endPartnerLink",
           .summary = "Takes a link back.",
           .handler = end,
           .status = 204}};
}

}  // namespace hamdil::http
