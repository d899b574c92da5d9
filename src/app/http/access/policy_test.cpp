// Every address, as every role, on records of the own district, of another, of none and of one's own making, against
// content/access-policy.yaml.
#include "app/http/team_fixture.hpp"
#include "base/text.hpp"
#include "services/records/files.hpp"

namespace hamdil::http {
namespace {

namespace accounts = services::accounts;
using accounts::Policy;
using accounts::Reach;
using accounts::RouteRule;
using store::Deed;

struct Sample {
  std::string kind;
  std::string where;  // "A", "B" or "" for no place
  bool own = false;
};

class PolicyTest : public TeamTest {
 protected:
  std::string make_sample(const Sample& sample, const std::string& login) {
    const std::string who = sample.own ? login : "keyboard";
    Json fields = Json::object();
    if (sample.kind == "attendance") {
      const Json session = sample.where.empty() ? Json::object() : Json{{"place", village_[sample.where]}};
      fields["training_session"] = make("training_session", session, "Session");
    } else if (!sample.where.empty()) {
      fields["place"] = village_[sample.where];
    }
    return make(sample.kind, fields, "A record", who);
  }

  static bool within(const std::string& role, const Sample& sample, Deed deed, bool made_by_self) {
    const Policy& policy = Policy::built_in();
    switch (policy.reach(role, policy.resource_of(sample.kind), deed)) {
      case Reach::kNone:
        return false;
      case Reach::kOwn:
        return made_by_self;
      case Reach::kDistrict:
        return sample.where == "A";
      case Reach::kDistrictPlus:
        return sample.where == "A" || sample.where.empty();
      case Reach::kAll:
        return true;
    }
    return false;
  }

  static bool lists(const Response& response, const std::string& id) {
    return response.status == 200 && response.body.find(id) != std::string::npos;
  }

  // Whether the address gave what was asked, and whether the file says it should.
  struct Outcome {
    bool allowed = false;
    bool expected = false;
    int status = 0;
  };
  Outcome on_record(const Route& route, const std::string& role, const Sample& sample, const std::string& in) {
    const std::string& kind = sample.kind;
    const std::string id = make_sample(sample, role);
    const std::string one = "/api/v1/records/" + kind + "/" + id;
    const bool looks = within(role, sample, Deed::kLook, sample.own);
    const auto with_version = [&](Request sent, const char* version) {
      sent.headers.emplace_back("if-match", std::string("\"") + version + "\"");
      return sent;
    };
    const auto done = [](const Response& response, bool expected) {
      return Outcome{response.status != 403 && response.status != 404, expected, response.status};
    };
    const std::string& name = route.operation;
    if (name == "listRecords" || name == "exportRecords") {
      const bool exports = name == "exportRecords";
      const Response response = ask(request(
          "GET", exports ? "/api/v1/export/" + kind + "?format=json" : "/api/v1/records/" + kind + "?limit=1000", "",
          in));
      return {lists(response, id), within(role, sample, exports ? Deed::kExport : Deed::kLook, sample.own),
              response.status};
    }
    if (name == "getRecord") return done(ask(request("GET", one, "", in)), looks);
    if (name == "getLinks") return done(ask(request("GET", one + "/links", "", in)), looks);
    if (name == "getHistory")
      return done(ask(request("GET", one + "/history", "", in)), within(role, sample, Deed::kHistory, sample.own));
    if (name == "changeRecord")
      return done(ask(with_version(request("PATCH", one, R"({"title": "Another"})", in), "1")),
                  looks && within(role, sample, Deed::kChange, sample.own));
    if (name == "revertRecord")
      return done(
          ask(request("POST", one + "/revert", R"({"version": 1})", in)),
          looks && within(role, sample, Deed::kChange, sample.own) && within(role, sample, Deed::kLook, sample.own));
    if (name == "deleteRecord")
      return done(ask(with_version(request("DELETE", one, "", in), "1")),
                  looks && within(role, sample, Deed::kRemove, sample.own));
    if (name == "restoreRecord") {
      EXPECT_TRUE(services::records::remove_record(*workspace_, {"keyboard", ""}, kind, id));
      return done(ask(request("POST", one + "/restore", "{}", in)),
                  looks && within(role, sample, Deed::kRemove, sample.own));
    }
    if (name == "moveRecord") return on_move(role, sample, id, in, looks);
    if (name == "createRecord" || name == "importRecords") return on_create(name, role, sample, in);
    if (route.pattern.find("/files") != std::string::npos) return on_file(route, role, sample, id, in, looks);
    if (route.pattern.find("{id}") == std::string::npos) return on_kind(route, role, sample, in);
    // Whatever else reads a record.
    EXPECT_TRUE(Policy::built_in().route(name)->deed == Deed::kLook && route.pattern.find("{id}") != std::string::npos)
        << "no test for " << name;
    const std::string path = text::replace_all(text::replace_all(route.pattern, "{kind}", kind), "{id}", id);
    return done(ask(request(route.method, path, route.body == Body::kJson ? "{}" : "", in)), looks);
  }

