// One ClickHouse server over its HTTP interface: queries out, bounded answers back, within time limits.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/control.hpp"
#include "base/result.hpp"

namespace hamdil::analysis::clickhouse {

// Where a server listens on this machine: microdata do not travel in the clear, so another machine is reached through a
// tunnel that ends here (ssh -L).
struct Address {
  std::string host;
  std::uint16_t port = 0;
  std::string text() const;  // "http://127.0.0.1:8123"
};
// "http://HOST:PORT" on loopback, no name, password or path. Codes analysis.clickhouse.address, .not_loopback.
Result<Address> parse_address(std::string_view url);

// Sent in headers; never printed, logged or kept.
struct Credentials {
  std::string user;
  std::string password;
};
// HAMDIL_CLICKHOUSE_USER and HAMDIL_CLICKHOUSE_PASSWORD, or a file of two lines. Without either the server's default
// user. Codes analysis.clickhouse.credentials and those of read_file.
Result<Credentials> read_credentials(const std::string& file);

struct Limits {
  std::chrono::seconds connect{10};
  std::chrono::seconds query{600};
  std::size_t answer_bytes = std::size_t{1} << 30;
};

class Node {
 public:
  Node(Address address, std::string database, Credentials credentials, Limits limits = {})
      : address_(std::move(address)),
        database_(std::move(database)),
        credentials_(std::move(credentials)),
        limits_(limits) {}

  const Address& address() const { return address_; }
  // The whole answer to a query, which may be followed by data to insert. The server holds the answer back until it is
  // complete, so half of one is never taken for all. Asked to stop, the query is ended on the server as well. Codes:
  // analysis.clickhouse.unreachable, .timeout, .too_large, .broken_answer, .server_error (with the server's number,
  // never its text, which may quote values), .credentials, jobs.cancelled. Each names the node.
  Result<std::string> query(std::string_view sql, std::string_view data = {}, const Control& control = {});

  // Whether it answers a trivial query within a few seconds.
  bool answers() const;

  // Moved so far, both ways.
  std::uint64_t bytes_sent() const { return sent_; }
  std::uint64_t bytes_received() const { return received_; }

 private:
  Address address_;
  std::string database_;
  Credentials credentials_;
  Limits limits_;
  std::uint64_t sent_ = 0;
  std::uint64_t received_ = 0;
};

}  // namespace hamdil::analysis::clickhouse
