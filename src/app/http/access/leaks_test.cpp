// What belongs to another district, to another programme or to a person must not come out by a side door.
#include "app/http/team_fixture.hpp"
#include "base/zip.hpp"

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

// What a record refers to and its reader may not see: it reads as if it were not there, and stays.
TEST_F(LeaksTest, AReferenceToWhatIsNotSeenReadsAsNoneAndStays) {
  const std::string finding_a = make("finding", {{"places", Json::array({village_["A"]})}}, "Seen"),
                    finding_b = make("finding", {{"places", Json::array({village_["B"]})}}, "Unseen finding"),
                    other_b = make("finding", {{"places", Json::array({village_["B"]})}}, "Another unseen"),
                    activity_b = make("activity", {{"places", Json::array({village_["B"]})}}, "Unseen activity");
  const std::string shown = make(
      "validation_session", {{"place", village_["A"]}, {"findings", {finding_b, finding_a}}, {"people", 4}}, "Both");
  const std::string event = make("event", {{"place", village_["A"]}, {"activity", activity_b}}, "Event");
  const auto change = [&](const std::string& path, const Json& body, int version) {
    Request sent = request("PATCH", "/api/v1/records/" + path, body.dump(), in_);
    sent.headers.emplace_back("if-match", "\"" + std::to_string(version) + "\"");
    return sent;
  };
  const auto told_nothing = [&](const std::string& text, const std::string& where) {
    for (const std::string& id : {finding_b, other_b, activity_b}) EXPECT_EQ(text.find(id), std::string::npos) << where;
    EXPECT_EQ(text.find("nseen"), std::string::npos) << where;
  };
  const std::string session = "validation_session/" + shown, events = "event/" + event;
  for (const std::string& path :
       {"records/" + session, "records/" + session + "/history", "records/" + session + "/links", "records/" + events,
        "records/" + events + "/history", "records/" + events + "/links", std::string("records/event"),
        std::string("records/validation_session?sort=findings&limit=1"), std::string("export/event?format=json"),
        std::string("export/validation_session?format=csv")})
    told_nothing(body("/api/v1/" + path), path);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/" + session, "", in_))["fields"]["findings"],
            Json::array({finding_a}));

  // Lists: asked for it, they answer as for one that is nowhere; and it counts as empty.
  const auto total = [&](const std::string& asked) {
    return json(200, request("GET", "/api/v1/records/" + asked, "", in_))["total"].get<int>();
  };
  EXPECT_EQ(total("event?f.activity=" + activity_b), total("event?f.activity=0123456789abcdef"));
  EXPECT_EQ(total("event?f.activity.not=" + activity_b), 1);
  EXPECT_EQ(total("event?f.activity.empty=true"), 1);
  EXPECT_EQ(total("event?f.activity.contains=" + activity_b.substr(2, 8)), 0);
  EXPECT_EQ(total("event?f.activity.min=0"), 0);
  EXPECT_EQ(total("validation_session?f.findings=" + finding_b), 0);
  EXPECT_EQ(total("validation_session?f.findings=" + finding_a), 1);
  EXPECT_EQ(total("validation_session?f.findings.not=" + finding_b), 1);
  const Json first = json(200, request("GET", "/api/v1/records/event?sort=activity&limit=1", "", in_));
  make("event", {{"place", village_["A"]}}, "Second");
  const std::string next = json(200, request("GET", "/api/v1/records/event?sort=activity&limit=1", "", in_))["next"];
  ASSERT_FALSE(next.empty());
  std::string inside;
  for (std::size_t i = 0; i + 1 < next.size(); i += 2)
    inside += static_cast<char>(std::stoi(next.substr(i, 2), nullptr, 16));
  EXPECT_EQ(inside.find(activity_b), std::string::npos) << inside;

  // Nobody finds out by writing ids: what stands there unseen is refused like what is nowhere.
  for (const std::string& id : {activity_b, std::string("0123456789abcdef")})
    EXPECT_EQ(code(422, change(events, {{"fields", {{"activity", id}}}}, 1)), "model.record.dangling_reference");
  for (const std::string& id : {finding_b, other_b, std::string("0123456789abcdef")})
    EXPECT_EQ(code(422, change(session, {{"fields", {{"findings", {finding_a, id}}}}}, 1)),
              "model.record.dangling_reference");

  // What is changed beside it, and what is added or taken away where it stands, leaves it.
  const auto kept = [&](const std::string& kind, const std::string& id, const char* field) {
    return (*workspace_->find(kind, id))->fields().value(field, Json());
  };
  told_nothing(ask(change(events, {{"title", "Changed"}}, 1)).body, "change");
  told_nothing(ask(change(events, {{"fields", {{"activity", nullptr}}}}, 2)).body, "emptied");
  EXPECT_EQ(kept("event", event, "activity"), activity_b);
  EXPECT_EQ(ask(change(session, {{"fields", {{"people", 5}}}}, 1)).status, 200);
  EXPECT_EQ(kept("validation_session", shown, "findings"), Json::array({finding_b, finding_a}));
  const std::string more = make("finding", {{"places", Json::array({village_["A"]})}}, "Seen, too");
  EXPECT_EQ(ask(change(session, {{"fields", {{"findings", {more}}}}}, 2)).status, 200);
  EXPECT_EQ(kept("validation_session", shown, "findings"), Json::array({more, finding_b}));
  EXPECT_EQ(ask(request("POST", "/api/v1/records/" + session + "/revert", R"({"version": 1})", in_)).status, 200);
  EXPECT_EQ(kept("validation_session", shown, "findings"), Json::array({finding_a, finding_b}));
  told_nothing(body("/api/v1/records/" + session + "/history"), "history after changes");

  const Response round = ask(request("POST", "/api/v1/rounds/out/validation_session", "", in_));
  ASSERT_EQ(round.status, 200) << round.body;
  auto parts = ZipReader::open_bytes(round.body, "round.xlsx");
  ASSERT_TRUE(parts);
  for (const std::string& name : parts->names()) told_nothing(*parts->read(name), name);
}