  // Files about people are open to those who may read their names.
  Outcome on_file(const Route& route, const std::string& role, const Sample& sample, const std::string& id,
                  const std::string& in, bool looks) {
    const auto attached =
        services::records::attach_file(*workspace_, {"keyboard", ""}, sample.kind, id, "list.csv", "a,b\n");
    EXPECT_TRUE(attached && attached->record);
    const Json files = attached->record->fields()["attachments"];
    const std::string all = "/api/v1/records/" + sample.kind + "/" + id + "/files";
    Request sent = request(route.method,
                           route.method == "POST" ? all : all + "/" + files[0]["address"].get<std::string>(), "", in);
    if (route.method == "POST") {
      sent.body = "c,d\n";
      sent.headers.emplace_back("content-disposition", "attachment; filename*=UTF-8''second.csv");
    }
    const Response response = ask(sent);
    const bool is_open = model::find_kind(sample.kind)->find("attachments")->personal == model::PersonalClass::kNone ||
                         within(role, sample, Deed::kPersonal, sample.own);
    const bool changes = route.operation == "readAttachedFile" || within(role, sample, Deed::kChange, sample.own);
    return {response.status < 300, looks && is_open && changes, response.status};
  }

  // What names no record asks for the deed on some records of the kind.
  Outcome on_kind(const Route& route, const std::string& role, const Sample& sample, const std::string& in) {
    const Policy& policy = Policy::built_in();
    const std::string path = text::replace_all(text::replace_all(route.pattern, "{kind}", sample.kind), "{name}", "x");
    const Response response = ask(request(route.method, path, route.body == Body::kJson ? "{}" : "", in));
    return {response.status != 403,
            policy.reach(role, policy.resource_of(sample.kind), policy.route(route.operation)->deed) != Reach::kNone,
            response.status};
  }

  Outcome on_move(const std::string& role, const Sample& sample, const std::string& id, const std::string& in,
                  bool looks) {
    const model::KindDefinition& kind = *model::find_kind(sample.kind);
    const bool moves = looks && within(role, sample, Deed::kMove, sample.own);
    if (kind.transitions.empty()) return {moves, moves, 0};
    const Response response = ask(
        request("POST", "/api/v1/records/" + sample.kind + "/" + id + "/transitions/" + kind.transitions.front().name,
                "{}", in));
    // What the step lacks is only told to those who may look and take some step of this kind.
    const bool tells = response.status == 409;
    const Policy& policy = Policy::built_in();
    const bool some = policy.reach(role, policy.resource_of(sample.kind), Deed::kMove) != Reach::kNone;
    return {tells ? looks && some : response.status != 403 && response.status != 404, tells ? looks && some : moves,
            response.status};
  }

