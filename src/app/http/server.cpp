#include "app/http/server.hpp"

#include <sys/resource.h>

#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <condition_variable>
#include <deque>
#include <limits>
#include <mutex>
#include <thread>

#include "base/text.hpp"

namespace hamdil::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace bhttp = boost::beast::http;
using boost::system::error_code;
using Tcp = asio::ip::tcp;
using Parser = bhttp::request_parser<bhttp::string_body>;

// One thread that does one thing after the other: it owns what is not thread-safe.
class Worker {
 public:
  explicit Worker(std::size_t most) : most_(most), thread_([this] { work(); }) {}
  ~Worker() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    wake_.notify_all();
    thread_.join();
  }
  bool post(std::function<void()> task) {
    {
      const std::lock_guard lock(mutex_);
      if (ending_ || tasks_.size() >= most_) return false;
      tasks_.push_back(std::move(task));
    }
    wake_.notify_one();
    return true;
  }

 private:
  void work() {
    while (true) {
      std::function<void()> task;
      {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return ending_ || !tasks_.empty(); });
        if (tasks_.empty()) return;
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();
    }
  }

  std::size_t most_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<std::function<void()>> tasks_;
  bool ending_ = false;
  std::thread thread_;
};

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

Request to_request(const bhttp::request_header<>& head) {
  Request out;
  out.method = std::string(head.method_string());
  out.target = std::string(head.target());
  for (const auto& field : head)
    out.headers.emplace_back(text::to_lower_ascii(std::string(field.name_string())), std::string(field.value()));
  return out;
}

bhttp::response<bhttp::string_body> to_beast(Response& given, bool head_only, bool keep) {
  bhttp::response<bhttp::string_body> out;
  out.version(11);
  out.result(static_cast<unsigned>(given.status));
  for (auto& [name, value] : given.headers) out.set(name, value);
  out.keep_alive(keep);
  const std::size_t size = given.body.size();
  if (!head_only) out.body() = std::move(given.body);
  if (given.status != 204 && given.status != 304) out.content_length(size);
  return out;
}

// Two lengths, or a length beside chunks, are how one request is made to look like two.
bool lengths_conflict(const Request& request) {
  return request.count("content-length") > 1 || request.count("transfer-encoding") > 1 ||
         (request.count("content-length") == 1 && request.count("transfer-encoding") == 1);
}

int status_of(const error_code& error) {
  if (error == bhttp::error::header_limit || error == bhttp::error::buffer_overflow) return 431;
  if (error == bhttp::error::body_limit) return 413;
  if (error == beast::error::timeout) return 408;
  if (error.category() == make_error_code(bhttp::error::bad_method).category() &&
      error != bhttp::error::end_of_stream && error != bhttp::error::partial_message)
    return 400;
  return 0;  // the other side is gone
}

// Started with a low limit on open files, as many systems do, the connections that we allow would not fit.
void raise_file_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= 8192) return;
  limit.rlim_cur = std::min<rlim_t>(8192, limit.rlim_max);
  (void)::setrlimit(RLIMIT_NOFILE, &limit);
}

}  // namespace

struct Server::State {
  explicit State(const ServerLimits& limits_) : limits(limits_), acceptor(io) {}

  ServerLimits limits;
  asio::io_context io{1};
  Tcp::acceptor acceptor;
  Application application;
  std::unique_ptr<Worker> worker;
  std::size_t connections = 0;
  std::size_t streams = 0;
  bool stopping = false;

  asio::awaitable<void> accept();
  asio::awaitable<void> serve(Tcp::socket socket);
  asio::awaitable<bool> exchange(beast::tcp_stream& stream, beast::flat_buffer& buffer, bool first);
  asio::awaitable<bool> read_body(beast::tcp_stream& stream, beast::flat_buffer& buffer, Parser& parser,
                                  std::optional<std::uint64_t> length);
  asio::awaitable<bool> write(beast::tcp_stream& stream, Response response, bool head_only, bool keep);
  asio::awaitable<bool> refuse(beast::tcp_stream& stream, Response response);
  asio::awaitable<void> stream_events(beast::tcp_stream& stream, Response response);
  void stop();
};

