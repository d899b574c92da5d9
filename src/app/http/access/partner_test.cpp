// Links for partners: what they open, for how long, and what they never open.
#include "app/http/team_fixture.hpp"

namespace hamdil::http {
namespace {

class PartnerTest : public TeamTest {
 protected:
  void SetUp() override {
    TeamTest::SetUp();
    id_ = add("amina", "manager", {district_["A"]});
    in_ = cookies("amina");
  }
  std::string link(const Json& body) {
    const std::string path = json(201, request("POST", "/api/v1/partner-links", body.dump(), in_)).value("path", "");
    EXPECT_TRUE(path.starts_with("/link#")) << path;
    return path.substr(path.find('#') + 1);
  }
  std::string form() {
    return link({{"label", "Partner of A"},
                 {"do", "form"},
                 {"kind", "visit"},
                 {"days", 7},
                 {"fields", {{"place", village_["A"]}}}});
  }
  Request with(const std::string& secret, const std::string& method, const std::string& body = {},
               const std::string& path = "/api/v1/partner") const {
    Request sent = request(method, path, body);
    sent.headers.emplace_back("x-hamdil-link", secret);
    return sent;
  }
  std::string id_, in_;
};

TEST_F(PartnerTest, AFormMakesOneUnreviewedRecordInTheNameOfTheLink) {
  const std::string secret = form();
  const Json shown = json(200, with(secret, "GET"));
  EXPECT_EQ(shown["do"], "form");
  for (const Json& field : shown["kind"]["fields"]) {
    EXPECT_EQ(field["refers_to"], "") << field["name"];
    EXPECT_NE(field["name"], "place");
  }
  json(201, with(secret, "POST", R"({"title": "The well works", "fields": {"note": "Seen today"}})"));
  const auto visits = workspace_->list("visit");
  ASSERT_TRUE(visits && visits->size() == 1);
  const model::Record& made = visits->front();
  EXPECT_EQ(made.created_by, "link: Partner of A");
  EXPECT_EQ(made.state, model::find_kind("visit")->states.front());
  EXPECT_EQ(made.fields()["tags"], Json({"partner-link", "unreviewed"}));
  EXPECT_EQ(made.fields()["place"], village_["A"]);
  EXPECT_NE(workspace_->history(made.id)->front().reason.find("unreviewed"), std::string::npos);
}

TEST_F(PartnerTest, ALinkOpensNothingElse) {
  const std::string secret = form();
  EXPECT_EQ(code(422, with(secret, "POST", R"({"title": "x", "fields": {"place": "elsewhere"}})")),
            "http.body.unknown");
  EXPECT_EQ(code(422, with(secret, "POST", R"({"title": "x", "fields": {"owner": "me"}})")), "http.body.unknown");
  EXPECT_EQ(code(404, with(secret, "GET", "", "/api/v1/partner/file")), "access.link");
  EXPECT_EQ(code(401, with(secret, "GET", "", "/api/v1/records/visit")), "access.signed_out");
  Request as_token = request("GET", "/api/v1/records/visit");
  as_token.headers.emplace_back("authorization", "Bearer " + secret);
  EXPECT_EQ(code(401, as_token), "access.signed_out");
  EXPECT_EQ(code(404, with(std::string(64, 'a'), "GET")), "access.link");
  EXPECT_EQ(code(404, request("GET", "/api/v1/partner")), "access.link");
}

TEST_F(PartnerTest, ALinkEndsWithItsTimeWhenTakenBackAndWithTheRightsOfItsMaker) {
  const std::string late = form(), taken = form(), third = form();
  const Json listed = json(200, request("GET", "/api/v1/partner-links", "", in_))["links"];
  ASSERT_EQ(listed.size(), 3U);
  for (const std::string& secret : {late, taken, third}) EXPECT_EQ(listed.dump().find(secret), std::string::npos);
  for (const Json& one : listed) {
    if (ask(with(taken, "GET")).status != 200) break;
    EXPECT_EQ(ask(request("DELETE", "/api/v1/partner-links/" + one["id"].get<std::string>(), "", in_)).status, 204);
  }
  EXPECT_EQ(code(404, with(taken, "GET")), "access.link");
  const std::string again = form();
  EXPECT_EQ(ask(with(again, "GET")).status, 200);
  ASSERT_TRUE(services::records::move_record(*workspace_, {"keyboard", ""}, "account", id_, "disable"));
  ask(with(again, "GET"));  // may be the one that learns of it
  EXPECT_EQ(code(404, with(again, "GET")), "access.link");
  ASSERT_TRUE(services::records::move_record(*workspace_, {"keyboard", ""}, "account", id_, "enable"));
  ask(with(again, "GET"));
  EXPECT_EQ(ask(with(again, "GET")).status, 200);
  now_ += 7 * 86'400;
  EXPECT_EQ(code(404, with(again, "GET")), "access.link");
}

TEST_F(PartnerTest, NobodyGivesAwayMoreThanTheyHave) {
  const std::string visit = make("visit", {{"place", village_["B"]}}, "Of B");
  EXPECT_EQ(code(404, request("POST", "/api/v1/partner-links",
                              Json{{"label", "x"}, {"do", "page"}, {"kind", "visit"}, {"id", visit}}.dump(), in_)),
            "store.record.missing");
  EXPECT_EQ(
      code(403,
           request(
               "POST", "/api/v1/partner-links",
               Json{{"label", "x"}, {"do", "form"}, {"kind", "visit"}, {"fields", {{"place", village_["B"]}}}}.dump(),
               in_)),
      "access.denied");
  EXPECT_EQ(code(403, request("POST", "/api/v1/partner-links",
                              Json{{"label", "x"}, {"do", "form"}, {"kind", "account"}}.dump(), in_)),
            "access.denied");
}

TEST_F(PartnerTest, APageShowsOneRecordWithoutWhatComesCloseToAPerson) {
  const std::string row = make(
      "activity_row", {{"place", village_["A"]}, {"contact", "somebody@example.org"}, {"note", "For all"}}, "Wells");
  const std::string secret = link({{"label", "Reader"}, {"do", "page"}, {"kind", "activity_row"}, {"id", row}});
  const Response shown = ask(with(secret, "GET"));
  EXPECT_EQ(shown.status, 200);
  EXPECT_NE(shown.body.find("Wells"), std::string::npos);
  EXPECT_NE(shown.body.find("Village A"), std::string::npos);
  EXPECT_EQ(shown.body.find("somebody@example.org"), std::string::npos);
  EXPECT_EQ(code(404, with(secret, "POST", R"({"title": "x"})")), "access.link");
  const std::string person = make("person", Json::object(), "Somebody");
  EXPECT_EQ(code(422, request("POST", "/api/v1/partner-links",
                              Json{{"label", "x"}, {"do", "page"}, {"kind", "person"}, {"id", person}}.dump(), in_)),
            "access.link_person");
}

TEST_F(PartnerTest, FloodsAndGuessesAreSlowedDown) {
  const std::string secret = form();
  int sent = 0;
  while (sent < 100 && ask(with(secret, "POST", R"({"title": "Again"})")).status == 201) ++sent;
  EXPECT_EQ(sent, 60);
  EXPECT_EQ(code(429, with(secret, "POST", R"({"title": "Again"})")), "access.too_often");
  for (int i = 0; i < 20; ++i) ask(with(std::string(64, 'b'), "GET"));
  EXPECT_EQ(code(429, with(secret, "GET")), "access.too_often");
}

}  // namespace
}  // namespace hamdil::http
