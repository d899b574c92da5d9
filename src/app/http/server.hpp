// Sockets: the only part of the program that speaks HTTP. It reads requests within limits, hands them to one worker
// thread, and writes the answers. What an address means is the router's business.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/http/access/tls.hpp"
#include "app/http/budget.hpp"
#include "app/http/event_bus.hpp"
#include "app/http/message.hpp"
#include "base/result.hpp"

namespace hamdil::http {

struct ServerLimits {
  std::uint32_t header_bytes = 16 * 1024;
  std::chrono::milliseconds header_time{10'000};    // from its first byte; also to the first byte of a new connection
  std::chrono::milliseconds idle_time{60'000};      // between requests
  std::chrono::milliseconds body_time{20'000};      // and as much again for every megabyte that is announced
  std::chrono::milliseconds write_time{30'000};     // an answer, and as much again for every 10 megabytes
  std::chrono::milliseconds event_pause{15'000};    // a stream of events says something at least this often
  std::chrono::milliseconds upkeep_pause{600'000};  // between two looks at what is to be done unasked
  BudgetLimits budget;
};

// What the server calls. `admit` and `refuse` run on the thread of the sockets and must not wait; `answer` runs on the
// worker thread, one request at a time.
struct Application {
  // Called when the headers are there and the body is not: a refusal, or how many bytes of body may follow.
  struct Admission {
    std::optional<Response> refusal;
    std::size_t body_limit = 0;
    bool slow = false;      // `prepare` comes before `answer`
    std::string person;     // the account; "" for strangers, and where there are none
    bool may_wait = false;  // its body may be kept until a job's turn comes
  };
  std::function<Admission(const Request& head, std::optional<std::uint64_t> body_bytes)> admit;
  std::function<Response(const Request& request)> answer;
  // Runs on a thread of its own for requests that are slow on purpose, a few of which may wait; then `answer`.
  std::function<void(Request& request)> prepare;
  // A line that came in on standard input, where `run` listens to it; on the thread of the sockets.
  std::function<void()> line;
  // The answer to what is not HTTP, too large or too slow: 400, 408, 413, 429, 431, 503.
  std::function<Response(int status)> refuse;
  // What plain HTTP gets where HTTPS is spoken: 308 with the address to go to, or anything else for a plain refusal.
  std::function<Response(const Request& head)> refuse_plain = {};
  EventBus* events = nullptr;
  // Whether a stream that began with this answer may go on; asked whenever it is about to say something.
  std::function<bool(const Response& stream)> hears = {};
  // What is to be done although nobody asks; on the worker thread, between requests.
  std::function<void()> upkeep = {};
};

class Server {
 public:
  // Listens on 127.0.0.1 and nowhere else; port 0 takes a free one. Code http.listen.
  static Result<std::unique_ptr<Server>> listen(std::uint16_t port, const ServerLimits& limits);
  // HTTPS on one address of this computer, or on all with "0.0.0.0" or "::". Plain HTTP that comes to it is sent on to
  // HTTPS. Codes http.listen, http.address, http.tls.
  static Result<std::unique_ptr<Server>> listen_tls(const std::string& address, std::uint16_t port,
                                                    const Certificate& certificate, const ServerLimits& limits);
  ~Server();

  std::uint16_t port() const;
  // Serves until stop() or, with `signals`, SIGINT or SIGTERM; requests at work are finished first.
  void run(Application application, bool signals, bool lines = false);
  void stop();  // from any thread

 private:
  struct State;
  explicit Server(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace hamdil::http
