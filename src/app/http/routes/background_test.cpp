#include "app/http/routes/background.hpp"

#include <nlohmann/json.hpp>

#include "app/http/team_fixture.hpp"

namespace hamdil::http {
namespace {

std::size_t visits(const store::Workspace& workspace) { return workspace.list("visit")->size(); }

// The program may die between saving the rows and remembering that it did.
TEST_F(TeamTest, AListThatWasSavedBeforeACrashIsNotSavedAgain) {
  const Json list = {{"kind", "visit"}, {"mapping", Json::object()}, {"language", "en"}};
  const auto task = import_task({access_.get(), &events_, workspace_->env(), true}, list, "amina", std::nullopt);
  const std::string rows = "title\nFirst\nSecond\n";
  const auto once = task(*workspace_, {}, {"a1", 1, rows});
  ASSERT_TRUE(once) << once.error().describe();
  EXPECT_EQ(Json::parse(*once)["created"], 2);
  const auto again = task(*workspace_, {}, {"a1", 2, rows});
  ASSERT_TRUE(again) << again.error().describe();
  EXPECT_EQ(Json::parse(*again)["created"], 2);
  EXPECT_EQ(visits(*workspace_), 2U);
  const auto other = task(*workspace_, {}, {"b2", 2, rows});  // it died before anything of this one was saved
  ASSERT_TRUE(other) << other.error().describe();
  EXPECT_EQ(visits(*workspace_), 4U);
}

// Whose session ended meanwhile has nothing done in the name of it.
TEST_F(TeamTest, WorkOfSomebodyWhoSignedOutIsNotTakenUp) {
  const std::string id = add("amina", "manager");
  cookies("amina");
  const std::string pass = access_->passes().all(services::accounts::Pass::Kind::kSession, now_, id).front().id;
  const auto resume = resume_of({access_.get(), &events_, workspace_->env(), true});
  const std::string kept = Json{{"pass", pass}, {"list", {{"kind", "visit"}}}}.dump();
  services::jobs::Job job;
  job.what = "import";
  job.who = "amina";
  EXPECT_TRUE(resume(job, kept));
  ASSERT_TRUE(access_->passes().end(*workspace_, services::accounts::Pass::Kind::kSession, pass));
  EXPECT_EQ(resume(job, kept).error().code, "jobs.signed_out");
}

}  // namespace
}  // namespace hamdil::http
