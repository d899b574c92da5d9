#include "app/http/budget.hpp"

#include <arpa/inet.h>

#include <cstring>
#include <utility>

#include "base/digest.hpp"

namespace hamdil::http {
namespace {

std::size_t of(const std::map<std::string, std::size_t>& used, const std::string& key) {
  const auto found = used.find(key);
  return found == used.end() ? 0 : found->second;
}

void give_back(std::map<std::string, std::size_t>& used, const std::string& key, std::size_t amount) {
  const auto found = used.find(key);
  if (found == used.end()) return;
  if (found->second <= amount)
    used.erase(found);
  else
    found->second -= amount;
}

}  // namespace

BudgetLimits BudgetLimits::alone() {
  BudgetLimits out;
  out.connections = Share::equal(out.connections.all);
  out.requests = Share::equal(out.requests.all);
  out.body_bytes = Share::equal(out.body_bytes.all);
  out.waiting_bytes = Share::equal(out.waiting_bytes.all);
  out.slow = Share::equal(out.slow.all);
  out.streams = Share::equal(200);
  return out;
}

const Share& Budget::share(Of of) const {
  switch (of) {
    case Of::kConnection:
      return limits_.connections;
    case Of::kRequest:
      return limits_.requests;
    case Of::kBody:
      return limits_.body_bytes;
    case Of::kSlow:
      return limits_.slow;
    case Of::kStream:
      return limits_.streams;
    case Of::kWaiting:
      return limits_.waiting_bytes;
  }
  return limits_.connections;
}

Budget::Full Budget::take(Of what, const std::string& address, const std::string& person, std::size_t amount,
                          Lease& lease) {
  const Share& share = this->share(what);
  Lease before;  // what `lease` held ends after the lock
  const std::lock_guard lock(mutex_);
  Used& used = used_[static_cast<std::size_t>(what)];
  // One's own share first: who is over it is told so, whatever the others do.
  auto& own = person.empty() ? used.by_stranger : used.by_person;
  const std::string& key = person.empty() ? address : person;
  if (of(used.by_address, address) + amount > share.of_address) return Full::kOwn;
  if (of(own, key) + amount > (person.empty() ? share.of_stranger : share.of_person)) return Full::kOwn;
  if (used.all + amount > share.all) return Full::kAll;
  before = std::exchange(lease, Lease());
  used.all += amount;
  used.by_address[address] += amount;
  own[key] += amount;
  lease.budget_ = this;
  lease.of_ = what;
  lease.address_ = address;
  lease.person_ = person;
  lease.amount_ = amount;
  return Full::kNo;
}

Budget::Lease& Budget::Lease::operator=(Lease&& other) noexcept {
  if (this == &other) return *this;
  end();
  budget_ = std::exchange(other.budget_, nullptr);
  of_ = other.of_;
  address_ = std::move(other.address_);
  person_ = std::move(other.person_);
  amount_ = other.amount_;
  return *this;
}

void Budget::Lease::end() {
  if (budget_ == nullptr) return;
  const std::lock_guard lock(budget_->mutex_);
  Used& used = budget_->used_[static_cast<std::size_t>(of_)];
  used.all -= amount_;
  give_back(used.by_address, address_, amount_);
  if (person_.empty())
    give_back(used.by_stranger, address_, amount_);
  else
    give_back(used.by_person, person_, amount_);
  budget_ = nullptr;
}

std::string network_of(const std::string& address) {
  unsigned char bytes[16] = {};
  const std::string plain = address.substr(0, address.find('%'));
  if (::inet_pton(AF_INET6, plain.c_str(), bytes) != 1) return address;
  static constexpr unsigned char kMapped[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::memcmp(bytes, kMapped, sizeof kMapped) == 0) {
    char text[INET_ADDRSTRLEN] = {};
    return ::inet_ntop(AF_INET, bytes + 12, text, sizeof text) == nullptr ? address : text;
  }
  return to_hex(std::string(reinterpret_cast<const char*>(bytes), 8)) + "::/64";
}

}  // namespace hamdil::http
