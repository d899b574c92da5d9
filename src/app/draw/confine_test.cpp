#include "app/draw/confine.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <thread>
#include <vector>

namespace hamdil::draw {
namespace {

// What a child that confined itself answers: its exit code, or -1 when it died.
int confined(const std::function<int()>& work) {
  const pid_t child = fork();
  if (child == 0) _exit(confine().empty() ? work() : 99);
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int refused(long result) { return result == -1 && errno == EPERM ? 0 : 1; }

TEST(Confine, ChangingFilesNetworkProgramsAndOtherProcessesAreOutOfReach) {
  // Sanitizers need calls that the filter refuses; other processors have no filter written for them.
  if (!can_confine()) GTEST_SKIP() << "this build does not confine";
  EXPECT_EQ(confined([] { return refused(open("/dev/null", O_RDWR)); }), 0);
  EXPECT_EQ(confined([] { return refused(open("/tmp", O_TMPFILE | O_RDWR, 0600)); }), 0);
  EXPECT_EQ(confined([] { return refused(open("/tmp/hamdil-confine", O_WRONLY | O_CREAT, 0600)); }), 0);
  EXPECT_EQ(confined([] { return refused(unlink("/tmp/hamdil-confine")); }), 0);
  EXPECT_EQ(confined([] { return refused(socket(AF_INET, SOCK_STREAM, 0)); }), 0);
  EXPECT_EQ(confined([] { return refused(socket(AF_UNIX, SOCK_STREAM, 0)); }), 0);
  EXPECT_EQ(confined([] {
              char* const none[] = {nullptr};
              return refused(execve("/bin/true", none, none));
            }),
            0);
  EXPECT_EQ(confined([] { return refused(kill(getppid(), 0)); }), 0);
}

TEST(Confine, MemoryThreadsAndOpenFilesStay) {
  // Sanitizers need calls that the filter refuses; other processors have no filter written for them.
  if (!can_confine()) GTEST_SKIP() << "this build does not confine";
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(confined([] { return open("/dev/null", O_RDONLY) >= 0 ? 0 : 1; }), 0);
  EXPECT_EQ(confined([&] {
              std::vector<int> numbers(1 << 22, 1);
              int sum = 0;
              std::thread([&] {
                for (const int one : numbers) sum += one;
              }).join();
              return sum == 1 << 22 && write(ends[1], "ok", 2) == 2 ? 0 : 1;
            }),
            0);
  char answer[2] = {};
  EXPECT_EQ(read(ends[0], answer, 2), 2);
  EXPECT_EQ(std::string(answer, 2), "ok");
  close(ends[0]);
  close(ends[1]);
}

}  // namespace
}  // namespace hamdil::draw
