#include "app/http/event_bus.hpp"

namespace hamdil::http {

std::size_t EventBus::listen(Listener listener) {
  const std::lock_guard lock(mutex_);
  listeners_[next_] = std::move(listener);
  return next_++;
}

void EventBus::leave(std::size_t number) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(number);
}

void EventBus::tell(const std::string& event, const std::string& json) {
  const std::lock_guard lock(mutex_);
  const std::string text = "id: " + std::to_string(++sequence_) + "\nevent: " + event + "\ndata: " + json + "\n\n";
  for (const auto& [number, listener] : listeners_) listener(text);
}

std::size_t EventBus::listeners() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

}  // namespace hamdil::http
