// The document of the API held to the rules of OpenAPI 3.1 and JSON Schema, as far as other programs rely on them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/openapi.hpp"
#include "app/http/routes/routes.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

const Json& document() {
  static const Json kDocument = openapi_document(all_routes());
  return kDocument;
}

using Visit = std::function<void(const std::string& where, const Json& operation, const std::string& path)>;
void for_operations(const Visit& visit) {
  for (const auto& [path, methods] : document()["paths"].items())
    for (const auto& [method, operation] : methods.items()) visit(method + " " + path, operation, path);
}

bool is_of_type(const Json& value, const std::string& type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  if (type == "null") return value.is_null();
  if (type == "integer") return value.is_number_integer();
  return type == "number" && value.is_number();
}

// What the value breaks of the schema, as far as the document uses JSON Schema; "" when nothing.
std::string breach(const Json& value, const Json& schema, const std::string& at = "") {
  if (schema.contains("$ref")) {
    const std::string reference = schema["$ref"].get<std::string>();
    return breach(value, document()[Json::json_pointer(reference.substr(1))], at);
  }
  if (schema.contains("type")) {
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    if (std::none_of(types.begin(), types.end(),
                     [&](const Json& type) { return is_of_type(value, type.get<std::string>()); }))
      return at + " is not of type " + types.dump();
  }
  if (schema.contains("enum") && std::find(schema["enum"].begin(), schema["enum"].end(), value) == schema["enum"].end())
    return at + " is none of " + schema["enum"].dump();
  if (value.is_number() && ((schema.contains("minimum") && value < schema["minimum"]) ||
                            (schema.contains("maximum") && value > schema["maximum"])))
    return at + " is out of its limits";
  if (value.is_array() && schema.contains("items"))
    for (std::size_t i = 0; i < value.size(); ++i)
      if (const std::string found = breach(value[i], schema["items"], at + "/" + std::to_string(i)); !found.empty())
        return found;
  if (!value.is_object()) return {};
  const Json required = schema.value("required", Json::array());
  for (const Json& name : required)
    if (!value.contains(name.get<std::string>())) return at + " lacks " + name.get<std::string>();
  const Json properties = schema.value("properties", Json::object());
  const Json more = schema.value("additionalProperties", Json(true));
  for (const auto& [name, part] : value.items()) {
    std::string found;
    if (properties.contains(name))
      found = breach(part, properties[name], at + "/" + name);
    else if (more == Json(false))
      found = at + " may not have " + name;
    else if (more.is_object())
      found = breach(part, more, at + "/" + name);
    if (!found.empty()) return found;
  }
  return {};
}

void for_schemas(const Json& json, const std::string& at,
                 const std::function<void(const std::string&, const Json&)>& visit) {
  if (json.is_object() && (json.contains("type") || json.contains("properties") || json.contains("$ref")))
    visit(at, json);
  if (json.is_structured())
    for (const auto& [name, part] : json.items()) for_schemas(part, at + "/" + name, visit);
}

TEST(OpenApiLint, TheFrame) {
  EXPECT_EQ(document()["openapi"], "3.1.0");
  for (const char* member : {"title", "version", "description"})
    EXPECT_FALSE(document()["info"].value(member, "").empty()) << member;
  EXPECT_TRUE(document()["info"]["license"].contains("identifier"));
  EXPECT_FALSE(document()["servers"].empty());
  for (const Json& one : document()["security"])
    for (const auto& [name, scopes] : one.items())
      EXPECT_TRUE(document()["components"]["securitySchemes"].contains(name)) << name;
}

TEST(OpenApiLint, EveryOperationSaysWhatItIsAndAnswersGoodAndBad) {
  static const std::set<std::string> kMethods{"get", "post", "put", "patch", "delete", "head", "options"};
  std::set<std::string> ids;
  for_operations([&](const std::string& where, const Json& operation, const std::string&) {
    EXPECT_TRUE(kMethods.contains(where.substr(0, where.find(' ')))) << where;
    EXPECT_TRUE(ids.insert(operation["operationId"].get<std::string>()).second) << where;
    EXPECT_GE(operation.value("summary", "").size(), 10U) << where;
    bool good = false;
    bool bad = false;
    for (const auto& [status, answer] : operation["responses"].items()) {
      EXPECT_TRUE(status == "default" || (status.size() == 3 && status[0] >= '1' && status[0] <= '5')) << where;
      EXPECT_FALSE(answer.value("description", "").empty()) << where << " " << status;
      good = good || status[0] == '2';
      bad = bad || status == "default" || status[0] == '4';
      EXPECT_EQ(status == "204", good && status == "204" && !answer.contains("content")) << where;
      const Json media = answer.value("content", Json::object());
      for (const auto& [type, content] : media.items()) EXPECT_TRUE(content.contains("schema")) << where << " " << type;
    }
    EXPECT_TRUE(good && bad) << where;
    if (operation.contains("requestBody")) {
      EXPECT_FALSE(where.starts_with("get ") || where.starts_with("delete ")) << where;
      EXPECT_FALSE(operation["requestBody"]["content"].empty()) << where;
    }
  });
  EXPECT_GT(ids.size(), 30U);
}