// A rule tells of a record that it looked at: by its title only to who sees it.
TEST_F(LeaksTest, RulesNameOtherRecordsOnlyToThoseWhoSeeThem) {
  const auto activity = [&](const char* name, const char* starts, const char* ends, const Json& before,
                            const char* title) {
    Json fields = {{"places", Json::array({village_[name]})}, {"starts", starts}, {"ends", ends}};
    if (!before.empty()) fields["depends_on"] = before;
    return make("activity", fields, title);
  };
  const std::string far = activity("B", "2025-07-01", "2025-08-31", Json::array(), "Wells of others");
  const std::string own = activity("A", "2025-08-01", "2025-09-30", Json::array({far}), "Own");
  const std::string near = activity("A", "2025-07-01", "2025-08-31", Json::array(), "Wells of ours");
  activity("A", "2025-08-01", "2025-09-30", Json::array({near}), "Own, too");
  add("chief", "manager");
  const std::string everywhere = cookies("chief");
  for (const std::string& path : {"/api/v1/records/activity/" + own, std::string("/api/v1/checks")}) {
    const std::string whole = ask(request("GET", path, "", everywhere)).body, part = body(path);
    EXPECT_NE(whole.find("Wells of others"), std::string::npos) << whole;
    EXPECT_NE(part.find("activity.after_dependencies"), std::string::npos) << part;
    EXPECT_EQ(part.find("Wells of others"), std::string::npos) << part;
    EXPECT_EQ(part.find(far), std::string::npos) << part;
  }
  EXPECT_NE(body("/api/v1/checks").find("Wells of ours"), std::string::npos);
}

// A field that must be filled is filled, also where its reader does not see with what.
TEST_F(LeaksTest, WhatIsNeededAndNotSeenStandsInNobodysWay) {
  const std::string barrier = make("barrier", {{"places", Json::array({village_["B"]})}}, "Barrier in B");
  const std::string message = make("message", {{"barrier", barrier}}, "Message in B");
  const std::string test =
      make("message_test", {{"place", village_["A"]}, {"message", message}, {"held_on", "2025-06-01"}, {"people", 6}},
           "Try");
  const std::string path = "/api/v1/records/message_test/" + test;
  const Json seen = json(200, request("GET", path, "", in_));
  EXPECT_FALSE(seen["fields"].contains("message")) << seen.dump();
  for (const Json& step : seen["transitions"]) EXPECT_EQ(step["missing"], Json::array()) << step.dump();
  EXPECT_EQ(ask(request("POST", path + "/transitions/confirm", "{}", in_)).status, 200);
  Request change = request("PATCH", path, R"({"title": "Changed"})", in_);
  change.headers.emplace_back("if-match", "\"2\"");
  const Response changed = ask(change);
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.body.find(message), std::string::npos);
  EXPECT_EQ((*workspace_->find("message_test", test))->fields().value("message", ""), message);
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
