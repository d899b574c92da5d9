// Answers kept for requests that come twice: a client that did not hear the answer asks again with the same key.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "app/http/message.hpp"

namespace hamdil::http {

// Keeps the last answers in memory, the oldest go first. Not thread-safe.
class Replies {
 public:
  // 2,000 ordinary answers take about 4 MB; a program that sends long ones cannot take more than 16 MB.
  static constexpr std::size_t kMost = 2000, kMostBytes = 16 << 20;
  static constexpr std::size_t kLongest = 256 * 1024;  // of one answer

  enum class Known { kNew, kSame, kOther };
  struct Kept {
    std::string digest;  // of method, address and body
    Response response;
    std::size_t bytes = 0;
  };
  // What is known of the key: nothing, the same request, or another.
  Known look(const std::string& key, const std::string& digest) const;
  const Response& response(const std::string& key) const { return kept_.at(key).response; }
  void keep(const std::string& key, const std::string& digest, const Response& response);
  std::size_t bytes() const { return bytes_; }

 private:
  void drop_oldest();
  std::map<std::string, Kept> kept_;
  std::deque<std::string> order_;
  std::size_t bytes_ = 0;
};

}  // namespace hamdil::http
