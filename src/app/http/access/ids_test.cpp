// Every address that takes an id: what somebody may not see is answered exactly as what is not there.
#include "app/http/team_fixture.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

// What is there and belongs to others, by the address that leads to it.
class IdsTest : public TeamTest {
 protected:
  void SetUp() override {
    TeamTest::SetUp();
    visit_ = make("visit", {{"place", village_["B"]}}, "Of B");
    comment_ = make("comment", {{"about_kind", "visit"}, {"about_id", visit_}, {"text", "On B"}}, "On B");
    add("amina", "manager", {district_["A"]});
    karim_ = add("karim", "manager", {district_["B"]});
    in_ = cookies("amina");
    add("analyst", "analyst");
    analyst_ = cookies("analyst");
    his_ = cookies("karim");
    const Json token = json(201, request("POST", "/api/v1/access/tokens", R"({"label": "his"})", his_));
    token_ = json(200, request("GET", "/api/v1/access/tokens", "", his_))["passes"][0]["id"];
    session_ = json(200, request("GET", "/api/v1/access/sessions", "", his_))["passes"][0]["id"];
    job_ = (*jobs_->start("report", "His", "karim", [](store::Workspace&, const services::jobs::Control&) {
             return std::string("{}");
           })).id;
    Response sent = ask(request("POST", "/api/v1/rounds/out/visit", "", his_));
    EXPECT_EQ(sent.status, 200) << sent.body;
    round_ = header_of(sent, "Location").substr(std::string("/api/v1/records/mail_round/").size());
  }

  // The id of something that is there for others, for this address.
  std::string unseen(const std::string& operation) const {
    if (operation.ends_with("OwnSession")) return session_;
    if (operation.ends_with("OwnToken")) return token_;
    if (operation.ends_with("Job")) return job_;
    if (operation.ends_with("Round")) return round_;
    if (operation == "setPassword" || operation == "resetSecondFactor" || operation == "endAccountSessions")
      return karim_;
    return visit_;
  }
  static std::string body_of(const std::string& operation) {
    if (operation == "changeRecord") return R"({"title": "Mine"})";
    if (operation == "revertRecord") return R"({"version": 1})";
    if (operation == "addComment") return R"({"text": "I was here"})";
    if (operation == "changeThread") return R"({"resolved": true})";
    if (operation == "decideRound") return R"({"decisions": []})";
    if (operation == "setPassword") return R"({"password": "four large ships"})";
    return "{}";
  }
  Response on(const Route& route, const std::string& id) {
    std::string path = route.pattern;
    for (const auto& [name, value] : std::map<std::string, std::string>{
             {"{kind}", "visit"}, {"{id}", id}, {"{comment}", comment_}, {"{name}", "confirm"}, {"{ref}", id}})
      path = text::replace_all(path, name, value);
    // Managers see everybody's work in the background.
    const std::string& who = route.operation.ends_with("Job") ? analyst_ : in_;
    Request sent = request(route.method, path, route.body == Body::kJson ? body_of(route.operation) : "", who);
    if (route.needs_version) sent.headers.emplace_back("if-match", "\"1\"");
    return ask(sent);
  }
  std::string visit_, comment_, karim_, in_, analyst_, his_, token_, session_, job_, round_;
};

TEST_F(IdsTest, WhatIsNotOnesOwnIsAnsweredAsWhatIsNotThere) {
  std::size_t asked = 0;
  for (const Route& route : router_.routes()) {
    if (route.pattern.find("{id}") == std::string::npos) continue;
    const std::string there = unseen(route.operation), nowhere = "0123456789abcdef";
    const Response hidden = on(route, there), missing = on(route, nowhere);
    EXPECT_EQ(hidden.status, missing.status) << route.operation << " " << hidden.body;
    EXPECT_GE(hidden.status, 400) << route.operation;
    EXPECT_EQ(text::replace_all(hidden.body, there, nowhere), missing.body) << route.operation;
    ++asked;
  }
  EXPECT_GE(asked, 20U);
}

TEST_F(IdsTest, NeitherIdsInABodyNorInAListTellWhatIsThere) {
  const auto same = [&](const std::string& method, const std::string& path, const std::string& body) {
    const auto with = [&](const std::string& id) {
      return ask(request(method, text::replace_all(path, "ID", id), text::replace_all(body, "ID", id), in_));
    };
    const Response hidden = with(visit_), missing = with("0123456789abcdef");
    EXPECT_EQ(hidden.status, missing.status) << path << " " << hidden.body << " " << missing.body;
    EXPECT_EQ(text::replace_all(hidden.body, visit_, "0123456789abcdef"), missing.body) << path;
    EXPECT_TRUE(hidden.status >= 400 || hidden.body.find("store.record.missing") != std::string::npos) << path;
  };
  same("POST", "/api/v1/presence", R"({"kind": "visit", "id": "ID", "browser": "w"})");
  for (const char* method : {"PATCH", "DELETE"})
    for (const char* version : {"1", "7"})
      same("POST", "/api/v1/bulk",
           std::string(R"({"operations": [{"method": ")") + method + R"(", "kind": "visit", "id": "ID", "version": )" +
               version + R"(, "body": {"title": "Mine"}}]})");
  for (const char* dry : {"?dry_run=true", ""})
    for (const char* version : {"1", "7", ""})
      same("POST", std::string("/api/v1/import/visit") + dry,
           std::string("id,version,title\nID,") + version + ",Mine\n");
  same("POST", "/api/v1/import/visit", R"([{"id": "ID", "title": "Mine", "fields": {}}])");
  same("POST", "/api/v1/import/visit/references", R"({"sender": "x", "references": {"visit": {"Of B": "ID"}}})");
  same("POST", "/api/v1/partner-links", R"({"label": "x", "do": "page", "kind": "visit", "id": "ID"})");
  same("POST", "/api/v1/records/comment",
       R"({"title": "x", "fields": {"about_kind": "visit", "about_id": "ID", "text": "x"}})");
  EXPECT_EQ((*workspace_->find("visit", visit_))->version, 1);
}

TEST_F(IdsTest, WhoSeesAllOfAKindBringsRecordsWithTheirIds) {
  add("farida", "administrator");
  const std::string hers = cookies("farida");
  const Response made = ask(
      request("POST", "/api/v1/import/visit", "id,version,title\nabcdefgh01234567,,From another workspace\n", hers));
  EXPECT_EQ(made.status, 200) << made.body;
  EXPECT_TRUE(*workspace_->find("visit", "abcdefgh01234567"));
}

}  // namespace
}  // namespace hamdil::http
