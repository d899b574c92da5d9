// Answers kept for requests that come twice: a client that did not hear the answer asks again with the same key.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>

#include "app/http/message.hpp"

namespace hamdil::http {

// Keeps the last answers in memory. Not thread-safe.
class Replies {
 public:
  enum class Known { kNew, kSame, kOther };
  struct Kept {
    std::string digest;  // of method, address and body
    Response response;
  };
  // What is known of the key: nothing, the same request, or another.
  Known look(const std::string& key, const std::string& digest) const;
  const Response& response(const std::string& key) const { return kept_.at(key).response; }
  void keep(const std::string& key, const std::string& digest, const Response& response);

 private:
  std::map<std::string, Kept> kept_;
  std::deque<std::string> order_;
};

}  // namespace hamdil::http
