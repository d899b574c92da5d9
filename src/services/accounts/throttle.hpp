// How often somebody may be wrong: by login, by address and by both; and how often anybody may try.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>

namespace hamdil::services::accounts {

// Thread-safe. After `most` failures within `window` seconds, nothing is looked at for `pause` seconds: not the right
// secret either, so that the answer tells nothing.
class Throttle {
 public:
  // With `longest`, every pause that follows another within `window` is twice as long, up to that.
  Throttle(std::size_t most, std::int64_t window, std::int64_t pause, std::int64_t longest = 0)
      : most_(most), window_(window), pause_(pause), longest_(longest) {}
  // Seconds to wait; 0: go on.
  std::int64_t waits(const std::string& key, std::int64_t now) const;
  void failed(const std::string& key, std::int64_t now);
  void passed(const std::string& key);

 private:
  struct Entry {
    std::deque<std::int64_t> failures;
    std::int64_t closed_until = 0;
    std::int64_t last_pause = 0;
  };
  std::size_t most_;
  std::int64_t window_, pause_, longest_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

// How often something may happen at all, whoever does it: `burst` times at once, and once more every `seconds`.
class Rate {
 public:
  Rate(std::int64_t burst, std::int64_t seconds) : burst_(burst), seconds_(seconds) {}
  // Seconds to wait; 0: it is counted, go on.
  std::int64_t take(std::int64_t now);

 private:
  std::int64_t burst_, seconds_;
  std::mutex mutex_;
  std::int64_t full_at_ = 0;  // when all of `burst` may happen at once again
};

}  // namespace hamdil::services::accounts
