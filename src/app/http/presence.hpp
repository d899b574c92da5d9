// Who has which record open just now, and which field of it they are writing in. Nothing of it is kept.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace hamdil::http {

struct Present {
  std::string browser;  // one window: the same person may have two
  std::string who;
  std::string editing;  // "title" or a field; "" for who only reads
  std::int64_t seen = 0;
};

// One thread at a time. Who is not heard of for 25 seconds has gone.
class Presence {
 public:
  explicit Presence(std::function<std::int64_t()> seconds) : seconds_(std::move(seconds)) {}

  // True when others should be told: somebody came, went, or turned to another field.
  bool here(const std::string& record, const std::string& browser, const std::string& who, const std::string& editing);
  // Only one's own windows: nobody speaks for another's or sends it away.
  bool gone(const std::string& record, const std::string& browser, const std::string& who);
  std::vector<Present> at(const std::string& record) const;

 private:
  bool forget_silent(std::vector<Present>& people) const;
  std::function<std::int64_t()> seconds_;
  std::map<std::string, std::vector<Present>> records_;
};

}  // namespace hamdil::http
