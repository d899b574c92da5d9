#include <cstdlib>
#include <filesystem>
#include <set>

#include "app/http/router_fixture.hpp"
#include "services/demo/programme.hpp"

namespace hamdil::http {
namespace {

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
  EXPECT_EQ(open, (std::vector<std::string>{"GET /api/v1/messages/{language}", "GET /api/v1/events",
                                            "GET /api/v1/partner", "POST /api/v1/partner", "GET /api/v1/partner/file",
                                            "GET /api/v1/access", "GET /api/v1/openapi.json"}));
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

TEST_F(RouterTest, TheSameChangeUnderTheSameKeyIsAnsweredTheSame) {
  const std::string id = ask_json(201, request("POST", "/api/v1/records/finding", R"({"title": "A"})"))["id"];
  const std::string path = "/api/v1/records/finding/" + id;
  const auto twice = [&](const char* method, const std::string& at, const char* body, const char* version) {
    Request sent = request(method, at, body);
    sent.headers.emplace_back("if-match", version);
    sent.headers.emplace_back("idempotency-key", std::string(method) + at);
    const Response first = ask(sent), second = ask(sent);
    EXPECT_LT(first.status, 300) << first.body;
    EXPECT_EQ(second.status, first.status) << second.body;
    EXPECT_EQ(second.body, first.body);
    sent.body = R"({"title": "Other"})";
    if (*body != '\0') {
      EXPECT_EQ(Json::parse(ask(sent).body)["error"]["code"], "http.key.other");
    }
  };
  twice("PATCH", path, R"({"title": "B"})", "\"1\"");
  twice("POST", path + "/revert", R"({"version": 1})", "\"2\"");
  twice("DELETE", path, "", "\"3\"");
  twice("POST", path + "/restore", "{}", "\"4\"");
  EXPECT_EQ(ask_json(200, request("GET", path))["version"], 5);
}

// Of a day that is only planned nothing is told until the step that needs it is the next one.
TEST_F(RouterTest, WhatOnlyALaterStepWouldMakeWrongIsNotToldYet) {
  const Json objective = ask_json(201, request("POST", "/api/v1/records/objective", R"({"title": "DEMO"})"))["id"];
  for (const char* kind : {"visit", "activity"}) {
    const std::string of = std::string("/api/v1/records/") + kind;
    Json fields = {{"starts", "2030-01-01"}, {"ends", "2030-01-02"}};
    if (std::string(kind) == "activity") fields["objective"] = objective;
    const std::string path =
        of + "/" +
        ask_json(201, request("POST", of, Json{{"title", "DEMO"}, {"fields", fields}}.dump()))["id"].get<std::string>();
    const auto told = [&] {
      std::size_t out = 0;
      const Json view = ask_json(200, request("GET", path));
      for (const Json& rule : view["rules"]) out += rule["id"].get<std::string>().ends_with("_not_in_future") ? 1 : 0;
      return out;
    };
    EXPECT_EQ(told(), 0u) << kind;
    if (std::string(kind) == "visit") continue;  // it waits for a permission, too
    EXPECT_EQ(ask_json(200, request("POST", path + "/transitions/start", "{}"))["state"], "ongoing");
    EXPECT_EQ(told(), 1u) << "completing it is refused";
  }
}

TEST_F(RouterTest, EveryAnswerWithATagIsDescribedWithItsOtherAnswers) {
  const Json paths = ask_json(200, request("GET", "/api/v1/openapi.json"))["paths"];
  const Json& single = paths["/api/v1/records/{kind}/{id}"];
  EXPECT_TRUE(single["get"]["responses"].contains("304"));
  for (const char* method : {"patch", "delete"})
    for (const char* status : {"412", "428"}) EXPECT_TRUE(single[method]["responses"].contains(status)) << method;
  for (const Route& route : router_.routes())
    EXPECT_EQ(route.gives_tag, route.operation == "getRecord") << "reads with an ETag say so: " << route.operation;
}

// Whatever is read with an ETag is not sent again to who has it.
TEST_F(RouterTest, WhoHasTheCurrentVersionIsSentNothing) {
  const std::string id = ask_json(201, request("POST", "/api/v1/records/place", R"({"title": "A"})"))["id"];
  const auto asked = [&](const std::string& path, const std::string& known) {
    Request sent = request("GET", path);
    sent.headers.emplace_back("if-none-match", known);
    return ask(sent);
  };
  for (const std::string& path : {"/api/v1/records/place/" + id, std::string("/")}) {
    const Response whole = ask(request("GET", path));
    ASSERT_EQ(whole.status, 200);
    std::string tag;
    for (const auto& [name, value] : whole.headers)
      if (name == "ETag") tag = value;
    ASSERT_FALSE(tag.empty()) << path;
    for (const std::string& known : {tag, "W/" + tag, "\"x\", " + tag, std::string("*")}) {
      const Response answer = asked(path, known);
      EXPECT_EQ(answer.status, 304) << path << " " << known;
      EXPECT_EQ(answer.body, "");
      EXPECT_TRUE(std::any_of(answer.headers.begin(), answer.headers.end(), [&](const auto& header) {
        return header == std::pair<std::string, std::string>("ETag", tag);
      }));
    }
    EXPECT_EQ(asked(path, "\"x\"").status, 200) << path;
    Request change = request("POST", path, "{}");
    change.headers.emplace_back("if-none-match", tag);
    EXPECT_NE(ask(change).status, 304);
  }
}

TEST_F(RouterTest, EveryRouteWithABodyRefusesAnUnknownMemberByName) {
  for (const Route& route : router_.routes()) {
    if (route.body != Body::kJson || route.only_team) continue;
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

TEST_F(RouterTest, TheSessionSaysByWhichCalendarAndClockTheProgrammeCounts) {
  const Json before = ask_json(200, request("GET", "/api/v1/session"))["workspace"];
  EXPECT_EQ(before["calendar"], "");
  EXPECT_EQ(before["time_zone"], "");
  EXPECT_EQ(before["today"], "2025-06-15");
  ask_json(201, request("POST", "/api/v1/records/programme",
                        R"({"title": "DEMO", "fields": {"calendar": "solar", "time_zone": "Pacific/Kiritimati"}})"));
  const Json after = ask_json(200, request("GET", "/api/v1/session"))["workspace"];
  EXPECT_EQ(after["calendar"], "solar");
  EXPECT_EQ(after["time_zone"], "Pacific/Kiritimati");
  EXPECT_EQ(after["today"], "2025-06-16");
}

// A request for copies that is sent again, because its answer was lost, makes none again.
TEST_F(RouterTest, ACopyUnderTheSameKeyIsMadeOnce) {
  const Json one = ask_json(201, request("POST", "/api/v1/records/event", R"({"title": "Tea"})"));
  const auto copy = [&](const std::string& key, int months = 1) {
    Request sent = request("POST", "/api/v1/records/event/copy",
                           Json{{"ids", Json::array({one["id"]})}, {"months", months}}.dump());
    if (!key.empty()) sent.headers.emplace_back("idempotency-key", key);
    return sent;
  };
  const auto count = [&] { return ask_json(200, request("GET", "/api/v1/records/event"))["total"].get<int>(); };
  const Json first = ask_json(200, copy("a"));
  EXPECT_EQ(ask_json(200, copy("a")), first);
  EXPECT_EQ(count(), 2);
  EXPECT_EQ(code(422, copy("a", 2)), "http.key.other") << "another request";
  EXPECT_EQ(count(), 2);
  EXPECT_NE(ask_json(200, copy("b")), first);
  ask_json(200, copy(""));
  EXPECT_EQ(count(), 4);
}

// The word for a kind and words of a title find the records of that kind, in the language of the reader or in English.
TEST_F(RouterTest, AKindAndATitleAreFoundTogether) {
  const auto make = [&](const std::string& kind, const std::string& title) {
    return ask_json(201, request("POST", "/api/v1/records/" + kind, Json{{"title", title}}.dump()))["id"];
  };
  const Json visit = make("visit", "Northbank in spring"), place = make("place", "Northbank"),
             line = make("budget_line", "Northbank fuel");
  make("memo", "A visit to Northbank");
  const auto first = [&](const std::string& words, const std::string& language) {
    Request asked = request("GET", "/api/v1/search?words=" + words);
    asked.headers.emplace_back("accept-language", language);
    const Json hits = ask_json(200, asked)["hits"];
    return hits.empty() ? Json() : hits[0];
  };
  for (const char* words : {"visit+northbank", "northbank+visits", "Visit+in+northb"})
    EXPECT_EQ(first(words, "en")["id"], visit) << words;
  EXPECT_EQ(first("visit+northbank", "en")["in_title"], true);
  EXPECT_EQ(first("visit+northbank", "fa-AF")["id"], visit);
  EXPECT_EQ(first("%D8%A8%D8%A7%D8%B2%D8%AF%DB%8C%D8%AF+northbank", "fa-AF")["id"], visit) << "its word in Dari";
  EXPECT_EQ(first("budget+line+northbank", "en")["id"], line);
  EXPECT_EQ(first("northbank", "en")["id"], place);
}

// What a rule only warns of after a step stands with the step; what refuses it, or is as it was before a step back,
// does not.
TEST_F(RouterTest, AStepSaysOfWhatItWillBeWarned) {
  const auto step = [&](const Json& view, const std::string& name) {
    for (const Json& one : view["transitions"])
      if (one["name"] == name) return one;
    return Json();
  };
  const auto ahead = [&](const std::string& kind, const Json& fields) {
    return ask_json(200, request("POST", "/api/v1/records/" + kind + "/outlook", Json{{"fields", fields}}.dump()));
  };
  const Json early = step(ahead("visit", {{"starts", "2030-01-02"}, {"ends", "2030-01-03"}}), "start");
  ASSERT_EQ(early["warnings"].size(), 2) << early;
  EXPECT_EQ(early["warnings"][0]["id"], "visit.begins_on_its_day");
  EXPECT_EQ(early["warnings"][0]["pointer"], "/fields/starts");
  EXPECT_EQ(early["warnings"][1]["id"], "visit.referrals_fresh");
  const Json begun = step(ahead("visit", {{"starts", "2020-01-02"}, {"ends", "2020-01-03"}}), "start");
  for (const Json& one : begun["warnings"]) EXPECT_NE(one["id"], "visit.begins_on_its_day") << begun;
  EXPECT_EQ(begun["refused_by"], Json::array({"visit.permission"})) << "what refuses is told as before";
  EXPECT_EQ(step(ahead("visit", {{"starts", "2030-01-02"}}), "cancel")["warnings"], Json::array());
}

// Before anything is saved: what the first step of a draft would wait for.
TEST_F(RouterTest, ADraftIsJudgedWithoutBeingWritten) {
  const auto ahead = [&](const std::string& kind, const Json& fields) {
    return ask_json(200, request("POST", "/api/v1/records/" + kind + "/outlook", Json{{"fields", fields}}.dump()));
  };
  const auto start = [&](const Json& fields) { return ahead("visit", fields)["transitions"][0]; };
  EXPECT_EQ(start(Json::object())["name"], "start");
  EXPECT_EQ(start(Json::object())["missing"], Json::array({"place", "starts", "ends"}));
  EXPECT_EQ(start({{"starts", "2030-01-02"}, {"ends", "2030-01-03"}})["missing"], Json::array({"place"}));
  // What could not be saved does not count: no day, and a place that nobody knows or may see.
  EXPECT_EQ(start({{"starts", "soon"}, {"place", "aaaaaaaaaaaaaaaa"}})["missing"],
            Json::array({"place", "starts", "ends"}));
  const Json document = ahead("document", Json::object());
  EXPECT_EQ(document["transitions"][0]["refused_by"], Json::array({"document.two_screeners"})) << document;
  EXPECT_EQ(code(400, request("POST", "/api/v1/records/visit/outlook", R"({"fields": []})")), "model.record.shape");
  EXPECT_EQ(ask_json(200, request("GET", "/api/v1/records/visit"))["total"], 0);
}

TEST_F(RouterTest, TheLibraryIsLookedThroughAndTakenFromOnce) {
  const Json kinds = ask_json(200, request("GET", "/api/v1/kinds"))["kinds"];
  for (const Json& kind : kinds)
    if (kind["name"] == "tool") {
      EXPECT_GT(kind["in_library"].get<int>(), 0);
    } else if (kind["name"] == "visit") {
      EXPECT_EQ(kind["in_library"], 0);
    }
  const Json page = ask_json(200, request("GET", "/api/v1/library/training_module?limit=2"));
  ASSERT_EQ(page["entries"].size(), 2u);
  const Json next = ask_json(
      200, request("GET", "/api/v1/library/training_module?limit=2&cursor=" + page["next"].get<std::string>()));
  EXPECT_NE(next["entries"][0], page["entries"][0]);
  const std::string id = page["entries"][0]["library_id"];
  Request sent = request("POST", "/api/v1/library/training_module", Json{{"library_ids", {id}}}.dump());
  sent.headers.emplace_back("idempotency-key", "k");
  const Json taken = ask_json(200, sent);
  EXPECT_EQ(ask_json(200, sent), taken);
  EXPECT_GT(taken["made"].get<int>(), 0);
  const Json here = ask_json(200, request("GET", "/api/v1/library/training_module?limit=1"))["entries"][0];
  EXPECT_EQ(here["taken"], taken["records"][0]["id"]);
  EXPECT_EQ(
      ask_json(200, request("POST", "/api/v1/library/training_module", Json{{"library_ids", {id}}}.dump()))["made"], 0);
  ask_json(200, request("POST", "/api/v1/imports/" + taken["undo"].get<std::string>() + "/undo", "{}"));
  EXPECT_EQ(ask_json(200, request("GET", "/api/v1/records/training_module"))["total"], 0);
  const Json all = ask_json(200, request("POST", "/api/v1/library/training_module", R"({"all": true})"));
  EXPECT_EQ(all["records"].size(), page["total"].get<std::size_t>());
  EXPECT_EQ(code(404, request("GET", "/api/v1/library/visit")), "records.library.kind");
  EXPECT_EQ(code(422, request("POST", "/api/v1/library/tool", R"({"library_ids": ["no"]})")),
            "records.library.unknown");
  EXPECT_EQ(code(422, request("POST", "/api/v1/library/tool", R"({"library_ids": "no"})")), "http.body.type");
  EXPECT_EQ(code(400, request("GET", "/api/v1/library/tool?limit=0")), "http.query.value");
}

const std::vector<Json>& odd_values() {
  static const std::vector<Json> kValues = {nullptr,
                                            true,
                                            5,
                                            -1,
                                            1e300,
                                            9007199254740993,
                                            "",
                                            "x",
                                            "'=1",
                                            "2026-13-45",
                                            "2026-02-30",
                                            "2026-01-01T99:99:99Z",
                                            Json::array(),
                                            Json::array({1}),
                                            Json::array({"a", "a;b", ""}),
                                            Json::array({Json::array()}),
                                            Json::object(),
                                            {{"a", Json::array()}},
                                            {{"en", "text"}},
                                            {{"en", nullptr}},
                                            std::string("nul\0byte", 8),
                                            std::string(70'000, 'w')};
  return kValues;
}

// A mistake of the caller is never a mistake of ours: no value of no field of no kind ends in a 500.
TEST_F(RouterTest, NoValueOfAnyFieldMakesAnIncident) {
  std::size_t kept = 0;
  const char* from = std::getenv("HAMDIL_ODD_FROM");  // 0 to 21: which value the first field gets
  std::size_t turn = from == nullptr ? 0 : std::strtoul(from, nullptr, 10);
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program) continue;
    for (const model::FieldDefinition& field : kind.fields) {
      const Json& value = odd_values()[turn++ % odd_values().size()];  // another one for every field
      const Json body = {{"title", "Odd"}, {"fields", {{field.name, value}}}};
      const std::string all = "/api/v1/records/" + kind.name;
      const Response made = ask(request("POST", all, body.dump()));
      EXPECT_TRUE(made.status == 201 || made.status == 422)
          << kind.name << "." << field.name << " " << made.status << made.body.substr(0, 300);
      if (made.status != 201) continue;
      ++kept;
      const std::string id = Json::parse(made.body)["id"];
      for (const char* part : {"", "/history", "/links"}) {
        const Response read = ask(request("GET", all + "/" + id + part));
        EXPECT_EQ(read.status, 200) << kind.name << "." << field.name << part << read.body.substr(0, 300);
      }
    }
    for (const char* format : {"csv", "xlsx", "json"}) {
      const Response file = ask(request("GET", "/api/v1/export/" + kind.name + "?format=" + format));
      EXPECT_EQ(file.status, 200) << kind.name << file.body.substr(0, 300);
      Request back = request("POST", "/api/v1/import/" + kind.name, file.body);
      const Response read = ask(back);
      Json outcome = Json::parse(read.body, nullptr, false);
      if (read.status == 202) outcome = result_of(outcome["id"]);  // long texts: a job does it
      EXPECT_TRUE((read.status == 200 || read.status == 202) && outcome["created"] == 0 && outcome["changed"] == 0)
          << kind.name << " " << format << read.body.substr(0, 3000);
    }
  }
  EXPECT_GT(kept, 100U);
  EXPECT_EQ(ask(request("GET", "/api/v1/home")).status, 200);
  EXPECT_EQ(ask(request("GET", "/api/v1/search?words=odd")).status, 200);
}

TEST_F(RouterTest, NoMemberOfAnyBodyMakesAnIncident) {
  const Json place = ask_json(201, request("POST", "/api/v1/records/place", R"({"title": "A"})"));
  for (const Route& route : router_.routes()) {
    if (route.body != Body::kJson || route.operation == "startJob") continue;
    std::string path = route.pattern;
    for (const auto& [from, to] : std::map<std::string, std::string>{
             {"{kind}", "place"}, {"{id}", place["id"]}, {"{name}", "x"}, {"{comment}", "x"}})
      if (const std::size_t at = path.find(from); at != std::string::npos) path.replace(at, from.size(), to);
    for (const char* member :
         {"title", "fields", "version", "operations", "text", "parent", "resolved", "editing", "browser"})
      for (const Json& value : odd_values())
        for (const Json& body :
             {Json{{member, value}}, Json{{member, Json::array({value, {{"method", value}, {"kind", "place"}}})}}}) {
          Request sent = request(route.method, path, body.dump());
          sent.headers.emplace_back("if-match", "*");
          EXPECT_LT(ask(sent).status, 500) << route.pattern << " " << member << " " << body.dump().substr(0, 100);
        }
  }
}

// Addresses and bodies with flipped, cut and doubled bytes; the same ones every time.
TEST_F(RouterTest, BrokenRequestsAreRefusedInTheOneShape) {
  const std::vector<Request> seeds = {
      request("GET", "/api/v1/records/place?words=a&sort=-level&limit=3&f.level.min=1&fields=title"),
      request("POST", "/api/v1/records/place", R"({"title": "A", "fields": {"level": 1, "names": {"tg": "ш"}}})"),
      request("POST", "/api/v1/bulk",
              R"({"operations": [{"method": "POST", "kind": "place", "body": {"title": "A"}}]})"),
      request("POST", "/api/v1/import/place?dry_run=true&mapping=%7B%22a%22%3A%22code%22%7D",
              "id,title,level\n,A,1\n,\"B\nC\",2\n"),
      request("GET", "/api/v1/trace/1a2b3c4d:trust.overall:2"),
      request("GET", "/api/v1/search?words=%D1%88&kind=place")};
  std::uint64_t state = 42;
  const auto next = [&state](std::size_t below) {
    state = state * 6364136223846793005ULL + 1442695040888963407ULL;
    return static_cast<std::size_t>(state >> 33) % below;
  };
  for (int i = 0; i < 3000; ++i) {
    Request sent = seeds[next(seeds.size())];
    std::string& part = !sent.body.empty() && next(3) != 0 ? sent.body : sent.target;
    for (std::size_t change = next(4) + 1; change > 0 && !part.empty(); --change) {
      const std::size_t at = next(part.size());
      const std::size_t what = next(4);
      if (what == 0) part[at] = static_cast<char>(next(256));
      if (what == 1) part.erase(at, next(8) + 1);
      if (what == 2) part.insert(at, part.substr(at, next(20)));
      if (what == 3) part.insert(at, 1, "\"{}[],:%&?/.\n'=-9e"[next(18)]);
    }
    const Response response = ask(sent);
    EXPECT_LT(response.status, 500) << sent.target << "\n" << sent.body;
    if (response.status < 400 || !sent.target.starts_with("/api/")) continue;
    const Json answer = Json::parse(response.body, nullptr, false);
    EXPECT_TRUE(answer.is_object() && answer["error"].value("code", "") != "" && answer["problems"].is_array())
        << response.body.substr(0, 300);
  }
}

TEST_F(RouterTest, TheDemonstrationGoesWithOneRequestAndAgainWithoutHarm) {
  ASSERT_TRUE(services::demo::fill_programme(*workspace_));
  EXPECT_TRUE(ask_json(200, request("GET", "/api/v1/session"))["workspace"]["demo"].get<bool>());
  std::size_t told = 0;
  events_.listen([&](const std::string& text) { told += text.find("\"delete\"") != std::string::npos ? 1 : 0; });
  const Json kept = ask_json(201, request("POST", "/api/v1/records/place", R"({"title": "Ours"})"));
  const Json removed = ask_json(200, request("POST", "/api/v1/demo:remove", "{}"));
  EXPECT_GT(removed["records"].get<int>(), 100);
  EXPECT_EQ(told, removed["records"].get<std::size_t>());
  EXPECT_FALSE(ask_json(200, request("GET", "/api/v1/session"))["workspace"]["demo"].get<bool>());
  const Json home = ask_json(200, request("GET", "/api/v1/home"));
  for (const Json& one : home["counts"]) EXPECT_EQ(one["count"], one["kind"] == "place" ? 1 : 0) << one;
  const std::string id = kept["id"].get<std::string>();
  EXPECT_EQ(ask(request("GET", "/api/v1/records/place/" + id)).status, 200);
  EXPECT_EQ(ask_json(200, request("POST", "/api/v1/demo:remove", "{}"))["records"], 0);
  EXPECT_EQ(code(422, request("POST", "/api/v1/demo:remove", R"({"all": true})")), "http.body.unknown");
}

TEST_F(RouterTest, TheDemonstrationSpeaksAnotherLanguageWithOneRequest) {
  ASSERT_TRUE(services::demo::fill_programme(*workspace_));
  const auto speaks = [&] {
    return ask_json(200, request("GET", "/api/v1/session"))["workspace"]["demo_language"].get<std::string>();
  };
  EXPECT_EQ(speaks(), "en");
  std::size_t told = 0;
  events_.listen([&](const std::string& text) { told += text.find("\"change\"") != std::string::npos ? 1 : 0; });
  const std::string in_dari = R"({"language": "fa-AF"})";
  const Json changed = ask_json(200, request("POST", "/api/v1/demo:translate", in_dari));
  EXPECT_GT(changed["records"].get<int>(), 100);
  EXPECT_EQ(told, changed["records"].get<std::size_t>());
  EXPECT_EQ(speaks(), "fa-AF");
  // Words of the search come from where every change goes.
  EXPECT_EQ(ask_json(200, request("GET", "/api/v1/records/place?words=%D8%AA%D9%88%D8%AA"))["total"], 1);
  EXPECT_EQ(ask_json(200, request("POST", "/api/v1/demo:translate", in_dari))["records"], 0);
  EXPECT_EQ(code(422, request("POST", "/api/v1/demo:translate", R"({"language": "fr"})")), "demo.programme.language");
  EXPECT_EQ(code(422, request("POST", "/api/v1/demo:translate", "{}")), "demo.programme.language");
  EXPECT_EQ(code(422, request("POST", "/api/v1/demo:translate", R"({"to": "tg"})")), "http.body.unknown");
  ASSERT_EQ(ask(request("POST", "/api/v1/demo:remove", "{}")).status, 200);
  EXPECT_EQ(speaks(), "");
}

}  // namespace
}  // namespace hamdil::http
