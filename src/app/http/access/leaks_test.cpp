// What belongs to another district, to another programme or to a person must not come out by a side door.
#include "app/http/team_fixture.hpp"

namespace hamdil::http {
namespace {

class LeaksTest : public TeamTest {
 protected:
  void SetUp() override {
    TeamTest::SetUp();
    visit_a_ = make("visit", {{"place", village_["A"]}, {"purpose", "Waterworks"}}, "Waterworks in A");
    visit_b_ = make("visit", {{"place", village_["B"]}, {"purpose", "Waterworks"}}, "Waterworks in B");
    add("amina", "manager", {district_["A"]});
    in_ = cookies("amina");
  }
  std::string body(const std::string& path) { return ask(request("GET", path, "", in_)).body; }
  // Neither its id nor its title stands in it.
  void expect_no_b(const std::string& text) const {
    EXPECT_EQ(text.find(visit_b_), std::string::npos) << text;
    EXPECT_EQ(text.find("Waterworks in B"), std::string::npos) << text;
  }
  std::string visit_a_, visit_b_, in_;
};

TEST_F(LeaksTest, ListsCountAndPageOnlyWhatIsSeen) {
  for (int i = 0; i < 6; ++i) make("visit", {{"place", village_[i % 2 == 0 ? "A" : "B"]}}, "More " + std::to_string(i));
  std::string cursor;
  std::size_t seen = 0;
  do {
    const Json page = json(200, request("GET", "/api/v1/records/visit?limit=2&sort=title&cursor=" + cursor, "", in_));
    EXPECT_EQ(page["total"], 4);
    seen += page["records"].size();
    EXPECT_EQ(page["records"].size(), 2U);
    expect_no_b(page.dump());
    cursor = page["next"];
  } while (!cursor.empty());
  EXPECT_EQ(seen, 4U);
}

TEST_F(LeaksTest, SearchHomeAndFiltersTellNothing) {
  expect_no_b(body("/api/v1/search?words=waterworks"));
  expect_no_b(body("/api/v1/search?words=waterworks&kind=visit&limit=1"));
  EXPECT_NE(body("/api/v1/search?words=waterworks&limit=1").find(visit_a_), std::string::npos);
  expect_no_b(body("/api/v1/home"));
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/visit?f.title=Waterworks%20in%20B", "", in_))["total"], 0);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/visit?f.place=" + village_["B"], "", in_))["total"], 0);
  expect_no_b(body("/api/v1/export/visit?format=csv"));
  const Json home = json(200, request("GET", "/api/v1/home", "", in_));
  for (const Json& count : home["counts"]) EXPECT_TRUE(count["kind"] != "visit" || count["count"] == 1);
}

TEST_F(LeaksTest, LinksReferencesAndHistoryTellNothing) {
  const std::string permission = make("permission", {{"places", {village_["A"], village_["B"]}}}, "Both");
  const std::string comment =
      make("comment", {{"about_kind", "visit"}, {"about_id", visit_b_}, {"text", "On B"}}, "On B");
  make("comment", {{"about_kind", "visit"}, {"about_id", visit_a_}, {"text", "On A"}}, "On A");
  EXPECT_EQ(ask(request("GET", "/api/v1/records/permission/" + permission, "", in_)).status, 200);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/comment", "", in_))["total"], 1);
  EXPECT_EQ(code(404, request("GET", "/api/v1/records/comment/" + comment, "", in_)), "store.record.missing");
  expect_no_b(body("/api/v1/records/place/" + village_["B"] + "/links"));
  EXPECT_EQ(code(404, request("GET", "/api/v1/records/visit/" + visit_b_ + "/history", "", in_)),
            "store.record.missing");
  EXPECT_EQ(code(404, request("GET", "/api/v1/records/visit/" + visit_b_, "", in_)), "store.record.missing");
  // A reference to it is answered as one to nothing; its title is not told, in the bin neither.
  const std::string session = make("training_session", {{"place", village_["B"]}}, "Secret session");
  const std::string wanted = Json{{"title", "x"}, {"fields", {{"training_session", session}}}}.dump();
  EXPECT_EQ(code(422, request("POST", "/api/v1/records/attendance", wanted, in_)), "model.record.dangling_reference");
  ASSERT_TRUE(services::records::remove_record(*workspace_, {"keyboard", ""}, "training_session", session));
  const Response binned = ask(request("POST", "/api/v1/records/attendance", wanted, in_));
  EXPECT_EQ(binned.body.find("Secret session"), std::string::npos);
  EXPECT_EQ(Json::parse(binned.body)["error"]["code"], "model.record.dangling_reference");
}

