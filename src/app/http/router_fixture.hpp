// A workspace behind the router, as one person on this computer asks it: for tests.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>

#include "app/http/presence.hpp"
#include "app/http/router.hpp"
#include "app/http/routes/routes.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::http {

class RouterTest : public store::WorkspaceFixture {
 protected:
  void SetUp() override {
    WorkspaceFixture::SetUp();
    auto jobs = services::jobs::Jobs::open(*workspace_, {});
    ASSERT_TRUE(jobs);
    jobs_ = std::move(*jobs);
    guard_.set_port(4711);
    auto access = services::accounts::Access::open(*workspace_, services::accounts::HashCost::least());
    ASSERT_TRUE(access);
    access_ = std::move(*access);
    context_ = {.workspace = workspace_.get(),
                .who = "tester",
                .events = &events_,
                .jobs = jobs_.get(),
                .guard = &guard_,
                .access = access_.get(),
                .presence = &presence_};
  }

  void TearDown() override { jobs_.reset(); }  // before what its work reports to

  Request request(const std::string& method, const std::string& path, const std::string& body = {}) const {
    Request out{method, path, {{"host", "127.0.0.1:4711"}, {"authorization", "Bearer " + guard_.token()}}, body};
    if (!body.empty()) out.headers.emplace_back("content-type", "application/json");
    return out;
  }
  Response ask(const Request& sent) {
    auto admission = router_.admit(guard_, sent, sent.body.size());
    return admission.refusal ? *admission.refusal : router_.answer(context_, sent);
  }
  Json ask_json(int status, const Request& sent) {
    const Response response = ask(sent);
    EXPECT_EQ(response.status, status) << response.body;
    return Json::parse(response.body, nullptr, false);
  }
  Json result_of(const std::string& job) {
    for (int i = 0; i < 2000; ++i) {
      const auto found = jobs_->find(job);
      if (found && !found->ended_at.empty()) return Json::parse(found->result, nullptr, false);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {};
  }
  std::string code(int status, const Request& sent) { return ask_json(status, sent)["error"].value("code", ""); }

  std::unique_ptr<services::jobs::Jobs> jobs_;
  std::unique_ptr<services::accounts::Access> access_;
  std::int64_t now_ = 0;
  EventBus events_;
  Guard guard_{std::string(64, 'a'), [this] { return now_; }};
  Presence presence_{[this] { return now_; }};
  Router router_{all_routes()};
  Context context_;
};

}  // namespace hamdil::http
