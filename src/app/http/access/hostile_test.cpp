// Every address with what nobody sends by accident: no crash, no incident, always an answer in the one shape. Meant to
// be run with the sanitizers, too.
#include "app/http/openapi.hpp"
#include "app/http/team_fixture.hpp"
#include "base/text.hpp"

namespace hamdil::http {
namespace {

class HostileTest : public TeamTest {
 protected:
  void SetUp() override {
    TeamTest::SetUp();
    visit_ = make("visit", {{"place", village_["A"]}}, "Wells");
    add("amina", "administrator");
    in_ = cookies("amina");
    schemas_ = openapi_document(router_.routes())["components"]["schemas"];
  }

  // What is put in the place of one {name} of an address, the others being right.
  static const std::vector<std::string>& words() {
    static const std::vector<std::string> kWords = {"",
                                                    "%00",
                                                    "%ff",
                                                    "%e2%80%ae",
                                                    "..%2f..%2fetc%2fpasswd",
                                                    "';DROP%20TABLE%20record_visit;--",
                                                    "%25s%25n",
                                                    "sealed:0123456789abcdef",
                                                    "-1",
                                                    "99999999999999999999999999",
                                                    std::string(9000, 'a')};
    return kWords;
  }
  static const std::vector<std::string>& texts() {
    static const std::vector<std::string> kTexts = {"",
                                                    "{",
                                                    "[]",
                                                    "null",
                                                    "\"x\"",
                                                    "{}",
                                                    R"({"":""})",
                                                    R"({"title":"\u0000"})",
                                                    R"({"title":"\ud800"})",
                                                    R"({"title":1e999})",
                                                    R"({"title":"a","title":{}})",
                                                    "{\"title\":\"\xff\xfe\"}",
                                                    std::string(5000, '['),
                                                    "{\"fields\":" + std::string(60, '[') + std::string(60, ']') + "}"};
    return kTexts;
  }
  static const std::vector<std::string>& files() {
    static const std::vector<std::string> kFiles = {"",
                                                    std::string(3, '\0'),
                                                    "PK\x03\x04" + std::string(200, '\xff'),
                                                    "%PDF-1.7\n" + std::string(200, '\xfe'),
                                                    "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + std::string(600, '\xff'),
                                                    "\xff\xfe" + std::string(99, 'a'),
                                                    std::string(20'000, ','),
                                                    std::string(3000, '"'),
                                                    "title\n" + std::string(50'000, 'a'),
                                                    "id,version,title\n';--,-1,\n,99999999999999999999,x\n",
                                                    R"([{"id":{},"title":[],"fields":7},[],null])",
                                                    R"({"records":[{"fields":{"place":{"a":[]}}}]})",
                                                    std::string(4000, '[')};
    return kFiles;
  }
  static const Json& values() {
    static const Json kValues = {nullptr,
                                 true,
                                 -1,
                                 1e300,
                                 std::int64_t{-9'223'372'036'854'775'807},
                                 "",
                                 "\x7f",
                                 "%s",
                                 std::string(70'000, 'x'),
                                 Json::array(),
                                 Json::array({Json::array(), nullptr, Json::object()}),
                                 Json::object(),
                                 {{"a", {{"b", Json::array({1, "x"})}}}}};
    return kValues;
  }

  std::string path_of(const std::string& pattern, const std::string& instead = {}, std::size_t which = SIZE_MAX) const {
    std::string out;
    std::size_t part = 0;
    for (const std::string& segment : text::split(std::string_view(pattern).substr(1), '/')) {
      out += "/";
      if (!segment.starts_with('{'))
        out += segment;
      else if (part++ == which)
        out += instead;
      else
        out += segment == "{kind}" ? "visit" : segment == "{id}" ? visit_ : "x";
    }
    return out;
  }
  void send(const Route& route, const std::string& path, const std::string& body, const std::string& what) {
    Request sent = request(route.method, path, body, in_);
    if (route.body == Body::kFile)
      std::erase_if(sent.headers, [](const auto& header) { return header.first == "content-type"; });
    if (route.needs_version) sent.headers.emplace_back("if-match", "\"1\"");
    const Response response = ask(sent);
    ++asked_;
    EXPECT_NE(response.status, 500) << route.operation << " " << what.substr(0, 200) << "\n" << response.body;
    EXPECT_TRUE(text::is_valid_utf8(response.body) || header_of(response, "Content-Disposition") != "")
        << route.operation << " " << what.substr(0, 200);
    if (response.status >= 400) {
      const Json told = Json::parse(response.body, nullptr, false);
      EXPECT_TRUE(told.is_object() && told.contains("error") && told["error"].contains("code"))
          << route.operation << " " << what.substr(0, 200) << " " << response.status << " " << response.body;
    }
    // Signing out, and what ends with a new password: in again.
    if (ask(request("GET", "/api/v1/session", "", in_)).status == 401) in_ = cookies("amina");
  }

  std::string visit_, in_;
  Json schemas_;
  std::size_t asked_ = 0;
};

TEST_F(HostileTest, EveryAddressStandsWhatNobodySendsByAccident) {
  for (const Route& route : router_.routes()) {
    const std::string right = path_of(route.pattern);
    const std::size_t names = static_cast<std::size_t>(std::count(route.pattern.begin(), route.pattern.end(), '{'));
    const std::string plain = route.body == Body::kJson ? "{}" : "";
    for (std::size_t which = 0; which < names; ++which)
      for (const std::string& word : words()) send(route, path_of(route.pattern, word, which), plain, word);
    for (const char* query : {"?", "?&&&", "?=", "?words=%00", "?words=%22%22%20OR%20*", "?limit=-1", "?cursor=5b5d",
                              "?f.title.contains=%25%25%25", "?f.place.min=%27", "?sort=--title", "?ticket=%ff",
                              "?mapping=%7B%22a%22%3A1%7D", "?reason", "?fields=,,,", "?words=a&words=b"})
      send(route, right + query, plain, query);
    if (route.body == Body::kFile)
      for (const std::string& file : files()) send(route, right, file, "file of " + std::to_string(file.size()));
    if (route.body != Body::kJson) continue;
    for (const std::string& text : texts()) send(route, right, text, text);
    const Json members = schemas_.value(route.body_schema, Json::object()).value("properties", Json::object());
    for (const auto& [name, schema] : members.items())
      for (const Json& value : values()) send(route, right, Json{{name, value}}.dump(), name + "=" + value.dump());
  }
  EXPECT_GT(asked_, 3000U);
  EXPECT_TRUE(workspace_->verify({})->problems.empty());
}

}  // namespace
}  // namespace hamdil::http
