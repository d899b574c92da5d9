#include "app/http/openapi.hpp"

#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/type_names.hpp"
#include "base/text.hpp"
#include "base/version.hpp"

namespace hamdil::http {

// openapi_schemas.cpp
Json api_schemas();

namespace {

Json reference(const std::string& schema) { return {{"$ref", "#/components/schemas/" + schema}}; }

Json content(const std::string& schema) {
  if (schema == "file") return {{"application/octet-stream", {{"schema", {{"type", "string"}, {"format", "binary"}}}}}};
  if (schema == "events") return {{"text/event-stream", {{"schema", {{"type", "string"}}}}}};
  return {{"application/json", {{"schema", reference(schema)}}}};
}

// What stands in the place of a {name}.
const char* place_help(const std::string& name) {
  static const std::map<std::string, const char*> kHelp = {
      {"kind", "A kind of record, as listKinds names it."},
      {"id", "The id of a record or of work, as a list gives it."},
      {"name", "The name of a step, as the record tells it."},
      {"language", "A language tag: en, tg, fa-AF."},
      {"address", "The address or name of a file, as its product or work tells it."},
      {"ref", "A reference as products print it."},
      {"comment", "The id of a comment."}};
  const auto found = kHelp.find(name);
  return found == kHelp.end() ? "" : found->second;
}

Json parameters_of(const Route& route) {
  Json out = Json::array();
  for (const std::string& part : text::split(route.pattern, '/')) {
    if (!part.starts_with('{')) continue;
    const std::string name = part.substr(1, part.size() - 2);
    Json schema = {{"type", "string"}};
    out.push_back(
        {{"name", name}, {"in", "path"}, {"required", true}, {"description", place_help(name)}, {"schema", schema}});
  }
  for (const QueryParameter& parameter : route.query) {
    if (parameter.name == "f.") {  // many names: written as one object whose members are the parameters
      out.push_back({{"name", "filter"},
                     {"in", "query"},
                     {"style", "form"},
                     {"explode", true},
                     {"description", parameter.help},
                     {"schema", {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}}}});
      continue;
    }
    out.push_back({{"name", parameter.name},
                   {"in", "query"},
                   {"description", parameter.help},
                   {"schema", {{"type", parameter.type}}}});
  }
  const auto header = [&out](const char* name, bool required, const char* help) {
    out.push_back({{"name", name},
                   {"in", "header"},
                   {"required", required},
                   {"description", help},
                   {"schema", {{"type", "string"}}}});
  };
  if (route.needs_version)
    header("If-Match", true, "The ETag of the version that is changed: 412 when it is not the last.");
  if (route.gives_tag) header("If-None-Match", false, "The ETag of what you have: 304 when it is still the same.");
  if (route.takes_key)
    header("Idempotency-Key", false, "The same key with the same request gives the same answer once more.");
  return out;
}

Json operation_of(const Route& route) {
  Json out = {{"operationId", route.operation}, {"summary", route.summary}};
  if (const Json parameters = parameters_of(route); !parameters.empty()) out["parameters"] = parameters;
  if (route.body == Body::kJson) out["requestBody"] = {{"content", content(route.body_schema)}};
  if (route.body == Body::kFile) out["requestBody"] = {{"required", true}, {"content", content("file")}};
  Json answers = Json::object();
  Json good = {{"description", route.status == 204 ? "Done." : "The answer."}};
  if (!route.answer_schema.empty()) good["content"] = content(route.answer_schema);
  answers[std::to_string(route.status)] = good;
  if (route.may_take_long)
    answers["202"] = {{"description", "There is much to do: a job does it, and its result is the answer."},
                      {"content", content("JobStarted")}};
  if (route.gives_tag) answers["304"] = {{"description", "What you have is still the same: nothing is sent again."}};
  if (route.needs_version) {
    answers["412"] = {{"description", "Somebody was faster: the version is not the last."},
                      {"content", content("Problem")}};
    answers["428"] = {{"description", "It is not said which version is changed."}, {"content", content("Problem")}};
  }
  answers["default"] = {{"description", "What went wrong."}, {"content", content("Problem")}};
  out["responses"] = answers;
  if (route.access == Access::kOpen) out["security"] = Json::array();
  return out;
}

Json type_schema(const model::FieldDefinition& field) {
  using enum model::FieldType;
  switch (field.type) {
    case kTranslated:
      return {{"type", "object"}, {"additionalProperties", {{"type", "string"}}}};
    case kNumber:
      return {{"type", "number"}};
    case kInteger:
      return {{"type", "integer"}};
    case kBoolean:
      return {{"type", "boolean"}};
    case kDate:
      return {{"type", "string"}, {"format", "date"}};
    case kTimestamp:
      return {{"type", "string"}, {"format", "date-time"}};
    case kReferences:
    case kTags:
      return {{"type", "array"}, {"items", {{"type", "string"}}}};
    case kData:
      return Json::object();
    case kFiles:
      return {{"type", "array"},
              {"maxItems", model::kMostFiles},
              {"items",
               {{"type", "object"},
                {"properties",
                 {{"address", {{"type", "string"}}}, {"name", {{"type", "string"}}}, {"size", {{"type", "integer"}}}}},
                {"required", {"address", "name", "size"}},
                {"additionalProperties", false}}}};
    case kChoice:
      return {{"type", "string"}, {"enum", field.choices}};
    case kText:
    case kLongText:
    case kReference:
    case kDigest:
      break;
  }
  return {{"type", "string"}};
}

// "fields_visit": what the fields of a visit take.
Json fields_schema(const model::KindDefinition& kind) {
  Json properties = Json::object();
  for (const model::FieldDefinition& field : kind.fields) {
    Json schema = type_schema(field);
    schema["description"] = field.help;
    if (field.least) schema["minimum"] = *field.least;
    if (field.greatest) schema["maximum"] = *field.greatest;
    if (!field.refers_to.empty()) schema["x-refers-to"] = field.refers_to;
    properties[field.name] = schema;
  }
  return {
      {"type", "object"}, {"description", kind.purpose}, {"properties", properties}, {"additionalProperties", false}};
}

}  // namespace

Json openapi_document(const std::vector<Route>& routes, bool kinds) {
  Json paths = Json::object();
  for (const Route& route : routes) paths[route.pattern][text::to_lower_ascii(route.method)] = operation_of(route);
  Json schemas = api_schemas();
  if (kinds)
    for (const model::KindDefinition& kind : model::all_kinds()) schemas["fields_" + kind.name] = fields_schema(kind);
  return {{"openapi", "3.1.0"},
          {"info",
           {{"title", "Hamdil"},
            {"version", kVersion},
            {"description",
             "Records of a programme, their history and links, work in the background and its products. Manual: "
             "docs/api.md."},
            {"license", {{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}}},
          {"servers", Json::array({{{"url", "/"}}})},
          {"security", Json::array({{{"launchToken", Json::array()}}})},
          {"paths", paths},
          {"components",
           {{"securitySchemes",
             {{"launchToken",
               {{"type", "http"}, {"scheme", "bearer"}, {"description", "The token that hamdil serve prints."}}}}},
            {"schemas", schemas}}}};
}

}  // namespace hamdil::http
