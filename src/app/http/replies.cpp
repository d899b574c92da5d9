#include "app/http/replies.hpp"

namespace hamdil::http {
namespace {

// What an answer takes in memory, its key twice: in the map and in the order.
std::size_t bytes_of(const std::string& key, const std::string& digest, const Response& response) {
  std::size_t out = 2 * key.size() + digest.size() + response.body.size() + sizeof(Replies::Kept);
  for (const auto& [name, value] : response.headers) out += name.size() + value.size() + sizeof(Pairs::value_type);
  return out;
}

}  // namespace

Replies::Known Replies::look(const std::string& key, const std::string& digest) const {
  const auto found = kept_.find(key);
  if (found == kept_.end()) return Known::kNew;
  return found->second.digest == digest ? Known::kSame : Known::kOther;
}

void Replies::drop_oldest() {
  const auto found = kept_.find(order_.front());
  bytes_ -= found->second.bytes;
  kept_.erase(found);
  order_.pop_front();
}

void Replies::keep(const std::string& key, const std::string& digest, const Response& response) {
  if (kept_.contains(key)) return;
  const std::size_t bytes = bytes_of(key, digest, response);
  while (!order_.empty() && (order_.size() >= kMost || bytes_ + bytes > kMostBytes)) drop_oldest();
  kept_[key] = {digest, response, bytes};
  order_.push_back(key);
  bytes_ += bytes;
}

}  // namespace hamdil::http
