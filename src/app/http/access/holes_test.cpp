// What a hostile review found and what stays closed: one test each, at the door.
#include <atomic>
#include <chrono>
#include <thread>

#include "app/http/team_fixture.hpp"
#include "store/request_key.hpp"

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
  // All roles are for one district from now on.
  void limit_everybody(const std::string& district) {
    const auto grants = workspace_->list("grant");
    ASSERT_TRUE(grants);
    for (const model::Record& grant : *grants)
      ASSERT_TRUE(services::records::change_record(*workspace_, {"keyboard", ""}, "grant", grant.id,
                                                   {{"fields", {{"districts", Json::array({district})}}}}));
    ASSERT_TRUE(access_->refresh(*workspace_));
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
  add("head", "manager");
  in_ = cookies("head");
  const std::string first = product("report.html", "the first");
  const std::string by_name = link({{"label", "By name"}, {"do", "file"}, {"address", "report.html"}});
  const std::string by_address = link({{"label", "By address"}, {"do", "file"}, {"address", first}});
  product("report.html", "the second, for the team only");
  EXPECT_EQ(by_link(by_name, "/api/v1/partner/file").body, "the first");
  EXPECT_EQ(by_link(by_address, "/api/v1/partner/file").body, "the first");
  EXPECT_EQ(ask(request("GET", "/api/v1/files/report.html", "", in_)).body, "the second, for the team only");
}

