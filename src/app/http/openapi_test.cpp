#include "app/http/openapi.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/docs_fixture.hpp"
#include "app/http/routes/routes.hpp"
#include "base/file.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

std::set<std::string> references_in(const Json& json) {
  std::set<std::string> out;
  if (json.is_object() && json.contains("$ref")) out.insert(json["$ref"].get<std::string>());
  if (json.is_structured())
    for (const Json& part : json)
      for (const std::string& reference : references_in(part)) out.insert(reference);
  return out;
}

TEST(OpenApi, ThePathsAreTheRoutes) {
  const std::vector<Route> routes = all_routes();
  std::set<std::string> expected;
  for (const Route& route : routes)
    EXPECT_TRUE(expected.insert(text::to_lower_ascii(route.method) + " " + route.pattern).second) << route.pattern;
  std::set<std::string> written;
  std::set<std::string> operations;
  const Json document = openapi_document(routes);
  for (const auto& [path, methods] : document["paths"].items())
    for (const auto& [method, operation] : methods.items()) {
      written.insert(method + " " + path);
      EXPECT_TRUE(operations.insert(operation["operationId"].get<std::string>()).second) << path;
      std::set<std::string> in_path;
      for (const Json& parameter : operation.value("parameters", Json::array()))
        if (parameter["in"] == "path") in_path.insert("{" + parameter["name"].get<std::string>() + "}");
      for (const std::string& part : text::split(path, '/'))
        EXPECT_TRUE(!part.starts_with('{') || in_path.contains(part)) << path;
    }
  EXPECT_EQ(written, expected);
}

TEST(OpenApi, EveryReferenceLeadsToASchema) {
  const Json document = openapi_document(all_routes());
  const std::set<std::string> references = references_in(document);
  EXPECT_GT(references.size(), 15U);
  for (const std::string& reference : references)
    EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << reference;
}

TEST(OpenApi, EveryKindHasItsFields) {
  const Json document = openapi_document(all_routes());
  for (const model::KindDefinition& kind : model::all_kinds())
    EXPECT_EQ(document["components"]["schemas"]["fields_" + kind.name]["properties"].size(), kind.fields.size());
}

TEST(OpenApi, TheCopyInDocsIsTheDocument) {
  expect_current("openapi.json", openapi_document(all_routes(), false).dump(1) + "\n");
}

}  // namespace
}  // namespace hamdil::http
