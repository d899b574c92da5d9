// What lists and the first page take, refuse and tell.
#include <set>

#include "app/http/router_fixture.hpp"
#include "base/calendar.hpp"

namespace hamdil::http {
namespace {

TEST_F(RouterTest, AFilterThatCanFindNothingSaysSo) {
  const auto refused = [&](const std::string& asked) {
    const Json error = ask_json(400, request("GET", "/api/v1/records/" + asked))["error"];
    EXPECT_TRUE(error["code"].get<std::string>().starts_with("http.query.filter.")) << asked;
    EXPECT_EQ(error["pointer"], "?" + asked.substr(asked.find('?') + 1, asked.find('=') - asked.find('?') - 1));
    return error["message"].get<std::string>();
  };
  const std::string state = refused("finding?f.state=confirmd");
  EXPECT_NE(state.find("confirmd"), std::string::npos) << state;
  EXPECT_NE(state.find("the nearest first: confirmed, "), std::string::npos) << state;
  EXPECT_NE(refused("finding?f.state.not=lost").find("draft"), std::string::npos);
  EXPECT_NE(refused("finding?f.strength=strongg").find("the nearest first: strong, "), std::string::npos);
  refused("finding?f.study=The%20study");
  refused("finding?f.places=North");
  refused("budget_line?f.currency=XXQ");
  for (const char* good : {"finding?f.state=draft", "finding?f.strength=weak", "finding?f.study=0123456789abcdef",
                           "finding?f.study.contains=The", "budget_line?f.currency=TJS", "place?f.code_list=anything"})
    ask_json(200, request("GET", std::string("/api/v1/records/") + good));
}

// Where it stands, what was found there, and what would be taken.
TEST_F(RouterTest, WhatAListCannotBeAskedForIsNamedWithWhatItTakes) {
  struct Case {
    const char *list, *pointer, *found, *taken;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"finding?state=confirmed", "?state", "state", "f.FIELD"},
           {"finding?f.strenght=weak", "?f.strenght", "strenght", "nearest first: strength, "},
           {"finding?f.strength.least=weak", "?f.strength.least", "f.strength.least", ".min"},
           {"finding?f.strength.empty=perhaps", "?f.strength.empty", "perhaps", "true or false"},
           {"finding?sort=-stat", "?sort", "stat", "nearest first: state, "},
           {"finding?fields=title,strenght", "?fields", "strenght", "nearest first: strength, "},
           {"finding?limit=many", "?limit", "many", "whole number"},
           {"finding?limit=2000", "?limit", "2000", "1 to 1000"},
           {"finding?bin=maybe", "?bin", "maybe", "true or false"},
           {"finding?cursor=zz", "?cursor", "cursor", "without a cursor"},
           {"budget_line?f.unit_cost.min=lots", "?f.unit_cost.min", "lots", "number"},
           {"activity?f.starts=soon", "?f.starts", "soon", "2026-11-22"},
           {"activity?f.changed_at.min=lately", "?f.changed_at.min", "lately", "2026-11-22T09:30:00Z"},
           {"budget_line?f.currency=USDX", "?f.currency", "USDX", "USD"}}) {
    const Json error = ask_json(400, request("GET", std::string("/api/v1/records/") + one.list))["error"];
    const std::string said = error["message"].get<std::string>() + " " + error["hint"].get<std::string>();
    EXPECT_EQ(error["pointer"], one.pointer) << one.list;
    EXPECT_NE(said.find(one.found), std::string::npos) << said;
    EXPECT_NE(said.find(one.taken), std::string::npos) << said;
  }
}

TEST_F(RouterTest, ADraftOfEveryKindIsMadeOfATitleAlone) {
  std::set<std::string> need_more;
  for (const model::KindDefinition& kind : model::all_kinds()) {
    if (kind.made_by_program) continue;
    const Response made = ask(request("POST", "/api/v1/records/" + kind.name, R"({"title": "DEMO"})"));
    if (kind.complete_at_once && made.status == 422)
      need_more.insert(kind.name);
    else
      EXPECT_EQ(made.status, 201) << kind.name << " " << made.body;
  }
  EXPECT_EQ(need_more, (std::set<std::string>{"comment", "grant", "link"}));
}

// What was looked for in a sealed field may be somebody's name: it is not said again.
TEST_F(RouterTest, AListIsNeitherFilteredNorSortedByWhatIsSealed) {
  for (const auto& [list, pointer] :
       std::initializer_list<std::pair<const char*, const char*>>{{"person?f.email=zz9", "?f.email"},
                                                                  {"person?f.title.contains=zz9", "?f.title.contains"},
                                                                  {"person?f.email.empty=zz9", "?f.email.empty"},
                                                                  {"person?sort=email", "?sort"}}) {
    const Json error = ask_json(400, request("GET", std::string("/api/v1/records/") + list))["error"];
    EXPECT_EQ(error["code"], "store.query.personal") << list;
    EXPECT_EQ(error["pointer"], pointer) << list;
    EXPECT_EQ(error.dump().find("zz9"), std::string::npos) << error.dump();
  }
  ask_json(200, request("GET", "/api/v1/records/person?sort=title"));
  const Json unknown = ask_json(400, request("GET", "/api/v1/records/person?f.emial=zz9"))["error"];
  EXPECT_EQ(unknown["message"].get<std::string>().find("email"), std::string::npos) << "what is sealed is no advice";
}

