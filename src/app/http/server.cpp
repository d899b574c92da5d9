#include "app/http/server.hpp"

#include <boost/asio.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl.hpp>
#include <deque>
#include <limits>
#include <tuple>

#include "app/http/wire.hpp"
#include "app/http/worker.hpp"

namespace hamdil::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using TlsStream = beast::ssl_stream<beast::tcp_stream>;
using Parser = bhttp::request_parser<bhttp::string_body>;

// A coroutine of the sockets' thread waits here for something that another thread does.
struct Signal {
  explicit Signal(asio::io_context& context) : io(context), timer(context) {}
  asio::io_context& io;
  asio::steady_timer timer;
  // The next ones only on the sockets' thread.
  bool done = false;
  Response response;
  std::deque<std::string> lines;
  std::size_t waiting_bytes = 0;
};

constexpr std::size_t kMostWaitingBytes = 1 << 20;  // of a stream whose reader is slow; then it is dropped

int status_of(Budget::Full full) { return full == Budget::Full::kAll ? 503 : 429; }

}  // namespace

struct Server::State {
  explicit State(const ServerLimits& limits_) : limits(limits_), budget(limits_.budget), acceptor(io) {}

  ServerLimits limits;
  Budget budget;  // outlives the coroutines, which hold parts of it
  asio::io_context io{1};
  Tcp::acceptor acceptor;
  std::optional<asio::ssl::context> tls;
  Application application;
  std::unique_ptr<Worker> worker;
  std::unique_ptr<Worker> slow_worker;
  bool stopping = false;

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(Tcp::socket socket, std::string address, Budget::Lease lease);
  asio::awaitable<void> serve_tls(beast::tcp_stream stream, const std::string& address);
  asio::awaitable<void> send_to_https(beast::tcp_stream& stream, beast::flat_buffer& buffer);
  asio::awaitable<void> read_lines();
  asio::awaitable<void> keep_up();
  // On a plain or a TLS stream.
  template <class Stream>
  asio::awaitable<void> exchange_all(Stream& stream, beast::flat_buffer& buffer, const std::string& address);
  template <class Stream>
  asio::awaitable<bool> exchange(Stream& stream, beast::flat_buffer& buffer, const std::string& address, bool first);
  template <class Stream>
  asio::awaitable<bool> read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser,
                                  std::optional<std::uint64_t> length);
  template <class Stream>
  asio::awaitable<bool> write(Stream& stream, Response response, bool head_only, bool keep);
  template <class Stream>
  asio::awaitable<bool> refuse(Stream& stream, Response response);
  template <class Stream>
  asio::awaitable<void> stream_events(Stream& stream, Response response, const std::string& address);
  // Takes what the request needs of the budget, or answers whose share is used up.
  std::optional<Response> reserve(const Application::Admission& admission, const std::string& address,
                                  std::optional<std::uint64_t> body_bytes, Held& held, Request& request);
  asio::awaitable<void> wait_for(std::shared_ptr<Signal> pending);
  void stop();
};

void Server::State::stop() {
  stopping = true;
  error_code ignored;
  std::ignore = acceptor.close(ignored);
  io.stop();
}

