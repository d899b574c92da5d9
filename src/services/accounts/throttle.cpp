#include "services/accounts/throttle.hpp"

#include <algorithm>

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
      return entry.second.closed_until + (longest_ > 0 ? window_ : 0) <= now &&
             (entry.second.failures.empty() || entry.second.failures.back() <= now - window_);
    });
  if (entries_.size() >= kMostEntries && !entries_.contains(key)) entries_.erase(entries_.begin());
  Entry& entry = entries_[key];
  entry.failures.push_back(now);
  while (entry.failures.front() <= now - window_) entry.failures.pop_front();
  if (entry.failures.size() < most_) return;
  const bool again = longest_ > 0 && entry.last_pause > 0 && now <= entry.closed_until + window_;
  entry.last_pause = again ? std::min(2 * entry.last_pause, longest_) : pause_;
  entry.closed_until = now + entry.last_pause;
  entry.failures.clear();
}

std::int64_t Rate::take(std::int64_t now) {
  const std::lock_guard lock(mutex_);
  full_at_ = std::max(full_at_, now);
  // Every time moves the moment at which all may happen again; it may lie `burst` times ahead.
  const std::int64_t wait = full_at_ + seconds_ - burst_ * seconds_ - now;
  if (wait > 0) return wait;
  full_at_ += seconds_;
  return 0;
}

void Throttle::passed(const std::string& key) {
  const std::lock_guard lock(mutex_);
  entries_.erase(key);
}

}  // namespace hamdil::services::accounts
