#include "app/http/openapi_kinds.hpp"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/code_lists.hpp"
#include "base/text.hpp"
#include "model/labels.hpp"
#include "services/accounts/policy.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;
using model::FieldDefinition;
using model::KindDefinition;

std::string shouted(const std::string& kind) {
  std::string out = kind;
  for (char& c : out) c = c == '_' ? ' ' : static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out;
}

Json example_of(const FieldDefinition& field) {
  using enum model::FieldType;
  if (!field.list.empty()) {
    const std::string& code = code_list(field.list).front();
    return field.type == kTags ? Json::array({code}) : Json(code);
  }
  if (field.web_address) return "https://example.org/report";
  switch (field.type) {
    case kTranslated:
      return {{"en", "Some words"}};
    case kNumber:
    case kInteger:
      return static_cast<std::int64_t>(std::min(std::max(1.0, field.least.value_or(1)), field.greatest.value_or(1e9)));
    case kBoolean:
      return true;
    case kDate:
      return "2026-03-21";
    case kTimestamp:
      return "2026-03-21T09:30:00Z";
    case kChoice:
      return field.choices.front();
    case kReference:
      return "ID OF A " + shouted(field.refers_to);
    case kReferences:
      return Json::array({"ID OF A " + shouted(field.refers_to)});
    case kTags:
      return Json::array({"a word"});
    case kData:
      return Json::object();
    case kFiles:
      return Json::array({{{"address", std::string(64, '0')}, {"name", "letter.pdf"}, {"size", 48213}}});
    case kDigest:
      return std::string(64, '0');
    case kText:
    case kLongText:
      break;
  }
  return "Some words";
}

// Needs neither another record nor knowledge of what the words of a list are.
bool is_plain(const FieldDefinition& field) {
  using enum model::FieldType;
  return field.refers_to.empty() && field.list.empty() && field.personal == model::PersonalClass::kNone &&
         !model::is_of_machine(field) && field.name != "tags" && field.name != "note";
}

std::string address_table(const std::vector<Route>& routes) {
  std::string out = "| | address | what it does |\n|---|---|---|\n";
  for (const Route& route : routes)
    if (route.pattern.find("{kind}") != std::string::npos)
      out += "| " + route.method + " | `" + route.pattern + "` | " + route.summary + " |\n";
  return out;
}

// "look, history and export all, change own"
std::string deeds_of(const accounts::Policy& policy, const std::string& role, const std::string& resource) {
  std::map<accounts::Reach, std::vector<std::string>> by_reach;
  for (std::size_t i = 0; i < store::kDeeds; ++i) {
    const auto deed = static_cast<store::Deed>(i);
    by_reach[policy.reach(role, resource, deed)].emplace_back(accounts::deed_name(deed));
  }
  std::string out;
  for (const auto& [reach, deeds] : by_reach)
    if (reach != accounts::Reach::kNone)
      out += (out.empty() ? "" : "; ") + std::string(accounts::reach_name(reach)) + ": " + text::join(deeds, ", ");
  return out.empty() ? "nothing" : out;
}

std::string page_of(const KindDefinition& kind) {
  const accounts::Policy& policy = accounts::Policy::built_in();
  const std::string resource = policy.resource_of(kind.name);
  std::string out = "\n### " + kind.name + "\n\n" + model::label_of_kind(kind.name, "en") +
                    ": [fields, states and rules](records.md#" + kind.name + "). `/api/v1/records/" + kind.name +
                    "`; permissions of `" + resource + "`.\n\n| role | may |\n|---|---|\n";
  for (const std::string& role : policy.roles()) out += "| " + role + " | " + deeds_of(policy, role, resource) + " |\n";
  if (kind.made_by_program) return out + "\nThe program writes it: it is only read.\n";
  return out + "\n```json\n" + example_body(kind).dump(1) + "\n```\n";
}

}  // namespace

Json example_body(const KindDefinition& kind) {
  Json fields = Json::object();
  int more = 2;
  for (const FieldDefinition& field : kind.fields)
    if (field.required || (is_plain(field) && more-- > 0)) fields[field.name] = example_of(field);
  // A record of any kind is named by two texts: "about_kind" and "about_id".
  for (const FieldDefinition& field : kind.fields) {
    if (!field.name.ends_with("_kind") || !fields.contains(field.name)) continue;
    const std::string id = field.name.substr(0, field.name.size() - 4) + "id";
    if (kind.find(id) == nullptr) continue;
    fields[field.name] = "place";
    fields[id] = "ID OF A PLACE";
  }
  return {{"title", "An example"}, {"fields", fields}};
}

std::string kinds_reference(const std::vector<Route>& routes) {
  std::string out =
      "# The API, kind by kind\n\nWritten from the declarations, the routes and content/access-policy.yaml by the app "
      "tests (`HAMDIL_WRITE_DOCS=1 hamdil_app_tests --gtest_filter='OpenApi*'`); do not edit. [docs/api.md](../api.md) "
      "tells how requests are made.\n\n## Addresses of every kind\n\n" +
      address_table(routes) +
      "\nIn team mode a role reaches: `own` what the person made; `district` records with a place in the districts of "
      "the grant; `district_plus` those and records that name no place; `all` all of the programme. In single-user "
      "mode whoever started the program may do everything. The bodies are taken by POST `/api/v1/records/{kind}` with "
      "201, once ids stand in place of the words in capitals; only the title is needed in a draft.\n";
  std::map<std::string, std::vector<const KindDefinition*>> areas;
  for (const KindDefinition& kind : model::all_kinds()) areas[kind.area].push_back(&kind);
  for (const auto& [area, kinds] : areas) {
    out += "\n## " + model::label_of_area(area, "en") + "\n";
    for (const KindDefinition* kind : kinds) out += page_of(*kind);
  }
  return out;
}

}  // namespace hamdil::http