asio::awaitable<void> Server::State::accept() {
  while (!stopping) {
    error_code error;
    Tcp::socket socket = co_await acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (stopping) co_return;
    if (error) {  // out of file descriptors: those who are here go on, and some will leave
      asio::steady_timer pause(io, std::chrono::milliseconds(50));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    const auto other = socket.remote_endpoint(error);
    if (error) continue;  // gone already
    std::string address = network_of(other.address().to_string());
    Budget::Lease lease;
    const Budget::Full full = budget.take(Budget::Of::kConnection, address, "", 1, lease);
    if (full == Budget::Full::kNo) {
      asio::co_spawn(io, serve(std::move(socket), std::move(address), std::move(lease)), asio::detached);
    } else if (!tls) {  // in TLS nothing can be said before a handshake, which is what there is no room for
      turn_away(socket, status_of(full));
    }
  }
}

asio::awaitable<void> Server::State::serve(Tcp::socket socket, std::string address, Budget::Lease lease) {
  error_code ignored;
  std::ignore = socket.set_option(Tcp::no_delay(true), ignored);
  beast::tcp_stream stream(std::move(socket));
  try {
    if (tls) {
      co_await serve_tls(std::move(stream), address);
    } else {
      beast::flat_buffer buffer(limits.header_bytes + 65536);
      co_await exchange_all(stream, buffer, address);
      std::ignore = stream.socket().shutdown(Tcp::socket::shutdown_both, ignored);
      std::ignore = stream.socket().close(ignored);
    }
  } catch (const std::exception&) {
    // Out of memory for this one: it is closed, the others go on.
  }
  lease.end();
}

template <class Stream>
asio::awaitable<void> Server::State::exchange_all(Stream& stream, beast::flat_buffer& buffer,
                                                  const std::string& address) {
  bool first = true;
  while (co_await exchange(stream, buffer, address, first)) {
    first = false;
    if (buffer.size() == 0) buffer = beast::flat_buffer(limits.header_bytes + 65536);  // idle ones hold no memory
  }
}

asio::awaitable<void> Server::State::serve_tls(beast::tcp_stream stream, const std::string& address) {
  error_code error;
  beast::flat_buffer buffer(limits.header_bytes + 65536);
  stream.expires_after(limits.header_time);
  const bool is_tls =
      co_await beast::async_detect_ssl(stream, buffer, asio::redirect_error(asio::use_awaitable, error));
  if (error || stopping) co_return;
  if (!is_tls) {
    co_await send_to_https(stream, buffer);
    co_return;
  }
  TlsStream secure(std::move(stream), *tls);
  beast::get_lowest_layer(secure).expires_after(limits.header_time);
  const std::size_t taken = co_await secure.async_handshake(asio::ssl::stream_base::server, buffer.data(),
                                                            asio::redirect_error(asio::use_awaitable, error));
  if (error || stopping) co_return;
  buffer.consume(taken);
  co_await exchange_all(secure, buffer, address);
  beast::get_lowest_layer(secure).expires_after(std::chrono::seconds(2));
  co_await secure.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
  beast::get_lowest_layer(secure).close();
}

// Whoever types the address without https:// is sent on, to a name that is ours; nothing else is said in the clear.
asio::awaitable<void> Server::State::send_to_https(beast::tcp_stream& stream, beast::flat_buffer& buffer) {
  error_code error;
  Parser parser;
  parser.header_limit(limits.header_bytes);
  stream.expires_after(limits.header_time);
  co_await bhttp::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  Response answer{400, {{"Content-Type", "text/plain; charset=utf-8"}}, "This server speaks HTTPS only.\n"};
  if (!error) {
    Request request = to_request(parser.get().base());
    const Response asked = application.refuse_plain ? application.refuse_plain(request) : Response{};
    if (asked.status == 308) answer = asked;
  }
  co_await refuse(stream, std::move(answer));
}

asio::awaitable<void> Server::State::read_lines() {
  error_code error;
  const int copy = ::dup(0);
  if (copy < 0) co_return;
  asio::posix::stream_descriptor input(io);
  error = input.assign(copy, error);
  if (error) {  // a file or /dev/null: nothing comes
    ::close(copy);
    co_return;
  }
  std::string text;
  while (!stopping) {
    const std::size_t size = co_await asio::async_read_until(input, asio::dynamic_buffer(text, 4096), '\n',
                                                             asio::redirect_error(asio::use_awaitable, error));
    if (error || stopping) co_return;
    text.erase(0, size);
    application.line();
  }
}

// A server that nobody talks to looks after itself too. Where the worker has no room, the next look does it.
asio::awaitable<void> Server::State::keep_up() {
  error_code error;
  asio::steady_timer pause(io);
  while (!stopping) {
    pause.expires_after(limits.upkeep_pause);
    co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
    if (error || stopping) co_return;
    worker->post([this] { application.upkeep(); });
  }
}

asio::awaitable<void> Server::State::wait_for(std::shared_ptr<Signal> pending) {
  error_code error;
  while (!pending->done && !stopping) {
    pending->timer.expires_after(std::chrono::hours(1));
    co_await pending->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
}

// One request and its answer; false when the connection is to be closed.
template <class Stream>
asio::awaitable<bool> Server::State::exchange(Stream& stream, beast::flat_buffer& buffer, const std::string& address,
                                              bool first) {
  error_code error;
  if (buffer.size() == 0) {  // wait for the first byte, then the headers have their own time
    beast::get_lowest_layer(stream).expires_after(first ? limits.header_time : limits.idle_time);
    const std::size_t count =
        co_await stream.async_read_some(buffer.prepare(4096), asio::redirect_error(asio::use_awaitable, error));
    if (error || stopping) co_return false;
    buffer.commit(count);
  }
  Parser parser;
  parser.header_limit(limits.header_bytes);
  // Looked at below, before a byte of it is read. Not boost::none, which Boost 1.74 takes for zero.
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  beast::get_lowest_layer(stream).expires_after(limits.header_time);
  co_await bhttp::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (stopping) co_return false;
  if (error) {
    const int status = status_of(error);
    if (status != 0) co_await refuse(stream, application.refuse(status));
    co_return false;
  }
  auto pending = std::make_shared<Signal>(io);
  auto request = std::make_shared<Request>(to_request(parser.get().base()));
  request->address = address;
  std::optional<std::uint64_t> length;
  if (const auto sent = parser.content_length()) length = *sent;
  if (lengths_conflict(*request)) {
    co_await refuse(stream, application.refuse(400));
    co_return false;
  }
  const bool has_body = length.value_or(0) > 0 || parser.chunked();
  const std::optional<std::uint64_t> announced = has_body && !length ? std::nullopt : std::optional(length.value_or(0));
  Application::Admission admission = application.admit(*request, announced);
  Held held;
  if (!admission.refusal) admission.refusal = reserve(admission, address, announced, held, *request);
  const bool keep = parser.get().keep_alive();
  const bool head_only = request->method == "HEAD";
  if (admission.refusal) {
    if (!has_body) co_return co_await write(stream, std::move(*admission.refusal), head_only, keep);
    co_await refuse(stream, std::move(*admission.refusal));
    co_return false;
  }
  if (has_body) {
    parser.body_limit(static_cast<std::uint64_t>(admission.body_limit));
    if (!co_await read_body(stream, buffer, parser, length)) co_return false;
    request->body = std::move(parser.get().body());
  }
  beast::get_lowest_layer(stream).expires_never();
  if (admission.slow && application.prepare) {
    auto prepared = std::make_shared<Signal>(io);
    const bool waits = slow_worker->post([this, prepared, request] {
      application.prepare(*request);
      asio::post(io, [prepared] {
        prepared->done = true;
        prepared->timer.cancel();
      });
    });
    if (!waits) co_return co_await write(stream, application.refuse(503), head_only, false);
    co_await wait_for(prepared);
    if (stopping) co_return false;
  }
  const bool taken = worker->post([this, pending, request] {
    Response response = application.answer(*request);
    asio::post(io, [pending, answer = std::make_shared<Response>(std::move(response))] {
      pending->response = std::move(*answer);
      pending->done = true;
      pending->timer.cancel();
    });
  });
  if (!taken) co_return co_await write(stream, application.refuse(503), head_only, false);
  co_await wait_for(pending);
  if (stopping) co_return false;
  held = Held();
  if (pending->response.events) {
    co_await stream_events(stream, std::move(pending->response), address);
    co_return false;
  }
  co_return co_await write(stream, std::move(pending->response), head_only, keep);
}

std::optional<Response> Server::State::reserve(const Application::Admission& admission, const std::string& address,
                                               std::optional<std::uint64_t> body_bytes, Held& held, Request& request) {
  const auto take = [&](Budget::Of what, std::size_t amount, Budget::Lease& lease) -> std::optional<Response> {
    const Budget::Full full = budget.take(what, address, admission.person, amount, lease);
    return full == Budget::Full::kNo ? std::nullopt : std::optional(application.refuse(status_of(full)));
  };
  if (auto full = take(Budget::Of::kRequest, 1, held.request)) return full;
  // Of a body that does not say its length, as much as it may have.
  const std::size_t bytes = body_bytes ? static_cast<std::size_t>(*body_bytes) : admission.body_limit;
  if (bytes > 0)
    if (auto full = take(Budget::Of::kBody, bytes, held.body)) return full;
  if (bytes > 0 && admission.may_wait) {
    auto waiting = std::make_shared<Budget::Lease>();
    if (auto full = take(Budget::Of::kWaiting, bytes, *waiting)) return full;
    request.waiting = std::move(waiting);
  }
  return admission.slow ? take(Budget::Of::kSlow, 1, held.slow) : std::nullopt;
}

template <class Stream>
asio::awaitable<bool> Server::State::read_body(Stream& stream, beast::flat_buffer& buffer, Parser& parser,
                                               std::optional<std::uint64_t> length) {
  error_code error;
  if (parser.get()[bhttp::field::expect] == "100-continue") {
    static constexpr char kGoOn[] = "HTTP/1.1 100 Continue\r\n\r\n";
    beast::get_lowest_layer(stream).expires_after(limits.write_time);
    co_await asio::async_write(stream, asio::buffer(kGoOn, sizeof kGoOn - 1),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return false;
  }
  beast::get_lowest_layer(stream).expires_after(limits.body_time *
                                                (1 + static_cast<std::int64_t>(length.value_or(0) >> 20)));
  co_await bhttp::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (!error) co_return true;
  const int status = status_of(error);
  if (status != 0 && !stopping) co_await refuse(stream, application.refuse(status));
  co_return false;
}

template <class Stream>
asio::awaitable<bool> Server::State::write(Stream& stream, Response response, bool head_only, bool keep) {
  error_code error;
  beast::get_lowest_layer(stream).expires_after(limits.write_time *
                                                (1 + static_cast<std::int64_t>(response.body.size() / 10'000'000)));
  bhttp::response<bhttp::string_body> message = to_beast(response, head_only, keep);
  bhttp::response_serializer<bhttp::string_body> serializer(message);
  if (head_only)
    co_await bhttp::async_write_header(stream, serializer, asio::redirect_error(asio::use_awaitable, error));
  else
    co_await bhttp::async_write(stream, serializer, asio::redirect_error(asio::use_awaitable, error));
  co_return !error && keep && !stopping;
}

// The answer to a request that is not read to its end: written, and what still comes is read for a moment, so that the
// answer is not lost to a reset.
template <class Stream>
asio::awaitable<bool> Server::State::refuse(Stream& stream, Response response) {
  error_code error;
  co_await write(stream, std::move(response), false, false);
  if constexpr (std::is_same_v<Stream, beast::tcp_stream>)
    error = stream.socket().shutdown(Tcp::socket::shutdown_send, error);
  std::array<char, 4096> rest{};
  beast::get_lowest_layer(stream).expires_after(std::chrono::milliseconds(500));
  for (std::size_t total = 0; total < (1 << 20) && !error && !stopping;)
    total += co_await stream.async_read_some(asio::buffer(rest), asio::redirect_error(asio::use_awaitable, error));
  co_return false;
}

template <class Stream>
asio::awaitable<void> Server::State::stream_events(Stream& stream, Response response, const std::string& address) {
  error_code error;
  Budget::Lease lease;
  const Budget::Full full = budget.take(Budget::Of::kStream, address, response.person, 1, lease);
  if (full != Budget::Full::kNo) {
    co_await write(stream, application.refuse(status_of(full)), false, false);
    co_return;
  }
  auto pending = std::make_shared<Signal>(io);
  const std::size_t number = application.events->listen(
      [this, pending](const std::string& text) {
        asio::post(io, [pending, text] {
          pending->waiting_bytes += text.size();
          pending->lines.push_back(text);
          pending->timer.cancel();
        });
      },
      response.listener);
  std::string out = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  out += "\r\n: hamdil\n\n";
  while (!stopping) {
    beast::get_lowest_layer(stream).expires_after(limits.write_time);
    co_await asio::async_write(stream, asio::buffer(out), asio::redirect_error(asio::use_awaitable, error));
    if (error || stopping || pending->waiting_bytes > kMostWaitingBytes) break;
    beast::get_lowest_layer(stream).expires_never();
    if (pending->lines.empty()) {
      pending->timer.expires_after(limits.event_pause);
      co_await pending->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    if (application.hears && !application.hears(response)) break;
    out.clear();
    for (const std::string& line : pending->lines) out += line;
    pending->lines.clear();
    pending->waiting_bytes = 0;
    if (out.empty()) out = ": still here\n\n";
  }
  application.events->leave(number);
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(std::uint16_t port, const ServerLimits& limits) {
  raise_file_limit();
  auto state = std::make_unique<State>(limits);
  HAMDIL_CHECK(listen_at(state->acceptor, Tcp::endpoint(asio::ip::address_v4::loopback(), port)));
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

Result<std::unique_ptr<Server>> Server::listen_tls(const std::string& address, std::uint16_t port,
                                                   const Certificate& certificate, const ServerLimits& limits) {
  raise_file_limit();
  error_code error;
  const asio::ip::address place = asio::ip::make_address(address, error);
  if (error)
    return Error("http.address", "{address} is no address of a computer.", {{"address", address}})
        .advise("Give numbers, for example 192.168.1.20, or 0.0.0.0 for all of this computer.");
  auto state = std::make_unique<State>(limits);
  state->tls.emplace(asio::ssl::context::tls_server);
  HAMDIL_CHECK(set_up_tls(*state->tls, certificate));
  HAMDIL_CHECK(listen_at(state->acceptor, Tcp::endpoint(place, port)));
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const { return state_->acceptor.local_endpoint().port(); }

void Server::run(Application application, bool signals, bool lines) {
  State& state = *state_;
  state.application = std::move(application);
  state.worker = std::make_unique<Worker>(state.limits.budget.requests.all);
  state.slow_worker = std::make_unique<Worker>(state.limits.budget.slow.all);
  if (lines && state.application.line) asio::co_spawn(state.io, state.read_lines(), asio::detached);
  if (state.application.upkeep) asio::co_spawn(state.io, state.keep_up(), asio::detached);
  asio::signal_set ends(state.io);
  if (signals) {
    ends.add(SIGINT);
    ends.add(SIGTERM);
    ends.async_wait([&state](const error_code& error, int) {
      if (!error) state.stop();
    });
  }
  asio::co_spawn(state.io, state.accept(), asio::detached);
  state.io.run();
  state.slow_worker.reset();
  state.worker.reset();  // what was begun is finished, so that nothing acknowledged or half done is lost
}

void Server::stop() {
  asio::post(state_->io, [this] { state_->stop(); });
}

}  // namespace hamdil::http