TEST_F(LeaksTest, SeveralAtOnceAndListsDoNotReachFurther) {
  const std::string other =
      Json{
          {"operations",
           {{{"method", "PATCH"}, {"kind", "visit"}, {"id", visit_b_}, {"version", 1}, {"body", {{"title", "Mine"}}}}}}}
          .dump();
  EXPECT_EQ(code(404, request("POST", "/api/v1/bulk", other, in_)), "store.record.missing");
  const std::string away = Json{{"operations",
                                 {{{"method", "PATCH"},
                                   {"kind", "visit"},
                                   {"id", visit_a_},
                                   {"version", 1},
                                   {"body", {{"fields", {{"place", village_["B"]}}}}}}}}}
                               .dump();
  EXPECT_EQ(code(403, request("POST", "/api/v1/bulk", away, in_)), "access.denied");
  const std::string in_accounts =
      Json{
          {"operations",
           {{{"method", "POST"}, {"kind", "account"}, {"body", {{"title", "Me"}, {"fields", {{"login", "second"}}}}}}}}}
          .dump();
  EXPECT_EQ(code(403, request("POST", "/api/v1/bulk", in_accounts, in_)), "access.denied");
  const Response list =
      ask(request("POST", "/api/v1/import/visit", "id,version,title\n" + visit_b_ + ",1,Mine\n", in_));
  EXPECT_EQ(list.status, 422) << list.body;
  expect_no_b(list.body);
  EXPECT_EQ((*workspace_->find("visit", visit_b_))->title, "Waterworks in B");
  EXPECT_EQ((*workspace_->find("visit", visit_a_))->fields().value("place", ""), village_["A"]);
  EXPECT_EQ(workspace_->list("account")->size(), 1U);
}

TEST_F(LeaksTest, TheStreamTellsEachOnlyWhatTheySee) {
  add("karim", "manager", {district_["B"]});
  const std::string his = cookies("karim");
  std::string hers_heard, his_heard;
  const auto open = [&](const std::string& who, std::string& heard) {
    const std::string ticket = json(200, request("POST", "/api/v1/events/ticket", "{}", who))["ticket"];
    const Response stream = ask(request("GET", "/api/v1/events?ticket=" + ticket));
    EXPECT_TRUE(stream.events);
    EXPECT_EQ(code(401, request("GET", "/api/v1/events?ticket=" + ticket)), "http.ticket");
    events_.listen([&heard](const std::string& text) { heard += text; }, stream.listener);
  };
  open(in_, hers_heard);
  open(his, his_heard);
  Request change = request("PATCH", "/api/v1/records/visit/" + visit_b_, R"({"title": "Changed in B"})", his);
  change.headers.emplace_back("if-match", "\"1\"");
  EXPECT_EQ(ask(change).status, 200);
  EXPECT_NE(his_heard.find(visit_b_), std::string::npos);
  EXPECT_EQ(hers_heard, "");
  // Signed out: nothing more is heard, though the stream still stands.
  EXPECT_EQ(ask(request("DELETE", "/api/v1/access/session", "", his)).status, 204);
  his_heard.clear();
  make("visit", Json::object(), "nothing is told by the store itself");
  Request again = request("PATCH", "/api/v1/records/visit/" + visit_a_, R"({"title": "Changed in A"})", in_);
  again.headers.emplace_back("if-match", "\"1\"");
  EXPECT_EQ(ask(again).status, 200);
  EXPECT_NE(hers_heard.find(visit_a_), std::string::npos);
  EXPECT_EQ(his_heard, "");
}

