#include "app/http/router.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/http/routes/routes.hpp"

namespace hamdil::http {
namespace {

const Env kEnv = Env::fixed(1'750'000'000);

class RouterTest : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        std::filesystem::temp_directory_path() / ("hamdil_router_" + std::to_string(::getpid()) + "_" +
                                                  ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    auto created =
        store::Workspace::create((folder_ / "w.hamdil").string(), {.key_file_bytes = std::string(32, 'k')}, kEnv);
    ASSERT_TRUE(created);
    workspace_ = std::make_unique<store::Workspace>(std::move(created->workspace));
    auto jobs = services::jobs::Jobs::open(*workspace_, {});
    ASSERT_TRUE(jobs);
    jobs_ = std::move(*jobs);
    guard_.set_port(4711);
    context_ = {workspace_.get(), "tester", &events_, jobs_.get(), &guard_, &replies_};
  }
  void TearDown() override {
    jobs_.reset();
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }

  Request request(const std::string& method, const std::string& path, const std::string& body = {}) const {
    Request out{method, path, {{"host", "127.0.0.1:4711"}, {"authorization", "Bearer " + guard_.token()}}, body};
    if (!body.empty()) out.headers.emplace_back("content-type", "application/json");
    return out;
  }
  Response ask(const Request& sent) {
    auto admission = router_.admit(guard_, sent, sent.body.size());
    return admission.refusal ? *admission.refusal : router_.answer(context_, sent);
  }
  Json ask_json(int status, const Request& sent) {
    const Response response = ask(sent);
    EXPECT_EQ(response.status, status) << response.body;
    return Json::parse(response.body, nullptr, false);
  }
  std::string code(int status, const Request& sent) { return ask_json(status, sent)["error"].value("code", ""); }

  std::filesystem::path folder_;
  std::unique_ptr<store::Workspace> workspace_;
  std::unique_ptr<services::jobs::Jobs> jobs_;
  std::int64_t now_ = 0;
  EventBus events_;
  Guard guard_{std::string(64, 'a'), [this] { return now_; }};
  Replies replies_;
  Router router_{all_routes()};
  Context context_;
};

// The reviewed list: whatever else is added needs the token.
TEST_F(RouterTest, OnlyTheseAddressesAnswerWithoutAToken) {
  std::vector<std::string> open;
  for (const Route& route : router_.routes()) {
    if (route.access == Access::kOpen) open.push_back(route.method + " " + route.pattern);
    std::string path = route.pattern;
    for (std::size_t brace = path.find('{'); brace != std::string::npos; brace = path.find('{'))
      path.replace(brace, path.find('}') - brace + 1, "x");
    Request sent{route.method, path, {{"host", "127.0.0.1:4711"}}, ""};
    const auto admission = router_.admit(guard_, sent, 0);
    EXPECT_EQ(admission.refusal && admission.refusal->status == 401, route.access == Access::kToken) << route.pattern;
    sent.headers[0].second = "evil.example:4711";
    EXPECT_EQ(router_.admit(guard_, sent, 0).refusal.value_or(Response{}).status, 403) << route.pattern;
  }
  EXPECT_EQ(open, (std::vector<std::string>{"GET /api/v1/events", "GET /api/v1/openapi.json"}));
}

TEST_F(RouterTest, EveryRouteRefusesAnUnknownParameterByName) {
  for (const Route& route : router_.routes()) {
    std::string path = route.pattern;
    for (std::size_t brace = path.find('{'); brace != std::string::npos; brace = path.find('{'))
      path.replace(brace, path.find('}') - brace + 1, "x");
    Request sent = request(route.method, path + "?colour=red", route.body == Body::kJson ? "{}" : "");
    sent.headers.emplace_back("if-match", "\"1\"");
    const Json answer = ask_json(400, sent);
    EXPECT_EQ(answer["error"]["code"], "http.query.unknown") << route.pattern;
    EXPECT_EQ(answer["error"]["pointer"], "?colour");
  }
}

TEST_F(RouterTest, EveryRouteWithABodyRefusesAnUnknownMemberByName) {
  for (const Route& route : router_.routes()) {
    if (route.body != Body::kJson) continue;
    std::string path = route.pattern;
    for (std::size_t brace = path.find("{kind}"); brace != std::string::npos; brace = path.find("{kind}"))
      path.replace(brace, 6, "place");
    const Json made = ask_json(201, request("POST", "/api/v1/records/place", R"({"title": "A"})"));
    for (std::size_t brace = path.find("{id}"); brace != std::string::npos; brace = path.find("{id}"))
      path.replace(brace, 4, made["id"].get<std::string>());
    Request sent = request(route.method, path, R"({"colour": "red"})");
    sent.headers.emplace_back("if-match", "\"1\"");
    const Json answer = ask_json(422, sent);
    Json all = answer["problems"];
    all.push_back(answer["error"]);
    EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const Json& p) { return p["pointer"] == "/colour"; }))
        << route.pattern << answer;
  }
}

