// Sockets: the only part of the program that speaks HTTP. It reads requests within limits, hands them to one worker
// thread, and writes the answers. What an address means is the router's business.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/http/event_bus.hpp"
#include "app/http/message.hpp"
#include "base/result.hpp"

namespace hamdil::http {

struct ServerLimits {
  std::size_t connections = 2000;
  std::uint32_t header_bytes = 16 * 1024;
  std::chrono::milliseconds header_time{10'000};  // from its first byte; also to the first byte of a new connection
  std::chrono::milliseconds idle_time{60'000};    // between requests
  std::chrono::milliseconds body_time{20'000};    // and as much again for every megabyte that is announced
  std::chrono::milliseconds write_time{30'000};   // an answer, and as much again for every 10 megabytes
  std::chrono::milliseconds event_pause{15'000};  // a stream of events says something at least this often
  std::size_t streams = 200;
  std::size_t queue = 4000;  // requests that wait for the worker
};

// What the server calls. `admit` and `refuse` run on the thread of the sockets and must not wait; `answer` runs on the
// worker thread, one request at a time.
struct Application {
  // Called when the headers are there and the body is not: a refusal, or how many bytes of body may follow.
  struct Admission {
    std::optional<Response> refusal;
    std::size_t body_limit = 0;
  };
  std::function<Admission(const Request& head, std::optional<std::uint64_t> body_bytes)> admit;
  std::function<Response(const Request& request)> answer;
  // The answer to what is not HTTP, too large or too slow: 400, 408, 413, 431, 503.
  std::function<Response(int status)> refuse;
  EventBus* events = nullptr;
};

class Server {
 public:
  // Listens on 127.0.0.1 and nowhere else; port 0 takes a free one. Code http.listen.
  static Result<std::unique_ptr<Server>> listen(std::uint16_t port, const ServerLimits& limits);
  ~Server();

  std::uint16_t port() const;
  // Serves until stop() or, with `signals`, SIGINT or SIGTERM; requests at work are finished first.
  void run(Application application, bool signals);
  void stop();  // from any thread

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hamdil::http
