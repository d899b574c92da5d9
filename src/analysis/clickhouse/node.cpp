#include "analysis/clickhouse/node.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <optional>

#include "base/digest.hpp"
#include "base/file.hpp"
#include "base/text.hpp"
#include "protect/seal.hpp"

namespace hamdil::analysis::clickhouse {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;

constexpr std::chrono::seconds kSoon{5};
constexpr std::chrono::milliseconds kBetweenLooks{100};  // at whether somebody asked to stop

struct Answer {
  unsigned status = 0;
  std::string body;
};

// One request and its answer on a connection of its own.
class Exchange {
 public:
  Exchange(const Address& address, const Limits& limits, std::string head, std::string_view body)
      : stream_(context_),
        head_(std::move(head)),
        body_(body),
        limits_(limits),
        endpoint_(asio::ip::make_address(address.host == "localhost" ? "127.0.0.1" : address.host), address.port) {
    parser_.body_limit(limits.answer_bytes);
  }

  // Empty when it was asked to stop.
  std::optional<beast::error_code> run(const Control& control) {
    stream_.expires_after(limits_.connect);
    stream_.async_connect(endpoint_, [this](beast::error_code error) { error ? end(error) : write(); });
    while (!result_) {
      context_.run_for(kBetweenLooks);
      if (context_.stopped()) context_.restart();
      if (!result_ && control.stops()) return std::nullopt;
    }
    return result_;
  }

  Answer take() { return {parser_.get().result_int(), std::move(parser_.get().body())}; }

 private:
  void write() {
    stream_.expires_after(limits_.query);
    const std::array<asio::const_buffer, 2> parts = {asio::buffer(head_), asio::buffer(body_)};
    asio::async_write(stream_, parts, [this](beast::error_code error, std::size_t) { error ? end(error) : read(); });
  }
  void read() {
    http::async_read_header(stream_, buffer_, parser_, [this](beast::error_code error, std::size_t) {
      // Beast 1.74 does not hold a length that is announced against its limit.
      const bool too_large = !error && parser_.content_length().value_or(0) > limits_.answer_bytes;
      error || too_large ? end(error ? error : http::error::body_limit) : read_body();
    });
  }
  void read_body() {
    http::async_read(stream_, buffer_, parser_, [this](beast::error_code error, std::size_t) { end(error); });
  }
  void end(beast::error_code error) { result_ = error; }

