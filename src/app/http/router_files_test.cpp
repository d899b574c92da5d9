// Files of records over the API: names in headers, what is sent back, what is refused.
#include <algorithm>

#include "app/http/router_fixture.hpp"

namespace hamdil::http {
namespace {

class RouterFiles : public RouterTest {
 protected:
  void SetUp() override {
    RouterTest::SetUp();
    id_ = ask_json(201, request("POST", "/api/v1/records/visit", R"({"title": "DEMO visit", "fields": {}})"))["id"];
    path_ = "/api/v1/records/visit/" + id_ + "/files";
  }
  Request upload(const std::string& disposition, const std::string& bytes) {
    Request out = request("POST", path_);
    out.body = bytes;
    if (!disposition.empty()) out.headers.emplace_back("content-disposition", disposition);
    return out;
  }
  static std::string header(const Response& response, const std::string& name) {
    const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                    [&](const auto& one) { return one.first == name; });
    return found == response.headers.end() ? std::string() : found->second;
  }
  std::string id_, path_;
};

TEST_F(RouterFiles, AFileGoesInAndComesOutToBeKeptNeverToBeShown) {
  const Json record =
      ask_json(201, upload("attachment; filename*=UTF-8''%D9%86%D8%A7%D9%85%D9%87%20a%22b.PDF", "bytes"));
  const Json file = record["fields"]["attachments"].at(0);
  EXPECT_EQ(file["name"], "نامه a\"b.PDF");
  EXPECT_EQ(file["size"], 5);
  const Response back = ask(request("GET", path_ + "/" + file["address"].get<std::string>()));
  EXPECT_EQ(back.status, 200);
  EXPECT_EQ(back.body, "bytes");
  EXPECT_EQ(header(back, "Content-Type"), "application/pdf");
  EXPECT_EQ(header(back, "Content-Disposition"), "attachment; filename*=UTF-8''%D9%86%D8%A7%D9%85%D9%87%20a%22b.PDF");
  EXPECT_EQ(header(back, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(header(back, "Cache-Control"), "no-store");
  const Json without = ask_json(200, request("DELETE", path_ + "/" + file["address"].get<std::string>()));
  EXPECT_FALSE(without["fields"].contains("attachments"));
  EXPECT_EQ(code(404, request("GET", path_ + "/" + file["address"].get<std::string>())), "records.file.unknown");
}

TEST_F(RouterFiles, WhatIsNoFileIsRefusedByName) {
  EXPECT_EQ(code(422, upload("", "x")), "http.file.name");
  EXPECT_EQ(code(422, upload("attachment; filename=letter.pdf", "x")), "http.file.name");
  EXPECT_EQ(code(422, upload("attachment; filename*=UTF-8''%ff%fe.pdf", "x")), "http.file.name");
  EXPECT_EQ(code(422, upload("attachment; filename*=UTF-8''a%2Fb.pdf", "x")), "records.file.name");
  EXPECT_EQ(code(422, upload("attachment; filename*=UTF-8''a.html", "x")), "records.file.type");
  EXPECT_EQ(code(422, upload("attachment; filename*=UTF-8''a.pdf", "")), "records.file.empty");
  path_ = "/api/v1/records/dataset/" + id_ + "/files";
  EXPECT_EQ(code(404, upload("attachment; filename*=UTF-8''a.pdf", "x")), "store.record.missing");
  path_ = "/api/v1/records/nothing/" + id_ + "/files";
  EXPECT_EQ(code(404, upload("attachment; filename*=UTF-8''a.pdf", "x")), "model.record.unknown_kind");
  // What is too large is refused by what it says of itself.
  Request large = request("POST", path_);
  EXPECT_EQ(router_.admit(guard_, large, kUploadLimit + 1).refusal->status, 413);
}

TEST_F(RouterFiles, AnAnswerThatWasLostIsGivenAgain) {
  Request once = upload("attachment; filename*=UTF-8''a.pdf", "x");
  once.headers.emplace_back("idempotency-key", "k1");
  const Json first = ask_json(201, once), again = ask_json(201, once);
  EXPECT_EQ(first["version"], again["version"]);
  EXPECT_EQ(again["fields"]["attachments"].size(), 1U);
}

}  // namespace
}  // namespace hamdil::http