TEST_F(LeaksTest, PersonalFieldsAreHiddenAndKeptByThoseWhoDoNotSeeThem) {
  const std::string row =
      make("activity_row", {{"place", village_["A"]}, {"contact", "somebody@example.org"}}, "Wells");
  add("farida", "analyst", {district_["A"]});
  const std::string hers = cookies("farida");
  EXPECT_NE(body("/api/v1/records/activity_row/" + row).find("somebody@example.org"), std::string::npos);
  for (const char* path : {"", "/history"}) {
    const Response seen = ask(request("GET", "/api/v1/records/activity_row/" + row + path, "", hers));
    EXPECT_EQ(seen.status, 200);
    EXPECT_EQ(seen.body.find("somebody@example.org"), std::string::npos);
  }
  Request change = request("PATCH", "/api/v1/records/activity_row/" + row, R"({"title": "Deep wells"})", hers);
  change.headers.emplace_back("if-match", "\"1\"");
  EXPECT_EQ(ask(change).status, 200);
  EXPECT_EQ(ask(request("POST", "/api/v1/records/activity_row/" + row + "/revert", R"({"version": 1})", hers)).status,
            200);
  EXPECT_EQ((*workspace_->find("activity_row", row))->fields().value("contact", ""), "somebody@example.org");
}

TEST_F(LeaksTest, AGrantThatEndedOrWasTakenGivesNothing) {
  const std::string id = add("karim", "manager", {}, "2025-06-15");
  const std::string his = cookies("karim");
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/visit", "", his))["total"], 2);
  now_ += 10 * 3600;
  EXPECT_EQ(code(403, request("GET", "/api/v1/records/visit", "", cookies("karim"))), "access.denied");
  // Hers is taken away while she is signed in.
  const auto grants = workspace_->list("grant");
  ASSERT_TRUE(grants);
  for (const model::Record& grant : *grants) {
    if (grant.fields().value("account", "") == id) continue;
    ASSERT_TRUE(services::records::remove_record(*workspace_, {"keyboard", ""}, "grant", grant.id));
  }
  in_ = cookies("amina");
  EXPECT_EQ(code(403, request("GET", "/api/v1/records/visit", "", in_)), "access.denied");
}

TEST_F(LeaksTest, APlaceThatMovesTakesItsRecordsAlong) {
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/visit", "", in_))["total"], 1);
  const auto moved = services::records::change_record(*workspace_, {"keyboard", ""}, "place", village_["B"],
                                                      {{"fields", {{"parent", district_["A"]}}}});
  ASSERT_TRUE(moved && moved->record);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/visit", "", in_))["total"], 2);
}

TEST_F(LeaksTest, AnotherProgrammeIsClosed) {
  const std::string mine = make("programme", Json::object(), "Mine"),
                    other = make("programme", Json::object(), "Other");
  const std::string account = add("karim", "");
  ASSERT_TRUE(services::accounts::add_grant(*workspace_, {"keyboard", ""}, account, {"", "analyst", mine, {}}));
  make("finding", {{"programme", mine}}, "Of mine");
  const std::string theirs = make("finding", {{"programme", other}}, "Of the other");
  const std::string his = cookies("karim");
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/finding", "", his))["total"], 1);
  EXPECT_EQ(code(404, request("GET", "/api/v1/records/finding/" + theirs, "", his)), "store.record.missing");
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/programme", "", his))["total"], 1);
}

TEST_F(LeaksTest, TheSameKeyOfTwoPeopleMeetsNot) {
  add("karim", "manager", {district_["B"]});
  const std::string his = cookies("karim");
  Request hers_sent = request("POST", "/api/v1/records/visit",
                              Json{{"title", "Hers"}, {"fields", {{"place", village_["A"]}}}}.dump(), in_);
  hers_sent.headers.emplace_back("idempotency-key", "1");
  Request his_sent = request("POST", "/api/v1/records/visit",
                             Json{{"title", "His"}, {"fields", {{"place", village_["B"]}}}}.dump(), his);
  his_sent.headers.emplace_back("idempotency-key", "1");
  const Json hers_made = json(201, hers_sent), his_made = json(201, his_sent);
  EXPECT_NE(hers_made["id"], his_made["id"]);
  EXPECT_EQ(his_made["title"], "His");
  EXPECT_EQ(json(201, hers_sent)["id"], hers_made["id"]);
}

}  // namespace
}  // namespace hamdil::http