void Server::State::stop() {
  stopping = true;
  error_code ignored;
  acceptor.close(ignored);
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
    if (connections >= limits.connections) {
      static constexpr char kFull[] =
          "HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
      socket.non_blocking(true, error);
      socket.write_some(asio::buffer(kFull, sizeof kFull - 1), error);
      continue;
    }
    ++connections;
    asio::co_spawn(io, serve(std::move(socket)), asio::detached);
  }
}

asio::awaitable<void> Server::State::serve(Tcp::socket socket) {
  error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(limits.header_bytes + 65536);
  try {
    bool first = true;
    while (co_await exchange(stream, buffer, first)) {
      first = false;
      if (buffer.size() == 0) buffer = beast::flat_buffer(limits.header_bytes + 65536);  // idle ones hold no memory
    }
  } catch (const std::exception&) {
    // Out of memory for this one: it is closed, the others go on.
  }
  stream.socket().shutdown(Tcp::socket::shutdown_both, ignored);
  stream.socket().close(ignored);
  --connections;
}

// One request and its answer; false when the connection is to be closed.
asio::awaitable<bool> Server::State::exchange(beast::tcp_stream& stream, beast::flat_buffer& buffer, bool first) {
  error_code error;
  if (buffer.size() == 0) {  // wait for the first byte, then the headers have their own time
    stream.expires_after(first ? limits.header_time : limits.idle_time);
    const std::size_t count =
        co_await stream.async_read_some(buffer.prepare(4096), asio::redirect_error(asio::use_awaitable, error));
    if (error || stopping) co_return false;
    buffer.commit(count);
  }
  Parser parser;
  parser.header_limit(limits.header_bytes);
  // Looked at below, before a byte of it is read. Not boost::none, which Boost 1.74 takes for zero.
  parser.body_limit(std::numeric_limits<std::uint64_t>::max());
  stream.expires_after(limits.header_time);
  co_await bhttp::async_read_header(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (stopping) co_return false;
  if (error) {
    const int status = status_of(error);
    if (status != 0) co_await refuse(stream, application.refuse(status));
    co_return false;
  }
  auto pending = std::make_shared<Signal>(io);
  auto request = std::make_shared<Request>(to_request(parser.get().base()));
  std::optional<std::uint64_t> length;
  if (const auto sent = parser.content_length()) length = *sent;
  if (lengths_conflict(*request)) {
    co_await refuse(stream, application.refuse(400));
    co_return false;
  }
  const bool has_body = length.value_or(0) > 0 || parser.chunked();
  Application::Admission admission =
      application.admit(*request, has_body && !length ? std::nullopt : std::optional(length.value_or(0)));
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
  const bool taken = worker->post([this, pending, request] {
    Response response = application.answer(*request);
    asio::post(io, [pending, answer = std::make_shared<Response>(std::move(response))] {
      pending->response = std::move(*answer);
      pending->done = true;
      pending->timer.cancel();
    });
  });
  if (!taken) co_return co_await write(stream, application.refuse(503), head_only, false);
  stream.expires_never();
  while (!pending->done && !stopping) {
    pending->timer.expires_after(std::chrono::hours(1));
    co_await pending->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
  }
  if (stopping) co_return false;
  if (pending->response.events) {
    co_await stream_events(stream, std::move(pending->response));
    co_return false;
  }
  co_return co_await write(stream, std::move(pending->response), head_only, keep);
}

asio::awaitable<bool> Server::State::read_body(beast::tcp_stream& stream, beast::flat_buffer& buffer, Parser& parser,
                                               std::optional<std::uint64_t> length) {
  error_code error;
  if (parser.get()[bhttp::field::expect] == "100-continue") {
    static constexpr char kGoOn[] = "HTTP/1.1 100 Continue\r\n\r\n";
    stream.expires_after(limits.write_time);
    co_await asio::async_write(stream, asio::buffer(kGoOn, sizeof kGoOn - 1),
                               asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return false;
  }
  stream.expires_after(limits.body_time * (1 + static_cast<std::int64_t>(length.value_or(0) >> 20)));
  co_await bhttp::async_read(stream, buffer, parser, asio::redirect_error(asio::use_awaitable, error));
  if (!error) co_return true;
  const int status = status_of(error);
  if (status != 0 && !stopping) co_await refuse(stream, application.refuse(status));
  co_return false;
}

asio::awaitable<bool> Server::State::write(beast::tcp_stream& stream, Response response, bool head_only, bool keep) {
  error_code error;
  stream.expires_after(limits.write_time * (1 + static_cast<std::int64_t>(response.body.size() / 10'000'000)));
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
asio::awaitable<bool> Server::State::refuse(beast::tcp_stream& stream, Response response) {
  error_code error;
  co_await write(stream, std::move(response), false, false);
  stream.socket().shutdown(Tcp::socket::shutdown_send, error);
  std::array<char, 4096> rest{};
  stream.expires_after(std::chrono::milliseconds(500));
  for (std::size_t total = 0; total < (1 << 20) && !error && !stopping;)
    total += co_await stream.async_read_some(asio::buffer(rest), asio::redirect_error(asio::use_awaitable, error));
  co_return false;
}

asio::awaitable<void> Server::State::stream_events(beast::tcp_stream& stream, Response response) {
  error_code error;
  if (streams >= limits.streams) {
    co_await write(stream, application.refuse(503), false, false);
    co_return;
  }
  ++streams;
  auto pending = std::make_shared<Signal>(io);
  const std::size_t number = application.events->listen([this, pending](const std::string& text) {
    asio::post(io, [pending, text] {
      pending->waiting_bytes += text.size();
      pending->lines.push_back(text);
      pending->timer.cancel();
    });
  });
  std::string out = "HTTP/1.1 200 OK\r\nConnection: close\r\n";
  for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  out += "\r\n: hamdil\n\n";
  while (!stopping) {
    stream.expires_after(limits.write_time);
    co_await asio::async_write(stream, asio::buffer(out), asio::redirect_error(asio::use_awaitable, error));
    if (error || stopping || pending->waiting_bytes > kMostWaitingBytes) break;
    stream.expires_never();
    if (pending->lines.empty()) {
      pending->timer.expires_after(limits.event_pause);
      co_await pending->timer.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
    out.clear();
    for (const std::string& line : pending->lines) out += line;
    pending->lines.clear();
    pending->waiting_bytes = 0;
    if (out.empty()) out = ": still here\n\n";
  }
  application.events->leave(number);
  --streams;
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::listen(std::uint16_t port, const ServerLimits& limits) {
  raise_file_limit();
  auto state = std::make_unique<State>(limits);
  error_code error;
  const Tcp::endpoint place(asio::ip::address_v4::loopback(), port);
  state->acceptor.open(place.protocol(), error);
  if (!error) state->acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
  if (!error) state->acceptor.bind(place, error);
  if (!error) state->acceptor.listen(1024, error);
  if (error)
    return Error("http.listen", "The port {port} of this computer cannot be used.", {{"port", std::to_string(port)}})
        .advise("Another program may have it: choose another with --port, or leave it away.");
  return std::unique_ptr<Server>(new Server(std::move(state)));
}

std::uint16_t Server::port() const { return state_->acceptor.local_endpoint().port(); }

void Server::run(Application application, bool signals) {
  State& state = *state_;
  state.application = std::move(application);
  state.worker = std::make_unique<Worker>(state.limits.queue);
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
  state.worker.reset();  // what was begun is finished, so that nothing acknowledged or half done is lost
}

void Server::stop() {
  asio::post(state_->io, [this] { state_->stop(); });
}

}  // namespace hamdil::http
