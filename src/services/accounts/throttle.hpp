// How often somebody may be wrong: by login, by address and by both.
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
  Throttle(std::size_t most, std::int64_t window, std::int64_t pause) : most_(most), window_(window), pause_(pause) {}
  // Seconds to wait; 0: go on.
  std::int64_t waits(const std::string& key, std::int64_t now) const;
  void failed(const std::string& key, std::int64_t now);
  void passed(const std::string& key);

 private:
  struct Entry {
    std::deque<std::int64_t> failures;
    std::int64_t closed_until = 0;
  };
  std::size_t most_;
  std::int64_t window_, pause_;
  mutable std::mutex mutex_;
  std::map<std::string, Entry> entries_;
};

}  // namespace hamdil::services::accounts
