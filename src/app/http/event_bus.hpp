// What happened, told to every stream that listens.
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

  std::size_t listen(Listener listener);
  void leave(std::size_t number);
  // `json` on one line.
  void tell(const std::string& event, const std::string& json);
  std::size_t listeners() const;

 private:
  mutable std::mutex mutex_;
  std::map<std::size_t, Listener> listeners_;
  std::size_t next_ = 1;
  std::size_t sequence_ = 0;
};

}  // namespace hamdil::http
