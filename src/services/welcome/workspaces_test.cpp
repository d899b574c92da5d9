#include "services/welcome/workspaces.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "base/file.hpp"
#include "store/workspace_fixture.hpp"

namespace hamdil::services::welcome {
namespace {

const Env kEnv = Env::fixed(1'750'000'000);

class WelcomeTest : public ::testing::Test {
 protected:
  store::TemporaryFolder temporary_;
  const std::string folder_ = temporary_.file("workspaces");
};

TEST_F(WelcomeTest, AWorkspaceWithAKeyFileIsMadeListedAndOpened) {
  EXPECT_TRUE(list_workspaces(folder_).empty());
  {
    const auto made = create_workspace(folder_, "Борon 1", "", kEnv);
    ASSERT_TRUE(made) << made.error().describe();
    EXPECT_FALSE(made->recovery_key.empty());
    const auto rights = std::filesystem::status(made->key_file).permissions();
    EXPECT_EQ(rights, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  }
  const std::vector<Listed> listed = list_workspaces(folder_);
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].name, "Борon 1");
  EXPECT_TRUE(listed[0].has_key_file);
  EXPECT_TRUE(open_workspace(folder_, "Борon 1", "", "", kEnv));
  EXPECT_EQ(create_workspace(folder_, "Борon 1", "", kEnv).error().code, "store.workspace.exists");
}

TEST_F(WelcomeTest, APassphraseOrTheRecoveryKeyOpensAndNothingElse) {
  std::string recovery;
  {
    const auto made = create_workspace(folder_, "secret", "correct horse battery", kEnv);
    ASSERT_TRUE(made);
    EXPECT_EQ(made->key_file, "");
    recovery = made->recovery_key;
  }
  EXPECT_TRUE(open_workspace(folder_, "secret", "correct horse battery", "", kEnv));
  EXPECT_TRUE(open_workspace(folder_, "secret", "", recovery + "\n", kEnv));
  EXPECT_EQ(open_workspace(folder_, "secret", "another one entirely", "", kEnv).error().code,
            "store.workspace.wrong_key");
  EXPECT_EQ(open_workspace(folder_, "secret", "", "", kEnv).error().code, "welcome.no_key");
  EXPECT_EQ(create_workspace(folder_, "short", "seven77", kEnv).error().code, "welcome.passphrase");
}

TEST_F(WelcomeTest, ANameIsNeverAWayElsewhere) {
  for (const char* name : {"", "../x", "a/b", "..", ".hidden", " a", "a\nb", "a\\b", "c:d"}) {
    EXPECT_EQ(create_workspace(folder_, name, "", kEnv).error().code, "welcome.name") << name;
    EXPECT_EQ(open_workspace(folder_, name, "", "", kEnv).error().code, "welcome.name") << name;
  }
}

}  // namespace
}  // namespace hamdil::services::welcome
