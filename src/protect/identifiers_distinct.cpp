#include "protect/identifiers_distinct.hpp"

#include <cstring>
#include <random>

namespace hamdil::protect {
namespace {

// Both halves of the product, so that every bit of both factors reaches every bit of the result.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

std::uint64_t unforeseen() {
  std::random_device device;
  return (static_cast<std::uint64_t>(device()) << 32) | device();
}

}  // namespace

ValueHash::ValueHash() : seed_(unforeseen()), factor_(unforeseen() | 1) {}

std::uint64_t ValueHash::operator()(std::string_view bytes) const {
  std::uint64_t out = seed_ ^ bytes.size();
  while (!bytes.empty()) {
    std::uint64_t eight = 0;
    const std::size_t length = bytes.size() < 8 ? bytes.size() : 8;
    std::memcpy(&eight, bytes.data(), length);
    out = with(out, eight);
    bytes.remove_prefix(length);
  }
  return with(out, seed_);
}

std::uint64_t ValueHash::operator()(double value) const {
  std::uint64_t bits = 0;
  value += 0.0;  // -0 becomes 0
  std::memcpy(&bits, &value, sizeof(bits));
  return with(with(seed_, bits), seed_);
}

std::uint64_t ValueHash::with(std::uint64_t row, std::uint64_t cell) const { return fold(row ^ cell, factor_) + seed_; }

void DistinctRows::grow() {
  constexpr std::size_t kFirst = 64;
  std::vector<Place> old(places_.empty() ? kFirst : places_.size() * 2);
  old.swap(places_);
  const std::size_t mask = places_.size() - 1;
  for (const Place& place : old) {
    if (place.row == kFree) continue;
    std::size_t at = place.hash & mask;
    while (places_[at].row != kFree) at = (at + 1) & mask;
    places_[at] = place;
  }
}

}  // namespace hamdil::protect