  Outcome on_create(const std::string& name, const std::string& role, const Sample& sample, const std::string& in) {
    Json fields = Json::object();
    if (sample.kind == "attendance" && !sample.where.empty())
      fields["training_session"] = make("training_session", {{"place", village_[sample.where]}}, "Session");
    else if (!sample.where.empty())
      fields["place"] = village_[sample.where];
    bool expected = within(role, sample, Deed::kCreate, true);
    // A record that nobody may look at cannot be named.
    if (fields.contains("training_session"))
      expected = expected && within(role, {"training_session", sample.where}, Deed::kLook, false);
    if (name == "createRecord") {
      const Response response =
          ask(request("POST", "/api/v1/records/" + sample.kind, Json{{"title", "New"}, {"fields", fields}}.dump(), in));
      return {response.status == 201, expected, response.status};
    }
    std::string head = "title", row = "New";
    for (const auto& [field, value] : fields.items()) {
      head += "," + field;
      row += "," + value.get<std::string>();
    }
    const Response response = ask(request("POST", "/api/v1/import/" + sample.kind, head + "\n" + row + "\n", in));
    return {response.status == 200, expected, response.status};
  }
};

TEST_F(PolicyTest, EveryAddressDoesForEveryRoleWhatTheFileSays) {
  const Policy& policy = Policy::built_in();
  std::vector<Sample> samples;
  for (const char* kind : {"visit", "feedback", "attendance", "study"})
    for (const bool own : {false, true})
      for (const char* where : {"A", "B", ""})
        if (std::string(kind) != "study" || *where == '\0') samples.push_back({kind, where, own});
  std::size_t checked = 0;
  for (const std::string& role : policy.roles()) {
    add(role, role, {district_["A"]});
    const std::string in = cookies(role);
    for (const Route& route : router_.routes()) {
      const auto rule = policy.route(route.operation);
      ASSERT_TRUE(rule) << route.operation << " is missing in content/access-policy.yaml";
      if (rule->kind != RouteRule::Kind::kRecords) continue;
      for (const Sample& sample : samples) {
        const Outcome outcome = on_record(route, role, sample, in);
        EXPECT_EQ(outcome.allowed, outcome.expected) << role << " " << route.operation << " " << sample.kind << " in "
                                                     << (sample.where.empty() ? "-" : sample.where)
                                                     << (sample.own ? " of their own" : "") << ": " << outcome.status;
        ++checked;
      }
    }
  }
  EXPECT_GT(checked, 1500U);
}

TEST_F(PolicyTest, EveryOtherAddressDoesForEveryRoleWhatTheFileSays) {
  const Policy& policy = Policy::built_in();
  // Every role in one district, and everywhere: only the latter reaches what gives access to others.
  for (const bool everywhere : {false, true})
    for (const std::string& role : policy.roles()) {
      const std::string login = role + (everywhere ? ".everywhere" : "");
      if (everywhere)
        add(login, role);
      else
        add(login, role, {district_["A"]});
      for (const Route& route : router_.routes()) {
        const auto rule = policy.route(route.operation);
        ASSERT_TRUE(rule) << route.operation;
        if (rule->kind == RouteRule::Kind::kRecords) continue;
        std::string path = route.pattern;
        for (std::size_t brace = path.find('{'); brace != std::string::npos; brace = path.find('{'))
          path.replace(brace, path.find('}') - brace + 1, "x");
        const std::string body = route.body == Body::kJson ? R"({"colour": "red"})" : "";
        const Response response = ask(request(route.method, path, body, cookies(login)));
        const bool denied = response.status == 403 && (response.body.find("access.denied") != std::string::npos ||
                                                       response.body.find("access.product") != std::string::npos);
        const bool only_everywhere = policy.needs_everywhere(rule->resource, rule->deed);
        EXPECT_EQ(denied, rule->kind == RouteRule::Kind::kResource &&
                              ((only_everywhere && !everywhere) ||
                               policy.reach(role, rule->resource, rule->deed) == Reach::kNone))
            << role << " " << route.operation << " " << response.status << " " << response.body;
        const Response stranger = ask(request(route.method, path, body));
        EXPECT_EQ(stranger.status == 401 && stranger.body.find("access.signed_out") != std::string::npos,
                  rule->kind != RouteRule::Kind::kOpen)
            << route.operation << " " << stranger.body;
      }
    }
  std::set<std::string> operations;
  for (const Route& route : router_.routes()) operations.insert(route.operation);
  for (const std::string& operation : policy.operations())
    EXPECT_TRUE(operations.contains(operation)) << operation << " is no address any more";
}

TEST_F(PolicyTest, AnAddressThatTheFileDoesNotNameIsRefused) {
  std::vector<Route> routes = all_routes();
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/forgotten",
                    .operation = "forgotten",
                    .handler = [](Call&) -> Result<Response> { return Response{200, {}, "open"}; }});
  router_ = Router(std::move(routes));
  add("amina", "administrator");
  EXPECT_EQ(code(403, request("GET", "/api/v1/forgotten", "", cookies("amina"))), "access.no_rule");
  const Request late = request("GET", "/api/v1/forgotten", "", cookies("amina"));
  EXPECT_EQ(router_.answer(context_, late).status, 403);  // and again when its turn comes
}

}  // namespace
}  // namespace hamdil::http