TEST_F(HolesTest, WhoeverIsLimitedToDistrictsSharesNoProduct) {
  product("report.html", "all districts");
  const std::string body = Json{{"label", "Theirs"}, {"do", "file"}, {"address", "report.html"}}.dump();
  EXPECT_EQ(code(403, request("POST", "/api/v1/partner-links", body, in_)), "access.product.everywhere");
  add("head", "manager");
  in_ = cookies("head");
  const std::string secret = link(Json::parse(body));
  EXPECT_EQ(by_link(secret, "/api/v1/partner/file").body, "all districts");
  limit_everybody(district_["A"]);
  EXPECT_EQ(by_link(secret, "/api/v1/partner/file").status, 404) << "a link lets others do what its maker still may";
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

TEST_F(HolesTest, AFormThatIsSentTwiceMakesOneRecord) {
  const auto send = [&](const std::string& secret, const std::string& key) {
    Request sent = request("POST", "/api/v1/partner", R"({"title": "Came in", "fields": {}})");
    sent.headers.emplace_back("x-hamdil-link", secret);
    sent.headers.emplace_back("idempotency-key", key);
    return ask(sent).status;
  };
  const Json form = {{"label", "x"}, {"do", "form"}, {"kind", "visit"}, {"fields", {{"place", village_["A"]}}}};
  const std::string one = link(form), other = link(form);
  const auto total = [&] { return json(200, request("GET", "/api/v1/records/visit", "", in_))["total"].get<int>(); };
  EXPECT_EQ(send(one, "first"), 201);
  EXPECT_EQ(send(one, "first"), 201) << "the answer was lost";
  EXPECT_EQ(total(), 1);
  EXPECT_EQ(send(other, "first"), 201) << "keys of two links never meet";
  EXPECT_EQ(send(one, "second"), 201);
  EXPECT_EQ(total(), 3);
}

// What is searched for and filtered by may be a name: settings are not sealed, and a shared view is read by those who
// see codes.
TEST_F(HolesTest, AViewKeepsNoNamesOfPeople) {
  const auto keep = [&](const char* kind, const Json& query) {
    const Json body = {{"name", "The one"}, {"query", query}, {"shared", true}};
    return Json::parse(ask(request("POST", std::string("/api/v1/views/") + kind, body.dump(), in_)).body)
        .value("error", Json::object())
        .value("code", "");
  };
  EXPECT_EQ(keep("stakeholder", {{"f.title", "A Name"}}), "views.personal");
  EXPECT_EQ(keep("stakeholder", {{"f.title.contains", "Name"}}), "views.personal");
  EXPECT_EQ(keep("stakeholder", {{"words", "A Name"}}), "views.personal");
  EXPECT_EQ(keep("stakeholder", {{"f.influence", "high"}, {"sort", "title"}}), "");
  EXPECT_EQ(keep("visit", {{"words", "market"}}), "");
}

TEST_F(HolesTest, NoAnswerIsKeptOfATrialAndNoneThatIsTooLong) {
  const auto import = [&](const std::string& path, const std::string& key) {
    Request sent = request("POST", path, "title\nA well\n", in_);
    sent.headers.emplace_back("idempotency-key", key);
    return ask(sent).status;
  };
  EXPECT_EQ(import("/api/v1/import/visit?dry_run=true", "2"), 200);
  EXPECT_EQ(import("/api/v1/import/visit", "2"), 200) << "a trial uses no key up";
  EXPECT_EQ(import("/api/v1/import/visit", "2"), 200);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/visit", "", in_))["total"], 1);
  std::vector<Route> routes = all_routes();
  std::string long_answer(store::RequestKey::kLongestAnswer, 'x');
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
  const auto end = std::make_shared<std::atomic<bool>>(false);  // the work may outlive this test
  for (int i = 0; i < 5; ++i)
    ASSERT_TRUE(jobs_->start("report", "Hers", "amina", [end](store::Workspace&, const services::jobs::Control&) {
      while (!*end) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      return Result<std::string>(std::string("{}"));
    }));
  std::string rows = "title\n";
  for (int i = 0; i < 600; ++i) rows += "Well\n";
  const Response sent = ask(request("POST", "/api/v1/import/visit", rows, in_));
  EXPECT_EQ(sent.status, 429) << sent.body;
  EXPECT_NE(header_of(sent, "Retry-After"), "");
  *end = true;
}

TEST_F(HolesTest, WhoeverIsLimitedToDistrictsBuildsNothingFromTheAnswersOfAll) {
  add("limited", "analyst", {district_["A"]});
  add("whole", "analyst");
  const std::string limited = cookies("limited"), whole = cookies("whole");
  const std::string report = R"({"do": "report", "outline": "findings", "language": "en"})";
  for (const auto& [method, path, body] : std::vector<std::tuple<std::string, std::string, std::string>>{
           {"POST", "/api/v1/jobs", report},
           {"GET", "/api/v1/files/report.html", ""},
           {"GET", "/api/v1/trace/R1", ""},
           {"POST", "/api/v1/trace/R1/look", R"({"reason": "I wonder"})"}}) {
    const Json refused = json(403, request(method, path, body, limited));
    EXPECT_EQ(refused["error"]["code"], "access.product.everywhere") << path;
    EXPECT_NE(refused["error"]["hint"], "") << path;
    EXPECT_NE(ask(request(method, path, body, whole)).status, 403) << path;
  }
  const std::string mine = make("programme", Json::object(), "Mine"), account = add("of.one", "");
  ASSERT_TRUE(services::accounts::add_grant(*workspace_, {"keyboard", ""}, account, {"", "analyst", mine, {}}));
  EXPECT_EQ(code(403, request("POST", "/api/v1/jobs", report, cookies("of.one"))), "access.product.everywhere");
}

TEST_F(HolesTest, NobodyMovesAPlaceOrARecordAcrossWhatTheyReach) {
  const auto change = [&](const std::string& kind, const std::string& id, const Json& body) {
    Request sent = request("PATCH", "/api/v1/records/" + kind + "/" + id, body.dump(), in_);
    sent.headers.emplace_back("if-match", "\"1\"");
    return sent;
  };
  const std::string own = make("visit", {{"place", village_["A"]}}), other = make("visit", {{"place", village_["B"]}});
  EXPECT_EQ(code(403, change("visit", own, {{"fields", {{"place", village_["B"]}}}})), "access.denied");
  EXPECT_EQ(code(404, change("visit", other, {{"fields", {{"place", village_["A"]}}}})), "store.record.missing");
  EXPECT_EQ(code(403, change("place", village_["B"], {{"fields", {{"parent", district_["A"]}}}})), "access.denied");
  const std::string organisation = make("organisation", Json::object(), "Somebody's");
  EXPECT_EQ(code(403, change("organisation", organisation, {{"title", "Mine"}})), "access.denied");
  EXPECT_EQ((*workspace_->find("place", village_["B"]))->fields().value("parent", ""), district_["B"]);
}

TEST_F(HolesTest, WhatCameOfSomebodysWorkIsToldToNobodyElse) {
  const auto job = jobs_->start("report", "Of karim", "karim", [](store::Workspace&, const services::jobs::Control&) {
    return Result<std::string>(std::string(R"({"quotes": "what only karim sees"})"));
  });
  ASSERT_TRUE(job);
  for (int i = 0; i < 500 && jobs_->find(job->id)->state != "done"; ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  ASSERT_EQ(jobs_->find(job->id)->state, "done");
  for (const std::string& path : {std::string("/api/v1/jobs"), "/api/v1/jobs/" + job->id}) {
    const Response seen = ask(request("GET", path, "", in_));  // a manager sees that there is work
    EXPECT_NE(seen.body.find(job->id), std::string::npos);
    EXPECT_EQ(seen.body.find("only karim"), std::string::npos);
  }
  add("karim", "analyst");
  EXPECT_NE(ask(request("GET", "/api/v1/jobs/" + job->id, "", cookies("karim"))).body.find("only karim"),
            std::string::npos);
}

TEST_F(HolesTest, ARecordIsNotMadeInAStateThatOnesRoleDoesNotMoveItTo) {
  add("coder", "coder");
  const std::string hers = cookies("coder");
  const std::string later = model::find_kind("finding")->states.at(1);
  const std::string study = make("study", Json::object(), "The study");
  const Response refused =
      ask(request("POST", "/api/v1/import/finding",
                  "title,state,study,statement:en\nSettled," + later + "," + study + ",It is so\n", hers));
  EXPECT_NE(refused.status, 200) << refused.body;
  EXPECT_NE(refused.body.find("access.denied"), std::string::npos) << refused.body;
  EXPECT_EQ(ask(request("POST", "/api/v1/import/finding", "title\nA draft\n", hers)).status, 200);
  EXPECT_EQ(workspace_->list("finding")->size(), 1U);
}

TEST_F(HolesTest, WhoRulesOnlySomeGivesNobodyMore) {
  add("limited", "administrator", {district_["A"]});
  const std::string programme = make("programme", Json::object(), "Mine"), second = add("of.one", "");
  ASSERT_TRUE(
      services::accounts::add_grant(*workspace_, {"keyboard", ""}, second, {"", "administrator", programme, {}}));
  const std::string victim = add("chief", "administrator");
  for (const char* login : {"limited", "of.one"}) {
    const std::string his = cookies(login);
    const std::string id = login == std::string("limited") ? access_->accounts().back().id : second;
    EXPECT_EQ(
        code(403, request("POST", "/api/v1/records/grant",
                          Json{{"title", "Me"}, {"fields", {{"account", id}, {"role", "administrator"}}}}.dump(), his)),
        "access.denied");
    EXPECT_EQ(code(403, request("POST", "/api/v1/access/accounts/" + victim + "/password",
                                R"({"password": "four large ships"})", his)),
              "access.denied");
    EXPECT_EQ(code(403, request("DELETE", "/api/v1/access/accounts/" + victim + "/second-factor", "", his)),
              "access.denied");
    EXPECT_EQ(code(403, request("POST", "/api/v1/access/accounts",
                                R"({"login": "another", "password": "four large ships"})", his)),
              "access.denied");
  }
  EXPECT_EQ(sign_in("chief").status, 200) << "the password is as it was";
}

TEST_F(HolesTest, ATokenHasNoRoleThatItsOwnerHasNot) {
  for (const char* role : {"administrator", "auditor", "nobody"})
    EXPECT_EQ(code(422, request("POST", "/api/v1/access/tokens", Json{{"label", "x"}, {"roles", {role}}}.dump(), in_)),
              "access.role")
        << role;
  EXPECT_EQ(json(200, request("GET", "/api/v1/access/tokens", "", in_))["passes"].size(), 0U);
}

TEST_F(HolesTest, ARoundBelongsToWhoeverSentIt) {
  make("visit", {{"place", village_["B"]}}, "Of B");
  add("karim", "manager", {district_["B"]});
  const Response sent = ask(request("POST", "/api/v1/rounds/out/visit?sent_to=a%20partner", "", cookies("karim")));
  ASSERT_EQ(sent.status, 200) << sent.body;
  const std::string location = header_of(sent, "Location");
  EXPECT_EQ(code(404, request("GET", location, "", in_)), "store.record.missing");
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/mail_round", "", in_))["total"], 0);
  const std::string id = location.substr(location.rfind('/') + 1);
  EXPECT_EQ(code(422, request("GET", "/api/v1/rounds/" + id + "/comparison", "", in_)), "records.round.unknown");
  EXPECT_EQ(code(422, request("POST", "/api/v1/rounds/" + id + "/decisions", R"({"decisions": []})", in_)),
            "records.round.unknown");
  Request back = request("POST", "/api/v1/rounds/in", "", in_);
  back.body = sent.body;
  const Response taken = ask(back);
  EXPECT_GE(taken.status, 400) << taken.body;
  EXPECT_EQ(taken.body.find("Of B"), std::string::npos);
}

TEST_F(HolesTest, APageOfALinkNamesNoPeople) {
  const std::string person = make("person", Json::object(), "Somebody by name");
  const std::string visit = make("visit", {{"place", village_["A"]}, {"owner", person}}, "Wells");
  const std::string secret = link({{"label", "x"}, {"do", "page"}, {"kind", "visit"}, {"id", visit}});
  const Response shown = by_link(secret, "/api/v1/partner");
  EXPECT_EQ(shown.status, 200) << shown.body;
  EXPECT_NE(shown.body.find("Village A"), std::string::npos);
  EXPECT_EQ(shown.body.find("Somebody by name"), std::string::npos);
}

TEST_F(HolesTest, AStandingIsAnotherWhenASessionEndsARoleChangesOrAnAccountIsClosed) {
  const std::string id = add("karim", "manager", {district_["B"]});
  const std::string one = cookies("karim"), two = cookies("karim");
  const auto opened = [&](const std::string& in) {
    const std::string ticket = json(200, request("POST", "/api/v1/events/ticket", "{}", in))["ticket"];
    return ask(request("GET", "/api/v1/events?ticket=" + ticket));
  };
  const auto still = [&](const Response& stream) {
    EXPECT_TRUE(access_->refresh(*workspace_));
    return access_->standing(stream.listener, now_) == stream.standing;
  };
  const Response first = opened(one), second = opened(two);
  std::string heard;
  events_.listen([&heard](const std::string& text) { heard += text; }, second.listener);
  const Json listed = json(200, request("GET", "/api/v1/access/sessions", "", two))["passes"];
  for (const Json& pass : listed) EXPECT_EQ(pass["live"], pass["id"] == second.listener ? 1 : 0);
  EXPECT_TRUE(still(first) && still(second));
  std::uint64_t turn = access_->turn();
  EXPECT_EQ(ask(request("DELETE", "/api/v1/access/sessions/" + first.listener, "", two)).status, 204);
  EXPECT_NE(access_->turn(), turn);
  EXPECT_FALSE(still(first));
  EXPECT_TRUE(still(second));
  turn = access_->turn();
  ASSERT_TRUE(services::accounts::add_grant(*workspace_, {"keyboard", ""}, id, {"", "reader", "", {}}));
  EXPECT_FALSE(still(second)) << "another role";
  EXPECT_NE(access_->turn(), turn);
  const Response third = opened(two);
  EXPECT_TRUE(still(third));
  ASSERT_TRUE(services::records::move_record(*workspace_, {"keyboard", ""}, "account", id, "disable"));
  EXPECT_FALSE(still(third));
}

TEST_F(HolesTest, TheNameOfAPersonIsACodeForThoseWhoMayNotReadIt) {
  const std::string person = make("person", {{"role", "Coordinator"}}, "Somebody by name");
  const std::string visit = make("visit", {{"place", village_["A"]}, {"owner", person}}, "Wells");
  make("comment", {{"about_kind", "visit"}, {"about_id", visit}, {"text", "x"}, {"assigned_to", person}}, "On it");
  add("analyst", "analyst");
  const std::string other = cookies("analyst"), code = model::code_of_title(person);
  const auto told = [&](const std::string& path, const std::string& who) {
    return ask(request("GET", path, "", who)).body;
  };
  for (const std::string& path :
       {std::string("/api/v1/records/person"), std::string("/api/v1/records/person?sort=title"),
        "/api/v1/records/person/" + person, "/api/v1/records/visit/" + visit,
        "/api/v1/records/visit/" + visit + "/links", std::string("/api/v1/records/person?words=coordinator"),
        std::string("/api/v1/search?words=coordinator"), "/api/v1/comments/visit/" + visit}) {
    EXPECT_NE(told(path, in_).find("Somebody by name"), std::string::npos) << path << told(path, in_);
    EXPECT_EQ(told(path, other).find("Somebody"), std::string::npos) << path;
    EXPECT_NE(told(path, other).find(code), std::string::npos) << path << told(path, other);
  }
  for (const char* path : {"/api/v1/search?words=somebody", "/api/v1/records/person?words=somebody"}) {
    EXPECT_NE(told(path, in_).find(person), std::string::npos) << path;
    EXPECT_EQ(told(path, other).find(person), std::string::npos) << path;
  }
  EXPECT_EQ(told("/api/v1/home", other).find("Somebody"), std::string::npos);
  EXPECT_EQ(told("/api/v1/names?words=some", other).find("Somebody"), std::string::npos);
  // The same request with the same key is known again.
  Request made = request("POST", "/api/v1/records/person",
                         R"({"title": "Another name", "fields": {"email": "a@example.org"}})", in_);
  made.headers.emplace_back("idempotency-key", "1");
  const Json first = json(201, made);
  EXPECT_EQ(json(201, made)["id"], first["id"]);
  EXPECT_EQ(json(200, request("GET", "/api/v1/records/person", "", in_))["total"], 2);
}

}  // namespace
}  // namespace hamdil::http
