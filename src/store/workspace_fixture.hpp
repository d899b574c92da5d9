// A folder and a new workspace in it for the length of one test.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "store/workspace.hpp"

namespace hamdil::store {

// Named after the test, so that programs and tests can run beside each other.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    const ::testing::TestInfo* test = ::testing::UnitTest::GetInstance()->current_test_info();
    const std::string name = std::string(test->test_suite_name()) + "_" + test->name();
    path_ = std::filesystem::temp_directory_path() / ("hamdil_" + std::to_string(::getpid()) + "_" + name);
    std::filesystem::create_directories(path_);
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// The base of tests that work on one workspace: `workspace_` is empty and open for writing. A test that overrides
// SetUp or TearDown calls these.
class WorkspaceFixture : public ::testing::Test {
 protected:
  void SetUp() override {
    auto created = Workspace::create(folder_.file("w.hamdil"), {.key_file_bytes = std::string(32, 'k')},
                                     Env::fixed(1'750'000'000));
    ASSERT_TRUE(created) << created.error().describe();
    workspace_ = std::make_unique<Workspace>(std::move(created->workspace));
  }

  TemporaryFolder folder_;
  std::unique_ptr<Workspace> workspace_;
};

}  // namespace hamdil::store
