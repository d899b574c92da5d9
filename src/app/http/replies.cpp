#include "app/http/replies.hpp"

namespace hamdil::http {
namespace {
constexpr std::size_t kMost = 2000;
}

Replies::Known Replies::look(const std::string& key, const std::string& digest) const {
  const auto found = kept_.find(key);
  if (found == kept_.end()) return Known::kNew;
  return found->second.digest == digest ? Known::kSame : Known::kOther;
}

void Replies::keep(const std::string& key, const std::string& digest, const Response& response) {
  if (kept_.contains(key)) return;
  while (order_.size() >= kMost) {
    kept_.erase(order_.front());
    order_.pop_front();
  }
  kept_[key] = {digest, response};
  order_.push_back(key);
}

}  // namespace hamdil::http
