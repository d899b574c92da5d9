#include "app/http/openapi_kinds.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>

#include "app/http/docs_fixture.hpp"
#include "app/http/routes/routes.hpp"
#include "app/http/team_fixture.hpp"
#include "base/file.hpp"
#include "services/accounts/policy.hpp"

namespace hamdil::http {
namespace {

// Records that an example refers to are made of the examples of their own kinds.
class OpenApiKinds : public TeamTest {
 protected:
  void put_ids(Json& fields, int depth) {
    ASSERT_LT(depth, 10) << "kinds that need each other";
    for (auto& [name, value] : fields.items()) {
      Json& text = value.is_array() && !value.empty() ? value[0] : value;
      if (!text.is_string() || !text.get_ref<const std::string&>().starts_with("ID OF A ")) continue;
      std::string kind = text.get<std::string>().substr(8);
      for (char& c : kind) c = c == ' ' ? '_' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
      const model::KindDefinition& target = *model::find_kind(kind);
      text = target.made_by_program ? by_program(target, depth + 1) : post(target, depth + 1);
    }
  }
  // What an import or an analysis would have written.
  std::string by_program(const model::KindDefinition& kind, int depth) {
    Json fields = example_body(kind)["fields"];
    put_ids(fields, depth);
    std::string id;
    const Status written = workspace_->write({"keyboard", ""}, [&](store::Transaction& transaction) -> Status {
      HAMDIL_TRY(const model::Record saved, transaction.save(model::new_record(kind.name, "Made", fields)));
      id = saved.id;
      return Done{};
    });
    EXPECT_TRUE(written) << kind.name << (written ? "" : written.error().describe());
    return id;
  }
  std::string post(const model::KindDefinition& kind, int depth) {
    Json body = example_body(kind);
    put_ids(body["fields"], depth);
    const Json made = json(201, request("POST", "/api/v1/records/" + kind.name, body.dump(), whoever_may(kind)));
    return made.value("id", "");
  }
  // Somebody signed in whose role makes records of this kind anywhere.
  std::string whoever_may(const model::KindDefinition& kind) {
    const auto& policy = services::accounts::Policy::built_in();
    const std::string resource = policy.resource_of(kind.name);
    for (const std::string& role : policy.roles()) {
      if (policy.reach(role, resource, store::Deed::kCreate) != services::accounts::Reach::kAll) continue;
      if (!in_.contains(role)) {
        add(role, role);
        in_[role] = cookies(role);
      }
      return in_[role];
    }
    ADD_FAILURE() << "nobody makes a " << kind.name;
    return {};
  }
  std::map<std::string, std::string> in_;
};

TEST_F(OpenApiKinds, TheBodyOfEveryKindIsTakenAsItStands) {
  for (const model::KindDefinition& kind : model::all_kinds())
    if (!kind.made_by_program) {
      EXPECT_NE(post(kind, 0), "") << kind.name << " " << example_body(kind).dump();
    }
}

TEST(OpenApi, ThePagesOfTheKindsAreWrittenFromTheDeclarations) {
  expect_current("reference/api.md", kinds_reference(all_routes()));
}

}  // namespace
}  // namespace hamdil::http
