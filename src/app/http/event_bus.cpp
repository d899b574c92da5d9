#include "app/http/event_bus.hpp"

#include <algorithm>

namespace hamdil::http {

std::size_t EventBus::listen(Listener listener, std::string name) {
  const std::lock_guard lock(mutex_);
  listeners_[next_] = {std::move(listener), std::move(name)};
  return next_++;
}

void EventBus::leave(std::size_t number) {
  const std::lock_guard lock(mutex_);
  listeners_.erase(number);
}

void EventBus::tell(const std::string& event, const std::string& json, const MayHear& may_hear) {
  const std::lock_guard lock(mutex_);
  const std::string text = "id: " + std::to_string(++sequence_) + "\nevent: " + event + "\ndata: " + json + "\n\n";
  std::map<std::string, bool> hears;
  for (const auto& [number, named] : listeners_) {
    const auto [known, is_new] = hears.emplace(named.name, true);
    if (is_new) known->second = may_hear ? may_hear(named.name) : named.name.empty();
    if (known->second) named.listener(text);
  }
}

void EventBus::wake() {
  const std::lock_guard lock(mutex_);
  for (const auto& [number, named] : listeners_) named.listener("");
}

std::size_t EventBus::listeners(const std::string& name) const {
  const std::lock_guard lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(listeners_.begin(), listeners_.end(), [&](const auto& one) { return one.second.name == name; }));
}

std::size_t EventBus::listeners() const {
  const std::lock_guard lock(mutex_);
  return listeners_.size();
}

}  // namespace hamdil::http