TEST_F(RouterTest, ACursorLeadsOnOnlyInTheListThatGaveIt) {
  for (const char* title : {"A", "B", "C"})
    for (const char* kind : {"place", "visit"})
      ask_json(201, request("POST", std::string("/api/v1/records/") + kind, Json{{"title", title}}.dump()));
  const std::string next = ask_json(200, request("GET", "/api/v1/records/place?limit=1&sort=title"))["next"];
  const auto with = [&](int status, const std::string& list) {
    return ask_json(status, request("GET", "/api/v1/records/" + list + "&cursor=" + next));
  };
  EXPECT_EQ(with(200, "place?limit=2&sort=title")["records"][0]["title"], "B");
  for (const char* other : {"visit?sort=title", "place?sort=-title", "place?limit=1", "place?sort=title&words=b",
                            "place?sort=title&f.title=B", "place?sort=title&bin=true"}) {
    const Json error = with(400, other)["error"];
    EXPECT_EQ(error["code"], "store.query.bad_cursor") << other;
    EXPECT_EQ(error["pointer"], "?cursor") << other;
    EXPECT_NE(error["hint"], "") << other;
  }
}

TEST_F(RouterTest, ProductsAreReadPageByPageNewestFirst) {
  const Status written = workspace_->write({"tester", ""}, [](store::Transaction& transaction) -> Status {
    HAMDIL_TRY(const model::Record study, transaction.save(model::new_record("study", "DEMO", Json::object())));
    const Json fields = {
        {"study", study.id}, {"outline", "codebook"}, {"audience", "team"}, {"run", "1"}, {"inputs", Json::object()}};
    for (const char* title : {"DEMO 1", "DEMO 2", "DEMO 3"})
      HAMDIL_CHECK(transaction.save(model::new_record("product", title, fields)));
    return Done{};
  });
  ASSERT_TRUE(written) << written.error().describe();
  const Json first = ask_json(200, request("GET", "/api/v1/products?limit=2"));
  EXPECT_EQ(first["total"], 3);
  ASSERT_EQ(first["products"].size(), 2U);
  const Json second =
      ask_json(200, request("GET", "/api/v1/products?limit=2&cursor=" + first["next"].get<std::string>()));
  ASSERT_EQ(second["products"].size(), 1U);
  EXPECT_EQ(second["next"], "");
  std::set<std::string> titles;
  for (const Json* page : {&first, &second})
    for (const Json& one : (*page)["products"]) titles.insert(one["title"]);
  EXPECT_EQ(titles, (std::set<std::string>{"DEMO 1", "DEMO 2", "DEMO 3"}));
  EXPECT_EQ(ask_json(400, request("GET", "/api/v1/products?cursor=x"))["error"]["pointer"], "?cursor");
}

TEST_F(RouterTest, HomeTellsWhatIsOwedAndNotWhatIsDone) {
  const std::string today = ask_json(200, request("GET", "/api/v1/session"))["workspace"]["today"];
  const std::int64_t day = days_from_date(*parse_date(today));
  const auto make = [&](const std::string& kind, const std::string& title, const Json& fields) {
    const Json body = {{"title", title}, {"fields", fields}};
    return ask_json(201, request("POST", "/api/v1/records/" + kind, body.dump()))["id"].get<std::string>();
  };
  const auto step = [&](const std::string& kind, const std::string& id, const std::string& name) {
    ask_json(200, request("POST", "/api/v1/records/" + kind + "/" + id + "/transitions/" + name, "{}"));
  };
  for (int i = 0; i < 25; ++i) {  // more than home shows, and all of them earlier
    const std::string id = make("milestone", "Done", {{"ends", format_date(day - 30)}});
    step("milestone", id, "start");
    step("milestone", id, "complete");
  }
  step("milestone", make("milestone", "Given up", {{"ends", format_date(day - 20)}}), "cancel");
  make("milestone", "Late", {{"ends", format_date(day - 2)}});
  make("milestone", "Soon", {{"ends", format_date(day + 3)}});
  make("milestone", "Far", {{"ends", format_date(day + 300)}});
  make("programme", "Ends soon", {{"ends", format_date(day + 5)}});
  make("programme", "Has ended", {{"ends", format_date(day - 5)}});
  std::vector<std::string> told;
  const Json home = ask_json(200, request("GET", "/api/v1/home"));
  for (const Json& one : home["due"])
    told.push_back(one["title"].get<std::string>() + (one["owed"].get<bool>() ? " owed" : ""));
  EXPECT_EQ(told, (std::vector<std::string>{"Late owed", "Soon owed", "Ends soon"}));
}

}  // namespace
}  // namespace hamdil::http
