// What a hostile review found and what stays closed: one test each, at the door.
#include <atomic>
#include <chrono>
#include <thread>

#include "app/http/team_fixture.hpp"

namespace hamdil::http {
namespace {

class HolesTest : public TeamTest {
 protected:
  void SetUp() override {
    TeamTest::SetUp();
    add("amina", "manager", {district_["A"]});
    in_ = cookies("amina");
  }
  // A product with one file, as building one leaves it.
  std::string product(const std::string& name, const std::string& content) {
    if (study_.empty()) study_ = make("study", Json::object(), "The study");
    std::string address;
    EXPECT_TRUE(workspace_->write({"keyboard", ""}, [&](store::Transaction& transaction) -> Status {
      HAMDIL_TRY(address, transaction.put_blob(content));
      const Json file = {{"name", name}, {"address", address}, {"size", 1}, {"format", "html"}};
      HAMDIL_TRY(const auto saved, transaction.save(model::new_record("product", name,
                                                                      {{"study", study_},
                                                                       {"outline", "findings"},
                                                                       {"language", "en"},
                                                                       {"audience", "public"},
                                                                       {"run", "r"},
                                                                       {"inputs", Json::object()},
                                                                       {"files", Json::array({file})}})));
      return Done{};
    }));
    return address;
  }
  std::string link(const Json& body) {
    const std::string path = json(201, request("POST", "/api/v1/partner-links", body.dump(), in_)).value("path", "");
    return path.substr(path.find('#') + 1);
  }
  Response by_link(const std::string& secret, const std::string& path) {
    Request sent = request("GET", path);
    sent.headers.emplace_back("x-hamdil-link", secret);
    return ask(sent);
  }
  std::string keep_view(const std::string& name, const std::string& who, bool shared = true) {
    const Json body = {{"name", name}, {"query", Json::object()}, {"shared", shared}};
    return Json::parse(ask(request("POST", "/api/v1/views/visit", body.dump(), who)).body)
        .value("error", Json::object())
        .value("code", "");
  }
  std::string in_, study_;
};

TEST_F(HolesTest, ASharedViewBelongsToWhoeverSharesItAndToThoseWhoSeeTheKind) {
  add("karim", "manager", {district_["B"]});
  add("coder", "coder");
  const std::string his = cookies("karim"), other = cookies("coder");
  EXPECT_EQ(keep_view("Ours", in_), "");
  EXPECT_EQ(keep_view("Ours", his), "views.of_another");
  for (const char* kind : {"call", "account"}) {  // a coder sees neither
    const std::string path = std::string("/api/v1/views/") + kind;
    EXPECT_EQ(code(403, request("GET", path, "", other)), "access.denied");
    EXPECT_EQ(code(403, request("POST", path, R"({"name": "x", "shared": true})", other)), "access.denied");
    EXPECT_EQ(code(403, request("DELETE", path + "/x?shared=true", "", other)), "access.denied");
  }
  EXPECT_EQ(code(409, request("DELETE", "/api/v1/views/visit/Ours?shared=true", "", other)), "views.of_another");
  int kept = 0;
  while (kept < 100 && keep_view("Mine " + std::to_string(kept), other).empty()) ++kept;
  EXPECT_EQ(kept, 20);
  EXPECT_EQ(keep_view("Another", in_), "") << "one person leaves room for the others";
  EXPECT_EQ(ask(request("DELETE", "/api/v1/views/visit/Mine%200?shared=true", "", his)).status, 200)
      << "a manager clears up";
}

TEST_F(HolesTest, ALinkToAFileOpensThatFileAndNoLaterOneOfItsName) {
  const std::string first = product("report.html", "the first");
  const std::string by_name = link({{"label", "By name"}, {"do", "file"}, {"address", "report.html"}});
  const std::string by_address = link({{"label", "By address"}, {"do", "file"}, {"address", first}});
  product("report.html", "the second, for the team only");
  EXPECT_EQ(by_link(by_name, "/api/v1/partner/file").body, "the first");
  EXPECT_EQ(by_link(by_address, "/api/v1/partner/file").body, "the first");
  EXPECT_EQ(ask(request("GET", "/api/v1/files/report.html", "", in_)).body, "the second, for the team only");
}

TEST_F(HolesTest, ReferencesOfAnImportAreKeptByThoseWhoImportAndForWhatTheySee) {
  const std::string hidden = make("visit", {{"place", village_["B"]}}, "Of B");
  const std::string body = Json{{"sender", "x"}, {"references", {{"visit", {{"Of B", hidden}}}}}}.dump();
  EXPECT_EQ(code(422, request("POST", "/api/v1/import/visit/references", body, in_)),
            "model.record.dangling_reference");
  EXPECT_EQ(code(401, request("POST", "/api/v1/import/visit/references", body)), "access.signed_out");
  const std::string secret = link({{"label", "x"}, {"do", "form"}, {"kind", "visit"}, {"fields", Json::object()}});
  Request with_link = request("POST", "/api/v1/import/visit/references", body);
  with_link.headers.emplace_back("x-hamdil-link", secret);
  EXPECT_EQ(code(401, with_link), "access.signed_out");
  add("reader", "reader");
  EXPECT_EQ(code(403, request("POST", "/api/v1/import/visit/references", body, cookies("reader"))), "access.denied");
  // What an import of somebody joined names records that others do not see.
  add("karim", "manager", {district_["B"]});
  const std::string his = cookies("karim");
  EXPECT_EQ(ask(request("POST", "/api/v1/import/visit/references", body, his)).status, 204);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/import_mapping", "", his))["total"], 1);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/import_mapping", "", in_))["total"], 0);
}

