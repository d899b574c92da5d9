// A workspace with two districts and the router of team mode, without sockets; for tests.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "app/http/access/team_guard.hpp"
#include "app/http/router.hpp"
#include "app/http/routes/routes.hpp"
#include "services/records/records.hpp"

namespace hamdil::http {

inline constexpr const char* kTeamPassword = "three small boats";

class TeamTest : public ::testing::Test {
 protected:
  void SetUp() override {
    // In memory where there is such a place: thousands of small writes need not reach a disk.
    const std::filesystem::path memory = "/dev/shm";
    const std::filesystem::path base =
        std::filesystem::is_directory(memory) ? memory : std::filesystem::temp_directory_path();
    folder_ = base / ("hamdil_team_" + std::to_string(::getpid()) + "_" +
                      ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::create_directories(folder_);
    auto created = store::Workspace::create((folder_ / "w.hamdil").string(), {.key_file_bytes = std::string(32, 'k')},
                                            Env{[this] { return now_; }});
    ASSERT_TRUE(created);
    workspace_ = std::make_unique<store::Workspace>(std::move(created->workspace));
    jobs_ = std::move(*services::jobs::Jobs::open(*workspace_, {}));
    access_ = std::move(*services::accounts::Access::open(*workspace_, services::accounts::HashCost::least()));
    hash_ = *services::accounts::hash_password(kTeamPassword, services::accounts::HashCost::least());
    guard_ = std::make_unique<TeamGuard>(*access_, std::vector<std::string>{"office.local", "192.0.2.7"},
                                         workspace_->env(), [this] { return now_; });
    guard_->set_port(8443);
    context_ = {workspace_.get(), "nobody", &events_, jobs_.get(), guard_.get(), access_.get()};
    for (const char* name : {"A", "B"}) {
      district_[name] = make("place", {{"level", 2}}, std::string("District ") + name);
      village_[name] = make("place", {{"level", 3}, {"parent", district_[name]}}, std::string("Village ") + name);
    }
  }
  void TearDown() override {
    jobs_.reset();
    workspace_.reset();
    std::filesystem::remove_all(folder_);
  }

  // A record as somebody at the keyboard of the server would make it.
  std::string make(const std::string& kind, const Json& fields, const std::string& title = "A record",
                   const std::string& who = "keyboard") {
    const auto made =
        services::records::create_record(*workspace_, {who, ""}, kind, {{"title", title}, {"fields", fields}});
    EXPECT_TRUE(made && made->record) << kind
                                      << (made ? made->problems.front().problem.describe() : made.error().describe());
    return made && made->record ? made->record->id : std::string();
  }

  // An account with a password and a role; its id.
  std::string add(const std::string& login, const std::string& role, const std::vector<std::string>& districts = {},
                  const std::string& expires_on = {}) {
    const auto record = services::accounts::add_account(*workspace_, {"keyboard", ""}, login, "Name of " + login);
    EXPECT_TRUE(record);
    EXPECT_TRUE(access_->set_password(*workspace_, {"keyboard", ""}, record->id, hash_, ""));
    if (!role.empty()) {
      EXPECT_TRUE(services::accounts::add_grant(*workspace_, {"keyboard", ""}, record->id, {"", role, "", districts},
                                                expires_on));
    }
    EXPECT_TRUE(access_->refresh(*workspace_));
    return record->id;
  }

  static std::string cookie_of(const Response& response) {
    for (const auto& [name, value] : response.headers)
      if (name == "Set-Cookie") return value.substr(0, value.find(';'));
    return {};
  }
  static std::string header_of(const Response& response, const std::string& wanted) {
    for (const auto& [name, value] : response.headers)
      if (name == wanted) return value;
    return {};
  }

  Request request(const std::string& method, const std::string& path, const std::string& body = {},
                  const std::string& cookies = {}) const {
    Request out{method, path, {{"host", "office.local:8443"}}, body};
    out.address = "192.0.2.50";
    if (!cookies.empty()) out.headers.emplace_back("cookie", cookies);
    if (method != "GET") {
      out.headers.emplace_back("origin", "https://office.local:8443");
      out.headers.emplace_back("x-hamdil-request", "1");
    }
    if (!body.empty()) out.headers.emplace_back("content-type", "application/json");
    return out;
  }
  Response ask(const Request& sent) {
    auto admission = router_.admit(*guard_, sent, sent.body.size());
    return admission.refusal ? *admission.refusal : router_.answer(context_, sent);
  }
  Json json(int status, const Request& sent) {
    const Response response = ask(sent);
    EXPECT_EQ(response.status, status) << sent.method << " " << sent.target << " " << response.body;
    return Json::parse(response.body.empty() ? "{}" : response.body, nullptr, false);
  }
  std::string code(int status, const Request& sent) { return json(status, sent)["error"].value("code", ""); }

  std::string device() {
    if (device_.empty())
      device_ = cookie_of(ask(request("POST", "/api/v1/access/device", Json{{"pin", access_->new_pin(now_)}}.dump())));
    return device_;
  }
  Response sign_in(const std::string& login, const std::string& password = kTeamPassword,
                   const std::string& totp = {}) {
    Json body = {{"login", login}, {"password", password}};
    if (!totp.empty()) body["code"] = totp;
    return ask(request("POST", "/api/v1/access/session", body.dump(), device()));
  }
  // Cookies of a device and a session of this account.
  std::string cookies(const std::string& login) {
    const Response response = sign_in(login);
    EXPECT_EQ(response.status, 200) << response.body;
    return device() + "; " + cookie_of(response);
  }

  std::filesystem::path folder_;
  std::int64_t now_ = 1'750'000'000;  // 2025-06-15
  std::unique_ptr<store::Workspace> workspace_;
  std::unique_ptr<services::jobs::Jobs> jobs_;
  std::unique_ptr<services::accounts::Access> access_;
  std::unique_ptr<TeamGuard> guard_;
  std::map<std::string, std::string> district_, village_;
  std::string hash_, device_;
  EventBus events_;
  Router router_{all_routes()};
  Context context_;
};

}  // namespace hamdil::http