  asio::io_context context_;
  beast::tcp_stream stream_;
  std::string head_;
  std::string_view body_;
  const Limits& limits_;
  asio::ip::tcp::endpoint endpoint_;
  beast::flat_buffer buffer_;
  http::response_parser<http::string_body> parser_;
  std::optional<beast::error_code> result_;
};

std::string percent(std::string_view value) {
  std::string out;
  for (const char c : value) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    out += plain ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

Error at_node(const char* code, const char* text, const Address& address, Error::Args more = {}) {
  more.insert(more.begin(), {"node", address.text()});
  return Error(std::string("analysis.clickhouse.") + code, text, std::move(more));
}

// The number in "Code: 159, e.displayText() = ...".
std::string server_code(const std::string& body) {
  constexpr std::string_view kBegin = "Code: ";
  if (!body.starts_with(kBegin)) return "unknown";
  const std::size_t end = body.find_first_not_of("0123456789", kBegin.size());
  const std::string digits = body.substr(kBegin.size(), std::min<std::size_t>(end - kBegin.size(), 6));
  return digits.empty() ? "unknown" : digits;
}

Error server_error(const Address& address, const Answer& answer) {
  const std::string code = server_code(answer.body);
  const auto is = [&](std::initializer_list<const char*> codes) {
    return std::any_of(codes.begin(), codes.end(), [&](const char* one) { return code == one; });
  };
  if (answer.status == 401 || is({"192", "193", "194"}))
    return at_node("credentials", "{node} does not take this user or password.", address)
        .advise(
            "Set HAMDIL_CLICKHOUSE_USER and HAMDIL_CLICKHOUSE_PASSWORD, or name a file of two lines with "
            "--credentials.");
  Error error =
      at_node("server_error", "{node} ended the query with ClickHouse's error {code}.", address, {{"code", code}});
  if (is({"32", "209", "210", "279"}))
    return error.advise(
        "Another node of the cluster does not answer it. Nothing was computed; start that node and try again.");
  if (is({"159"})) return error.advise("The query took longer than it may. Allow more with --timeout.");
  if (is({"241"})) return error.advise("The node ran out of the memory that queries may take (max_memory_usage).");
  if (is({"60", "81"})) return error.advise("What was pushed is no longer there: push it again.");
  return error.advise("The node's own log tells more.");
}

Error transport_error(const Address& address, const beast::error_code& error) {
  if (error == beast::error::timeout)
    return at_node("timeout", "{node} did not answer in time.", address)
        .advise("See whether the node works, or allow more with --timeout. Nothing was computed.");
  if (error == http::error::body_limit)
    return at_node("too_large", "{node} sends a larger answer than is taken.", address)
        .advise("Ask for fewer cells or units at a time.");
  if (error == asio::error::connection_refused || error == asio::error::host_unreachable)
    return at_node("unreachable", "Nothing listens at {node}.", address)
        .advise("Start the node, or the tunnel that leads to it.");
  return at_node("broken_answer", "{node} broke off: {why}.", address, {{"why", error.message()}})
      .advise("The node may have stopped. Nothing was computed; start it and try again.");
}

}  // namespace

std::string Address::text() const {
  return host.find(':') == std::string::npos ? fmt::format("http://{}:{}", host, port)
                                             : fmt::format("http://[{}]:{}", host, port);
}

Result<Address> parse_address(std::string_view url) {
  const auto malformed = [] {
    return Error("analysis.clickhouse.address", "The address of a node is http://HOST:PORT, without anything else.")
        .advise("Name and password stand in the environment or a file, never in an address.");
  };
  constexpr std::string_view kScheme = "http://";
  if (!url.starts_with(kScheme)) return malformed();
  std::string_view rest = url.substr(kScheme.size());
  if (rest.ends_with('/')) rest.remove_suffix(1);
  const std::size_t colon = rest.rfind(':');
  if (colon == std::string_view::npos) return malformed();
  const auto port = text::parse_integer(rest.substr(colon + 1));
  std::string host(rest.substr(0, colon));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (!port || *port < 1 || *port > 65535 || host.empty() || host.find_first_of("@/?#") != std::string::npos)
    return malformed();
  if (host != "127.0.0.1" && host != "::1" && host != "localhost")
    return Error("analysis.clickhouse.not_loopback",
                 "{host} is another machine, and answers do not travel in the clear.", {{"host", host}})
        .advise(
            "Open a tunnel that ends on this machine (ssh -L 8123:127.0.0.1:8123 HOST) and give "
            "http://127.0.0.1:8123.");
  return Address{std::move(host), static_cast<std::uint16_t>(*port)};
}

Result<Credentials> read_credentials(const std::string& file) {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? std::string() : std::string(value);
  };
  Credentials out{variable("HAMDIL_CLICKHOUSE_USER"), variable("HAMDIL_CLICKHOUSE_PASSWORD")};
  if (!file.empty()) {
    HAMDIL_TRY(const std::string bytes, read_file(file, 4096));
    const std::vector<std::string> lines = text::split(bytes, '\n');
    out = {text::trim(lines[0]), lines.size() > 1 ? text::trim(lines[1]) : std::string()};
    if (out.user.empty())
      return Error("analysis.clickhouse.credentials", "The file of credentials has no user in its first line.")
          .at({.file = file});
  }
  for (const std::string* one : {&out.user, &out.password})
    if (std::any_of(one->begin(), one->end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
      return Error("analysis.clickhouse.credentials", "A user or password holds a control character.");
  return out;
}

bool Node::answers() const {
  return static_cast<bool>(Node(address_, database_, credentials_, {kSoon, kSoon}).query("SELECT 1"));
}

Result<std::string> Node::query(std::string_view sql, std::string_view data, const Control& control) {
  const std::string id = to_hex(protect::random_bytes(8));
  // A node that is gone is an error, and an answer is sent when it is complete.
  std::string head = fmt::format(
      "POST /?database={}&query_id={}&wait_end_of_query=1&skip_unavailable_shards=0&max_execution_time={}"
      "&max_query_size=16777216&max_ast_elements=2000000&max_expanded_ast_elements=5000000&max_ast_depth=10000"
      "{} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n",
      percent(database_), id, limits_.query.count(), data.empty() ? "" : "&query=" + percent(sql), address_.host,
      data.empty() ? sql.size() : data.size());
  if (!credentials_.user.empty())
    head += fmt::format("X-ClickHouse-User: {}\r\nX-ClickHouse-Key: {}\r\n", credentials_.user, credentials_.password);
  head += "\r\n";
  const std::string_view body = data.empty() ? sql : data;
  sent_ += head.size() + body.size();
  Exchange exchange(address_, limits_, std::move(head), body);
  const auto error = exchange.run(control);
  if (!error) {
    (void)Node(address_, database_, credentials_, {kSoon, kSoon})
        .query("KILL QUERY WHERE query_id = '" + id + "' ASYNC");
    return Error("jobs.cancelled", "This was stopped because somebody asked for it.");
  }
  if (*error) return transport_error(address_, *error);
  Answer answer = exchange.take();
  received_ += answer.body.size();
  if (answer.status != 200) return server_error(address_, answer);
  return std::move(answer.body);
}

}  // namespace hamdil::analysis::clickhouse