TEST_F(HolesTest, NoAnswerIsKeptOfATrialAndNoneThatIsTooLong) {
  const auto import = [&](const std::string& path, const std::string& key) {
    Request sent = request("POST", path, "title\nA well\n", in_);
    sent.headers.emplace_back("idempotency-key", key);
    return ask(sent).status;
  };
  const std::size_t before = replies_.bytes();
  EXPECT_EQ(import("/api/v1/import/visit?dry_run=true", "1"), 200);
  EXPECT_EQ(replies_.bytes(), before);
  EXPECT_EQ(import("/api/v1/import/visit", "2"), 200);
  EXPECT_GT(replies_.bytes(), before);
  EXPECT_EQ(import("/api/v1/import/visit", "2"), 200);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/visit", "", in_))["total"], 1);
  std::vector<Route> routes = all_routes();
  std::string long_answer(Replies::kLongest + 1, 'x');
  for (Route& route : routes)
    if (route.operation == "bulk")
      route.handler = [&](Call&) -> Result<Response> { return Response{200, {}, long_answer}; };
  router_ = Router(std::move(routes));
  Request bulk = request("POST", "/api/v1/bulk", "{}", in_);
  bulk.headers.emplace_back("idempotency-key", "3");
  EXPECT_EQ(ask(bulk).status, 200);
  EXPECT_EQ(code(409, bulk), "http.key.done") << "and it is not done twice";
}

TEST_F(HolesTest, OnePersonDoesNotFillTheBackground) {
  std::atomic<bool> end = false;
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(jobs_->start("report", "Hers", "amina", [&end](store::Workspace&, const services::jobs::Control&) {
      while (!end) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return Result<std::string>(std::string("{}"));
    }));
  std::string rows = "title\n";
  for (int i = 0; i < 600; ++i) rows += "Well\n";
  const Response sent = ask(request("POST", "/api/v1/import/visit", rows, in_));
  EXPECT_EQ(sent.status, 429) << sent.body;
  EXPECT_NE(header_of(sent, "Retry-After"), "");
  end = true;
}

}  // namespace
}  // namespace hamdil::http
