// What happened, told to every stream that listens and may hear it.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <string>

namespace hamdil::http {

// Thread-safe. A listener is called on the thread that tells and must only pass the text on.
class EventBus {
 public:
  using Listener = std::function<void(const std::string& text)>;  // as a stream writes it: "event: x\ndata: {}\n\n"
  using MayHear = std::function<bool(const std::string& name)>;   // of listeners, by their name

  // `name` says who listens: the id of a session or token, "" in single-user mode.
  std::size_t listen(Listener listener, std::string name = {});
  void leave(std::size_t number);
  // `json` on one line. `may_hear` is asked once a name, on this thread, and must not tell; without it, only those hear
  // who have no name: in team mode nobody.
  void tell(const std::string& event, const std::string& json, const MayHear& may_hear = {});
  // Has every stream look whether it may still be heard: its listener is called with "".
  void wake();
  std::size_t listeners() const;
  std::size_t listeners(const std::string& name) const;

 private:
  struct Named {
    Listener listener;
    std::string name;
  };
  mutable std::mutex mutex_;
  std::map<std::size_t, Named> listeners_;
  std::size_t next_ = 1;
  std::size_t sequence_ = 0;
};

}  // namespace hamdil::http