TEST_F(RouterTest, SizesTypesAndVersionsAreLookedAtBeforeTheBody) {
  Request sent = request("POST", "/api/v1/records/place");
  sent.headers.emplace_back("content-type", "application/json");
  EXPECT_EQ(router_.admit(guard_, sent, kJsonLimit).body_limit, kJsonLimit);
  EXPECT_EQ(router_.admit(guard_, sent, kJsonLimit + 1).refusal.value().status, 413);
  EXPECT_EQ(router_.admit(guard_, sent, std::nullopt).body_limit, kJsonLimit);  // chunked
  Request upload = request("POST", "/api/v1/import/place");
  EXPECT_EQ(router_.admit(guard_, upload, kUploadLimit).body_limit, kUploadLimit);
  EXPECT_EQ(router_.admit(guard_, upload, std::uint64_t{2} << 30).refusal.value().status, 413);
  EXPECT_EQ(router_.admit(guard_, request("GET", "/api/v1/session"), 1).refusal.value().status, 413);
  Request text = request("POST", "/api/v1/records/place");
  text.headers.emplace_back("content-type", "text/plain");
  EXPECT_EQ(router_.admit(guard_, text, 5).refusal.value().status, 415);
  EXPECT_EQ(code(428, request("PATCH", "/api/v1/records/place/x", "{}")), "http.no_version");
  const Response wrong = ask(request("PUT", "/api/v1/records/place/x", "{}"));
  EXPECT_EQ(wrong.status, 405);
  EXPECT_TRUE(std::any_of(wrong.headers.begin(), wrong.headers.end(),
                          [](const auto& h) { return h.first == "Allow" && h.second == "GET, PATCH, DELETE"; }));
}

TEST_F(RouterTest, WrongTokensAreSlowedDownAndTheRightOnePasses) {
  Request sent = request("GET", "/api/v1/session");
  Request wrong = sent;
  wrong.headers[1].second = "Bearer " + std::string(64, 'b');
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(wrong).status, 401);
  EXPECT_EQ(ask(wrong).status, 429);
  EXPECT_EQ(ask(sent).status, 200);
  now_ = 61;
  EXPECT_EQ(ask(wrong).status, 401);
  for (const char* almost : {"Bearer ", "Bearer a", "Basic YTph", "bearer"}) {
    wrong.headers[1].second = almost;
    EXPECT_EQ(ask(wrong).status, 401) << almost;
  }
}

TEST_F(RouterTest, TicketsOpenOneStreamAndGrowOld) {
  const std::string ticket = guard_.new_ticket();
  Request sent{"GET", "/api/v1/events?ticket=" + ticket, {{"host", "localhost:4711"}}, ""};
  EXPECT_TRUE(ask(sent).events);
  EXPECT_EQ(ask(sent).status, 401);
  sent.target = "/api/v1/events?ticket=" + guard_.new_ticket();
  now_ = 31;
  EXPECT_EQ(ask(sent).status, 401);
}

TEST_F(RouterTest, AMistakeOfOursIsANumberWithoutDetails) {
  std::vector<Route> routes;
  routes.push_back({.method = "GET",
                    .pattern = "/api/v1/broken",
                    .operation = "broken",
                    .summary = "",
                    .handler = [](Call&) -> Result<Response> { throw std::runtime_error("secret of a person"); }});
  const Router broken(std::move(routes));
  ::testing::internal::CaptureStderr();
  const Response response = broken.answer(context_, request("GET", "/api/v1/broken"));
  const std::string log = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(response.status, 500);
  const Json answer = Json::parse(response.body);
  const std::string number = answer["error"]["arguments"]["incident"];
  EXPECT_EQ(number.size(), 8U);
  EXPECT_NE(log.find(number), std::string::npos);
  EXPECT_EQ((response.body + log).find("secret"), std::string::npos);
}

TEST_F(RouterTest, MessagesComeInTheLanguageAsked) {
  const auto language = [](const std::string& header) {
    return language_of(Request{"GET", "/", {{"accept-language", header}}, ""});
  };
  EXPECT_EQ(language("tg"), "tg");
  EXPECT_EQ(language("fa"), "fa-AF");
  EXPECT_EQ(language("prs-AF, en;q=0.9"), "fa-AF");
  EXPECT_EQ(language("de, tg;q=0.5, en;q=0.7"), "en");
  EXPECT_EQ(language("de, tg;q=0.7, en;q=0.5"), "tg");
  EXPECT_EQ(language(""), "en");
  EXPECT_EQ(language(";;;,q=,\xff"), "en");
}

TEST_F(RouterTest, BrokenAddressesAreRefused) {
  for (const char* path : {"/api/v1/records/%zz", "/api/v1/records/%00", "/api/v1/records/%ff", "/api/v1", "/api/v1/",
                           "/api/", "/api/v1//session"})
    EXPECT_EQ(ask(request("GET", path)).status, 404) << path;
  EXPECT_EQ(code(404, request("GET", "/api/v1/records/place%2F..")), "model.record.unknown_kind");
}

}  // namespace
}  // namespace hamdil::http
