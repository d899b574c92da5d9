#include "services/accounts/throttle.hpp"

namespace hamdil::services::accounts {
namespace {

constexpr std::size_t kMostEntries = 10'000;  // then those that no longer matter are forgotten

}  // namespace

std::int64_t Throttle::waits(const std::string& key, std::int64_t now) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  return found == entries_.end() || found->second.closed_until <= now ? 0 : found->second.closed_until - now;
}

void Throttle::failed(const std::string& key, std::int64_t now) {
  const std::lock_guard lock(mutex_);
  if (entries_.size() >= kMostEntries)
    std::erase_if(entries_, [&](const auto& entry) {
      return entry.second.closed_until <= now &&
             (entry.second.failures.empty() || entry.second.failures.back() <= now - window_);
    });
  if (entries_.size() >= kMostEntries && !entries_.contains(key)) entries_.erase(entries_.begin());
  Entry& entry = entries_[key];
  entry.failures.push_back(now);
  while (entry.failures.front() <= now - window_) entry.failures.pop_front();
  if (entry.failures.size() < most_) return;
  entry.closed_until = now + pause_;
  entry.failures.clear();
}

void Throttle::passed(const std::string& key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

}  // namespace hamdil::services::accounts
