#include "services/jobs/jobs.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "store/workspace_fixture.hpp"

namespace hamdil::services::jobs {
namespace {

class JobsTest : public store::WorkspaceFixture {
 protected:
  void SetUp() override {
    WorkspaceFixture::SetUp();
    open();
  }
  void open() {
    jobs_.reset();
    auto jobs = Jobs::open(*workspace_, [](const Job&) {});
    ASSERT_TRUE(jobs);
    jobs_ = std::move(*jobs);
  }
  Job ended(const std::string& id) {
    for (int i = 0; i < 2000; ++i) {
      const auto job = jobs_->find(id);
      if (job && job->state != "waiting" && job->state != "running") return *job;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return {};
  }

  std::unique_ptr<Jobs> jobs_;
};

Work until_cancelled() {
  return [](store::Workspace&, const Control& control) -> Result<std::string> {
    control.progress(0.5);
    while (!control.is_cancelled()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return Error("jobs.cancelled", "Stopped.");
  };
}

TEST_F(JobsTest, WorkWritesThroughItsOwnWorkspaceAndItsResultOutlivesTheProgram) {
  const auto job =
      jobs_->start("make", "A place", "tester", [](store::Workspace& workspace, const Control&) -> Result<std::string> {
        std::string id;
        HAMDIL_CHECK(workspace.write({"tester", ""}, [&](store::Transaction& transaction) -> Status {
          HAMDIL_TRY(const model::Record saved, transaction.save(model::new_record("place", "Made", Json::object())));
          id = saved.id;
          return Done{};
        }));
        return Json{{"id", id}}.dump();
      });
  ASSERT_TRUE(job);
  const Job done = ended(job->id);
  EXPECT_EQ(done.state, "done");
  EXPECT_EQ(done.progress, 1);
  const auto record = workspace_->find("place", Json::parse(done.result)["id"]);
  ASSERT_TRUE(record && *record);
  open();
  EXPECT_EQ(jobs_->find(job->id)->result, done.result);
}

TEST_F(JobsTest, CancelStopsWhatRunsAndWhatWaits) {
  const auto first = jobs_->start("wait", "", "tester", until_cancelled());
  const auto second = jobs_->start("wait", "", "tester", until_cancelled());
  ASSERT_TRUE(first && second);
  EXPECT_TRUE(jobs_->cancel(second->id));
  EXPECT_TRUE(jobs_->cancel(first->id));
  EXPECT_EQ(ended(first->id).state, "cancelled");
  EXPECT_EQ(ended(second->id).state, "cancelled");
  EXPECT_EQ(jobs_->cancel(first->id).error().code, "jobs.ended");
  EXPECT_EQ(jobs_->cancel("nobody").error().code, "jobs.unknown");
}

TEST_F(JobsTest, WhatTheEndOfTheProgramCutOffIsToldAfterwards) {
  const auto running = jobs_->start("wait", "", "tester", until_cancelled());
  const auto waiting = jobs_->start("wait", "", "tester", until_cancelled());
  ASSERT_TRUE(running && waiting);
  while (jobs_->find(running->id)->state != "running") std::this_thread::yield();
  open();
  for (const auto& job : {running, waiting}) {
    const auto found = jobs_->find(job->id);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->state, "failed");
    EXPECT_EQ(found->error->code, "jobs.interrupted");
  }
}

TEST_F(JobsTest, AnExceptionIsToldWithoutItsText) {
  const auto job = jobs_->start("throw", "", "tester", [](store::Workspace&, const Control&) -> Result<std::string> {
    throw std::runtime_error("a person's name");
  });
  const Job failed = ended(job->id);
  EXPECT_EQ(failed.state, "failed");
  EXPECT_EQ(failed.error->code, "jobs.bug");
  EXPECT_EQ(to_json(failed).dump().find("person"), std::string::npos);
}

TEST_F(JobsTest, TooManyWaitingAreRefused) {
  std::vector<std::string> ids;
  Result<Job> job = Error("", "");
  do {
    job = jobs_->start("wait", "", "tester", until_cancelled());
    if (job) ids.push_back(job->id);
  } while (job);
  EXPECT_EQ(job.error().code, "jobs.full");
  EXPECT_GE(ids.size(), 50U);
}

}  // namespace
}  // namespace hamdil::services::jobs