TEST(OpenApiLint, ParametersAreDeclaredOnceAndDescribed) {
  static const std::set<std::string> kPlaces{"path", "query", "header", "cookie"};
  for_operations([&](const std::string& where, const Json& operation, const std::string& path) {
    std::set<std::string> in_path, declared;
    for (std::size_t at = path.find('{'); at != std::string::npos; at = path.find('{', at + 1))
      EXPECT_TRUE(in_path.insert(path.substr(at + 1, path.find('}', at) - at - 1)).second) << where;
    std::set<std::pair<std::string, std::string>> seen;
    for (const Json& parameter : operation.value("parameters", Json::array())) {
      const std::string name = parameter["name"].get<std::string>();
      const std::string in = parameter["in"].get<std::string>();
      EXPECT_TRUE(kPlaces.contains(in)) << where << " " << name;
      EXPECT_TRUE(seen.emplace(in, name).second) << where << " " << name;
      EXPECT_TRUE(parameter.contains("schema")) << where << " " << name;
      EXPECT_FALSE(parameter.value("description", "").empty()) << where << " " << name;
      if (in != "path") continue;
      declared.insert(name);
      EXPECT_EQ(parameter.value("required", false), true) << where << " " << name;
    }
    EXPECT_EQ(in_path, declared) << where;
  });
}

TEST(OpenApiLint, SchemasAreSoundAndUsed) {
  static const std::set<std::string> kTypes{"object", "array", "string", "number", "integer", "boolean", "null"};
  std::set<std::string> used;
  for_schemas(document(), "", [&](const std::string& at, const Json& schema) {
    if (schema.contains("$ref") && schema["$ref"].is_string()) {
      const std::string reference = schema["$ref"].get<std::string>();
      EXPECT_TRUE(reference.starts_with("#/") && document().contains(Json::json_pointer(reference.substr(1)))) << at;
      used.insert(reference.substr(reference.rfind('/') + 1));
    }
    if (!schema.contains("type") || !(schema["type"].is_string() || schema["type"].is_array())) return;
    if (at.ends_with("/properties")) return;  // a member that is called type
    const Json types = schema["type"].is_array() ? schema["type"] : Json::array({schema["type"]});
    for (const Json& type : types)
      EXPECT_TRUE(kTypes.contains(type.get<std::string>()) || at.ends_with("launchToken")) << at << " " << type;
    if (types.front() == "array") {
      EXPECT_TRUE(schema.contains("items")) << at;
    }
    const Json required = schema.value("required", Json::array());
    if (!required.is_array()) return;  // of a parameter
    std::set<std::string> names;
    for (const Json& name : required) {
      EXPECT_TRUE(names.insert(name.get<std::string>()).second) << at << " " << name;
      EXPECT_TRUE(schema["properties"].contains(name.get<std::string>())) << at << " " << name;
    }
  });
  for (const auto& [name, schema] : document()["components"]["schemas"].items())
    EXPECT_TRUE(name.starts_with("fields_") || used.contains(name)) << name << " is used nowhere";
}

TEST(OpenApiLint, ExamplesFitTheirSchemas) {
  std::size_t seen = 0;
  for_schemas(document(), "", [&](const std::string& at, const Json& schema) {
    if (!schema.contains("examples") || !schema["examples"].is_array()) return;
    for (const Json& example : schema["examples"]) {
      ++seen;
      EXPECT_EQ(breach(example, schema), "") << at;
    }
  });
  EXPECT_GE(seen, 8U);
}

TEST(OpenApiLint, EveryJsonBodyHasAnExampleOrNeedsAnotherCallFirst) {
  // Their examples would need the id of something that another call made.
  static const std::set<std::string> kNeedMore{"decideRound", "changeThread", "tellPresence"};
  for_operations([&](const std::string& where, const Json& operation, const std::string&) {
    const Json body = operation.value("requestBody", Json::object());
    if (!body.contains("content") || !body["content"].contains("application/json")) return;
    const Json schema = body["content"]["application/json"]["schema"];
    ASSERT_TRUE(schema.contains("$ref")) << where;
    const Json named = document()[Json::json_pointer(schema["$ref"].get<std::string>().substr(1))];
    EXPECT_TRUE(named.contains("examples") || kNeedMore.contains(operation["operationId"].get<std::string>())) << where;
  });
}

// The checker itself finds what is wrong.
TEST(OpenApiLint, TheCheckerIsAwake) {
  const Json schema = {
      {"type", "object"},
      {"required", {"a"}},
      {"additionalProperties", false},
      {"properties",
       {{"a", {{"type", "integer"}, {"minimum", 1}}}, {"b", {{"type", "array"}, {"items", {{"type", "string"}}}}}}}};
  EXPECT_EQ(breach({{"a", 1}, {"b", {"x"}}}, schema), "");
  for (const Json& wrong : {Json{{"b", Json::array()}}, Json{{"a", 0}}, Json{{"a", "1"}}, Json{{"a", 1}, {"c", 1}},
                            Json{{"a", 1}, {"b", {1}}}, Json::array()})
    EXPECT_NE(breach(wrong, schema), "") << wrong;
}

}  // namespace
}  // namespace hamdil::http
