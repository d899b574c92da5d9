#include "analysis/clickhouse/node.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <functional>
#include <thread>

namespace hamdil::analysis::clickhouse {
namespace {

// A server that answers every connection with the same bytes, whatever is asked, and then hangs up (or waits).
class Puppet {
 public:
  explicit Puppet(std::string answer, bool wait = false) : answer_(std::move(answer)), wait_(wait) {
    listener_ = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::listen(listener_, 8);
    socklen_t size = sizeof address;
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
  }
  ~Puppet() {
    done_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Node node(Limits limits = {}) const { return Node({"127.0.0.1", port_}, "default", {"u", "secret"}, limits); }
  const std::string& asked() const { return asked_; }

 private:
  void serve() {
    while (!done_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) return;
      char bytes[4096];
      const ssize_t got = ::recv(connection, bytes, sizeof bytes, 0);
      if (got > 0) asked_.assign(bytes, static_cast<std::size_t>(got));
      (void)!::send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
      while (wait_ && !done_) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      ::close(connection);
    }
  }

  std::string answer_;
  bool wait_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> done_{false};
  std::string asked_;
  std::thread thread_;
};

std::string outcome(const Result<std::string>& result) { return result ? *result : result.error().code; }

constexpr const char* kHead = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n";

TEST(ClickHouseNode, GivesTheWholeAnswerAndSendsCredentialsInHeaders) {
  Puppet server(std::string(kHead) + "1\t2\t3\n");
  EXPECT_EQ(outcome(server.node().query("SELECT 1")), "1\t2\t3\n");
  EXPECT_NE(server.asked().find("X-ClickHouse-Key: secret"), std::string::npos);
  EXPECT_EQ(server.asked().substr(0, server.asked().find("\r\n")).find("secret"), std::string::npos);
  EXPECT_NE(server.asked().find("skip_unavailable_shards=0"), std::string::npos);
  EXPECT_NE(server.asked().find("wait_end_of_query=1"), std::string::npos);
}

TEST(ClickHouseNode, HalfAnAnswerIsAnError) {
  EXPECT_EQ(outcome(Puppet(std::string(kHead) + "1\t2").node().query("SELECT 1")), "analysis.clickhouse.broken_answer");
  EXPECT_EQ(outcome(Puppet("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n1\t2\n\r\n").node().query("S")),
            "analysis.clickhouse.broken_answer");
  EXPECT_EQ(outcome(Puppet("").node().query("SELECT 1")), "analysis.clickhouse.broken_answer");
  EXPECT_EQ(outcome(Puppet("\x15\x03\x01 no HTTP at all\r\n\r\n").node().query("SELECT 1")),
            "analysis.clickhouse.broken_answer");
}

TEST(ClickHouseNode, ASlowOrHugeAnswerIsAnError) {
  using std::chrono::seconds;
  Puppet slow(std::string(kHead) + "1\t", true);
  EXPECT_EQ(outcome(slow.node({seconds(1), seconds(1)}).query("SELECT 1")), "analysis.clickhouse.timeout");
  Puppet huge("HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n" + std::string(4096, '1'));
  EXPECT_EQ(outcome(huge.node({seconds(5), seconds(5), 1024}).query("SELECT 1")), "analysis.clickhouse.too_large");
}

TEST(ClickHouseNode, AnErrorOfTheServerIsToldByItsNumberAndNeverByItsText) {
  const auto refused = [](const char* status, const std::string& body) {
    Puppet server(std::string("HTTP/1.1 ") + status + "\r\nContent-Length: " + std::to_string(body.size()) +
                  "\r\n\r\n" + body);
    const auto result = server.node().query("SELECT 1");
    EXPECT_FALSE(result);
    return result.error();
  };
  const Error memory = refused("500 Internal Server Error", "Code: 241, e.displayText() = 'income 1234'");
  EXPECT_EQ(memory.code, "analysis.clickhouse.server_error");
  EXPECT_NE(memory.describe().find("241"), std::string::npos);
  EXPECT_EQ(memory.describe().find("1234"), std::string::npos);
  EXPECT_EQ(refused("401 Unauthorized", "Code: 193").code, "analysis.clickhouse.credentials");
  EXPECT_NE(refused("404 Not Found", "hello").describe().find("unknown"), std::string::npos);
}

TEST(ClickHouseNode, StopsWhenItIsAskedTo) {
  Puppet slow(kHead, true);
  Control control;
  control.is_cancelled = [] { return true; };
  using std::chrono::seconds;
  EXPECT_EQ(outcome(slow.node({seconds(5), seconds(60)}).query("SELECT 1", {}, control)), "jobs.cancelled");
}

TEST(ClickHouseNode, OnlyAddressesOnThisMachineAndWithoutSecrets) {
  const auto code = [](const char* url) {
    const auto address = parse_address(url);
    return address ? address->text() : address.error().code;
  };
  EXPECT_EQ(code("http://127.0.0.1:8123/"), "http://127.0.0.1:8123");
  EXPECT_EQ(code("http://[::1]:8123"), "http://[::1]:8123");
  EXPECT_EQ(code("http://192.0.2.1:8123"), "analysis.clickhouse.not_loopback");
  EXPECT_EQ(code("http://127.0.0.1.example.org:8123"), "analysis.clickhouse.not_loopback");
  for (const char* bad : {"127.0.0.1:8123", "https://127.0.0.1:8123", "http://u:p@127.0.0.1:8123", "http://127.0.0.1",
                          "http://127.0.0.1:0", "http://127.0.0.1:8123/x", "http://:1", ""})
    EXPECT_EQ(code(bad), "analysis.clickhouse.address") << bad;
}

}  // namespace
}  // namespace hamdil::analysis::clickhouse
